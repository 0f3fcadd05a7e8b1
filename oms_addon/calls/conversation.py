"""The calls that one message of a channel needs, without the ORM: see `desk`."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .. import masking
from ..adapters.base import (
    Adapter,
    AdapterError,
    ChannelSettings,
    InboundRequest,
    Page,
)
from ..reading import POOL, Job
from . import client
from .addresses import Policy
from .errors import CallError
from .stream import Deadline

_logger = logging.getLogger(__name__)

# The platform is busy or down: the fault is not the message's.
AWAY = (429, 502, 503, 504)
CALL = client.Limits(seconds=10)
PAGE = client.Limits(seconds=15, size=24 * 1024**2)
MESSAGE_SECONDS = 30  # for all the calls of one message
LONGEST_WAIT = 3600  # seconds that a platform may make us wait


class PlatformAway(Exception):
    """The platform takes no calls at present.

    :param int status: that it answered with.
    :param float wait: seconds that it asks to wait.
    """

    def __init__(self, status, wait):
        self.status, self.wait = status, wait
        super().__init__(f"HTTP {status}")


@dataclass(frozen=True)
class Line:
    """What speaking with a channel's platform takes.

    :param Mapping secrets: those that may be sent to the present address.
    """

    adapter: Adapter
    settings: ChannelSettings
    secrets: Mapping = field(repr=False)
    policy: Policy
    now: datetime

    @property
    def _facts(self):
        return self.settings, self.secrets, self.now

    def tell(self, kind, subject):
        """Tell the platform of a parcel, or of stock levels.

        :param str kind: ``'shipment'`` or ``'stock'``.
        :param subject: a `Shipment`, or a list of `StockLevel`.
        :raise AdapterError: ``refused``, or when an answer can't be understood.
        :raise CallError: when there is no usable answer.
        :raise PlatformAway: when it takes no calls.
        """
        prepare, follow_up = {
            "shipment": (
                self.adapter.shipment_requests,
                self.adapter.shipment_follow_up,
            ),
            "stock": (self.adapter.stock_requests, self.adapter.stock_follow_up),
        }[kind]
        deadline = Deadline(MESSAGE_SECONDS)
        bodies = self._call_all(prepare(subject, *self._facts), deadline)
        self._call_all(follow_up(subject, bodies, *self._facts), deadline)

    def ask(self, cursor):
        """Ask for a page of changed orders.

        :param str cursor: where the last page left off.
        :rtype: Page
        :raise: as `tell`.
        """
        request = self.adapter.poll_request(cursor, *self._facts)
        answer = self._call(request, PAGE)
        return self._read_page(answer, cursor)

    def _read_page(self, answer, cursor):
        """Have a page read by a process with limits: it is a stranger's.

        :rtype: Page
        :raise AdapterError: when it can't be read, or not at that cost.
        """
        outcome = POOL.one(
            Job(
                self.adapter.kind,
                InboundRequest(answer.body, dict(answer.headers)),
                self.settings,
                "page",
                text=cursor,
            )
        )
        if outcome.error:
            raise outcome.error
        if outcome.odd or outcome.broken:
            _logger.warning("A page was not read: %s", outcome.broken or outcome.odd)
            raise AdapterError("not_list")
        return outcome.page or Page()

    def _call_all(self, requests, deadline):
        """Make calls one after the other, up to the first that fails.

        :return: the answers' bodies.
        :rtype: list[bytes]
        """
        bodies = []
        for request in requests:
            limits = client.Limits(min(CALL.seconds, deadline.left()), CALL.size)
            bodies.append(self._call(request, limits).body)
        return bodies

    def _call(self, request, limits):
        answer = client.call(request, self.policy, limits)
        if answer.status in AWAY:
            raise PlatformAway(answer.status, wanted_wait(answer.headers, self.now))
        problem = self.adapter.check_answer(answer.status, answer.body)
        if not problem and answer.status not in request.accept:
            problem = f"HTTP {answer.status}"
        if problem:
            shown = masking.hide_values(problem, self.secrets.values())
            raise AdapterError("refused", value=shown)
        return answer


def wanted_wait(headers, now):
    """Seconds that a platform asks to wait, from ``Retry-After``.

    :param dict headers: names in lower case.
    :rtype: float
    """
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return min(int(told[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0), LONGEST_WAIT)


__all__ = ["CallError", "Line", "PlatformAway", "wanted_wait"]
