from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnPayment(AftersalesCommon, AccountPaymentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.dummy_provider
        cls.payment_method.support_refund = "partial"

    def _create_paid_order(self, *items, support="partial", **options):
        self.patch(
            type(self.env["payment.provider"]),
            "_compute_feature_support_fields",
            lambda providers: providers.update(
                {
                    "support_express_checkout": False,
                    "support_manual_capture": None,
                    "support_refund": support,
                    "support_tokenization": False,
                }
            ),
        )
        self.provider.invalidate_recordset(["support_refund"])
        order = self._create_order(*items, paid=False, **options)
        tx = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.payment_method.id,
                    "reference": f"{order.name}-tx",
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "sale_order_ids": [Command.set(order.ids)],
                    "invoice_ids": [Command.set(order.invoice_ids.ids)],
                }
            )
        )
        tx._set_done()
        tx._post_process()
        return order

    def test_provider_is_asked_to_refund_exactly_the_credited_amount(self):
        order = self._create_paid_order((self.shirt, 2, {"discount": 5}))
        rma = self._return_all(order, {self.shirt: 1})
        tx = order.sudo().transaction_ids.child_transaction_ids
        self.assertEqual(tx.operation, "refund")
        self.assertEqual(tx.amount, -109.25)
        self.assertEqual(rma.refund_move_ids.amount_total, 109.25)
        self.assertFalse(rma.sudo().refund_payment_ids)
        tx._set_done()
        tx._post_process()
        self.assertEqual(rma.refund_state, "paid")
        self.assertIn(rma.refund_move_ids.payment_state, ("paid", "in_payment"))

    def test_refunds_never_exceed_the_payment(self):
        order = self._create_paid_order((self.shirt, 2, {}))
        self._return_all(order, {self.shirt: 1})
        self._return_all(order, {self.shirt: 1})
        tx = order.sudo().transaction_ids
        self.assertEqual(sum(tx.child_transaction_ids.mapped("amount")), -tx.amount)
        self.assertEqual(order._oms_get_paid_amount(), 0)
        rma = self._ask(order, {})
        self.assertFalse(rma.line_ids)

    def test_provider_without_refunds_leads_to_a_payment_to_make(self):
        order = self._create_paid_order(self.shirt, support="none")
        rma = self._return_all(order)
        self.assertEqual(rma.sudo().refund_payment_ids.amount, 115.0)
        self.assertEqual(rma.refund_state, "to_pay")

    def test_provider_that_refunds_in_full_only_is_not_asked_for_a_part(self):
        order = self._create_paid_order((self.shirt, 2, {}), support="full_only")
        rma = self._return_all(order, {self.shirt: 1})
        self.assertFalse(order.sudo().transaction_ids.child_transaction_ids)
        self.assertEqual(rma.sudo().refund_payment_ids.amount, 115.0)

    def test_prepaid_order_without_invoice_is_paid_back(self):
        for product in (self.shirt, self.lamp):
            order = self._create_paid_order((product, 2, {}), invoice=False)
            half = order.amount_total / 2
            rma = self._return_all(order, {product: 1})
            self.assertFalse(rma.refund_move_ids)
            self.assertAlmostEqual(rma.amount_paid_back, half, delta=0.01)
            self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_refund_that_fails_at_the_provider_becomes_a_payment_to_make(self):
        order = self._create_paid_order(self.shirt)
        with patch(
            "odoo.addons.payment.models.payment_transaction.PaymentTransaction"
            "._send_refund_request",
            autospec=True,
            side_effect=lambda tx: tx._set_error("No"),
        ):
            rma = self._return_all(order)
        self.assertEqual(rma.refund_state, "to_pay")
        # what the provider does not give back is proposed as a payment
        self.assertEqual(rma.sudo().refund_payment_ids.amount, 115.0)
