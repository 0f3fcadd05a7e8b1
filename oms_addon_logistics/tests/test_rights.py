from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_rights import RightsCase

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestRightsTable(RightsCase, LogisticsCase):
    """No right beyond the table, no refusal behind a button that is shown."""

    addon = "oms_addon_logistics"

    def build_records(self):
        trip, orders = self._started_trip(2)
        trip = trip.sudo()
        plan = trip.plan_id
        left = self.env["oms.route.unserved"].create(
            {
                "plan_id": plan.id,
                "picking_id": orders[0].picking_ids.id,
                "reason": "capacity",
            }
        )
        reason = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_absent")
        skill = self.env["oms.route.skill"].create({"name": "Tail lift"})
        action = self.env["oms.driver.action"].create(
            {
                "key": "k",
                "action": "start",
                "trip_id": trip.id,
                "user_id": self.driver.id,
            }
        )
        fail = self.env["oms.trip.stop.fail"].create(
            {"stop_ids": trip.stop_ids[:1].ids, "reason_id": reason.id}
        )
        self.trip_of_others, self.orders_of_others = trip, orders
        return {
            "oms.trip": trip,
            "oms.trip.stop": trip.stop_ids[:1],
            "oms.trip.stop.fail": fail,
            "oms.route.plan": plan,
            "oms.route.unserved": left,
            "oms.route.skill": skill,
            "oms.stop.failure.reason": reason,
            "oms.driver.action": action,
            "oms.tracking.event": trip.stop_ids.picking_ids.oms_tracking_event_ids[:1],
            "delivery.carrier": self.carrier,
            "stock.picking": trip.stop_ids[:1].picking_ids,
            "sale.order": orders[:1],
            "fleet.vehicle": self.van,
            "res.users": self.driver,
        }

    def make_own(self, user):
        if user.has_group("oms_addon_logistics.group_oms_driver"):
            self.trip_of_others.user_id = user
        elif user._is_internal():
            self.orders_of_others.user_id = user
        else:
            self.orders_of_others.partner_id = user.partner_id
            self.orders_of_others.message_subscribe(user.partner_id.ids)

    def test_every_role_may_do_what_the_table_says_and_no_more(self):
        self.check_rights()

    def test_no_shown_button_refuses(self):
        self.assertGreater(len(self.check_buttons()), 10)

    def test_every_shown_menu_opens(self):
        self.check_menus()
