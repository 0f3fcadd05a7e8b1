from odoo import fields, models
from odoo.fields import Domain

# Kind -> model, states that are over, field with the moment.
KINDS = {
    "cases": ("oms.case", ("solved", "closed"), "solved_at"),
    "returns": ("oms.return", ("done", "refused", "cancelled"), "requested_at"),
}


class OmsRetentionRule(models.Model):
    _inherit = "oms.retention.rule"

    kind = fields.Selection(
        selection_add=[
            ("cases", "Complaints: what was written, pictures"),
            ("returns", "Returns: notes and pictures"),
        ],
        ondelete={"cases": "cascade", "returns": "cascade"},
    )

    def _get_model(self):
        return KINDS[self.kind][0] if self.kind in KINDS else super()._get_model()

    def _get_date_name(self):
        return KINDS[self.kind][2] if self.kind in KINDS else super()._get_date_name()

    def _get_domain(self):
        if self.kind not in KINDS:
            return super()._get_domain()
        _model, closed, _moment = KINDS[self.kind]
        return (
            Domain("state", "in", closed)
            & Domain("erased_at", "=", False)
            & self._get_scope("channel_id", "company_id")
        )

    def _get_with_related(self, records):
        found = super()._get_with_related(records)
        if self.kind == "returns":
            found["oms.return.line"] = records.line_ids
        return found
