import logging

from odoo import api, fields, models
from odoo.fields import Domain

from .retry import NO_RECORDS_FAULT, work_in_batches

_logger = logging.getLogger(__name__)

STAGES = [
    ("held", "On Hold"),
    ("ready", "Ready"),
    ("waiting", "Waiting for Stock"),
    ("reserved", "Reserved"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("cancelled", "Cancelled"),
]


# Who may read holds; everybody else reads the reason on the order.
SEES_HOLDS = (
    "sales_team.group_sale_salesman,stock.group_stock_user,"
    "account.group_account_readonly,account.group_account_invoice"
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_channel_id = fields.Many2one(
        comodel_name="oms.channel",
        string="Channel",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    oms_external_id = fields.Char(
        string="Channel Order ID", copy=False, readonly=True, index="btree_not_null"
    )
    oms_revision = fields.Char(string="Channel Revision", copy=False, readonly=True)
    oms_status = fields.Selection(
        selection=[
            ("unpaid", "Unpaid"),
            ("paid", "To Ship"),
            ("hold", "On Hold"),
            ("part_shipped", "Partly Shipped"),
            ("shipped", "Shipped"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("refunded", "Refunded"),
        ],
        string="Status on the Channel",
        copy=False,
        readonly=True,
    )
    oms_stage = fields.Selection(
        selection=STAGES,
        string="Stage",
        compute="_compute_oms_stage",
        store=True,
        index=True,
        group_expand=True,
    )
    oms_hold_ids = fields.One2many(
        comodel_name="oms.hold",
        inverse_name="order_id",
        string="Holds",
        copy=False,
        groups=SEES_HOLDS,
    )
    oms_open_hold_ids = fields.One2many(
        comodel_name="oms.hold",
        inverse_name="order_id",
        string="Open Holds",
        domain=[("state", "=", "open")],
        groups=SEES_HOLDS,
    )
    oms_is_held = fields.Boolean(
        string="Is Held", compute="_compute_oms_is_held", store=True
    )
    oms_can_release = fields.Boolean(
        string="Can Release", compute="_compute_oms_can_release"
    )
    oms_hold_summary = fields.Char(
        string="Held Because",
        compute="_compute_oms_hold_summary",
        compute_sudo=True,
        groups="base.group_user",
    )
    oms_checked_at = fields.Datetime(string="Checked", copy=False, readonly=True)
    oms_channel_total = fields.Monetary(
        string="Total on the Channel", copy=False, readonly=True
    )
    oms_promised_at = fields.Datetime(string="Promised", copy=False, index=True)
    oms_delivered_at = fields.Datetime(string="Delivered", copy=False, readonly=True)
    oms_refunded_amount = fields.Monetary(
        string="Refunded on the Channel",
        compute="_compute_oms_refunded_amount",
        store=True,
    )
    oms_refunds = fields.Json(
        string="Refunds on the Channel",
        copy=False,
        readonly=True,
        help="Amount by refund id: a refund that is reported twice counts once.",
    )
    oms_receiver_token = fields.Char(
        string="Receiver Token",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="What the marketplace wants back to print the waybill of a hidden "
        "receiver.",
    )
    oms_message_ids = fields.One2many(
        comodel_name="oms.inbox.message",
        inverse_name="order_id",
        string="Channel Messages",
        groups="oms_addon.group_oms_user",
    )

    _oms_external_id_unique = models.UniqueIndex(
        "(oms_channel_id, oms_external_id) WHERE oms_external_id IS NOT NULL",
        "This order of the channel is here already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_hold_ids.can_release")
    @api.depends_context("uid")
    def _compute_oms_can_release(self):
        """Whether this user may release all that holds the order."""
        for order in self:
            holds = order._oms_open_holds()
            order.oms_can_release = bool(holds) and all(holds.mapped("can_release"))

    @api.depends("oms_hold_ids.state")
    def _compute_oms_is_held(self):
        for order in self:
            order.oms_is_held = "open" in order.oms_hold_ids.mapped("state")

    @api.depends("oms_hold_ids.state", "oms_hold_ids.details")
    @api.depends_context("lang")
    def _compute_oms_hold_summary(self):
        for order in self:
            open_holds = order.oms_hold_ids.filtered(lambda h: h.state == "open")
            order.oms_hold_summary = ", ".join(open_holds.mapped("check_id.name"))

    @api.depends("oms_refunds")
    def _compute_oms_refunded_amount(self):
        for order in self:
            order.oms_refunded_amount = sum((order.oms_refunds or {}).values())

    @api.depends(
        "state",
        "oms_is_held",
        "oms_delivered_at",
        "picking_ids.state",
        "picking_ids.move_ids.state",
    )
    def _compute_oms_stage(self):
        for order in self:
            order.oms_stage = order._oms_current_stage()

    def _oms_current_stage(self):
        """The order's place on its way, from what its records say.

        :return: a key of `STAGES`.
        :rtype: str
        """
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        if self.state in ("draft", "sent"):
            return "held" if self.oms_is_held else "ready"
        if self.oms_delivered_at:
            return "delivered"
        if not any(line.product_id.type == "consu" for line in self.order_line):
            return "delivered"
        return self._oms_delivery_stage()

    def _oms_delivery_stage(self):
        """How far the goods of a confirmed order are.

        Picking and packing count: a delivery in steps has no outgoing transfer before
        they are done. Returns do not.

        :return: ``'waiting'``, ``'reserved'`` or ``'shipped'``.
        :rtype: str
        """
        steps = self.picking_ids.filtered(
            lambda p: (
                p.state != "cancel"
                and not p.return_id
                and p.picking_type_code != "incoming"
            )
        )
        open_steps = steps.filtered(lambda p: p.state != "done")
        if not open_steps:
            left = any(p.picking_type_code != "internal" for p in steps)
            return "shipped" if left else "waiting"
        # A transfer counts as ready when a part of it is reserved: look at the moves.
        reserved = all(
            move.state in ("assigned", "done", "cancel") for move in open_steps.move_ids
        )
        return "reserved" if reserved else "waiting"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """An order entered in the list of channel orders belongs to the phone desk.

        Without a channel it would be in no list of order management.
        """
        values = super().default_get(fields)
        if self.env.context.get("oms_phone_desk") and "oms_channel_id" in fields:
            if not values.get("oms_channel_id"):
                values["oms_channel_id"] = (
                    self.env["oms.channel"]
                    .search(
                        [
                            ("kind", "=", "manual"),
                            ("company_id", "=", self.env.company.id),
                        ],
                        limit=1,
                    )
                    .id
                )
        return values

    # === ACTION METHODS === #

    def action_oms_view_messages(self):
        """Open what the channel said about this order."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_inbox_message_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _oms_after_holds(self):
        """Let orders that are no longer held go on, where the channel wants it."""
        if any(order._oms_goes_on() for order in self):
            self.env.ref("oms_addon.ir_cron_fulfil")._trigger()

    def _oms_goes_on(self):
        """Whether the order is confirmed without a person."""
        self.ensure_one()
        return self.oms_stage == "ready" and self.oms_channel_id.auto_confirm

    @api.model
    def _oms_fulfil_domain(self):
        """Orders that the background work confirms.

        :rtype: Domain
        """
        return (
            Domain("oms_stage", "=", "ready")
            & Domain("oms_channel_id.auto_confirm", "=", True)
            & Domain("oms_checked_at", "!=", False)
        )

    def _oms_fulfil(self):
        """Source, confirm and reserve; an order that fails is held with the reason.

        :return: the orders that were confirmed.
        :rtype: sale.order
        """
        confirmed = self.browse()
        for company, orders in self.grouped("company_id").items():
            orders = orders.with_company(company)
            failures = orders._oms_source_safely()
            sourced = orders.filtered(lambda order, bad=failures: order.id not in bad)
            failures.update(sourced._oms_confirm())
            orders.browse(failures)._oms_hold_failed(failures)
            confirmed |= orders.filtered(lambda order: order.state == "sale")
        return confirmed

    def _oms_source_safely(self):
        """Assign warehouses; an order that can't be sourced stops no other.

        :return: reason by id of each order that failed.
        :rtype: dict
        """
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():
                self._oms_source()
                self.env.flush_all()
            return {}
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(self) == 1:
                _logger.warning("%s can't be sourced", self.name, exc_info=True)
                return {self.id: str(error)}
        middle = len(self) // 2
        return {
            **self[:middle]._oms_source_safely(),
            **self[middle:]._oms_source_safely(),
        }

    def _oms_hold_failed(self, failures):
        """Hold orders that could not be confirmed.

        :param dict failures: order id -> reason, as `_oms_confirm` returns it.
        """
        check = self.env.ref("oms_addon.oms_check_confirm_failed")
        self._oms_hold(
            {order: {check: {"text": failures[order.id]}} for order in self}, again=True
        )

    def _oms_hold_deadly(self):
        """Hold orders on which those who worked have died; no one else begins."""
        check = self.env.ref("oms_addon.oms_check_ended_worker")
        self._oms_hold({order: {check: {}} for order in self}, again=True)

    @api.model
    def _oms_not_deadly(self):
        """Orders that are not held for the death of those who worked on them.

        :rtype: Domain
        """
        held = Domain("state", "=", "open") & Domain("code", "=", "ended_worker")
        return ~Domain("oms_hold_ids", "any", held)

    @api.model
    def _cron_oms_fulfil(self, limit=100):
        """Confirm what is ready, a batch a transaction.

        :param int limit: orders per batch.
        """
        work_in_batches(
            self,
            "fulfil",
            self._oms_fulfil_domain(),
            lambda orders: orders._oms_fulfil(),
            lambda orders: orders._oms_hold_deadly(),
            order="oms_promised_at, date_order, id",
            limit=limit,
        )
        self.env.ref("oms_addon.ir_cron_settle")._trigger()
