from odoo import fields, models


class OmsCheck(models.Model):
    _name = "oms.check"
    _description = "Order Check"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    automatic = fields.Boolean(
        readonly=True,
        default=True,
        help="Found by checking the order. Others are raised by an event.",
    )
    release_right = fields.Selection(
        selection=[("user", "User"), ("manager", "Manager"), ("never", "Nobody")],
        required=True,
        default="user",
        help="Who may release an order from this hold without fixing the cause.",
    )
    advice = fields.Text(
        translate=True, help="What a person should do about it, shown on the order."
    )

    _code_unique = models.UniqueIndex("(code)", "There is a check of this code.")
