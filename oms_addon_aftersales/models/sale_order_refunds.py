from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _oms_apply_refunds(self, documents):
        """What a channel has refunded of a confirmed order becomes a return, once."""
        result = super()._oms_apply_refunds(documents)
        returns = self.env["oms.return"]
        for order, document in zip(self, documents, strict=True):
            if document.refunds and order.state == "sale":
                # sudo: the channel has refunded already; the intake's user need not
                # be able to handle returns for it to be recorded
                returns.sudo()._from_document_refund(order.sudo(), document.refunds)
        return result
