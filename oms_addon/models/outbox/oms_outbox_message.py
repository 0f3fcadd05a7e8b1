import logging
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...adapters.base import AdapterError, Shipment, SignatureError, StockLevel
from ...calls.conversation import MESSAGE_SECONDS, PlatformAway
from ...calls.desk import CHANNELS_AT_ONCE, Desk, Rounds, raise_it
from ...calls.errors import FAULTS_OF_CHANNEL, WAITING, CallError
from ..retry import NO_RECORDS_FAULT, repeat_on_conflict

_logger = logging.getLogger(__name__)

# Before the second try, the third and so on: about four hours in all.
PAUSES = tuple(timedelta(minutes=m) for m in (0.25, 1, 5, 15, 30, 60, 120))
MAX_ATTEMPTS = len(PAUSES) + 1
# So long a platform may be away before its messages are given to a person.
PATIENCE = timedelta(days=1)
PER_RUN = 1000  # messages that one run looks at
# So long nobody else takes up a message whose call is made.
LEASE = timedelta(seconds=2 * MESSAGE_SECONDS)
# A platform that took a message so lately is not away: it is the message's fault.
MOMENT = timedelta(minutes=1)
WOKEN = 3  # so often tried at most, a message is sent when another one got through


def _unreachable(message):
    """Whether the message waits for its platform."""
    return message.problem and message.problem[0] in WAITING


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
            ("cancelled", "Dismissed"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )
    payload = fields.Json(readonly=True)
    dedupe_key = fields.Char(
        readonly=True, help="What the message is about; sent once."
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
        "This has been sent to the channel already.",
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
        """Send again what failed or was given up.

        :return: True
        """
        self.check_access("write")
        failed = self.filtered(lambda m: m.state in ("error", "cancelled"))
        if not failed:
            raise UserError(self.env._("Only failed messages can be sent again."))
        failed.write(
            {"state": "queued", "attempts": 0, "next_try": fields.Datetime.now()}
        )
        self.env.ref("oms_addon.ir_cron_outbox")._trigger()
        return True

    def action_give_up(self):
        """Do not tell the channel.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda m: m.state in ("queued", "error")).state = "cancelled"
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send(self):
        """Send what is due: the channels side by side, each one message at a time.

        An attempt is counted and committed before its call, and its result right
        after it, so neither a worker that is killed nor a later message undoes one. A
        platform that hangs delays no other channel.
        """
        cron = self.env["ir.cron"]
        due = Domain("state", "=", "queued") & Domain(
            "next_try", "<=", fields.Datetime.now()
        )
        cron._commit_progress(remaining=self.search_count(due))
        rounds = Rounds(
            self.search(due, order="attempts, next_try, id", limit=PER_RUN).grouped(
                "channel_id"
            )
        )
        time_left = True
        with Desk(CHANNELS_AT_ONCE) as desk:
            while True:
                while time_left and desk.has_room() and (message := rounds.next()):
                    message._begin(desk, due, rounds)
                finished = desk.next_done()
                if finished is None:
                    break
                message, _result, error = finished
                rounds.free(message)
                repeat_on_conflict(
                    self.env,
                    lambda one=message: one.exists().try_lock_for_update(
                        allow_referencing=True
                    ),
                    lambda one, error=error: one._note_result(error),
                )
                time_left = bool(cron._commit_progress(1))
        if not time_left:
            # What others have to do comes first; the rest has a run of its own.
            cron._commit_progress(remaining=0)
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()
        self._wake_for_next_try()

    def _begin(self, desk, domain, rounds):
        """Count an attempt, commit it, and let the call be made.

        Put off or given up meanwhile, with others of its channel: nothing to do.

        :param Desk desk: makes the call.
        :param Domain domain: of messages that are due.
        :param Rounds rounds: is told when there was nothing to do.
        """
        # Until then nobody else takes it; if this worker dies, it is due again.
        claimed = repeat_on_conflict(
            self.env, lambda: self._claim(domain), lambda m: m._count_attempt(LEASE)
        )
        work = claimed and self._prepare_call()
        self.env["ir.cron"]._commit_progress()
        if work:
            desk.put(self, work)
        else:
            rounds.free(self)

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
        self._count_attempt()
        error = None
        try:
            work = self._prepare_call()
            if work:
                work()
        except NO_RECORDS_FAULT:
            raise
        except Exception as problem:  # of a platform: noted with the message
            error = problem
        self._note_result(error)

    def _count_attempt(self, lease=timedelta()):
        """Note that the message is tried.

        :param timedelta lease: nobody else takes it up for so long.
        """
        self.attempts += 1
        if lease:
            # Without a problem, nothing wakes it while its call is made.
            self.write({"next_try": fields.Datetime.now() + lease, "problem": False})

    def _prepare_call(self):
        """What is to be done without the ORM to tell the channel.

        :return: callable without arguments; one that raises where the message or its
            channel is at fault.
        """
        try:
            return partial(self.channel_id._line().tell, self.kind, self._subject())
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:  # a payload nobody foresaw stops no other
            return partial(raise_it, error)

    def _note_result(self, error):
        """Note how the calls of the message ended.

        :param error: what they raised, None when the channel took it.
        """
        if error is None:
            self._note_sent()
            return
        expected = (AdapterError, SignatureError, CallError, PlatformAway)
        if not isinstance(error, expected):  # an answer nobody foresaw
            _logger.warning("Message %s could not be sent", self.id, exc_info=error)
        problem = self.env["oms.reason"]._of_exception(error)
        if self.state != "queued":  # given up while the call was made
            self.problem = problem
            return
        self._plan_next_try(
            problem, problem[0] in WAITING, timedelta(seconds=getattr(error, "wait", 0))
        )
        if problem[0] in FAULTS_OF_CHANNEL:
            self.channel_id._tell_of_fault(problem)

    def _note_sent(self):
        """The channel was told; what waited for its platform can go now."""
        now = fields.Datetime.now()
        self.write({"state": "sent", "sent_at": now, "problem": False})
        later = Domain("next_try", ">", now) & Domain("attempts", "<=", WOKEN)
        held = self._others_waiting(later).filtered(_unreachable)
        if held:
            held.next_try = now
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()

    def _plan_next_try(self, problem, away, wait=timedelta()):
        """Try again after a pause, or give the message to a person.

        :param tuple problem: code and details, see `oms.reason`.
        :param bool away: the platform did not answer or takes no calls, whatever the
            message says.
        :param timedelta wait: how long the platform asks to wait.
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
        at = now + max(PAUSES[min(tries, len(PAUSES)) - 1], wait)
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
