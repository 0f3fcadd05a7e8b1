from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_intake import BooksCase


@tagged("post_install", "-at_install")
class TestSettling(BooksCase):
    """Money of channel orders in the books: in batches, on the right day."""

    def fulfilled(self, *documents):
        orders = self.receive(*documents).order_id
        orders._oms_fulfil()
        return orders

    def numbered(self, prefix, count):
        return self.fulfilled(
            *(self.document(external_id=f"{prefix}-{n}") for n in range(count))
        )

    def paid_at(self, moment, external_id="A-1"):
        payment = {"external_id": "P", "amount": "120.00", "paid_at": moment}
        return self.document(external_id=external_id, payments=[payment])

    # === IN A BATCH === #

    def test_each_order_keeps_its_own_invoice_payment_and_match(self):
        orders = self.numbered("B", 4)
        orders._oms_settle()
        for order in orders:
            invoice, payment = order.invoice_ids, order.transaction_ids.payment_id
            self.assertEqual(len(invoice), 1)
            self.assertEqual(invoice.payment_state, "paid")
            self.assertEqual(invoice.transaction_ids, order.transaction_ids)
            self.assertEqual(payment.reconciled_invoice_ids, invoice)
            self.assertEqual(payment.amount, order.amount_total)
            self.assertIn(order.name, invoice.message_ids[0].body)
            paid = order.message_ids.filtered(lambda m: "paid" in (m.body or ""))
            self.assertEqual(len(paid), 1)
            self.assertIn(invoice.name, paid.body)
        entries = orders.invoice_ids | orders.transaction_ids.payment_id.move_id
        self.assertEqual(len(set(entries.mapped("name"))), 8, "numbers are unique")

    def test_numbers_follow_each_other_without_a_gap(self):
        self.numbered("C", 2)._oms_settle()
        orders = self.numbered("D", 3)
        orders._oms_settle()
        numbers = sorted(orders.invoice_ids.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))

    def test_a_part_payment_is_booked_and_matched_when_the_rest_comes(self):
        first = {"external_id": "P-1", "amount": "50.00"}
        rest = {"external_id": "P-2", "amount": "70.00"}
        order = self.receive(self.document(payments=[first])).order_id
        self.assertEqual(order.oms_stage, "held")
        order.action_oms_release()
        order._oms_fulfil()
        order._oms_settle()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.transaction_ids.payment_id.amount, 50)
        self.receive(self.document(payments=[first, rest], revision="20261124T080000"))
        order._oms_settle()
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(len(order.transaction_ids.payment_id), 2)

    def test_an_invoice_of_two_orders_is_matched_with_both_payments(self):
        self.channel.invoice_policy = "none"
        orders = self.numbered("J", 2)
        orders[1].partner_invoice_id = orders[0].partner_invoice_id
        orders[1].partner_shipping_id = orders[0].partner_shipping_id
        orders.transaction_ids.partner_id = orders[0].partner_invoice_id
        invoice = orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        orders._oms_settle()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.payment_state, "paid")

    def test_settling_costs_few_queries_for_each_order(self):
        self.numbered("W", 2)._oms_settle()
        costs = []
        for prefix, count in (("S", 5), ("L", 20)):
            orders = self.numbered(prefix, count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._oms_settle()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLess((costs[1] - costs[0]) / 15, 22, costs)

    # === DATES === #

    def test_the_payment_carries_the_day_the_channel_says(self):
        self.channel.timezone = "Asia/Shanghai"
        with freeze_time("2026-11-25 09:00:00"):
            order = self.fulfilled(self.paid_at("2026-11-20T22:30:00+00:00"))
            order._oms_settle()
        self.assertEqual(order.transaction_ids.oms_paid_on, date(2026, 11, 21))
        payment = order.transaction_ids.payment_id
        self.assertEqual(payment.date, date(2026, 11, 21))
        self.assertEqual(payment.move_id.date, date(2026, 11, 21))
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 11, 25))

    def test_a_day_that_is_not_told_is_today_where_the_channel_is(self):
        self.channel.timezone = "Asia/Shanghai"
        with freeze_time("2026-11-30 20:00:00"):
            order = self.fulfilled(self.document())
            order._oms_settle()
        self.assertFalse(order.transaction_ids.oms_paid_on)
        self.assertEqual(order.transaction_ids.payment_id.date, date(2026, 12, 1))
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 12, 1))

    def test_a_day_in_the_future_is_today(self):
        with freeze_time("2026-11-25 09:00:00"):
            order = self.fulfilled(self.paid_at("2026-12-24T10:00:00Z"))
            order._oms_settle()
        self.assertEqual(order.transaction_ids.payment_id.date, date(2026, 11, 25))

    def test_a_locked_day_becomes_the_first_open_one(self):
        with freeze_time("2026-11-25 09:00:00"):
            order = self.fulfilled(self.paid_at("2026-10-20T10:00:00Z"))
            self.env.company.fiscalyear_lock_date = date(2026, 10, 31)
            order._oms_settle()
        payment = order.transaction_ids.payment_id
        self.assertEqual(order.transaction_ids.oms_paid_on, date(2026, 10, 20))
        self.assertEqual(payment.date, date(2026, 11, 1))
        self.assertEqual(payment.move_id.date, date(2026, 11, 1))
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_a_bank_transfer_is_dated_as_on_the_statement(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        today = fields.Date.context_today(order)
        wizard = (
            self.env["sale.order.record.payment"]
            .with_user(self.accountant)
            .with_context(default_order_id=order.id)
            .create({"reference": "BANK-1", "paid_on": today + timedelta(days=1)})
        )
        with self.assertRaisesRegex(UserError, "future"):
            wizard.action_record()
        wizard.paid_on = today - timedelta(days=3)
        wizard.action_record()
        order._oms_fulfil()
        order._oms_settle()
        payment = order.transaction_ids.payment_id
        self.assertEqual(payment.date, today - timedelta(days=3))
