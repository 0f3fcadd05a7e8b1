from odoo import fields, models


class OmsReturnReason(models.Model):
    _name = "oms.return.reason"
    _description = "Return Reason"
    _inherit = ["oms.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_our_fault = fields.Boolean(
        help="The customer bears no cost: no restocking fee, free shipping."
    )
    in_portal = fields.Boolean(
        string="Offered in Portal", default=True, help="Customers can choose it."
    )
