from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    oms_return_id = fields.Many2one(
        comodel_name="oms.return",
        string="Customer Return",
        index="btree_not_null",
        readonly=True,
    )

    def _oms_get_refund_support(self):
        """Return ``none``, ``full_only`` or ``partial``: what can be refunded.

        :rtype: str
        """
        self.ensure_one()
        method = self.payment_method_id
        method = method.primary_payment_method_id or method
        supports = {self.provider_id.support_refund, method.support_refund}
        if self.provider_id.state == "disabled" or supports & {"none", False}:
            return "none"
        return "full_only" if "full_only" in supports else "partial"

    def _oms_get_refundable_amount(self):
        """Return what the provider can still give back of this payment.

        :return: amount in the transaction's currency.
        :rtype: float
        """
        self.ensure_one()
        if self._oms_get_refund_support() == "none":
            return 0.0
        refunds = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in ("cancel", "error")
        )
        return self.amount + sum(refunds.mapped("amount"))
