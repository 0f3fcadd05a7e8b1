from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    oms_return_answer_days = fields.Integer(string="Days to Answer Returns", default=2)
    oms_csat_days = fields.Integer(
        string="Ask for Satisfaction After",
        default=3,
        help="Days after the delivery; 0: do not ask.",
    )
