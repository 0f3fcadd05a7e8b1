from odoo import fields, models

from ...policy import Rule


class OmsReturnPolicy(models.Model):
    _name = "oms.return.policy"
    _description = "Return Policy"
    _inherit = ["oms.shared.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy that covers a product decides."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    category_ids = fields.Many2many(
        comodel_name="product.category",
        string="Product Categories",
        help="With the categories below them. Empty: all products.",
    )
    channel_ids = fields.Many2many(
        comodel_name="oms.channel",
        string="Channels",
        check_company=True,
        help="Empty: orders of every channel, and orders without one.",
    )
    window_days = fields.Integer(
        string="Days to Return", default=14, help="After the delivery; 0: no limit."
    )
    late = fields.Selection(
        selection=[("refuse", "Refuse"), ("review", "Let staff decide")],
        string="Later Requests",
        default="refuse",
        required=True,
    )
    reason_ids = fields.Many2many(
        comodel_name="oms.return.reason",
        string="Reasons Covered",
        help="Empty: every reason.",
    )
    allow_refund = fields.Boolean(string="Refund", default=True)
    allow_exchange = fields.Boolean(string="Exchange", default=True)
    allow_repair = fields.Boolean(string="Repair", default=True)
    approve_up_to = fields.Monetary(
        help="Requests worth up to this amount, with tax, are approved at once; "
        "others wait for a decision. 0: all wait.",
    )
    refusal_text = fields.Text(
        string="Text of a Refusal",
        translate=True,
        help="What customers read when this policy refuses a request. Empty: a "
        "sentence with the reason.",
    )
    needs_photo = fields.Boolean(help="Requests without a picture wait for a decision.")
    restocking_fee = fields.Float(
        string="Restocking Fee (%)",
        help="Deducted from the refund, unless the return is our fault.",
    )
    return_shipping = fields.Selection(
        selection=[
            ("company", "Always us"),
            ("customer", "Always the customer"),
            ("fault", "Who caused the return"),
        ],
        default="fault",
        required=True,
        string="Return Shipping Paid By",
    )
    pickup = fields.Boolean(
        string="Pickup by Own Driver",
        help="Our drivers collect the goods; they become stops of a route plan.",
    )

    _fee_in_range = models.Constraint(
        "CHECK(restocking_fee >= 0 AND restocking_fee <= 100)",
        "The restocking fee is a percentage between 0 and 100.",
    )
    _window_not_negative = models.Constraint(
        "CHECK(window_days >= 0)", "The days to return cannot be negative."
    )

    # === COMPUTE METHODS === #

    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.currency_id = company.currency_id

    # === BUSINESS METHODS === #

    def _find_for(self, sale_lines):
        """Return the policy of each sale line: the first that covers it.

        :param sale.order.line sale_lines: lines of any companies.
        :rtype: dict of sale.order.line to oms.return.policy (may be empty)
        """
        # Customers ask in the portal and may not read policies themselves.
        policies = self.sudo().search(
            [("company_id", "in", [*sale_lines.company_id.ids, False])]
        )
        return {
            line: next((p for p in policies if p._is_covering(line)), policies.browse())
            for line in sale_lines
        }

    def _is_covering(self, sale_line):
        self.ensure_one()
        if self.company_id and self.company_id != sale_line.company_id:
            return False
        channel = sale_line.order_id.oms_channel_id
        if self.channel_ids and channel not in self.channel_ids:
            return False
        if not self.category_ids:
            return True
        # "1/4/9/" names the category and all above it
        path = (sale_line.product_id.categ_id.parent_path or "").split("/")
        return any(str(category_id) in path for category_id in self.category_ids.ids)

    def _get_rule(self, order):
        """Return the deciding part, in the order's currency; None without policy.

        :rtype: oms_addon_aftersales.policy.Rule
        """
        if not self:
            return None
        kinds = ("refund", "exchange", "repair")
        return Rule(
            window=self.window_days,
            late=self.late,
            reasons=frozenset(self.reason_ids.ids),
            kinds=frozenset(kind for kind in kinds if self[f"allow_{kind}"]),
            approve_up_to=order.company_id.currency_id._convert(
                self.approve_up_to, order.currency_id, order.company_id
            ),
            needs_photo=self.needs_photo,
        )
