from odoo import api, fields, models

RIGHTS = [("user", "User"), ("manager", "Manager"), ("never", "Nobody")]


class OmsCheck(models.Model):
    """A rule that orders are checked by.

    The checks are the same in every company; who may release from them is each
    company's own matter.
    """

    _name = "oms.check"
    _description = "Order Check"
    _inherit = ["oms.shared.mixin"]
    _order = "sequence, id"

    _fields_per_company = frozenset({"release_right", "company_release_right"})

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
        selection=RIGHTS,
        compute="_compute_release_right",
        inverse="_inverse_release_right",
        help="Who may release an order from this hold without fixing the cause.",
    )
    default_release_right = fields.Selection(
        selection=RIGHTS,
        required=True,
        default="user",
        readonly=True,
        help="Where a company has decided nothing else.",
    )
    company_release_right = fields.Selection(
        selection=RIGHTS, string="Release Right Here", company_dependent=True
    )
    advice = fields.Text(
        translate=True, help="What a person should do about it, shown on the order."
    )

    _code_unique = models.UniqueIndex("(code)", "There is a check of this code.")

    # === COMPUTE METHODS === #

    @api.depends("default_release_right", "company_release_right")
    @api.depends_context("company")
    def _compute_release_right(self):
        for check in self:
            check.release_right = (
                check.company_release_right or check.default_release_right
            )

    def _inverse_release_right(self):
        for check in self:
            check.company_release_right = check.release_right

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A new check begins with the same right in every company."""
        for vals in vals_list:
            if "release_right" in vals:
                vals["default_release_right"] = vals.pop("release_right")
        return super().create(vals_list)
