from dataclasses import replace

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _oms_apply_refunds(self, documents):
        """Make returns of what the channel refunded on confirmed orders."""
        result = super()._oms_apply_refunds(documents)
        for order, document in zip(self, documents, strict=True):
            if not document.refunds or order.state != "sale":
                continue
            refunds = [
                # the same name that the order keeps for a refund without id
                refund
                if refund.external_id
                else replace(refund, external_id=f"{document.revision}#{number}")
                for number, refund in enumerate(document.refunds)
            ]
            # The intake runs for people without a right to returns.
            self.env["oms.return"].sudo()._from_document_refund(order, refunds)
        return result
