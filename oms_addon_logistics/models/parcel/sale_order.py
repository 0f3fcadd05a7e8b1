from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_delivered_at = fields.Datetime(
        string="Delivered On",
        compute="_compute_oms_delivered_at",
        store=True,
        help="When the last of the order's deliveries was handed to the customer.",
    )
    oms_tracking_event_ids = fields.One2many(
        comodel_name="oms.tracking.event", inverse_name="order_id", string="Tracking"
    )

    @api.depends(
        "picking_ids.oms_delivered_at",
        "picking_ids.state",
        "picking_ids.picking_type_code",
    )
    def _compute_oms_delivered_at(self):
        """Set once every outgoing transfer that isn't cancelled is delivered."""
        for order in self:
            moments = [
                picking.oms_delivered_at
                for picking in order.picking_ids
                if picking.picking_type_code == "outgoing" and picking.state != "cancel"
            ]
            order.oms_delivered_at = max(moments) if moments and all(moments) else False
