import json
import re

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestGuards(IntakeCase):
    """What nobody may do around the rules, and what comes back by itself."""

    def held(self, **values):
        document = self.document(payments=[], status="unpaid", **values)
        return self.receive(document).order_id

    def test_a_held_order_is_not_confirmed_by_writing_its_state(self):
        order = self.held()
        with self.assertRaises(UserError):
            order.with_user(self.manager).write({"state": "sale"})
        self.assertEqual(order.state, "draft")

    def test_what_the_channel_says_is_not_rewritten_to_get_rid_of_a_hold(self):
        order = self.held()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        mine = order.with_user(seller)
        for name, value in (
            ("oms_external_id", False),  # else its channel could be changed, too
            ("oms_status", "paid"),
            ("oms_channel_total", 0.01),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                mine.with_context(oms_intake=True).write({name: value})
        mine.write({"oms_external_id": order.oms_external_id, "note": "Thanks"})

    def test_hiding_that_an_order_is_held_does_not_confirm_it(self):
        order = self.held()
        order.with_user(self.clerk).write({"oms_is_held": False})
        with self.assertRaises(UserError):
            order.with_user(self.clerk).action_confirm()

    def test_a_hold_is_closed_by_its_button_alone(self):
        order = self.held()
        hold = order.oms_open_hold_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            hold.write({"state": "released"})
        hold.action_release()
        self.assertEqual(order.oms_stage, "ready")
        self.assertEqual(hold.closed_by_id, self.manager)

    def test_an_order_that_fails_again_after_its_release_is_held_again(self):
        order = self.receive(self.document()).order_id
        for _time in range(2):
            order._oms_hold_failed({order.id: "no route"})
            self.assertTrue(order.oms_is_held)
            order.with_user(self.clerk).oms_open_hold_ids.action_release()

    def test_a_second_late_change_is_told_like_the_first(self):
        order = self.receive(self.document()).order_id
        order._oms_fulfil()
        for number in (1, 2):
            lines = [dict(self.document()["lines"][0], quantity=2 + number)]
            self.receive(self.document(revision=f"20261124T00000{number}", lines=lines))
            self.assertTrue(order.oms_is_held)
            order.with_user(self.clerk).oms_open_hold_ids.action_release()

    def test_choosing_the_product_lets_the_order_go_on(self):
        line = {"external_id": "1", "sku": "NEW-8", "name": "Novelty"}
        line.update(quantity=1, unit_price="120.00")
        order = self.receive(self.document(lines=[line])).order_id
        self.assertEqual(order.oms_stage, "held")
        order.with_user(self.clerk).order_line.product_id = self.cup
        self.assertEqual(order.oms_stage, "ready")

    def test_orders_of_the_api_are_confirmed_without_waiting(self):
        fulfil = self.env.ref("oms_addon.ir_cron_fulfil")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", fulfil.id)])
        triggers.unlink()
        self.env["oms.channel"].with_user(self.clerk).oms_intake(
            self.channel.id, [self.document()]
        )
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", fulfil.id)])
        )

    def test_an_order_typed_in_for_a_channel_is_checked_before_it_is_confirmed(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "No street"}).id,
                "oms_channel_id": self.channel.id,
                "oms_on_account": True,
                "order_line": [(0, 0, {"product_id": self.tea.id})],
            }
        )
        self.assertEqual(order.oms_stage, "ready")
        order.with_user(self.clerk).action_oms_process()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.oms_open_hold_ids.code, "address_incomplete")

    def test_what_came_in_can_not_be_changed(self):
        message = self.receive(self.document()).with_user(self.manager)
        with self.assertRaises(UserError):
            message.write({"body": b"e30="})

    def test_a_customer_does_not_read_the_sellers_note(self):
        order = self.receive(self.document(internal_note="Trouble maker")).order_id
        customer = new_test_user(self.env, "oms_customer", groups="base.group_portal")
        order.partner_id = customer.partner_id
        mine = order.with_user(customer)
        mine.read(["name"])
        for name in ("oms_internal_note", "oms_receiver_token", "oms_hold_summary"):
            with self.assertRaises(AccessError):
                mine.read([name])

    def test_an_enquiry_keeps_its_text_and_is_no_html(self):
        note = "a < b & c\n<script>alert(1)</script>"
        lead = self.receive(
            {
                "external_id": "M-2",
                "kind": "enquiry",
                "customer": {"name": "Max", "email": "max@example.com"},
                "note": note,
            }
        ).lead_id
        self.assertIn("a &lt; b &amp; c", lead.description)
        self.assertIn("<br", lead.description)
        self.assertIn("&lt;script&gt;", lead.description)

    def test_a_salesman_without_the_role_records_no_transfer(self):
        salesman = new_test_user(
            self.env, "plain_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        order = self.held().with_user(salesman)
        with self.assertRaises(AccessError):
            self.env["sale.order.record.payment"].with_user(salesman).with_context(
                default_order_id=order.id
            ).create({"reference": "MINE"}).action_record()

    # === ON ACCOUNT === #

    def test_only_a_manager_puts_an_unpaid_order_on_account(self):
        order = self.held()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        for user in (seller, self.clerk):
            with self.assertRaises(AccessError):
                order.with_user(user).oms_on_account = True
        self.assertFalse(order.oms_on_account)
        self.assertTrue(order.oms_is_held)
        order.with_user(self.manager).oms_on_account = True
        order.with_user(self.clerk).write({"client_order_ref": "their number"})
        order.with_user(self.clerk).action_oms_recheck()
        self.assertEqual(order.oms_stage, "ready")

    def test_no_detour_puts_an_order_on_account(self):
        values = {
            "partner_id": self.env["res.partner"].create({"name": "Somebody"}).id,
            "order_line": [(0, 0, {"product_id": self.tea.id})],
        }
        orders = self.env["sale.order"].with_user(self.clerk)
        phone = {**values, "oms_channel_id": self.channel.id}
        with self.assertRaises(AccessError):
            orders.create({**phone, "oms_on_account": True})
        with self.assertRaises(AccessError):
            orders.with_context(default_oms_on_account=True).create(phone)
        plain = orders.create({**values, "oms_on_account": True})
        plain.oms_channel_id = self.channel
        self.assertFalse(plain.oms_on_account)
        with self.assertRaises(AccessError):
            plain.write({"oms_channel_id": False, "oms_on_account": True})
            plain.write({"oms_channel_id": self.channel.id, "oms_on_account": True})

    def test_the_channels_policy_and_its_message_put_orders_on_account(self):
        tagged_order = self.held(external_id="A-3", tags=["on_account"])
        self.assertTrue(tagged_order.oms_on_account)
        self.assertEqual(tagged_order.oms_stage, "ready")
        self.channel.on_account = True
        self.assertEqual(self.held(external_id="A-4").oms_stage, "ready")
        order = (
            self.env["sale.order"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": tagged_order.partner_id.id,
                    "oms_channel_id": self.channel.id,
                }
            )
        )
        self.assertTrue(order.oms_on_account)

    def test_what_a_clerk_corrects_is_on_account_once_a_manager_lets_it_pass(self):
        """The corrected text is the clerk's word, and he gives no credit."""
        message = self.receive({"external_id": ""})
        mended = message.with_user(self.clerk)
        mended.body_text = json.dumps(
            self.document("A-5", payments=[], status="unpaid", tags=["on_account"])
        )
        mended.action_process()
        order = message.order_id
        self.assertFalse(order.oms_on_account, message.error_message)
        hold = order.oms_open_hold_ids.filtered(lambda h: h.code == "credit_unknown")
        with self.assertRaises(AccessError):
            hold.with_user(self.clerk).action_release()
        hold.with_user(self.manager).action_release()
        self.assertTrue(order.oms_on_account)
        self.assertFalse(order.oms_is_held)

    def test_an_order_does_not_leave_the_channel_it_came_from(self):
        order = self.held()
        with self.assertRaises(UserError):
            order.with_user(self.manager).oms_channel_id = False
        order.with_user(self.clerk).write({"oms_channel_id": self.channel.id})
        self.assertTrue(order.oms_is_held)

    # === THE FORM OF A HELD ORDER === #

    def buttons(self, order, user):
        """Names of the header's buttons that the user sees on the order."""
        view = order.with_user(user).get_view(view_type="form")
        header = etree.fromstring(view["arch"]).find(".//header")
        names, seller = set(), order.with_user(user)
        for button in header.iter("button"):
            hidden = button.get("invisible") or "False"
            used = set(re.findall(r"[a-z_]+", hidden)) & order._fields.keys()
            if not safe_eval(hidden, {name: seller[name] for name in used}):
                names.add(button.get("name"))
        return names

    def test_a_held_order_offers_its_release_and_not_what_refuses(self):
        order = self.held()
        self.assertFalse(
            {"action_confirm", "action_quotation_send", "action_oms_release"}
            & self.buttons(order, self.clerk)
        )
        self.assertIn("action_oms_recheck", self.buttons(order, self.clerk))
        self.assertIn("action_oms_release", self.buttons(order, self.manager))
        order.state = "sent"
        self.assertNotIn("action_confirm", self.buttons(order, self.manager))
        order.with_user(self.manager).action_oms_release()
        shown = self.buttons(order, self.manager)
        self.assertIn("action_confirm", shown)
        self.assertNotIn("action_oms_release", shown)

    def test_a_signature_in_the_portal_waits_for_the_release(self):
        order = self.held()
        order.require_signature = True
        self.assertFalse(order._has_to_be_signed())
        order.with_user(self.manager).action_oms_release()
        self.assertTrue(order._has_to_be_signed())


