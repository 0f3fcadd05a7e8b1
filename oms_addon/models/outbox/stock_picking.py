from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    oms_channel_id = fields.Many2one(
        related="sale_id.oms_channel_id", store=True, index="btree_not_null"
    )

    def _action_done(self):
        """A parcel that left is told to its channel."""
        result = super()._action_done()
        self.filtered(lambda p: p.state == "done")._oms_queue_shipments()
        return result

    def _oms_queue_shipments(self):
        """Queue the tracking number for the channel, once per picking."""
        told = self.filtered(
            lambda p: (
                p.picking_type_code == "outgoing"
                and p.sale_id.oms_external_id
                and p.oms_channel_id.push_shipment
                and p.oms_channel_id.can_push_shipment
            )
        )
        if not told:
            return
        # sudo: the message is the system's; warehouse users don't write to it
        self.env["oms.outbox.message"].sudo().create(
            [
                {
                    "channel_id": picking.oms_channel_id.id,
                    "kind": "shipment",
                    "dedupe_key": f"shipment-{picking.id}",
                    "order_id": picking.sale_id.id,
                    "picking_id": picking.id,
                    "payload": picking._oms_prepare_shipment(),
                }
                for picking in told
            ]
        )
        self.env.ref("oms_addon.ir_cron_outbox")._trigger()

    def _oms_prepare_shipment(self):
        """What the channel is told about a parcel, as JSON."""
        self.ensure_one()
        return {
            "external_id": self.sale_id.oms_external_id,
            "tracking_number": self.carrier_tracking_ref or self.name,
            "carrier_name": self.carrier_id.name or "",
            "tracking_url": self.carrier_tracking_url or "",
            "shipped_at": fields.Datetime.now().isoformat() + "+00:00",
            "lines": [
                [move.sale_line_id.oms_external_id, move.quantity]
                for move in self.move_ids
                if move.sale_line_id.oms_external_id and move.quantity
            ],
            "complete": self.sale_id._oms_delivery_stage() == "shipped",
        }
