import logging
from datetime import UTC, datetime

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...adapters.base import AdapterError, SignatureError

_logger = logging.getLogger(__name__)

TIMEOUT = 30  # seconds for one page
MAX_PAGES = 200  # in one run of a channel; the rest follows in the next


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    can_poll = fields.Boolean(compute="_compute_can_poll")
    poll = fields.Boolean(
        string="Ask for Orders",
        help="Ask the platform for changed orders, also those whose message got lost.",
    )
    poll_cursor = fields.Char(readonly=True, copy=False)
    polled_at = fields.Datetime(string="Last Asked", readonly=True, copy=False)
    poll_problem = fields.Json(readonly=True, copy=False)
    poll_error = fields.Char(string="Asking Failed", compute="_compute_poll_error")

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

        :raise UserError: when it could not be asked.
        """
        self.check_access("write")
        for channel in self:
            channel._poll()
            if channel.poll_error:
                raise UserError(channel.poll_error)

    @api.model
    def _cron_poll(self):
        """Ask every platform that is to be asked; one that fails stops no other."""
        cron = self.env["ir.cron"]
        channels = self.search([("poll", "=", True)]).filtered("can_poll")
        cron._commit_progress(remaining=len(channels))
        for channel in channels:
            channel.with_company(channel.company_id)._poll()
            if not cron._commit_progress(1):
                break

    def _poll(self):
        """Fetch changed orders page by page; each page is kept before the next.

        The cursor moves with the messages in one transaction, so nothing is missed
        when it stops in between, and what comes twice is counted.
        """
        self.ensure_one()
        for _page in range(MAX_PAGES):
            try:
                page = self._poll_page()
            except (requests.RequestException, AdapterError, SignatureError) as error:
                _logger.info("Channel %s could not be asked: %s", self.id, error)
                self.poll_problem = self.env["oms.reason"]._of_exception(error)
                return
            except Exception as error:  # an answer nobody foresaw stops no other shop
                _logger.warning("Channel %s: asking failed", self.id, exc_info=True)
                self.poll_problem = self.env["oms.reason"]._of_exception(error)
                return
            # sudo: the inbox is the system's, whoever asks
            self.env["oms.inbox.message"].sudo()._receive(self, page.messages)
            self.write(
                {
                    "poll_cursor": page.cursor or self.poll_cursor,
                    "polled_at": fields.Datetime.now(),
                    "poll_problem": False,
                }
            )
            if not page.more:
                return
            self.env["ir.cron"]._commit_progress()

    def _poll_page(self):
        """Fetch one page.

        :rtype: adapters.base.Page
        :raise AdapterError: when the platform refuses or can't be understood.
        """
        adapter, settings = self._adapter(), self._settings()
        cursor = self.poll_cursor or ""
        call = adapter.poll_request(
            cursor, settings, self._secrets(), datetime.now(UTC)
        )
        answer = requests.request(
            call.method,
            call.url,
            params=dict(call.query),
            headers=dict(call.headers),
            data=call.body or None,
            timeout=TIMEOUT,
        )
        problem = adapter.check_answer(answer.status_code, answer.content)
        if problem:
            raise AdapterError("refused", value=problem)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return adapter.poll_page(answer.content, headers, cursor, settings)
