"""Small readers shared by the adapters: JSON, numbers, times, text."""

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from .base import AdapterError

MB = 1_000_000
# No price or quantity is larger; beyond it a number is a mistake or an attack.
LARGEST = Decimal(10) ** 13
# Lines, payments and refunds of one order, each; a purchasing system sends hundreds.
MAX_LINES = 2_000
# Orders in one message: each becomes a message of its own.
MAX_ORDERS = 5_000
# A message of a shop has some ten kilobytes, a page of 250 of them some megabytes.
MAX_JSON = 26 * MB


def load_json(body):
    """Decode a JSON body; numbers stay exact.

    :param bytes body:
    :raise AdapterError: naming line and column of what is no JSON.
    """
    if not body.strip():
        raise AdapterError("empty")
    if len(body) > MAX_JSON:
        raise too_large(body, MAX_JSON)
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise AdapterError("encoding", encoding="UTF-8") from error
    except json.JSONDecodeError as error:
        raise _json_error(error) from error
    except RecursionError as error:
        raise AdapterError("nested") from error
    except ValueError as error:  # an integer of thousands of digits
        raise AdapterError("out_of_range") from error


def _json_error(error):
    place = {"line": error.lineno, "column": error.colno}
    # An unclosed text is told where it begins.
    if not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated"):
        return AdapterError("json_end", **place)
    return AdapterError("json", **place)


def check_orders(orders):
    """Refuse a message with more orders than can be kept at once.

    :param list orders:
    :raise AdapterError: ``too_many_orders``.
    """
    if len(orders) > MAX_ORDERS:
        raise AdapterError("too_many_orders", limit=MAX_ORDERS)


def check_size(document):
    """Refuse an order with more lines than can be worked on among others.

    :param OrderDocument document:
    :raise AdapterError: ``too_many_lines``.
    """
    for parts in (document.lines, document.payments, document.refunds):
        if len(parts) > MAX_LINES:
            raise AdapterError("too_many_lines", limit=MAX_LINES)


def too_large(body, limit):
    """Return the error of a message with more bytes than ``limit``.

    :rtype: AdapterError
    """
    return AdapterError("too_large", size=in_megabytes(len(body)), limit=limit // MB)


def in_megabytes(number):
    """Return a number of bytes in megabytes, rounded up to a tenth.

    :rtype: float
    """
    return -(-number * 10 // MB) / 10


def require(value, path):
    """Return ``value``; an absent or empty one is an error naming its path.

    :raise AdapterError: ``missing``.
    """
    if value is None or value == "":
        raise AdapterError("missing", path=path)
    return value


def text(value):
    """Return ``value`` as stripped text that a database can keep, ``""`` for None.

    NUL and half surrogate pairs, which JSON may hold, are dropped.
    """
    if value is None:
        return ""
    plain = str(value).replace("\x00", "").strip()
    return plain.encode("utf-8", "replace").decode("utf-8")


def decimal(value, path, default=None):
    """Return a `Decimal`; ``default`` for None or ``""``.

    :raise AdapterError: ``invalid`` for anything that is no finite number.
    """
    if value is None or value == "":
        return default
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise AdapterError("invalid", path=path, value=str(value)) from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise AdapterError("invalid", path=path, value=str(value))
    return number


def moment(value, path, timezone="UTC"):
    """Return an aware UTC `datetime` from ISO 8601 or ``YYYY-MM-DD HH:MM:SS``.

    :param str timezone: IANA name used when the text names no offset.
    :raise AdapterError: ``invalid``.
    """
    if not value:
        return None
    try:
        parsed = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise AdapterError("invalid", path=path, value=str(value)) from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=ZoneInfo(timezone))
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:  # the year 1, where a platform means "never"
        raise AdapterError("invalid", path=path, value=str(value)) from error
