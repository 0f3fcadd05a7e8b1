from odoo import api, models


class OmsRole(models.AbstractModel):
    _inherit = "oms.role"

    @api.model
    def _get_groups(self):
        """Add who decides on returns and works on cases."""
        return {
            **super()._get_groups(),
            "service": "oms_addon_aftersales.group_oms_service",
        }
