from odoo import fields, models


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    csat_days = fields.Integer(
        string="Ask for Satisfaction After",
        default=-1,
        help="Days after the delivery; 0: never, -1: as the company does.",
    )
