import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...adapters.base import InboundRequest

# What came in, and where: written once.
RECEIVED = {
    "body",
    "headers",
    "query",
    "digest",
    "kind",
    "channel_id",
    "parent_id",
    "source",
    "source_user_id",
    "source_trusted",
}
# States in which a message waits for a person, or for its turn.
WAITING = ("error", "quarantined")
OPEN = ("new", *WAITING)


class OmsInboxMessage(models.Model):
    _name = "oms.inbox.message"
    _description = "Channel Message"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    channel_id = fields.Many2one(
        comodel_name="oms.channel",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    kind = fields.Char(string="Format", readonly=True, help="Adapter that reads it.")
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("split", "Split into Parts"),
            ("done", "Done"),
            ("ignored", "Nothing to Do"),
            ("error", "Error"),
            ("quarantined", "Quarantined"),
            ("cancelled", "Dismissed"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
    )
    body = fields.Binary(
        attachment=False,
        readonly=True,
        required=True,
        help="Byte for byte as it came in.",
    )
    corrected_body = fields.Binary(
        string="Corrected Message",
        attachment=False,
        copy=False,
        help="Read instead of the original.",
    )
    is_corrected = fields.Boolean(readonly=True)
    headers = fields.Json(string="Headers Received", readonly=True)
    query = fields.Json(readonly=True)
    content_type = fields.Char(readonly=True)
    filename = fields.Char(readonly=True)
    digest = fields.Char(readonly=True, help="SHA-256 of format and content.")
    delivery_count = fields.Integer(string="Times Received", default=1, readonly=True)
    attempts = fields.Integer(readonly=True)
    received_at = fields.Datetime(
        default=fields.Datetime.now, readonly=True, required=True, index=True
    )
    processed_at = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    error_details = fields.Json(readonly=True)
    external_id = fields.Char(
        string="Channel Order ID", readonly=True, index="btree_not_null"
    )
    number = fields.Char(string="Channel Order", readonly=True)
    document_kind = fields.Selection(
        selection=[
            ("order", "Order"),
            ("change", "Change"),
            ("cancel", "Cancellation"),
            ("refund", "Refund"),
            ("enquiry", "Enquiry"),
            ("ignored", "Other"),
        ],
        string="Content Is",
        readonly=True,
    )
    outcome = fields.Selection(
        selection=[
            ("created", "New order"),
            ("updated", "Order changed"),
            ("same", "Nothing new"),
            ("outdated", "Outdated"),
            ("cancelled", "Order cancelled"),
            ("refunded", "Refund noted"),
            ("lead", "New enquiry"),
            ("none", "No order in it"),
        ],
        readonly=True,
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    parent_id = fields.Many2one(
        comodel_name="oms.inbox.message",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_ids = fields.One2many(
        comodel_name="oms.inbox.message", inverse_name="parent_id", string="Parts"
    )
    child_count = fields.Integer(compute="_compute_child_count")

    _digest_unique = models.UniqueIndex(
        "(channel_id, digest)", "This message is here already."
    )
    _queue = models.Index("(id) WHERE state = 'new'")

    # === COMPUTE METHODS === #

    @api.depends("number", "external_id", "filename", "channel_id")
    def _compute_display_name(self):
        for message in self:
            what = message.number or message.external_id or message.filename
            what = what or f"#{message.id}"
            message.display_name = f"{message.channel_id.name} {what}"

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(
            self._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for message in self:
            message.child_count = counts.get(message, 0)

    # === CRUD METHODS === #

    def write(self, vals):
        """What came in stays as it came; a correction lies beside it."""
        if RECEIVED & vals.keys():
            self._refuse_loss()
        if "corrected_body" in vals:
            vals = {**vals, "is_corrected": bool(vals["corrected_body"])}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        self._refuse_loss()

    def _refuse_loss(self):
        raise UserError(
            self.env._("What a channel sent is kept. Dismiss the message instead.")
        )

    # === ACTION METHODS === #

    def action_process(self):
        """Read the messages now; also those that failed before.

        :return: True
        :raise UserError: when one is quarantined and the user is no manager.
        """
        self.check_access("write")
        todo = self.filtered(lambda m: m.state in OPEN)
        if not todo:
            raise UserError(self.env._("These messages have been processed already."))
        apart = todo.filtered(lambda m: m.state == "quarantined")
        if apart and not self.env.user.has_group("oms_addon.group_oms_manager"):
            raise UserError(
                self.env._(
                    "Only a manager can read these again, as they stopped what was "
                    "reading them: %(messages)s",
                    messages=", ".join(apart.mapped("display_name")),
                )
            )
        todo._process()
        return True

    def action_give_up(self):
        """Leave the messages unprocessed for good.

        :return: True
        """
        self.check_access("write")
        self._set_state("cancelled", OPEN)
        return True

    def action_reopen(self):
        """Take up messages that were given up.

        :return: True
        """
        self.check_access("write")
        self._set_state("new", ("cancelled",))
        self.env.ref("oms_addon.ir_cron_intake")._trigger()
        return True

    def action_restore(self):
        """Drop the correction and go back to what came in.

        :return: True
        """
        self.check_access("write")
        self.corrected_body = False
        return True

    def action_view_order(self):
        """Open the order, or the lead, that the message became."""
        self.ensure_one()
        record = self.order_id or self.lead_id
        return record.get_formview_action() if record else False

    def action_view_children(self):
        """Open the parts of a split message."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_inbox_message_action"
        )
        action.update(domain=[("parent_id", "=", self.id)], context={})
        return action

    def _set_state(self, state, allowed):
        refused = self.filtered(lambda m: m.state not in allowed)
        if refused:
            raise UserError(
                self.env._(
                    "This can't be done with: %(messages)s",
                    messages=", ".join(refused.mapped("display_name")),
                )
            )
        self.write({"state": state})

    # === BUSINESS METHODS === #

    def _content(self):
        """The bytes to read: the correction when there is one.

        :rtype: bytes
        """
        self.ensure_one()
        record = self.with_context(bin_size=False)
        return base64.b64decode(record.corrected_body or record.body or b"")

    def _request(self):
        """The message as the adapters want it.

        :rtype: InboundRequest
        """
        self.ensure_one()
        return InboundRequest(
            body=self._content(),
            headers=self.headers or {},
            query=self.query or {},
            content_type=self.content_type or "",
            filename=self.filename or "",
            kind=self.kind or "",
        )

    def _succeed(self, state, **values):
        """Close the message.

        :param str state: ``'done'``, ``'ignored'`` or ``'split'``.
        """
        self.write(
            {
                "state": state,
                "error_code": False,
                "error_details": False,
                "processed_at": fields.Datetime.now(),
                **values,
            }
        )

    def _api_answer(self):
        """What `oms.channel.oms_intake` tells the caller about this message."""
        self.ensure_one()
        return {
            "message_id": self.id,
            "external_id": self.external_id or False,
            "state": self.state,
            "order_id": self.order_id.id,
            "order": self.order_id.name or False,
            "error": self.error_message or False,
        }
