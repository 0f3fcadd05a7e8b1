from odoo import api, fields, models


class AccountMove(models.Model):
    """What accountants need to know of an invoice's order, without a right to it."""

    _inherit = "account.move"

    oms_channel_name = fields.Char(
        string="Name of the Channel",
        compute="_compute_oms_channel_name",
        compute_sudo=True,
    )

    @api.depends("invoice_line_ids.sale_line_ids.order_id.oms_channel_id.name")
    def _compute_oms_channel_name(self):
        for move in self:
            channels = move.invoice_line_ids.sale_line_ids.order_id.oms_channel_id
            move.oms_channel_name = ", ".join(channels.mapped("name"))
