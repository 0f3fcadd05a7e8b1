from odoo import fields, models


class OmsReturn(models.Model):
    _inherit = "oms.return"

    erased_at = fields.Datetime(
        string="Personal Data Erased On", readonly=True, copy=False
    )
