"""What every channel adapter has in common: requests, errors, the interface.

Adapters are plain Python: bytes and headers in, `OrderDocument` out. They open
no connection and read no clock (``now`` is given), so each runs in a unit test.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from .. import masking
from ..document import OrderDocument
from .errors import AdapterError, SignatureError

SIGNATURE_TOLERANCE = timedelta(minutes=10)
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class InboundRequest:
    """A message as it came in.

    :param Mapping headers: names in lower case.
    :param Mapping query: query-string parameters.
    :param str filename: of an uploaded or attached file.
    :param str kind: adapter that reads it; ``""`` means the channel's own.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    filename: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ChannelSettings:
    """What an adapter may need to know of its channel.

    :param str currency: ISO 4217 code used where a message names none.
    :param str timezone: IANA name for times without zone.
    :param bool prices_include_tax: used where the format does not say.
    :param Mapping options: further settings of this kind of channel, e.g. the
        ``columns`` of a file.
    :param str address: where calls go, without slash at its end.
    """

    currency: str = ""
    country_code: str = ""
    timezone: str = "UTC"
    prices_include_tax: bool = False
    options: Mapping[str, object] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True)
class HttpRequest:
    """A call that the outbox or the poller makes.

    :param bytes body: b"" for none.
    :param tuple accept: status codes that mean success.
    """

    method: str
    url: str
    # Not in a traceback or a log: they carry secrets.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    accept: tuple[int, ...] = (200, 201, 202, 204)


@dataclass(frozen=True)
class Page:
    """One page of a poll.

    :param tuple messages: an `InboundRequest` per order found.
    :param str cursor: where to go on; ``""`` when nothing changed.
    :param bool more: there is another page now.
    """

    messages: tuple[InboundRequest, ...] = ()
    cursor: str = ""
    more: bool = False


@dataclass(frozen=True)
class StockLevel:
    """Free quantity of one listing, to be told to the channel."""

    listing_id: str
    sku: str
    quantity: Decimal
    location_id: str = ""


@dataclass(frozen=True)
class Shipment:
    """A parcel that left, to be told to the channel.

    :param tuple lines: pairs of channel line id and quantity; empty means all.
    :param bool complete: with it all of the order has left.
    """

    external_id: str
    tracking_number: str
    carrier_code: str = ""
    carrier_name: str = ""
    tracking_url: str = ""
    shipped_at: datetime | None = None
    lines: tuple[tuple[str, Decimal], ...] = ()
    complete: bool = False


