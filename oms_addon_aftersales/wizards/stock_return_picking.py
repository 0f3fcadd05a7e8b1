from odoo import fields, models


class StockReturnPickingLine(models.TransientModel):
    _inherit = "stock.return.picking.line"

    oms_return_line_id = fields.Many2one(comodel_name="oms.return.line")

    def _prepare_move_default_values(self, new_picking):
        vals = super()._prepare_move_default_values(new_picking)
        vals["oms_return_line_id"] = self.oms_return_line_id.id
        return vals
