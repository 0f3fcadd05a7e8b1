from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..people import in_language_of


class OmsReturn(models.Model):
    """How a refund reaches the customer."""

    _inherit = "oms.return"

    amount_settled = fields.Monetary(
        readonly=True,
        copy=False,
        help="What the order is worth less by this return, with tax.",
        groups="base.group_user",
    )

    def _refund_money(self, amount):
        """Pay ``amount`` back, as far as the customer has paid too much.

        Providers that can refund are asked to; the rest becomes a draft payment
        for the accountant. The customer never gets more than was paid, and what
        is still owed for the order stays with us.

        :param float amount: what the return is worth to the customer.
        """
        self.ensure_one()
        currency = self.currency_id
        order = self.order_id
        order.oms_return_ids._drop_needless_payments()
        paid = order._oms_get_paid_amount()
        worth = order.amount_total - sum(
            (order.oms_return_ids - self)
            .filtered(lambda r: r.kind == "refund" and r.state == "done")
            .mapped("amount_settled")
        )
        due = min(amount, paid, paid - (worth - amount))
        self._write_guarded({"amount_settled": amount})
        if currency.compare_amounts(due, 0) <= 0:
            return
        self._write_guarded({"amount_paid_back": due})
        left = self._refund_by_providers(due)
        if currency.compare_amounts(left, 0) > 0:
            self._propose_payment(left)

    def _refund_by_providers(self, amount):
        """Ask the providers of the order's payments to give ``amount`` back.

        :return: the part that none of them can give back.
        :rtype: float
        """
        # Providers and transactions are closed to the service; the amount is not
        # the user's choice but follows from what was inspected.
        transactions = self.sudo().order_id._oms_get_transactions()
        transactions = transactions.filtered(
            lambda tx: tx.currency_id == self.currency_id
        )
        for tx in transactions.sorted("id", reverse=True):
            share = min(amount, tx._oms_get_refundable_amount())
            is_partial = self.currency_id.compare_amounts(share, tx.amount) < 0
            if self.currency_id.compare_amounts(share, 0) <= 0 or (
                is_partial and tx._oms_get_refund_support() != "partial"
            ):
                continue
            known = tx.child_transaction_ids
            tx.action_refund(amount_to_refund=share)
            refund = tx.child_transaction_ids - known
            refund.write(
                {
                    "oms_return_id": self.id,
                    "invoice_ids": [Command.set(self.sudo().refund_move_ids.ids)],
                }
            )
            if refund.state != "error":
                amount -= share
        return self.currency_id.round(amount)

    def _propose_payment(self, amount):
        """Draft the payment of ``amount`` to the customer."""
        journal = self._get_refund_journal()
        if not journal:
            raise UserError(
                self.env._("Set up a bank journal: the refund cannot be paid without.")
            )
        notes = self.sudo().refund_move_ids
        vals = {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self.order_id.partner_invoice_id.commercial_partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "memo": in_language_of(self, self.partner_id).env._(
                "Refund %(name)s, %(order)s", name=self.name, order=self.order_id.name
            ),
            "oms_return_id": self.id,
            "invoice_ids": [Command.set(notes.ids)],
        }
        # Only a draft: an accountant, or the service by a button, posts it.
        self.env["account.payment"].sudo().create(vals)

    def _is_paid_by_others(self):
        """Whether accountants paid the credit notes themselves, in the host's way.

        :rtype: bool
        """
        self.ensure_one()
        # Payments are closed to the service; it only learns that there are some.
        rma = self.sudo()
        given = sum(
            amount
            for payment, amount in rma.refund_move_ids._oms_get_payments()
            if payment not in rma.refund_payment_ids
            and payment.payment_transaction_id not in rma.refund_transaction_ids
        )
        if not given:
            return False
        return self.currency_id.compare_amounts(given, self.amount_paid_back) >= 0

    def _drop_needless_payments(self):
        """Cancel proposed payments of what was paid in another way meanwhile."""
        for rma in self:
            # The proposals are ours; nobody is paid twice.
            drafts = rma.sudo().refund_payment_ids.filtered(
                lambda p: p.state == "draft"
            )
            if drafts and rma._is_paid_by_others():
                drafts.action_cancel()

    def _get_refund_journal(self):
        """The journal the money came in through, else the first bank journal."""
        # The service does not see payments and journals.
        rma = self.sudo()
        payments = rma.order_id.transaction_ids.payment_id
        payments |= rma.order_id.invoice_ids.matched_payment_ids
        journals = payments.journal_id.filtered(
            lambda j: j.outbound_payment_method_line_ids
        )
        return journals[:1] or rma.env["account.journal"].search(
            [
                *rma.env["account.journal"]._check_company_domain(rma.company_id),
                ("type", "in", ("bank", "cash")),
            ],
            limit=1,
        )
