from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

OPEN_STATES = ("draft", "review", "approved", "received")


class OmsReturn(models.Model):
    _name = "oms.return"
    _description = "Return"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    order_id = fields.Many2one(
        comodel_name="sale.order",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'sale')]",
    )
    channel_id = fields.Many2one(
        related="order_id.oms_channel_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index=True,
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
        default=lambda self: self._default_user_id(),
        help="Somebody of the service, who may decide.",
    )
    kind = fields.Selection(
        selection=[
            ("refund", "Refund"),
            ("exchange", "Exchange"),
            ("repair", "Repair"),
        ],
        string="Requested",
        default="refund",
        required=True,
        tracking=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "New"),
            ("review", "To Decide"),
            ("approved", "Approved"),
            ("received", "Received"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    reason_id = fields.Many2one(comodel_name="oms.return.reason", required=True)
    note = fields.Text(string="Customer's Note")
    # Names the form that a customer sent: two clicks make one record.
    portal_key = fields.Char(readonly=True, copy=False, groups="base.group_system")
    line_ids = fields.One2many(
        comodel_name="oms.return.line", inverse_name="return_id", copy=False
    )
    photo_count = fields.Integer(
        compute="_compute_photo_count", groups="base.group_user"
    )

    policy_id = fields.Many2one(
        comodel_name="oms.return.policy",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    decision_code = fields.Selection(
        selection=[
            ("within_policy", "Covered by the policy"),
            ("no_policy", "No policy covers it"),
            ("not_delivered", "Not delivered"),
            ("window_over", "Too late"),
            ("reason_not_covered", "Reason not covered"),
            ("kind_not_offered", "Option not available"),
            ("photo_missing", "Picture missing"),
            ("above_value", "Worth more than the limit"),
            ("staff", "Decided by staff"),
            ("channel", "Refunded by the channel"),
        ],
        string="Decided Because",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    decision_values = fields.Json(readonly=True, copy=False, groups="base.group_user")
    decision_text = fields.Char(
        string="Explanation",
        compute="_compute_decision_text",
        help="Why the request was approved, refused or kept for a decision.",
        groups="base.group_user",
    )
    refusal_note = fields.Text(
        string="Answer to Customer", copy=False, help="The customer reads it."
    )
    is_shipping_ours = fields.Boolean(
        string="We Pay Return Shipping", readonly=True, copy=False
    )
    is_pickup = fields.Boolean(
        string="Pickup by Own Driver",
        copy=False,
        help="Our driver collects the goods: the receipt becomes a stop of a route.",
    )
    fee_percent = fields.Float(
        string="Restocking Fee (%)", copy=False, help="Deducted from the refund."
    )

    requested_at = fields.Datetime(
        string="Asked On", default=fields.Datetime.now, copy=False
    )
    decide_by = fields.Datetime(
        string="Answer By",
        compute="_compute_decide_by",
        store=True,
        help="The customer expects an answer by then.",
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _fee_in_range = models.Constraint(
        "CHECK(fee_percent IS NULL OR (fee_percent >= 0 AND fee_percent <= 100))",
        "The restocking fee is a percentage between 0 and 100.",
    )
    _line_quantities_rule = models.Index("(order_id, state)")
    _portal_key_once = models.UniqueIndex(
        "(order_id, portal_key) WHERE portal_key IS NOT NULL",
        "This request was sent already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id")
    def _compute_partner_id(self):
        for rma in self:
            rma.partner_id = rma.order_id.partner_id

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for rma in self:
            rma.access_url = f"/my/returns/{rma.id}"
        return result

    def _compute_photo_count(self):
        # Pictures belong to the request; whoever reads it may count them.
        counts = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("mimetype", "=like", "image/%"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        for rma in self:
            rma.photo_count = counts.get(rma.id, 0)

    @api.depends("requested_at", "company_id")
    def _compute_decide_by(self):
        for rma in self:
            days = rma.company_id.oms_return_answer_days or 2
            start = rma.requested_at
            rma.decide_by = start and start + timedelta(days=days)

    @api.depends("decide_by", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for rma in self:
            rma.is_late = (
                rma.state in ("draft", "review")
                and bool(rma.decide_by)
                and rma.decide_by < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "in", ("draft", "review")),
            ("decide_by", "<", fields.Datetime.now()),
        ]

    @api.depends("name")
    def _compute_display_name(self):
        """Without a number the client says "New"."""
        for rma in self:
            rma.display_name = rma.name if rma.name != "/" else False

    @api.depends("decision_code", "decision_values")
    @api.depends_context("lang")
    def _compute_decision_text(self):
        for rma in self:
            rma.decision_text = rma._explain_decision()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        Sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = Sequence.next_by_code("oms.return") or "/"
        returns = super().create(vals_list)
        returns._assign_service()
        for rma in returns:
            rma.message_subscribe(rma.partner_id.ids)
        return returns

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_begun(self):
        if any(rma.state not in ("draft", "cancelled") for rma in self):
            raise UserError(
                self.env._("Cancel the return instead: others rely on its record.")
            )

    # === ACTION METHODS === #

    def action_submit(self):
        """Let the policy decide on new requests.

        :return: True
        :raise UserError: when a request asks for more than can be returned.
        """
        self.check_access("write")
        self._check_lines()
        drafts = self.filtered(lambda r: r.state == "draft")
        policies = self.env["oms.return.policy"]._find_for(drafts.line_ids.sale_line_id)
        for rma in drafts:
            rma._decide(policies)
        return True

    def action_approve(self):
        """Approve by hand: makes the receipts. Approving twice does nothing more.

        :return: True
        """
        self.check_access("write")
        self.line_ids.sale_line_id._oms_lock_for_return()
        self._transition("approved", **self._by_staff())
        # afterwards: a refused request claims its quantities only from now on
        self._check_lines()
        return True

    def action_refuse(self):
        """Refuse by hand; the customer reads ``refusal_note``.

        :return: True
        """
        self.check_access("write")
        if any(not rma.refusal_note for rma in self):
            raise UserError(
                self.env._("Tell the customer why, in “Answer to Customer”.")
            )
        self._transition("refused", **self._by_staff())
        return True

    def action_cancel(self):
        """Cancel returns whose goods have not come back, and their receipts.

        :return: True
        :raise UserError: when goods are here: they have to be refunded, replaced
            or sent back.
        """
        self.check_access("write")
        for rma in self.filtered(lambda r: any(r.line_ids.mapped("qty_received"))):
            raise UserError(
                self.env._(
                    "Goods of %(name)s are here already: finish the return instead.",
                    name=rma.name,
                )
            )
        self._transition("cancelled")
        return True

    def action_reset(self):
        """Begin again with a refused or cancelled request.

        :return: True
        """
        self.check_access("write")
        self._transition("draft", decision_code=False, decision_values=False)
        return True

    def action_settle(self):
        """Finish inspected returns: stock, money, replacement or repair.

        :return: True
        """
        self.check_access("write")
        for rma in self.filtered(lambda r: r.state == "received"):
            rma._settle()
        return True

    def action_view_order(self):
        """Open the order of the return."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    def _can_customer_cancel(self):
        self.ensure_one()
        is_sent = any(p.state == "done" for p in self.picking_ids)
        return self.state in ("draft", "review", "approved") and not is_sent
