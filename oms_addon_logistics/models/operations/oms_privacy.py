from odoo import api, models
from odoo.fields import Domain

PERSONAL = {
    "oms.trip.stop": {
        "recipient_name": False,
        "photo": False,
        "signature": False,
        "proof_latitude": 0.0,
        "proof_longitude": 0.0,
        "latitude": 0.0,
        "longitude": 0.0,
        "note": False,
    },
    "oms.tracking.event": {"place": False, "text": False},
    "stock.picking": {"oms_tracking_token": False, "note": False},
}


class OmsPrivacy(models.AbstractModel):
    """Proofs of delivery, and what the tracking page shows."""

    _inherit = "oms.privacy"

    @api.model
    def _get_personal_fields(self):
        return super()._get_personal_fields() | {
            model: dict(names) for model, names in PERSONAL.items()
        }

    @api.model
    def _get_models_with_files(self):
        return (*super()._get_models_with_files(), "stock.picking")

    def _find_records(self, partners, emails):
        found = super()._find_records(partners, emails)
        pickings = self.env["stock.picking"].search(
            Domain("partner_id", "in", partners.ids)
            | Domain("sale_id", "in", found["sale.order"].ids)
        )
        return found | {
            "stock.picking": pickings,
            "oms.tracking.event": pickings.oms_tracking_event_ids,
            "oms.trip.stop": self.env["oms.trip.stop"].search(
                Domain("partner_id", "in", partners.ids)
                | Domain("picking_ids", "in", pickings.ids)
            ),
        }
