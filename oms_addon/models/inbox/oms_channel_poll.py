import logging
import time
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...adapters.base import AdapterError, SignatureError
from ...calls.conversation import PlatformAway
from ...calls.desk import CHANNELS_AT_ONCE, Desk, Rounds, raise_it
from ...calls.errors import FAULTS_OF_CHANNEL, CallError
from ..retry import NO_RECORDS_FAULT, repeat_on_conflict

_logger = logging.getLogger(__name__)

# After so long a platform that could not be asked is asked again.
PAUSES = tuple(timedelta(minutes=m) for m in (4, 9, 29, 59))
MOMENT = timedelta(minutes=1)  # asked and read to the end so lately: nothing new
MAX_PAGES = 200  # in one run of a channel; the rest follows in the next
LONGEST_BUTTON = 40  # seconds that a person waits for further pages


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    can_poll = fields.Boolean(compute="_compute_can_poll")
    poll = fields.Boolean(
        string="Fetch Orders",
        help="Fetches changed orders from the platform, including those whose "
        "message was lost.",
    )
    poll_cursor = fields.Char(readonly=True, copy=False)
    polled_at = fields.Datetime(string="Last Fetched", readonly=True, copy=False)
    poll_problem = fields.Json(readonly=True, copy=False)
    poll_attempts = fields.Integer(
        readonly=True, copy=False, help="Attempts since the last answer."
    )
    poll_next = fields.Datetime(string="Next Attempt", readonly=True, copy=False)
    poll_more = fields.Boolean(
        readonly=True, copy=False, help="The platform has more than was read."
    )
    poll_error = fields.Char(string="Fetching Failed", compute="_compute_poll_error")

    @api.depends("kind")
    def _compute_can_poll(self):
        for channel in self:
            adapter = channel._adapter()
            channel.can_poll = bool(adapter and adapter.can_poll)

    @api.depends("poll_problem")
    @api.depends_context("lang")
    def _compute_poll_error(self):
        for channel in self:
            code, details = channel.poll_problem or (False, {})
            channel.poll_error = code and self.env["oms.reason"]._in_words(
                code, details
            )

    def action_poll(self):
        """Ask the platform now.

        :return: True
        :raise UserError: when it could not be asked.
        """
        self.check_access("write")
        for channel in self:
            end = time.monotonic() + LONGEST_BUTTON
            while True:
                channel._note_page(*channel._ask_now())
                if channel.poll_error:
                    raise UserError(channel.poll_error)
                if not channel.poll_more or time.monotonic() > end:
                    break
        return True

    @api.model
    def _cron_poll(self):
        """Ask every platform that is to be asked, side by side.

        Each page is kept before the next is asked for; that a platform is asked is
        committed before it is, and one that fails is left alone for a while.
        """
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        due = (
            Domain("poll", "=", True)
            & (Domain("poll_next", "=", False) | Domain("poll_next", "<=", now))
            & (
                Domain("polled_at", "=", False)
                | Domain("polled_at", "<", now - MOMENT)
                | Domain("poll_more", "=", True)
            )
        )
        channels = self.search(due, order="polled_at NULLS FIRST, id")
        channels = channels.filtered("can_poll")
        cron._commit_progress(remaining=len(channels))
        rounds = Rounds({channel: [channel] * MAX_PAGES for channel in channels})
        time_left = True
        with Desk(CHANNELS_AT_ONCE) as desk:
            while True:
                while time_left and desk.has_room() and (channel := rounds.next()):
                    desk.put(channel, channel._begin_page())
                done = desk.next_done()
                if done is None:
                    break
                channel, page, error = done
                rounds.free(channel)
                noted = repeat_on_conflict(
                    self.env,
                    channel.exists,
                    lambda one, page=page, error=error: one._note_page(page, error),
                )
                if not noted or not channel.poll_more:
                    rounds.finish(channel)
                    time_left = bool(cron._commit_progress(1))
                else:
                    time_left = bool(cron._commit_progress())
        if not time_left:
            # What others have to do comes first; the rest has a run of its own.
            cron._commit_progress(remaining=0)
            self.env.ref("oms_addon.ir_cron_poll")._trigger()

    def _begin_page(self):
        """Note that the platform is asked, in a transaction of its own.

        :return: callable without arguments that fetches a page.
        """
        self.ensure_one()
        self._note_asking()
        self.env["ir.cron"]._commit_progress()
        return self._prepare_page()

    def _note_asking(self):
        """Plan the next time as if this one failed: each time later."""
        tries = self.poll_attempts + 1
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
        self.write({"poll_attempts": tries, "poll_next": fields.Datetime.now() + pause})

    def _prepare_page(self):
        """What is to be done without the ORM to fetch a page.

        :return: callable without arguments.
        """
        try:
            return partial(self._line().ask, self.poll_cursor or "")
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:  # a setting nobody foresaw stops no other shop
            return partial(raise_it, error)

    def _ask_now(self):
        """Fetch a page while somebody waits.

        :return: the page or None, and what went wrong or None.
        """
        self.ensure_one()
        try:
            return self._prepare_page()(), None
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:  # of a platform: told to who asked
            return None, error

    def _note_page(self, page, error):
        """Keep what came; the cursor moves with it in one transaction.

        So nothing is missed when it stops in between, and what comes twice is counted.

        :param adapters.base.Page page:
        :param error: why there is none.
        """
        self.ensure_one()
        if error is not None:
            self._note_poll_problem(error)
            return
        channel = self.with_company(self.company_id)
        # sudo: the inbox is the system's, whoever asks
        self.env["oms.inbox.message"].sudo()._receive(
            channel, page.messages, source="poll"
        )
        self.write(
            {
                "poll_cursor": page.cursor or self.poll_cursor,
                "polled_at": fields.Datetime.now(),
                "poll_problem": False,
                "poll_attempts": 0,
                "poll_next": False,
                "poll_more": page.more,
            }
        )

    def _note_poll_problem(self, error):
        """Note why the platform could not be asked."""
        expected = (AdapterError, SignatureError, CallError, PlatformAway)
        if isinstance(error, expected):
            _logger.info("Channel %s could not be asked: %s", self.id, error)
        else:  # an answer nobody foresaw stops no other shop
            _logger.warning("Channel %s: asking failed", self.id, exc_info=error)
        problem = self.env["oms.reason"]._of_exception(error)
        wait = timedelta(seconds=getattr(error, "wait", 0))
        self.write({"poll_problem": problem, "poll_more": False})
        if wait and self.poll_next:
            self.poll_next = max(self.poll_next, fields.Datetime.now() + wait)
        if problem[0] in FAULTS_OF_CHANNEL:
            self._tell_of_fault(problem)
