from odoo import fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    oms_return_id = fields.Many2one(
        comodel_name="oms.return",
        string="Customer Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )

    def action_post(self):
        """Post payments; a refund that was paid already is not paid once more.

        :raise UserError: naming the return.
        """
        for payment in self.filtered(lambda p: p.oms_return_id and p.state == "draft"):
            if payment.oms_return_id._is_paid_by_others():
                raise UserError(
                    self.env._(
                        "The credit note of %(name)s is paid already. "
                        "Cancel this payment.",
                        name=payment.oms_return_id.name,
                    )
                )
        result = super().action_post()
        refunds = self.filtered(
            lambda p: (
                p.oms_return_id
                and p.move_id.state == "posted"
                and not p.payment_transaction_id
            )
        )
        for payment in refunds:
            lines = payment.move_id.line_ids | payment.invoice_ids.line_ids
            lines.filtered(
                lambda x, account=payment.destination_account_id: (
                    x.account_id == account
                    and not x.reconciled
                    and x.parent_state == "posted"
                )
            ).reconcile()
        return result
