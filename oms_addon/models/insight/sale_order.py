from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_is_split = fields.Boolean(
        string="Split",
        compute="_compute_oms_is_split",
        store=True,
        help="Ships from more than one warehouse.",
    )

    @api.depends("order_line.oms_warehouse_id")
    def _compute_oms_is_split(self):
        for order in self:
            order.oms_is_split = len(order.order_line.oms_warehouse_id) > 1
