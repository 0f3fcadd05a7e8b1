from odoo import api, models
from odoo.fields import Domain

PERSONAL = {
    "oms.case": {
        "subject": "–",
        "description": False,
        "email_from": False,
        "compensation_note": False,
        "solution": False,
    },
    "oms.return": {"note": False, "refusal_note": False},
    "oms.return.line": {"inspection_note": False},
}


class OmsPrivacy(models.AbstractModel):
    """What customers and staff wrote about cases and returns, with its pictures."""

    _inherit = "oms.privacy"

    @api.model
    def _get_personal_fields(self):
        return super()._get_personal_fields() | {
            model: dict(names) for model, names in PERSONAL.items()
        }

    @api.model
    def _get_models_with_files(self):
        return (*super()._get_models_with_files(), "oms.case", "oms.return")

    def _find_records(self, partners, emails):
        found = super()._find_records(partners, emails)
        orders = found["sale.order"]
        returns = self.env["oms.return"].search(
            Domain("partner_id", "in", partners.ids)
            | Domain("order_id", "in", orders.ids)
        )
        return found | {
            "oms.case": self.env["oms.case"].search(
                Domain("partner_id", "in", partners.ids)
                | Domain("order_id", "in", orders.ids)
                | Domain("email_from", "in", list(emails))
            ),
            "oms.return": returns,
            "oms.return.line": returns.line_ids,
        }
