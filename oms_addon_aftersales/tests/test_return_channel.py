from datetime import UTC, datetime
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.oms_addon.document import OrderDocument, Refund, RefundLine

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnChannel(AftersalesCommon):
    def _refund(self, **vals):
        return Refund(
            **{
                "external_id": "R1",
                "amount": Decimal("115"),
                "currency": "USD",
                "reason": "Too small",
                "refunded_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
                "lines": (RefundLine("L1", Decimal(1)),),
                **vals,
            }
        )

    def _create_channel_order(self, quantity=2):
        order = self._create_order((self.shirt, quantity, {"oms_external_id": "L1"}))
        return order

    def _shop(self, **vals):
        return self.env["oms.channel"].create(
            {
                "name": "Shop",
                "kind": "shopify",
                "company_id": self.company.id,
                **vals,
            }
        )

    def _take_over(self, order, *refunds):
        return self.env["oms.return"]._from_document_refund(order, refunds)

    def test_refund_is_recorded_once(self):
        order = self._create_channel_order()
        order.user_id = self.service
        rma = self._take_over(order, self._refund())
        again = self._take_over(order, self._refund())
        self.assertFalse(again)
        self.assertEqual(rma.state, "done")
        # not to the seller, who may not decide
        service = "oms_addon_aftersales.group_oms_service"
        self.assertTrue(rma.user_id._has_group(service))
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        self.assertEqual(rma.refund_move_ids.state, "posted")
        self.assertEqual(rma.note, "Too small")
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)

    def test_amount_of_the_channel_is_credited_to_the_cent(self):
        order = self._create_channel_order()
        rma = self._take_over(order, self._refund(amount=Decimal("50.01")))
        self.assertEqual(rma.refund_move_ids.amount_total, 50.01)

    def test_amount_without_lines_is_credited_on_the_invoice(self):
        order = self._create_channel_order()
        rma = self._take_over(order, self._refund(amount=Decimal("7.77"), lines=()))
        self.assertEqual(rma.refund_move_ids.amount_total, 7.77)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_nothing_refunded_for_a_paid_order_credits_nothing(self):
        order = self._create_channel_order()
        rma = self._take_over(order, self._refund(amount=Decimal(0)))
        self.assertFalse(rma.refund_move_ids)
        self.assertFalse(rma.amount_refund)
        self.assertEqual(rma.refund_state, "none")
        self.assertEqual(order._oms_get_paid_amount(), 230.0)

    def test_nothing_refunded_for_an_unpaid_order_cancels_the_debt(self):
        order = self._create_order(
            (self.shirt, 2, {"oms_external_id": "L1"}), paid=False
        )
        rma = self._take_over(order, self._refund(amount=Decimal(0)))
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        invoice = order.invoice_ids - rma.refund_move_ids
        self.assertEqual(invoice.amount_residual, 115.0)
        self.assertEqual(rma.amount_settled, 115.0)

    def _euro(self):
        """A euro is worth two dollars."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.5,
            }
        )
        return euro

    def test_refund_in_another_currency_is_worth_what_the_rate_says(self):
        self._euro()
        order = self._create_channel_order()
        self.assertEqual(order.currency_id.name, "USD")
        refund = self._refund(amount=Decimal("57.50"), currency="EUR")
        rma = self._take_over(order, refund)
        self.assertEqual(rma.amount_fixed, 115.0)
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)

    def test_payment_in_another_currency_is_refunded_in_it(self):
        euro = self._euro()
        channel = self._shop()
        order = self._create_order(
            (self.shirt, 2, {"oms_external_id": "L1"}), invoice=False
        )
        order.write({"oms_channel_id": channel.id, "oms_external_id": "O1"})
        self.env["payment.transaction"]._oms_create_done(
            [order._oms_prepare_transaction("P1", 115.0, euro)]
        )
        self.assertEqual(order._oms_get_paid_amount(), 230.0)
        refund = self._refund(amount=Decimal("57.50"), currency="EUR")
        rma = self._take_over(order, refund)
        child = rma.sudo().refund_transaction_ids
        self.assertEqual(child.currency_id, euro)
        self.assertEqual(child.amount, -57.5)
        self.assertEqual(rma.amount_paid_back, 115.0)
        self.assertEqual(order._oms_get_paid_amount(), 115.0)

    def test_goods_that_come_back_wait_for_their_receipt(self):
        order = self._create_channel_order()
        rma = self._take_over(order, self._refund(restock=True))
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        rma.action_receive_all()
        rma.action_settle()
        self.assertEqual(rma.state, "done")
        self.assertEqual(len(rma.refund_move_ids), 1)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_two_refunds_in_one_message_are_both_recorded(self):
        order = self._create_channel_order()
        returns = self._take_over(order, self._refund(), self._refund(external_id="R2"))
        self.assertEqual(len(returns), 2)
        self.assertEqual(sum(returns.refund_move_ids.mapped("amount_total")), 230.0)

    def test_refund_before_shipping_credits_what_the_order_was_lowered_by(self):
        order = self._create_order(
            (self.shirt, 2, {"oms_external_id": "L1"}), deliver=False
        )
        order.order_line.product_uom_qty = 1  # the intake applied the new snapshot
        rma = self._take_over(order, self._refund())
        self.assertEqual(rma.refund_move_ids.invoice_line_ids.quantity, 1)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self._deliver(order)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)

    def test_channel_hears_of_a_parcel_once_and_not_of_its_replacement(self):
        channel = self._shop(push_shipment=True)
        order = self._create_order(
            (self.shirt, 2, {"oms_external_id": "L1"}), deliver=False
        )
        order.write({"oms_channel_id": channel.id, "oms_external_id": "O1"})
        self._deliver(order)
        Outbox = self.env["oms.outbox.message"]
        told = [("order_id", "=", order.id), ("kind", "=", "shipment")]
        self.assertEqual(Outbox.search_count(told), 1)
        swap = self._return_all(order, {self.shirt: 1}, kind="exchange")
        self._deliver(order)
        self.assertEqual(swap.line_ids.exchange_line_id.qty_delivered, 1)
        rma = self._ask(order, {self.shirt: 1})
        rma.action_submit()
        rma.action_receive_all()
        rma.line_ids.qty_accepted = 0
        rma.action_settle()
        self._deliver(order)
        self.assertEqual(Outbox.search_count(told), 1)

    def test_intake_hands_refunds_over_once(self):
        order = self._create_channel_order()
        document = OrderDocument(
            "O1", kind="refund", revision="r1", refunds=(self._refund(external_id=""),)
        )
        order._oms_apply_refunds([document])
        order._oms_apply_refunds([document])
        self.assertEqual(order.oms_return_ids.channel_refund_id, "r1#0")
