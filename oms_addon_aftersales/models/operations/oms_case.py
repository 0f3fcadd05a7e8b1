from odoo import fields, models


class OmsCase(models.Model):
    _inherit = "oms.case"

    erased_at = fields.Datetime(
        string="Personal Data Erased On", readonly=True, copy=False
    )
