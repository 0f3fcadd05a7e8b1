from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    oms_return_id = fields.Many2one(
        comodel_name="oms.return",
        string="Customer Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )

    def _oms_get_payments(self):
        """Return what was paid for invoices, or paid out for credit notes.

        :return: payment (empty for a bank statement alone) and amount of each.
        :rtype: list of (account.payment, float)
        """
        shares = []
        for move in self:
            for partial in move._get_all_reconciled_invoice_partials():
                entry = partial["aml"]
                if entry.payment_id or entry.move_id.statement_line_id:
                    shares.append((entry.payment_id, partial["amount"]))
            # payments without an entry (no outstanding account)
            shares += [
                (payment, payment.amount)
                for payment in move.matched_payment_ids
                if not payment.move_id and payment.state in ("in_process", "paid")
            ]
        return shares
