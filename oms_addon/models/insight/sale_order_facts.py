from odoo import api, fields, models


class SaleOrder(models.Model):
    """What packers and accountants need to know of an order, as plain fields.

    They need no right to channels, holds or messages for it.
    """

    _inherit = "sale.order"

    oms_channel_name = fields.Char(
        related="oms_channel_id.name", string="Name of the Channel"
    )
    oms_hold_reason = fields.Text(
        string="Reason of the Hold",
        compute="_compute_oms_hold_reason",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("oms_hold_ids.state", "oms_hold_ids.details")
    @api.depends_context("lang")
    def _compute_oms_hold_reason(self):
        for order in self:
            reasons = order._oms_open_holds().mapped("reason")
            order.oms_hold_reason = "\n".join(filter(None, reasons))
