from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _oms_create_batch(self, vals_list):
        return self.create(vals_list)
