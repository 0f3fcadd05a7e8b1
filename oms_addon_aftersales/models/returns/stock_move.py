from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    oms_return_line_id = fields.Many2one(
        comodel_name="oms.return.line", index="btree_not_null", ondelete="set null"
    )

    def _oms_get_quantity_to_return(self):
        """Delivered quantity that no return transfer has taken or plans to take.

        :return: quantity in the move's unit.
        :rtype: float
        """
        self.ensure_one()
        taken = sum(
            move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty,
                self.product_uom,
            )
            for move in self.returned_move_ids
            if move.state != "cancel"
        )
        # what was sent back to the customer can be returned once more
        back = sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom)
            for move in self.returned_move_ids.returned_move_ids
            if move.state == "done"
        )
        return self.quantity - taken + back
