from odoo import fields, models
from odoo.fields import Domain

DONE = ("delivered", "failed")


class OmsRetentionRule(models.Model):
    _inherit = "oms.retention.rule"

    kind = fields.Selection(
        selection_add=[("proofs", "Proofs of delivery and tracking pages")],
        ondelete={"proofs": "cascade"},
    )

    def _get_model(self):
        return "oms.trip.stop" if self.kind == "proofs" else super()._get_model()

    def _get_date_name(self):
        return "done_at" if self.kind == "proofs" else super()._get_date_name()

    def _get_domain(self):
        if self.kind != "proofs":
            return super()._get_domain()
        return (
            Domain("state", "in", DONE)
            & Domain("erased_at", "=", False)
            & self._get_scope("picking_ids.oms_channel_id", "company_id")
        )

    def _get_with_related(self, records):
        found = super()._get_with_related(records)
        if self.kind == "proofs":
            done = records.picking_ids.filtered(
                lambda picking: picking.state in ("done", "cancel")
            )
            found |= {
                "stock.picking": done,
                "oms.tracking.event": done.oms_tracking_event_ids,
            }
        return found
