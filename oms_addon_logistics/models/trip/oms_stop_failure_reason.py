from odoo import fields, models


class OmsStopFailureReason(models.Model):
    _name = "oms.stop.failure.reason"
    _description = "Reason for a Failed Stop"
    _inherit = ["oms.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable code for other systems.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    needs_note = fields.Boolean(
        string="Note Needed", help="The driver must write a note with this reason."
    )

    _code_unique = models.UniqueIndex("(code)", "This code is in use already.")
