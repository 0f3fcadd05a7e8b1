from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_intake import BooksCase


@tagged("post_install", "-at_install")
class TestMoneyAndHolds(BooksCase):
    """What slips past a check: between batches, after edits, with the days."""

    def codes(self, order):
        return set(order.oms_open_hold_ids.mapped("code"))

    # === CREDIT LIMIT === #

    def on_account(self, external_id, quantity=2):
        """An unpaid order of the same customer, received in a batch of its own."""
        return self.receive(self.credit_document(external_id, quantity)).order_id

    def credit_document(self, external_id, quantity=2):
        line = {"external_id": "1", "sku": "TEA-01", "unit_price": "60.00"}
        return self.document(
            external_id,
            customer=self.document("C")["customer"],
            lines=[{**line, "quantity": quantity}],
            payments=[],
            status="unpaid",
            total=f"{60 * quantity}.00",
        )

    def limited(self, limit):
        self.channel.on_account = True
        self.channel.auto_confirm = False
        self.channel.duplicate_hours = 0
        self.env.company.account_use_credit_limit = True
        first = self.on_account("K-1")
        first.partner_id.commercial_partner_id.credit_limit = limit
        first.action_oms_recheck()
        return first

    def test_orders_of_several_batches_share_one_credit_limit(self):
        first = self.limited(200)
        self.assertFalse(self.codes(first))
        second = self.on_account("K-2")
        self.assertEqual(self.codes(second), {"credit_limit"})
        first.action_oms_recheck()
        self.assertFalse(self.codes(first), "the first one was there before")

    def test_an_order_over_the_limit_does_not_hold_the_small_ones(self):
        self.limited(200)._action_cancel()
        orders = self.receive(
            self.credit_document("K-3", quantity=10), self.credit_document("K-4")
        ).order_id
        self.assertEqual(self.codes(orders[0]), {"credit_limit"})
        self.assertFalse(self.codes(orders[1]))

    def test_a_released_order_uses_up_the_limit(self):
        self.limited(200)._action_cancel()
        big = self.on_account("K-5", quantity=10)
        big.with_user(self.manager).action_oms_release()
        self.assertEqual(self.codes(self.on_account("K-6")), {"credit_limit"})

    # === EDITED AFTER THE CHECK === #

    def test_goods_added_after_the_check_are_noticed_when_confirming(self):
        self.channel.auto_confirm = False
        order = self.receive(self.document()).order_id.with_user(self.clerk)
        self.assertEqual(order.oms_stage, "ready")
        order.order_line.product_uom_qty = 20
        with self.assertRaises(UserError) as refused:
            order.action_confirm()
        self.assertIn("add up to 1200.00", str(refused.exception))
        order.action_oms_process()
        self.assertEqual(order.state, "draft")
        self.assertIn("total_differs", self.codes(order))
        self.assertFalse(order.oms_allocation_ids, "no warehouse for what is held")
        order.with_user(self.manager).action_oms_release()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_customers_signature_is_kept_though_the_order_has_to_wait(self):
        desk = self.env["oms.channel"].create({"name": "Desk", "kind": "manual"})
        customer = self.env["res.partner"].create({"name": "Ada"})
        values = {
            "partner_id": customer.id,
            "order_line": [(0, 0, {"product_id": self.tea.id})],
        }
        held, plain = self.env["sale.order"].create(
            [{**values, "oms_channel_id": desk.id}, values]
        )
        for order in held, plain:
            order.signed_by = "Ada"
            order._validate_order()  # as the portal does
        self.assertEqual(held.state, "draft")
        self.assertIn("unpaid", self.codes(held))
        self.assertEqual(held.signed_by, "Ada")
        self.assertEqual(plain.state, "sale")

    # === CANCELLED === #

    def test_an_order_that_missed_a_change_is_held_when_it_is_reopened(self):
        order = self.receive(self.document()).order_id
        order._oms_fulfil()
        line = dict(self.document()["lines"][0], quantity=1, unit_price="120.00")
        self.receive(self.document(revision="20261124", lines=[line]))
        order.with_user(self.clerk)._action_cancel()
        self.assertFalse(order.oms_is_held)
        order.with_user(self.clerk).action_draft()
        self.assertEqual(self.codes(order), {"changed_late"})
        self.assertIn("lines", order.oms_open_hold_ids.reason)
        self.receive(self.document(revision="20261125", lines=[line]))
        self.assertEqual(order.order_line.product_uom_qty, 1)
        order.with_user(self.clerk).action_oms_release()
        order._action_cancel()
        order.action_draft()
        self.assertFalse(self.codes(order), "somebody has looked at it")

    def test_a_cancelled_order_is_off_the_list_of_holds_until_it_is_reopened(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        hold = order.oms_open_hold_ids
        order.with_user(self.clerk)._action_cancel()
        self.assertEqual(hold.state, "resolved")
        self.assertFalse(order.oms_is_held)
        order.with_user(self.clerk).action_draft()
        self.assertEqual(self.codes(order), {"unpaid"})

    def test_an_order_that_the_channel_cancelled_does_not_go_on_when_reopened(self):
        order = self.receive(self.document()).order_id
        self.receive(self.document(kind="cancel", revision="20261124T080000"))
        self.assertEqual(order.state, "cancel")
        order.with_user(self.clerk).action_draft()
        self.assertEqual(self.codes(order), {"channel_hold"})
        self.assertIn("cancelled", order.oms_open_hold_ids.reason)

    # === MONEY === #

    def test_what_is_paid_counts_at_the_rate_of_its_day(self):
        euro = self.env.ref("base.EUR")
        if euro == self.env.company.currency_id:
            self.skipTest("the company's own currency")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids = [
            (0, 0, {"name": date(2026, 11, 1), "rate": 0.5}),
            (0, 0, {"name": date(2026, 11, 24), "rate": 0.6}),
        ]
        payment = {
            "external_id": "P",
            "amount": "60.00",
            "currency": "EUR",
            "paid_at": "2026-11-20T10:00:00Z",
        }
        with freeze_time("2026-11-20 12:00:00"):
            order = self.receive(self.document(payments=[payment])).order_id
        self.assertFalse(self.codes(order))
        with freeze_time("2026-11-25 12:00:00"):
            order.action_oms_recheck()
            self.assertFalse(self.codes(order), order.oms_open_hold_ids.reason)
            order._oms_fulfil()
            order._oms_settle()
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(order.transaction_ids.payment_id.date, date(2026, 11, 20))

    def test_a_cent_within_the_tolerance_does_not_keep_the_invoice_back(self):
        self.channel.total_tolerance = 0.05
        paid = {"external_id": "P", "amount": "119.98"}
        order = self.receive(self.document(payments=[paid])).order_id
        self.assertEqual(order.oms_stage, "ready")
        order._oms_fulfil()
        order._oms_settle()
        self.assertEqual(order.invoice_ids.amount_total, 120)
        self.assertEqual(order.invoice_ids.payment_state, "partial")

    def test_a_transfer_is_not_booked_in_another_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        foreign = self.env["payment.provider"]._oms_wire_provider(other)
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        wizards = self.env["sale.order.record.payment"].with_user(self.manager)
        with self.assertRaises(UserError):
            wizards.with_context(default_order_id=order.id).create(
                {"reference": "B-1", "provider_id": foreign.id}
            ).action_record()
        self.assertFalse(order.transaction_ids)
