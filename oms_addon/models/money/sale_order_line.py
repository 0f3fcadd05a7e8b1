from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === BUSINESS METHODS === #

    def _prepare_invoice_line(self, **optional_values):
        """The invoice of a channel's order speaks as the order does.

        The host puts the product's name with its code before the line's text. The
        text of a channel has no code in it, so each product would stand there twice,
        and shipping and fees with a code of ours.
        """
        values = super()._prepare_invoice_line(**optional_values)
        if not self.order_id.oms_channel_id or not self.product_id:
            return values
        full_name = self.env["account.move.line"]._get_journal_items_full_name
        if values.get("name") == full_name(self.name, self.product_id.display_name):
            plain = self.product_id.with_context(display_default_code=False)
            values["name"] = full_name(self.name, plain.display_name)
        return values
