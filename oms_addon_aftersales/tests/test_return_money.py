from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnMoney(AftersalesCommon, AccountPaymentCommon):
    """Money goes back once, whoever has paid it how."""

    def _pay_note(self, note):
        """An accountant pays a credit note with the host's button."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        ).create({"payment_date": fields.Date.today()})._create_payments()

    def test_invoice_that_was_paid_online_is_paid_back(self):
        order = self._create_order((self.shirt, 2, {}), paid=False)
        invoice = order.invoice_ids
        tx = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.dummy_provider.id,
                    "payment_method_id": self.payment_method.id,
                    "reference": invoice.name,
                    "amount": invoice.amount_total,
                    "currency_id": invoice.currency_id.id,
                    "partner_id": invoice.partner_id.id,
                    "operation": "online_direct",
                    "invoice_ids": [Command.set(invoice.ids)],
                }
            )
        )
        tx._set_done()
        tx._post_process()
        self.assertFalse(order.sudo().transaction_ids)
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.amount_paid_back, 115.0)
        rma.action_register_refund()
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.amount_paid_back, 115.0)
        self.assertEqual(order._oms_get_paid_amount(), 0)

    def test_credit_note_that_the_accountant_paid_is_not_paid_again(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.refund_state, "to_pay")
        self._pay_note(rma.refund_move_ids)
        rma.invalidate_recordset()
        self.assertEqual(rma.refund_state, "paid")
        rma.action_register_refund()
        payments = rma.sudo().refund_payment_ids
        self.assertFalse(payments.filtered(lambda p: p.state in ("in_process", "paid")))
        second = self._return_all(order, {self.shirt: 1})
        self.assertEqual(second.amount_paid_back, 115.0)

    def test_compensation_that_was_paid_out_is_not_given_back_once_more(self):
        order = self._create_order((self.shirt, 1, {}))
        case = self.env["oms.case"].create(
            {
                "subject": "Late",
                "order_id": order.id,
                "company_id": self.company.id,
                "compensation": "refund",
                "compensation_amount": 15,
            }
        )
        case.action_compensate()
        case.compensation_move_id.action_post()
        self._pay_note(case.compensation_move_id)
        rma = self._return_all(order)
        self.assertEqual(rma.amount_paid_back, 100.0)

    def test_fee_is_a_percentage(self):
        rma = self._ask(self._create_order(self.shirt))
        for percent in (-1, 101):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                rma.fee_percent = percent
                rma.flush_recordset()

    def test_state_and_money_move_only_through_their_doors(self):
        rma = self._ask(self._create_order((self.shirt, 2, {})), {self.shirt: 1})
        for vals in (
            {"state": "done"},
            {"amount_fixed": 1000},
            {"amount_paid_back": 0},
            {"decision_code": "channel"},
        ):
            with self.assertRaises(UserError, msg=vals):
                rma.write(vals)
        with self.assertRaises(UserError):
            rma.copy().with_user(self.service).create(
                {
                    "order_id": rma.order_id.id,
                    "reason_id": self.reason.id,
                    "state": "received",
                }
            )
        rma.action_submit()
        for vals in ({"kind": "exchange"}, {"is_goods_kept": True}):
            with self.assertRaises(UserError, msg=vals):
                rma.write(vals)
        with self.assertRaises(UserError):
            rma.line_ids.quantity = 2
        rma.action_receive_all()
        rma.action_settle()
        with self.assertRaises(UserError):
            rma.line_ids.qty_accepted = 0
        with self.assertRaises(UserError):
            rma.fee_percent = 50

    def test_draft_invoice_and_return_balance_in_the_end(self):
        order = self._create_order((self.shirt, 2, {}), invoice=False)
        order._create_invoices()
        rma = self._return_all(order, {self.shirt: 1})
        self.assertFalse(rma.refund_move_ids)
        order.invoice_ids.action_post()
        order._create_invoices(final=True).action_post()
        total = sum(order.invoice_ids.mapped("amount_total_signed"))
        self.assertEqual(total, 115.0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_tax_in_the_price_is_given_back_to_the_cent(self):
        included = self.env["account.tax"].create(
            {
                "name": "19% in the price",
                "amount": 19,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
            }
        )
        vals = {"tax_ids": [Command.set(included.ids)], "price_unit": 19.99}
        order = self._create_order((self.shirt, 3, {**vals, "discount": 7}))
        paid = order.amount_total
        returns = [self._return_all(order, {self.shirt: 1}) for _number in range(3)]
        notes = sum(r.refund_move_ids.amount_total for r in returns)
        self.assertAlmostEqual(notes, paid, delta=0.02)
        self.assertLessEqual(
            round(sum(r.amount_paid_back for r in returns), 2), round(paid, 2)
        )
        self.assertAlmostEqual(order._oms_get_paid_amount(), 0, delta=0.02)

    def test_order_in_another_currency_is_credited_in_it(self):
        foreign = self.setup_other_currency("CHF")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Other", "currency_id": foreign.id}
        )
        order = self._create_order(
            (self.shirt, 2, {"price_unit": 80}), pricelist_id=pricelist.id
        )
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.currency_id, foreign)
        self.assertEqual(rma.refund_move_ids.currency_id, foreign)
        self.assertEqual(rma.refund_move_ids.amount_total, 92.0)
        self.assertEqual(rma.amount_paid_back, 92.0)
        self.assertEqual(rma.sudo().refund_payment_ids.currency_id, foreign)

    def test_service_of_two_companies_settles_in_the_company_of_the_order(self):
        other = self.setup_other_company(name="Second")["company"]
        clerk = new_test_user(
            self.env,
            login="two_companies",
            groups="oms_addon_aftersales.group_oms_service",
            company_id=other.id,
            company_ids=[Command.set((other | self.company).ids)],
        )
        coat = self._create_goods("Coat", 60.0, "order")
        order = self._create_order((self.shirt, 2, {}))
        clerk_env = {"allowed_company_ids": [other.id, self.company.id]}
        rma = self._ask(order, {self.shirt: 1}, user=clerk).with_context(**clerk_env)
        rma.action_submit()
        rma.action_receive_all()
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_move_ids.company_id, self.company)
        self.assertEqual(
            rma.sudo().refund_payment_ids.journal_id.company_id, self.company
        )
        swap = self._ask(order, {self.shirt: 1}, user=clerk, kind="exchange")
        swap = swap.with_context(**clerk_env)
        swap.line_ids.exchange_product_id = coat
        swap.action_submit()
        swap.action_receive_all()
        swap.action_settle()
        self.assertEqual(swap.sudo().refund_move_ids.company_id, self.company)
        self.assertEqual(
            swap.line_ids.exchange_line_id.sudo().move_ids.company_id, self.company
        )

    def test_papers_are_in_the_language_of_the_customer(self):
        self.customer.lang = "zh_CN"
        self.policy.restocking_fee = 10
        order = self._create_order((self.shirt, 2, {}))
        rma = self._return_all(order, {self.shirt: 1})
        names = " ".join(rma.refund_move_ids.invoice_line_ids.mapped("name"))
        self.assertNotIn("Restocking fee", names)
        mail = rma.message_ids.filtered(lambda m: m.partner_ids)
        self.assertTrue(mail)
        for message in mail:
            self.assertNotRegex(message.subject, "is (approved|settled)")
            self.assertNotIn("Hello", message.body)
        swap = self._return_all(order, {self.shirt: 1}, kind="exchange")
        self.assertNotIn("replacement", swap.line_ids.exchange_line_id.name)
