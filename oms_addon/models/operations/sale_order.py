from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_erased_at = fields.Datetime(
        string="Personal Data Erased On", readonly=True, copy=False
    )
