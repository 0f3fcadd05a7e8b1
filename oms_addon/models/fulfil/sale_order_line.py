from odoo import models

from .confirm_batch import ConfirmBatch


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === BUSINESS METHODS === #

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Launch the procurements of a batch with one reference create and one pass
        over the pickings."""
        batch = ConfirmBatch.of(self.env)
        if batch is None or self.env.context.get("skip_procurement"):
            return super()._action_launch_stock_rule(
                previous_product_uom_qty=previous_product_uom_qty
            )
        self._oms_create_references(batch)
        batch.deferring_pickings = True
        try:
            result = super()._action_launch_stock_rule(
                previous_product_uom_qty=previous_product_uom_qty
            )
        finally:
            batch.deferring_pickings = False
        self.env["stock.picking"].browse(
            dict.fromkeys(batch.picking_ids)
        ).action_confirm()
        batch.picking_ids = []
        return result

    def _oms_create_references(self, batch):
        """Create the references that the host would make order by order."""
        first_lines = {}
        for line in self:
            order = line.order_id
            if (
                line.state == "sale"
                and not order.locked
                and line.product_id.type == "consu"
                and line.product_uom_qty
                and not line.move_ids
                and not order.stock_reference_ids
            ):
                first_lines.setdefault(order, line)
        references = self.env["stock.reference"].create(
            [line._prepare_reference_vals() for line in first_lines.values()]
        )
        batch.new_reference_ids.update(references.ids)
