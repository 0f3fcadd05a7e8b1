from odoo import models

from .context import CreateBatch


class ResUsers(models.Model):
    _inherit = "res.users"

    # === BUSINESS METHODS === #

    def _get_default_warehouse_id(self):
        """Search once per batch of orders for each user and company."""
        batch = CreateBatch.of(self.env)
        if batch is None:
            return super()._get_default_warehouse_id()
        key = (self.id, self.env.company.id)
        if key not in batch.warehouses:
            batch.warehouses[key] = super()._get_default_warehouse_id()
        return batch.warehouses[key]
