from odoo import fields, models


class StockPicking(models.Model):
    """What packers need to know of the order, without a right to it."""

    _inherit = "stock.picking"

    oms_channel_name = fields.Char(
        related="sale_id.oms_channel_id.name", string="Name of the Channel"
    )
    oms_buyer_note = fields.Text(related="sale_id.oms_buyer_note")
    oms_hold_reason = fields.Text(
        related="sale_id.oms_hold_reason", groups="base.group_user"
    )
