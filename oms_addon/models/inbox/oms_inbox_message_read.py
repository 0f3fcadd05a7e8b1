import logging
import time
from collections import defaultdict
from dataclasses import dataclass, field

from odoo import models

from ...adapters import adapter_kinds, get_adapter
from ...adapters.base import AdapterError
from ...reading import Job
from ...reading.limits import ALONE_SECONDS, MB, MEMORY, QUICK_SECONDS
from .readers import POOL

_logger = logging.getLogger(__name__)

# Seconds that somebody waits for messages that take long; the rest is read later.
PATIENCE = 20
# The reason of a message that broke a limit of its reader, by `Outcome.broken`.
BROKEN = {
    "time": ("took_too_long", {"limit": round(QUICK_SECONDS + ALONE_SECONDS)}),
    "memory": ("took_too_much", {"limit": MEMORY // MB}),
    "died": ("ended_reader", {}),
}


@dataclass
class Reading:
    """What became of messages that were read.

    :param dict documents: by channel, pairs of message and document.
    :param aside: messages that take longer than the others can wait.
    :param untouched: messages that were not begun.
    """

    aside: object
    untouched: object
    documents: dict = field(default_factory=lambda: defaultdict(list))


class OmsInboxMessage(models.Model):
    """Messages are read by processes of their own; see `reading`."""

    _inherit = "oms.inbox.message"

    def _adapter(self):
        return get_adapter(self.kind) if self.kind in adapter_kinds() else None

    def _read(self, patient):
        """Read messages, and the parts of those that hold several.

        :param bool patient: as in `_process`.
        :rtype: Reading
        """
        reading, deadline = Reading(self.browse(), self.browse()), None
        jobs = self._jobs()
        waiting = self.browse([message.id for message in jobs])
        while waiting:
            alone = patient and len(waiting) == 1
            outcomes = POOL.run(
                [jobs[message] for message in waiting],
                ALONE_SECONDS if alone else QUICK_SECONDS,
            )
            # the start of a reader is no message's time
            deadline = deadline or time.monotonic() + PATIENCE
            begun, waiting = waiting[: len(outcomes)], waiting[len(outcomes) :]
            begun._count_attempt()
            if outcomes[-1].broken and not alone:
                slow = begun[-1]
                if not patient:
                    reading.aside |= slow
                    outcomes.pop()
                elif time.monotonic() < deadline:
                    outcomes[-1] = POOL.one(jobs[slow])
            parts = self.browse()
            for message, outcome in zip(begun, outcomes, strict=False):
                parts |= message._take(outcome, reading)
            if reading.aside or time.monotonic() > deadline:
                reading.untouched |= waiting | parts
                break
            more = parts._jobs()
            jobs |= more
            waiting = waiting.union(*more)
        return reading

    def _document(self):
        """Read this message once more, without doing what it says.

        :return: its document; None when it has none or can't be read.
        :rtype: OrderDocument | None
        """
        self.ensure_one()
        if not self._adapter():
            return None
        try:
            request = self._request()
        except AdapterError:
            return None
        job = Job(self.kind, request, self.channel_id._settings())
        return POOL.one(job).document

    def _jobs(self):
        """What the readers are to do; what none can do waits with its reason.

        :return: jobs by message, oldest first.
        :rtype: dict
        """
        settings = {channel: channel._settings() for channel in self.channel_id}
        jobs = {}
        for message in self.sorted("id"):
            if not message._adapter():
                message._fail("unsupported", value=message.kind or "")
                continue
            try:
                request = message._request()
            except AdapterError as error:
                message._fail(error.code, **error.details)
                continue
            jobs[message] = Job(message.kind, request, settings[message.channel_id])
        return jobs

    def _count_attempt(self):
        for attempts, messages in self.grouped("attempts").items():
            messages.attempts = attempts + 1

    def _take(self, outcome, reading):
        """Keep what the reader says about this message.

        :param reading.Outcome outcome:
        :param Reading reading: gets the document when there is one to apply.
        :return: the parts that are to be read now.
        :rtype: oms.inbox.message
        """
        if outcome.error:
            self._fail(outcome.error.code, **outcome.error.details)
        elif outcome.broken:
            code, details = BROKEN.get(outcome.broken, BROKEN["died"])
            self._quarantine(code, **details)
        elif outcome.parts is not None:
            return self._keep_parts(outcome.parts)
        elif outcome.document is None:
            self._fail_unforeseen(outcome.odd)
        else:
            self._take_document(outcome.document, reading)
        return self.browse()

    def _keep_parts(self, parts):
        """Store the parts of a message; parts that are known are not read again."""
        children = self._receive(
            self.channel_id, parts, parent=self, again=True, source="webhook"
        )
        self._succeed("split", outcome="none" if not parts else False)
        return children.filtered(lambda m: m.state in ("new", "error"))

    def _take_document(self, document, reading):
        self.write(
            {
                "external_id": document.external_id,
                "number": document.number or document.subject or document.external_id,
                "document_kind": document.kind,
            }
        )
        if document.kind == "ignored":
            self._succeed("ignored", outcome="none")
        else:
            reading.documents[self.channel_id].append((self, document))

    def _fail_unforeseen(self, trace=None):
        """Let a message wait whose adapter failed in a way it should not.

        :param str trace: of a reader; None for the error that is being handled.
        """
        _logger.warning(
            "Message %s of kind %s: the adapter failed\n%s",
            self.id,
            self.kind,
            trace or "",
            exc_info=trace is None,
        )
        self._fail("odd_content")
