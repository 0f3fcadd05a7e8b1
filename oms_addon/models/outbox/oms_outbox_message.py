import logging
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...adapters.base import AdapterError, Shipment, SignatureError, StockLevel
from ..retry import LOST_RACE, repeat_on_conflict

_logger = logging.getLogger(__name__)

TIMEOUT = (5, 20)  # seconds for one call: to connect, to answer
# Before the second try, the third and so on: about four hours in all.
PAUSES = tuple(timedelta(minutes=m) for m in (0.25, 1, 5, 15, 30, 60, 120))
MAX_ATTEMPTS = len(PAUSES) + 1
# So long a platform may be away before its messages are given to a person.
PATIENCE = timedelta(days=1)
# The platform is busy or down: the fault is not the message's.
AWAY = (429, 502, 503, 504)
PER_RUN = 1000  # messages that one run looks at
# A platform that took a message so lately is not away: it is the message's fault.
MOMENT = timedelta(minutes=1)
WOKEN = 3  # so often tried at most, a message is sent when another one got through


class PlatformAway(Exception):
    """The platform takes no calls at present."""


def _unreachable(message):
    """Whether the message waits for its platform."""
    return message.problem and message.problem[0] == "unreachable"


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
    attempts = fields.Integer(default=0, readonly=True)
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
    def _cron_send(self):
        """Send what is due, each message in a transaction of its own.

        What was sent is noted at once: a later one that fails does not undo it. The
        channels take turns, and each has one before time is up. What failed before
        comes last, so that a message which a platform hangs on stops no other.
        """
        cron = self.env["ir.cron"]
        due = Domain("state", "=", "queued") & Domain(
            "next_try", "<=", fields.Datetime.now()
        )
        cron._commit_progress(remaining=self.search_count(due))
        waiting = self.search(due, order="attempts, next_try, id", limit=PER_RUN)
        for turn in waiting._in_turns():
            for message in turn:
                # Put off meanwhile, with others of its channel: nothing to claim.
                done = repeat_on_conflict(
                    self.env, lambda one=message: one._claim(due), lambda m: m._send()
                )
                time_left = cron._commit_progress(0 if done is None else 1)
            if not time_left:
                break
        self._wake_for_next_try()

    def _in_turns(self):
        """One message of each channel, then the next one of each.

        :rtype: list[list[oms.outbox.message]]
        """
        by_channel = defaultdict(list)
        for message in self:
            by_channel[message.channel_id].append(message)
        return [list(filter(None, row)) for row in zip_longest(*by_channel.values())]

    def _claim(self, domain):
        """Lock the message, when it still waits and nobody else has it.

        :rtype: oms.outbox.message
        """
        found = self.search(Domain("id", "in", self.ids) & domain)
        return found.try_lock_for_update(allow_referencing=True)

    @api.model
    def _wake_for_next_try(self):
        """Let the scheduled action run when the next message is to be tried again."""
        cron = self.env.ref("oms_addon.ir_cron_outbox")
        later = Domain("state", "=", "queued") & Domain(
            "next_try", ">", fields.Datetime.now()
        )
        at = self.search(later, order="next_try", limit=1).next_try
        # sudo: triggers are the system's
        known = self.env["ir.cron.trigger"].sudo()
        if at and not known.search_count(
            [("cron_id", "=", cron.id), ("call_at", "=", at)], limit=1
        ):
            cron._trigger(at=at)

    def _send(self):
        """Make the calls of one message; on failure plan the next try."""
        self.ensure_one()
        self.attempts += 1
        away = False
        try:
            refusal = self._call_all()
            problem = ("refused", {"value": refusal}) if refusal else False
        except LOST_RACE:
            raise
        except (PlatformAway, requests.ConnectionError, requests.Timeout) as error:
            away = True
            detail = str(error) if isinstance(error, PlatformAway) else False
            problem = "unreachable", {"detail": detail or type(error).__name__}
        except (requests.RequestException, AdapterError, SignatureError) as error:
            problem = self.env["oms.reason"]._of_exception(error)
        except Exception as error:  # an answer nobody foresaw must not stop the others
            _logger.warning("Message %s could not be sent", self.id, exc_info=True)
            problem = self.env["oms.reason"]._of_exception(error)
        if problem:
            self._plan_next_try(problem, away)
        else:
            self._note_sent()

    def _note_sent(self):
        """The channel was told; what waited for its platform can go now."""
        now = fields.Datetime.now()
        self.write({"state": "sent", "sent_at": now, "problem": False})
        later = Domain("next_try", ">", now) & Domain("attempts", "<=", WOKEN)
        held = self._others_waiting(later).filtered(_unreachable)
        if held:
            held.next_try = now
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()

    def _plan_next_try(self, problem, away):
        """Try again after a pause, or give the message to a person.

        :param tuple problem: code and details, see `oms.reason`.
        :param bool away: the platform did not answer or takes no calls.
        """
        now = fields.Datetime.now()
        others, tries = self.browse(), self.attempts
        final = self.attempts >= MAX_ATTEMPTS
        if away:
            final = self.create_date <= now - PATIENCE
            if not self._told_lately(now):
                # The others would fail too: they wait with this one.
                others = self._others_waiting(Domain.TRUE)
                tries += sum(others.filtered(_unreachable).mapped("attempts"))
        at = now + PAUSES[min(tries, len(PAUSES)) - 1]
        state = "error" if final else "queued"
        self.write({"state": state, "problem": problem, "next_try": at})
        others = others.filtered(lambda m: m.next_try < at)
        others.write({"next_try": at, "problem": problem})

    def _told_lately(self, now):
        """Whether the channel was told something a moment ago.

        :rtype: bool
        """
        return bool(
            self.search_count(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("sent_at", ">=", now - MOMENT),
                ],
                limit=1,
            )
        )

    def _others_waiting(self, domain):
        """The channel's other queued messages, locked.

        :param Domain domain: which of them.
        :rtype: oms.outbox.message
        """
        others = Domain(
            [
                ("channel_id", "=", self.channel_id.id),
                ("state", "=", "queued"),
                ("id", "!=", self.id),
            ]
        )
        waiting = self.search(others & domain)
        return waiting.try_lock_for_update(allow_referencing=True)

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
        :raise PlatformAway: when it is busy or down.
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
            if answer.status_code in AWAY:
                raise PlatformAway(f"HTTP {answer.status_code}")
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
