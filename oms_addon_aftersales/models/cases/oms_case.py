from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...policy.sla import sla_state

OPEN_STATES = ("new", "working", "waiting")

# Part of the promised time after which a case is at risk.
_WARN_AFTER = 0.75


class OmsCase(models.Model):
    _name = "oms.case"
    _description = "Case"
    _inherit = ["portal.mixin", "oms.csat.mixin", "mail.activity.mixin"]
    _order = "priority desc, sla_deadline, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _primary_email = "email_from"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    subject = fields.Char(required=True, tracking=True)
    description = fields.Text()
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    type_id = fields.Many2one(
        comodel_name="oms.case.type",
        required=True,
        check_company=True,
        tracking=True,
        default=lambda self: self._default_type_id(),
    )
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")],
        default="1",
        required=True,
        tracking=True,
        groups="base.group_user",
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("working", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("solved", "Solved"),
            ("closed", "Closed"),
        ],
        default="new",
        required=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    email_from = fields.Char(string="E-mail")
    order_id = fields.Many2one(
        comodel_name="sale.order", index="btree_not_null", check_company=True
    )
    channel_id = fields.Many2one(
        related="order_id.oms_channel_id", store=True, index="btree_not_null"
    )
    picking_id = fields.Many2one(
        comodel_name="stock.picking",
        string="Delivery",
        check_company=True,
        domain="[('sale_id', '=', order_id)]",
    )
    product_id = fields.Many2one(comodel_name="product.product", check_company=True)
    return_id = fields.Many2one(
        comodel_name="oms.return",
        index="btree_not_null",
        check_company=True,
        domain="[('order_id', '=', order_id)]",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    compensation = fields.Selection(
        selection=[("none", "None"), ("refund", "Refund"), ("voucher", "Voucher")],
        default="none",
        required=True,
        tracking=True,
        groups="base.group_user",
    )
    compensation_amount = fields.Monetary(tracking=True, groups="base.group_user")
    compensation_note = fields.Char(
        help="Voucher code, or why the amount.", groups="base.group_user"
    )
    compensation_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    solution = fields.Text(copy=False, help="The customer reads it.")

    opened_at = fields.Datetime(
        string="Opened On",
        default=fields.Datetime.now,
        readonly=True,
        copy=False,
        required=True,
    )
    first_response_at = fields.Datetime(
        string="First Response On", readonly=True, copy=False
    )
    first_response_hours = fields.Float(
        string="Hours to First Response",
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        groups="base.group_user",
    )
    solution_hours = fields.Float(
        string="Hours to Solution",
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        groups="base.group_user",
    )
    solved_at = fields.Datetime(string="Solved On", readonly=True, copy=False)
    waiting_since = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    waited_hours = fields.Float(
        readonly=True,
        copy=False,
        help="Working hours spent waiting for the customer: the promise moves by them.",
        groups="base.group_user",
    )
    sla_deadline = fields.Datetime(
        string="Promised By", compute="_compute_sla_deadline", store=True, index=True
    )
    sla_warn_at = fields.Datetime(
        compute="_compute_sla_deadline", store=True, groups="base.group_user"
    )
    sla_state = fields.Selection(
        selection=[("ok", "In Time"), ("at_risk", "At Risk"), ("breached", "Late")],
        string="Promise",
        compute="_compute_sla_state",
        search="_search_sla_state",
        groups="base.group_user",
    )
    is_sla_failed = fields.Boolean(
        string="Promise Broken", readonly=True, copy=False, groups="base.group_user"
    )
    is_escalated = fields.Boolean(readonly=True, copy=False, groups="base.group_user")
    # Names the form that a customer sent: two clicks make one record.
    portal_key = fields.Char(readonly=True, copy=False, groups="base.group_system")
    _portal_key_once = models.UniqueIndex(
        "(order_id, portal_key) WHERE portal_key IS NOT NULL",
        "This request was sent already.",
    )
    _open_deadline = models.Index(
        "(sla_deadline) WHERE state IN ('new', 'working') AND is_escalated IS NOT TRUE"
    )

    @api.model
    def _default_type_id(self):
        return self.env["oms.case.type"].search(
            [("company_id", "in", [False, self.env.company.id])], limit=1
        )

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/cases/{case.id}"
        return result

    @api.depends("name", "subject")
    def _compute_display_name(self):
        """Without a number the client says "New"."""
        for case in self:
            number = case.name if case.name != "/" else ""
            case.display_name = f"{number} {case.subject or ''}".strip()

    @api.depends("type_id")
    def _compute_user_id(self):
        """The type's responsible, as far as that person may work on cases."""
        roles = self.env["oms.role"]
        for case in self:
            user = case.user_id
            if not user and case.type_id.user_id:
                holders = roles._get_holders("service", case.company_id)
                user = case.type_id.user_id & holders
            case.user_id = user

    def _oms_get_people(self):
        """Who late and unhappy cases go to, then the responsible."""
        # sudo: the type only says who is responsible
        case_type = self.type_id.sudo()
        people = case_type.escalation_user_id + self.user_id + case_type.user_id
        return people + self.env.user

    @api.depends("order_id")
    def _compute_partner_id(self):
        for case in self:
            case.partner_id = case.partner_id or case.order_id.partner_id

    @api.depends("order_id", "company_id")
    def _compute_currency_id(self):
        for case in self:
            case.currency_id = case.order_id.currency_id or case.company_id.currency_id

    @api.depends("opened_at", "first_response_at", "solved_at")
    def _compute_hours(self):
        for case in self:
            start = case.opened_at
            for moment, name in (
                (case.first_response_at, "first_response_hours"),
                (case.solved_at, "solution_hours"),
            ):
                passed = moment - start if moment and start else timedelta()
                case[name] = passed.total_seconds() / 3600

    @api.depends("opened_at", "type_id", "priority", "waited_hours", "company_id")
    def _compute_sla_deadline(self):
        for case in self:
            hours = case.type_id._get_hours(case.priority) if case.type_id else 0.0
            if not hours or not case.opened_at:
                case.sla_deadline = case.sla_warn_at = False
                continue
            case.sla_deadline = case._plan_hours(hours + case.waited_hours)
            case.sla_warn_at = case._plan_hours(hours * _WARN_AFTER + case.waited_hours)

    def _get_calendar(self):
        return self.type_id.calendar_id or self.company_id.resource_calendar_id

    def _plan_hours(self, hours):
        """Return when ``hours`` of work after the opening have passed."""
        calendar = self._get_calendar()
        planned = calendar and calendar.plan_hours(
            hours, self.opened_at, compute_leaves=True
        )
        return planned or self.opened_at + timedelta(hours=hours)

    @api.depends("state", "sla_deadline", "sla_warn_at", "solved_at")
    def _compute_sla_state(self):
        now = fields.Datetime.now()
        for case in self:
            # the promise does not run while the customer has to answer
            moment = case.waiting_since or now
            case.sla_state = sla_state(
                moment, case.sla_warn_at, case.sla_deadline, case.solved_at
            )

    def _search_sla_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        running = Domain("state", "in", ("new", "working"))
        breached = Domain("is_sla_failed", "=", True) | (
            running & Domain("sla_deadline", "<", now)
        )
        at_risk = (
            running
            & Domain("sla_warn_at", "<=", now)
            & Domain("sla_deadline", ">=", now)
        )
        domains = {
            "breached": breached,
            "at_risk": at_risk & ~breached,
            "ok": ~breached & ~at_risk,
        }
        return Domain.OR(domains[v] for v in value if v in domains)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        Sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = Sequence.next_by_code("oms.case") or "/"
        cases = super().create(vals_list)
        for case in cases.filtered("partner_id"):
            case.message_subscribe(case.partner_id.ids)
        return cases
