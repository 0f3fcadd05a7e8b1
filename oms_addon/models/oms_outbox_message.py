import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters.base import AdapterError, Shipment, SignatureError, StockLevel
from .retry import LOST_RACE, work_in_batches

_logger = logging.getLogger(__name__)

TIMEOUT = 20  # seconds for one call
MAX_ATTEMPTS = 8  # with doubling pauses: about four hours


class OmsOutboxMessage(models.Model):
    _name = "oms.outbox.message"
    _description = "Message to a Channel"
    _order = "id desc"
    _check_company_auto = True

    channel_id = fields.Many2one(
        comodel_name="oms.channel",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    kind = fields.Selection(
        selection=[("shipment", "Tracking Number"), ("stock", "Stock Levels")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("error", "Error"),
            ("cancelled", "Given Up"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )
    payload = fields.Json(readonly=True)
    dedupe_key = fields.Char(
        readonly=True, help="What the message is about; told once."
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    picking_id = fields.Many2one(
        comodel_name="stock.picking",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(default=fields.Datetime.now, readonly=True)
    sent_at = fields.Datetime(readonly=True)
    problem = fields.Json(readonly=True)
    error = fields.Text(compute="_compute_error")

    _dedupe_unique = models.UniqueIndex(
        "(channel_id, dedupe_key) WHERE dedupe_key IS NOT NULL",
        "The channel is told this already.",
    )
    _queue = models.Index("(next_try) WHERE state = 'queued'")

    @api.depends("kind", "order_id", "picking_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for message in self:
            about = message.picking_id.name or message.order_id.name or message.id
            message.display_name = f"{labels.get(message.kind, '')} {about}"

    @api.depends("problem")
    @api.depends_context("lang")
    def _compute_error(self):
        for message in self:
            code, details = message.problem or (False, {})
            message.error = code and self.env["oms.reason"]._in_words(code, details)

    # === ACTION METHODS === #

    def action_retry(self):
        """Send again what failed or was given up."""
        failed = self.filtered(lambda m: m.state in ("error", "cancelled"))
        if not failed:
            raise UserError(self.env._("Only failed messages can be sent again."))
        failed.write(
            {"state": "queued", "attempts": 0, "next_try": fields.Datetime.now()}
        )
        self.env.ref("oms_addon.ir_cron_outbox")._trigger()

    def action_give_up(self):
        """Do not tell the channel."""
        self.filtered(lambda m: m.state in ("queued", "error")).state = "cancelled"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send(self, limit=1):
        """Send what is due, each message in a transaction of its own.

        What was sent is noted at once: a later one that fails does not undo it.
        """
        work_in_batches(
            self,
            [("state", "=", "queued"), ("next_try", "<=", fields.Datetime.now())],
            lambda messages: messages._send_all(),
            order="next_try, id",
            limit=limit,
        )

    def _send_all(self):
        """Send each message; one that fails does not stop the others."""
        for message in self:
            message._send()

    def _send(self):
        """Make the calls of one message; on failure plan the next try."""
        self.ensure_one()
        self.attempts += 1
        try:
            refusal = self._call_all()
            problem = ("refused", {"value": refusal}) if refusal else False
        except LOST_RACE:
            raise
        except (requests.RequestException, AdapterError, SignatureError) as error:
            problem = self.env["oms.reason"]._of_exception(error)
        except Exception as error:  # an answer nobody foresaw must not stop the others
            _logger.warning("Message %s could not be sent", self.id, exc_info=True)
            problem = self.env["oms.reason"]._of_exception(error)
        if not problem:
            self.write(
                {"state": "sent", "sent_at": fields.Datetime.now(), "problem": False}
            )
            return
        final = self.attempts >= MAX_ATTEMPTS
        self.write(
            {
                "state": "error" if final else "queued",
                "problem": problem,
                "next_try": fields.Datetime.now() + timedelta(minutes=2**self.attempts),
            }
        )

    def _call_all(self):
        """Send every call that the message needs.

        :return: why it failed, ``""`` when the channel took it.
        :rtype: str
        """
        adapter = self.channel_id._adapter()
        subject = self._subject()
        prepare, follow_up = {
            "shipment": (adapter.shipment_requests, adapter.shipment_follow_up),
            "stock": (adapter.stock_requests, adapter.stock_follow_up),
        }[self.kind]
        channel = (
            self.channel_id._settings(),
            self.channel_id._secrets(),
            datetime.now(UTC),
        )
        problem, bodies = self._call(adapter, prepare(subject, *channel))
        if not problem:
            problem, _ = self._call(adapter, follow_up(subject, bodies, *channel))
        return problem

    @api.model
    def _call(self, adapter, calls):
        """Make HTTP calls, one after the other, up to the first that fails.

        :param list calls: of `HttpRequest`.
        :return: why one failed (``""``: none did), and the answers' bodies.
        :rtype: tuple[str, list[bytes]]
        """
        bodies = []
        for call in calls:
            answer = requests.request(
                call.method,
                call.url,
                params=dict(call.query),
                headers=dict(call.headers),
                data=call.body or None,
                timeout=TIMEOUT,
            )
            if answer.status_code not in call.accept:
                return f"HTTP {answer.status_code}: {answer.text[:300]}", bodies
            problem = adapter.check_answer(answer.status_code, answer.content)
            if problem:
                return problem, bodies
            bodies.append(answer.content)
        return "", bodies

    def _subject(self):
        """What the adapter is asked to tell: a parcel, or stock levels."""
        payload = self.payload or {}
        if self.kind == "stock":
            return [
                StockLevel(
                    level["listing_id"],
                    level["sku"],
                    Decimal(str(level["quantity"])),
                    level["location_id"],
                )
                for level in payload.get("levels", [])
            ]
        shipped = payload.get("shipped_at")
        return Shipment(
            external_id=payload["external_id"],
            tracking_number=payload.get("tracking_number") or "",
            carrier_code=payload.get("carrier_code") or "",
            carrier_name=payload.get("carrier_name") or "",
            tracking_url=payload.get("tracking_url") or "",
            shipped_at=datetime.fromisoformat(shipped) if shipped else None,
            lines=tuple(
                (line, Decimal(str(quantity)))
                for line, quantity in payload.get("lines", [])
            ),
            complete=bool(payload.get("complete")),
        )
