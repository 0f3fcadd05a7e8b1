from odoo import fields, models


class StockPickingBatch(models.Model):
    _inherit = "stock.picking.batch"

    oms_trip_id = fields.Many2one(
        comodel_name="oms.trip",
        string="Trip",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="set null",
    )