@tagged("post_install", "-at_install")
class TestStages(IntakeCase):
    def confirmed(self, **values):
        order = self.receive(self.document(**values)).order_id
        order._oms_fulfil()
        self.assertEqual(order.state, "sale")
        return order

    def lines(self, quantity):
        return {
            "lines": [
                {
                    "external_id": "1",
                    "sku": "TEA-01",
                    "quantity": quantity,
                    "unit_price": "60.00",
                }
            ],
            "total": f"{60 * quantity}.00",
            "payments": [{"external_id": "p", "amount": f"{60 * quantity}.00"}],
        }

    def test_a_partly_reserved_order_waits_for_stock(self):
        order = self.confirmed(**self.lines(130))
        self.assertEqual(order.oms_stage, "waiting")

    def test_picking_before_shipping_waits_and_is_not_shipped_before_all_left(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.confirmed(**self.lines(130))
        self.assertEqual(order.oms_stage, "waiting")
        pick = order.picking_ids
        pick.move_ids.write({"quantity": 100, "picked": True})
        pick.with_context(skip_backorder=True).button_validate()
        ship = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
        ship.move_ids.write({"picked": True})
        ship.with_context(skip_backorder=True).button_validate()
        self.assertEqual(ship.state, "done")
        self.assertEqual(order.oms_stage, "waiting", "30 were not even picked")

    def test_an_order_whose_deliveries_were_all_cancelled_is_not_reserved(self):
        order = self.confirmed()
        order.picking_ids.action_cancel()
        self.assertEqual(order.oms_stage, "waiting")

    def test_services_are_not_reserved_stock(self):
        service = self.env["product.product"].create(
            {"name": "Advice", "default_code": "ADV", "type": "service"}
        )
        service.taxes_id = False
        line = {"external_id": "1", "sku": "ADV", "quantity": 1, "unit_price": "120.00"}
        order = self.confirmed(lines=[line])
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.oms_stage, "delivered")

    def test_a_return_does_not_take_the_order_back(self):
        order = self.confirmed()
        order.picking_ids.move_ids.write({"quantity": 2, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(order.oms_stage, "shipped")
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(order.oms_stage, "shipped")
