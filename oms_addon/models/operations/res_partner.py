from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    oms_erased_at = fields.Datetime(
        string="Personal Data Erased On", readonly=True, copy=False
    )