class Adapter:
    """Reads and writes the messages of one kind of channel.

    Subclasses override what their platform has; the defaults are the signed
    format of the suite itself (see `verify`).
    """

    kind = ""
    label = ""
    # names of the secrets that the channel form asks for
    secret_fields: tuple[str, ...] = ("webhook_secret",)
    # those of them that calls out carry, or that sign calls out
    call_secrets: tuple[str, ...] = ()
    # names of the options (ChannelSettings.options) that there are
    option_fields: tuple[str, ...] = ()
    # where calls go when the channel names no address
    default_address = ""
    # The format tells no time of a change: of two messages with the same revision
    # the one that came in later is newer, and its order numbers are people's own.
    later_wins = False

    # ---- coming in -------------------------------------------------------

    def verify(self, request, secrets, now):
        """Check that the platform sent ``request``; constant-time comparison.

        The default is the suite's own scheme, for formats without one:
        ``X-OMS-Timestamp`` (Unix seconds) and ``X-OMS-Signature``, the hex
        HMAC-SHA256 of ``timestamp + "." + body``.

        :param InboundRequest request:
        :param Mapping secrets: by the names in ``secret_fields``.
        :param datetime now: aware current time, for replay windows.
        :raise SignatureError: when it is missing, wrong or too old.
        """
        secret = require_secret(secrets, "webhook_secret")
        stamp = request.headers.get("x-oms-timestamp", "")
        if (
            not _SECONDS.fullmatch(stamp)
            or abs(now.timestamp() - int(stamp)) > SIGNATURE_TOLERANCE.total_seconds()
        ):
            raise SignatureError("timestamp missing or too old")
        check_signature(
            hmac.new(
                secret.encode(), stamp.encode() + b"." + request.body, hashlib.sha256
            ).hexdigest(),
            request.headers.get("x-oms-signature", ""),
        )

    def is_ping(self, request):
        """Whether ``request`` is a platform's unsigned test call: answered, not kept.

        :rtype: bool
        """
        return False

    def split(self, request, settings):
        """Cut a message with several orders into one message per order.

        :rtype: list[InboundRequest]
        :return: ``[request]`` itself when it holds one document at most.
        :raise AdapterError: when it can't be read at all.
        """
        return [request]

    def parse(self, request, settings):
        """Read one document.

        :param InboundRequest request: one piece that `split` returned.
        :param ChannelSettings settings:
        :rtype: OrderDocument
        :raise AdapterError: with what is wrong and where.
        """
        raise NotImplementedError(self.kind)

    def text_of(self, body):
        """Return what a person reads and corrects of a message.

        :param bytes body:
        :rtype: str | None
        :return: None when it is no text.
        """
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return None if "\x00" in text else text

    def with_text(self, body, text):
        """Return the message with its text corrected.

        :param bytes body: the message as it is.
        :param str text: what `text_of` is to return of the new one.
        :rtype: bytes
        """
        return text.encode()

    # ---- going out -------------------------------------------------------

    can_poll = False
    can_push_stock = False
    can_push_shipment = False

    def poll_request(self, cursor, settings, secrets, now):
        """Build the call for the next page of changed orders.

        :param str cursor: what the last page returned, ``""`` at first.
        :rtype: HttpRequest
        """
        raise NotImplementedError(self.kind)

    def poll_page(self, body, headers, cursor, settings):
        """Read the answer of `poll_request`.

        :rtype: Page
        """
        raise NotImplementedError(self.kind)

    def stock_requests(self, levels, settings, secrets, now):
        """Build the calls that tell the channel its stock.

        :param list levels: of `StockLevel`.
        :rtype: list[HttpRequest]
        """
        raise NotImplementedError(self.kind)

    def shipment_requests(self, shipment, settings, secrets, now):
        """Build the calls that tell the channel a parcel left.

        :param Shipment shipment:
        :rtype: list[HttpRequest]
        """
        raise NotImplementedError(self.kind)

    def stock_follow_up(self, levels, bodies, settings, secrets, now):
        """Build the calls that need the answers of `stock_requests`.

        For platforms that must be asked for their own ids first.

        :param list bodies: answers to the calls of `stock_requests`, in their order.
        :rtype: list[HttpRequest]
        """
        return []

    def shipment_follow_up(self, shipment, bodies, settings, secrets, now):
        """Build the calls that need the answers of `shipment_requests`.

        :param list bodies: answers to the calls of `shipment_requests`.
        :rtype: list[HttpRequest]
        """
        return []

    def check_answer(self, status, body):
        """Return why an answer means failure, ``""`` when it is a success.

        Platforms that answer 200 with an error inside override it. The reason is
        shown to people: of the answer it holds no more than `told` lets through.

        :param int status: HTTP status.
        :param bytes body:
        :rtype: str
        """
        return "" if 200 <= status < 300 else f"HTTP {status}"


class _Locked(str):
    """A secret that was entered for another address: it has no value here."""


LOCKED = _Locked()


def told(status, *texts):
    """Return what a platform said is wrong, as far as people may see it.

    A server that fails says nothing that helps, and may say what it must not.

    :param int status: HTTP status.
    :param texts: of the fields in which the platform is known to say it.
    :rtype: str
    """
    parts = map(masking.excerpt, texts if status < 500 else ())
    return "; ".join(dict.fromkeys(filter(None, parts)))[:300]


def require_secret(secrets, name):
    """Return a secret; an unset one verifies nothing.

    :raise SignatureError: when it is not set, or locked.
    """
    secret = secrets.get(name)
    if secret is LOCKED:
        raise SignatureError(
            f"{name} was entered for another address", secret=name, locked=True
        )
    if not secret:
        raise SignatureError(f"{name} is not set on the channel", secret=name)
    return secret


def check_signature(expected, given):
    """Compare two signatures in constant time.

    :raise SignatureError: when they differ or none was given.
    """
    if not given or not hmac.compare_digest(
        str(expected).encode(), str(given).encode()
    ):
        raise SignatureError("signature missing or wrong")


__all__ = [
    "Adapter",
    "AdapterError",
    "ChannelSettings",
    "HttpRequest",
    "InboundRequest",
    "OrderDocument",
    "Page",
    "Shipment",
    "SignatureError",
    "LOCKED",
    "StockLevel",
    "check_signature",
    "require_secret",
    "told",
]
