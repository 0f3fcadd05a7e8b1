from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    oms_pickup = fields.Boolean(
        string="Pickup by Own Driver",
        index="btree_not_null",
        help="The goods are collected at the customer's by one of our drivers; "
        "without it the customer sends them.",
    )
