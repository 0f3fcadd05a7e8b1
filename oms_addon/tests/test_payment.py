import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_intake import BooksCase


@tagged("post_install", "-at_install")
class TestPayment(BooksCase):
    def fulfilled(self, **values):
        order = self.receive(self.document(**values)).order_id
        order._oms_fulfil()
        return order

    def test_a_channel_paid_order_is_invoiced_and_reconciled(self):
        order = self.fulfilled()
        self.assertEqual(order.transaction_ids.state, "done")
        self.assertEqual(order.amount_paid, 120)
        order._oms_settle()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertEqual(order.invoice_ids.amount_residual, 0)
        order._oms_settle()
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(len(order.transaction_ids.payment_id), 1)

    def test_the_money_is_a_claim_on_the_channel_until_it_pays_out(self):
        order = self.fulfilled()
        order._oms_settle()
        payment = order.transaction_ids.payment_id
        account = payment.move_id.line_ids.account_id.filtered("reconcile").filtered(
            lambda a: a.account_type == "asset_current"
        )
        self.assertIn(self.channel.name, account.name)
        self.assertEqual(
            payment.journal_id, self.channel.payment_provider_id.journal_id
        )

    def test_who_replays_a_paid_order_needs_no_right_to_providers(self):
        """Only a manager's correction may say paid; see `test_fraud`."""
        self.receive(self.document())  # makes the channel's provider
        message = self.receive({"external_id": ""})
        self.assertEqual(message.state, "error")
        self.env.flush_all()
        self.env.invalidate_all()
        mended = message.with_user(self.manager)
        mended.body_text = json.dumps(self.document(external_id="A-2"))
        mended.action_process()
        self.assertEqual(message.state, "done", message.error_message)
        self.assertEqual(message.order_id.transaction_ids.state, "done")

    def test_a_channel_that_invoices_by_hand_is_not_invoiced(self):
        self.channel.invoice_policy = "none"
        order = self.fulfilled()
        order._oms_settle()
        self.assertFalse(order.invoice_ids)
        self.assertTrue(order.transaction_ids.payment_id)

    def test_a_bank_transfer_recorded_by_accounting_lets_the_order_go_on(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.assertEqual(order.oms_stage, "held")
        action = order.with_user(self.accountant).action_oms_record_payment()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"reference": "BANK-7"})
        )
        self.assertEqual(wizard.amount, 120)
        wizard.action_record()
        self.assertEqual(order.oms_stage, "ready")
        order._oms_fulfil()
        order._oms_settle()
        self.assertEqual(order.invoice_ids.amount_residual, 0)
        with self.assertRaises(UserError):
            self.env[action["res_model"]].with_user(self.accountant).with_context(
                **action["context"]
            ).create({"reference": "BANK-7", "amount": 5}).action_record()

    def test_a_payment_of_a_held_order_is_kept_and_does_not_confirm_it(self):
        order = self.receive(self.document(total="130.00")).order_id
        self.assertTrue(order.oms_is_held)
        tx = order.transaction_ids
        tx.is_post_processed = False
        tx._post_process()
        self.assertEqual(order.state, "draft")
        self.assertTrue(tx.is_post_processed)
