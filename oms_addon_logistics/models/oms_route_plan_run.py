from odoo import models


class OmsRoutePlan(models.Model):
    """Records → routing problem → trips."""

    _inherit = "oms.route.plan"

    def _plan(self):
        """Plan the routes of one plan and write trips, stops and what is left out.

        :raise UserError: when there is nothing to plan or no vehicle
        """
        self.ensure_one()
