from odoo import api, models


class OmsRole(models.AbstractModel):
    _inherit = "oms.role"

    @api.model
    def _get_groups(self):
        """Add who plans and dispatches trips."""
        return {
            **super()._get_groups(),
            "dispatch": "oms_addon_logistics.group_oms_dispatcher",
        }
