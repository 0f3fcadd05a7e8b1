from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    oms_csat_avg = fields.Float(
        string="Satisfaction",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Average answer of the customer: 1 (unhappy) to 5 (happy).",
    )
    oms_return_count = fields.Integer(
        compute="_compute_oms_counts", groups="oms_addon.group_oms_user"
    )
    oms_case_count = fields.Integer(
        compute="_compute_oms_counts", groups="oms_addon.group_oms_user"
    )

    @api.depends_context("uid")
    def _compute_oms_counts(self):
        partners = self.search_fetch([("id", "child_of", self.ids)], ["parent_id"])
        for model, name in (
            ("oms.return", "oms_return_count"),
            ("oms.case", "oms_case_count"),
        ):
            self[name] = 0
            groups = self.env[model]._read_group(
                [("partner_id", "in", partners.ids)], ["partner_id"], ["__count"]
            )
            for partner, count in groups:
                while partner:
                    if partner in self:
                        partner[name] += count
                    partner = partner.parent_id

    def action_view_oms_returns(self):
        """Open the returns of the customer and its contacts."""
        return self._action_view_oms("oms_addon_aftersales.oms_return_action")

    def action_view_oms_cases(self):
        """Open the cases of the customer and its contacts."""
        return self._action_view_oms("oms_addon_aftersales.oms_case_action")

    def _action_view_oms(self, xmlid):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    def _oms_update_csat(self):
        """Recompute the average answer of commercial partners."""
        for partner in self:
            [(average,)] = self.env["rating.rating"]._read_group(
                [
                    ("partner_id", "child_of", partner.id),
                    ("res_model", "in", ("sale.order", "oms.case")),
                    ("consumed", "=", True),
                    ("rating", ">=", 1),
                ],
                aggregates=["rating:avg"],
            )
            partner.oms_csat_avg = average or 0.0
