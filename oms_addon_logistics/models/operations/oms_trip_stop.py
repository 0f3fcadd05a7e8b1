from odoo import fields, models


class OmsTripStop(models.Model):
    _inherit = "oms.trip.stop"

    erased_at = fields.Datetime(
        string="Personal Data Erased On", readonly=True, copy=False
    )
