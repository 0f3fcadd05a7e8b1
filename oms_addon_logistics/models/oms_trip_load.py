from odoo import models


class OmsTrip(models.Model):
    """Loading batches and re-computed times of a trip."""

    _inherit = "oms.trip"

    def _evaluate(self):
        """Re-compute times, kilometres and load for the stops as ordered now."""
        return True

    def _create_loading_batches(self):
        """Create a host batch per trip and operation type, in loading order."""

    def _drop_loading_batches(self):
        """Free transfers that didn't go from their loading batch."""
