from odoo import models


class StockPicking(models.Model):
    """Waybill numbers."""

    _inherit = "stock.picking"

    def action_oms_assign_waybill(self):
        """Give every transfer with a generic or own-fleet carrier its number.

        Transfers that have one keep it.
        """
        return True

    def _oms_validate_at_stop(self):
        """Validate the transfers that a driver handed over or collected."""
