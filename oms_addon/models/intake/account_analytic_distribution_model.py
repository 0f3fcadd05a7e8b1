from odoo import api, models

from ..context import CreateBatch


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    # === BUSINESS METHODS === #

    @api.model
    def _get_applicable_models(self, vals):
        """Search once per batch for lines that would find the same models."""
        batch = CreateBatch.of(self.env)
        if batch is None:
            return super()._get_applicable_models(vals)
        if batch.has_analytic_models is None:
            batch.has_analytic_models = bool(self.search([], limit=1))
        if not batch.has_analytic_models:
            return self.browse()
        key = tuple(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in sorted(vals.items())
        )
        if key not in batch.analytic_models:
            batch.analytic_models[key] = super()._get_applicable_models(vals)
        return batch.analytic_models[key]
