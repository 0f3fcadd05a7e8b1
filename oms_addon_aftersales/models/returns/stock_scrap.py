from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    oms_return_id = fields.Many2one(comodel_name="oms.return", index="btree_not_null")
