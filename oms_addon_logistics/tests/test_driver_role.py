from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LogisticsCase

# What a driver has no business with: nothing of it is found.
CLOSED = (
    "sale.order.line",
    "stock.quant",
    "stock.picking",
    "stock.move",
    "stock.warehouse",
    "product.product",
    "product.template",
    "account.move",
    "payment.transaction",
    "crm.lead",
    "fleet.vehicle",
    "oms.channel",
    "oms.inbox.message",
    "oms.hold",
    "oms.route.plan",
    "oms.tracking.event",
    "oms.driver.action",
)


@tagged("post_install", "-at_install")
class TestDriverRole(LogisticsCase):
    """A driver reads own trips and stops and nothing else, and needs no office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.internal = new_test_user(
            cls.env,
            login="oms_internal_driver",
            groups="base.group_user,oms_addon_logistics.group_oms_driver",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def as_driver(self, model):
        return self.env[model].with_user(self.driver).with_company(self.company)

    def fields_of_ours(self, records):
        """Without what the host's activities add: it can't be read in the portal."""
        return [
            name
            for name, field in records._fields.items()
            if (field._module or "").startswith("oms_addon")
            and not name.startswith(("activity_", "message_"))
            and records._has_field_access(field, "read")
        ]

    def test_a_portal_user_drives_a_trip_from_start_to_end(self):
        self.assertTrue(self.driver.share)
        self.assertFalse(self.driver._is_internal())
        trip, orders = self._started_trip(3)
        first, second, _third = trip.stop_ids
        first._arrive()
        first._deliver({"recipient_name": "Ms Lin"})
        reason = self.as_driver("oms.stop.failure.reason").search([], limit=1)
        second._fail(reason, {"note": "Nobody there"})
        trip._finish()
        self.assertEqual(trip.state, "done")
        self.assertEqual(len(orders.filtered("oms_delivered_at")), 1)

    def test_a_driver_reads_own_trips_and_stops_as_a_whole(self):
        trip, _orders = self._started_trip(2)
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.as_driver("oms.trip").search([])
        self.assertEqual(found, trip)
        found.read(self.fields_of_ours(found))
        stops = self.as_driver("oms.trip.stop").search([])
        self.assertEqual(stops.trip_id, trip)
        stops.read(self.fields_of_ours(stops))
        self.assertTrue(all(stops.mapped("contents")))
        self.assertTrue(all(stops.mapped("address")))

    def test_a_driver_reads_nothing_else(self):
        trip, orders = self._started_trip(2)
        trip.sudo().message_post(body="Not for drivers", subtype_xmlid="mail.mt_note")
        orders[0].message_post(body="A word", subtype_xmlid="mail.mt_comment")
        self.env.flush_all()
        for model in CLOSED:
            with self.subTest(model=model):
                records = self.as_driver(model)
                if records.has_access("read"):  # customers read their own
                    self.assertFalse(records.search_count([]))
        own = self.driver.partner_id.commercial_partner_id
        people = self.as_driver("res.partner").search([])
        self.assertFalse(people.filtered(lambda p: p.commercial_partner_id != own))
        self.assertFalse(self.as_driver("sale.order").search([]))
        self.assertFalse(
            self.as_driver("mail.message").search(
                [("model", "in", ("oms.trip", "oms.trip.stop", "sale.order"))]
            )
        )
        with self.assertRaises(AccessError):
            self.as_driver("rating.rating").search([]).write({"feedback": "Mine"})
        for record in (trip, trip.stop_ids[:1]):
            with self.assertRaises(AccessError):
                record.write({"sequence": 1} if "sequence" in record else {"km": 1})

    def test_a_driver_hands_no_mail_to_the_orders_inbox(self):
        with self.assertRaises(AccessError):
            self.as_driver("mail.thread").message_process(
                "oms.inbox.message", "From: a@example.com\n\nAn order"
            )

    def test_the_trip_of_a_vehicle_finds_the_portal_user_of_its_driver(self):
        self._orders(1)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        self.assertEqual(plan.trip_ids.user_id, self.driver)

    def test_a_customer_with_a_portal_login_is_no_driver(self):
        customer = new_test_user(
            self.env, "rights_just_customer", groups="base.group_portal"
        )
        self._orders(1)
        self.van.driver_id = customer.partner_id
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        self.assertFalse(plan.trip_ids.user_id)

    # === DRIVERS OF BEFORE === #

    def test_drivers_with_an_internal_user_go_on_and_are_listed(self):
        both = new_test_user(
            self.env,
            login="oms_driving_dispatcher",
            groups="oms_addon_logistics.group_oms_dispatcher,"
            "oms_addon_logistics.group_oms_driver",
        )
        tasks = (self.internal + self.driver + both)._oms_ask_about_drivers()
        self.assertTrue(tasks)
        self.assertEqual(set(tasks.mapped("res_id")), set(self.internal.partner_id.ids))
        for user in tasks.user_id:
            self.assertTrue(user.has_group("base.group_system"))
        again = self.internal._oms_ask_about_drivers()
        self.assertFalse(again, "asked once")

    def test_an_administrator_takes_the_office_from_a_driver(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        with self.assertRaises(AccessError):
            self.internal.with_user(self.dispatcher).action_oms_take_office_access()
        self.internal.with_user(admin).with_context(
            allowed_company_ids=admin.company_ids.ids
        ).action_oms_take_office_access()
        self.assertTrue(self.internal.share)
        self.assertTrue(self.internal.has_group("oms_addon_logistics.group_oms_driver"))

    def test_who_works_in_the_office_too_keeps_it(self):
        self.internal.group_ids += self.env.ref("stock.group_stock_user")
        with self.assertRaises(UserError):
            self.internal.action_oms_take_office_access()
        self.assertFalse(self.internal.share)
