import base64
import hashlib
import json
from collections import Counter

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from ..adapters.base import InboundRequest
from ..adapters.read import text

# Headers that are never stored: they carry credentials.
SECRET_HEADERS = {
    "authorization",
    "cookie",
    "x-shopify-access-token",
    "proxy-authorization",
}
MAX_SHOWN = 200_000
# What came in: written once.
RECEIVED = {"body", "headers", "query", "digest"}


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
            ("split", "Split"),
            ("done", "Done"),
            ("ignored", "Nothing to Do"),
            ("error", "Error"),
            ("cancelled", "Given Up"),
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
    body_text = fields.Text(
        string="Content", compute="_compute_body_text", inverse="_inverse_body_text"
    )
    is_text = fields.Boolean(compute="_compute_is_text")
    is_corrected = fields.Boolean(readonly=True)
    headers = fields.Json(string="Headers Received", readonly=True)
    query = fields.Json(readonly=True)
    headers_text = fields.Text(string="Headers", compute="_compute_headers_text")
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
    error_message = fields.Text(string="Reason", compute="_compute_error_message")
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
            ("outdated", "Older than what is known"),
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

    @api.depends("body", "corrected_body")
    def _compute_body_text(self):
        for message in self:
            text = message._content()[:MAX_SHOWN].decode("utf-8", errors="replace")
            message.body_text = text.replace("\x00", "")

    @api.depends("body", "corrected_body")
    def _compute_is_text(self):
        """Only what can be saved back without loss is edited as text."""
        for message in self:
            raw = message._content()
            try:
                message.is_text = len(raw) <= MAX_SHOWN and "\x00" not in raw.decode(
                    "utf-8"
                )
            except UnicodeDecodeError:
                message.is_text = False

    def _inverse_body_text(self):
        for message in self:
            if not message.is_text:
                raise UserError(
                    self.env._(
                        "This message is no text. Upload a corrected file instead."
                    )
                )
            message.corrected_body = base64.b64encode(
                (message.body_text or "").encode()
            )

    @api.depends("headers")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = "\n".join(
                f"{name}: {value}" for name, value in (message.headers or {}).items()
            )

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(
            self._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for message in self:
            message.child_count = counts.get(message, 0)

    @api.depends("error_code", "error_details")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for message in self:
            message.error_message = (
                message._error_text() if message.error_code else False
            )

    def _error_text(self):
        """The reason in the reader's language.

        :rtype: str
        """
        details = {"path": "", "value": "", "reason": "", **(self.error_details or {})}
        sentences = {
            "malformed": self.env._("The message can't be read: %(reason)s", **details),
            "missing": self.env._("%(path)s is missing.", **details),
            "invalid": self.env._("%(path)s can't be read: “%(value)s”.", **details),
            "unsupported": self.env._(
                "This kind of message is not known: %(value)s", **details
            ),
            "empty": self.env._("The message is empty.", **details),
            "unreadable_table": self.env._(
                "None of the headings is known: %(value)s. Name them in the channel's "
                "further settings.",
                **details,
            ),
            "no_order": self.env._(
                "It speaks of order %(value)s, which has not come in yet.", **details
            ),
            "currency": self.env._("Currency %(value)s is not active here.", **details),
            "failed": self.env._(
                "The order could not be recorded: %(reason)s", **details
            ),
        }
        return sentences.get(self.error_code) or details["reason"] or self.error_code

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
            self.env._(
                "What a channel sent is kept. Mark the message as given up instead."
            )
        )

    @api.private  # for the mail gateway: over RPC it would be a way past signatures
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to a channel's address is a message like any other."""
        channel = self.env["oms.channel"].browse(
            (custom_values or {}).get("channel_id")
        )
        raw = self.env.context.get("oms_raw_mail") or b""
        # sudo: the mail gateway's user may write to the inbox on behalf of senders
        return self.sudo()._receive(
            channel.sudo(),
            [
                InboundRequest(
                    body=raw,
                    content_type="message/rfc822",
                    kind="email",
                    filename=(msg_dict.get("subject") or "")[:100],
                )
            ],
        )

    # === ACTION METHODS === #

    def action_process(self):
        """Read the messages now; also those that failed before."""
        todo = self.filtered(lambda m: m.state in ("new", "error"))
        if not todo:
            raise UserError(self.env._("These messages have been processed already."))
        todo._process()

    def action_give_up(self):
        """Leave the messages unprocessed for good."""
        self._set_state("cancelled", ("new", "error"))

    def action_reopen(self):
        """Take up messages that were given up."""
        self._set_state("new", ("cancelled",))
        self.env.ref("oms_addon.ir_cron_intake")._trigger()

    def action_restore(self):
        """Drop the correction and go back to what came in."""
        self.corrected_body = False

    def action_view_order(self):
        """Open the order, or the lead, that the message became."""
        self.ensure_one()
        record = self.order_id or self.lead_id
        return record.get_formview_action() if record else False

    def action_view_children(self):
        """Open the parts of a split message."""
        self.ensure_one()
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

    @api.model
    def _digest(self, request, kind):
        """SHA-256 of what a message says: the same content counts as one message."""
        return hashlib.sha256(kind.encode() + b"\n" + request.body).hexdigest()

    @api.model
    def _receive(self, channel, requests, parent=None):
        """Keep messages, each once; a redelivery is counted.

        :param oms.channel channel:
        :param list requests: of `InboundRequest`.
        :param parent: message that they are parts of, or None.
        :return: the messages, new and known ones, in the order of ``requests``.
        :rtype: oms.inbox.message
        """
        kinds = [request.kind or channel.kind for request in requests]
        digests = [self._digest(r, k) for r, k in zip(requests, kinds, strict=True)]
        counts = Counter(digests)
        known = {
            m.digest: m
            for m in self.search(
                [("channel_id", "=", channel.id), ("digest", "in", digests)]
            )
        }
        for digest, message in known.items():
            message._count_again(counts[digest])
        fresh = {}
        for request, kind, digest in zip(requests, kinds, digests, strict=True):
            if digest not in known and digest not in fresh:
                fresh[digest] = self._prepare_message(channel, request, kind, parent)
                fresh[digest].update(digest=digest, delivery_count=counts[digest])
        created = self._keep(list(fresh.values()))
        known.update(zip(fresh, created, strict=True))
        if created and not parent:
            self.env.ref("oms_addon.ir_cron_intake")._trigger()
        return self.browse([known[digest].id for digest in digests])

    @api.model
    def _keep(self, vals_list):
        """Create messages.

        :raise ConcurrencyError: when one is just coming in through another request;
            the host repeats this one, which then counts it.
        """
        silent = self.with_context(
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            tracking_disable=True,
        )
        try:
            with self.env.cr.savepoint():
                return silent.create(vals_list)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same message is coming in twice.") from error

    def _count_again(self, times=1):
        """Note that messages came in again.

        Somebody may be reading them at this moment; then the request is repeated by
        the host, which is no error to log.

        :param int times: how often.
        """
        if self:
            self.flush_recordset(["delivery_count"])
            self.env.cr.execute(
                SQL(
                    "UPDATE oms_inbox_message SET delivery_count = delivery_count + %s "
                    "WHERE id IN %s",
                    times,
                    tuple(self.ids),
                ),
                log_exceptions=False,
            )
            self.invalidate_recordset(["delivery_count"])

    @api.model
    def _count_mail_again(self, raw):
        """Count a mail that the host passes over: it knows its Message-ID.

        :param bytes raw: the mail.
        """
        digest = self._digest(InboundRequest(body=raw), "email")
        self.search([("digest", "=", digest)])._count_again()

    @api.model
    def _prepare_message(self, channel, request, kind, parent):
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in SECRET_HEADERS
        }
        return {
            "channel_id": channel.id,
            "kind": kind,
            "body": base64.b64encode(request.body),
            "headers": headers,
            "query": dict(request.query),
            "content_type": request.content_type,
            "filename": request.filename,
            "parent_id": parent.id if parent else False,
        }

    def _fail(self, code, **details):
        """Let the message wait with its reason."""
        details = {
            name: text(value) if isinstance(value, str) else value
            for name, value in details.items()
        }
        self.write(
            {
                "state": "error",
                "error_code": code,
                "error_details": json.loads(json.dumps(details, default=str)),
                "processed_at": fields.Datetime.now(),
            }
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
