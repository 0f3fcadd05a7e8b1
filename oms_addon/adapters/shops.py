"""What the adapters of web shops share: signed JSON, exact prices, cursors."""

import base64
import hashlib
import hmac
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from urllib.parse import quote

from ..document import ZERO
from .base import AdapterError, InboundRequest, Page
from .read import load_json, moment, text

CENT = Decimal("0.01")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DECODER = json.JSONDecoder()
_LIMIT = Decimal(10) ** 13
# A cursor remembers this many messages of its last second at most.
_SEEN = 200


# ---- reading JSON --------------------------------------------------------


@contextmanager
def in_range():
    """Turn numbers and times that can't be reckoned with into a readable error.

    :raise AdapterError: ``out_of_range``.
    """
    try:
        yield
    except ArithmeticError as error:  # decimals and dates beyond their limits
        raise AdapterError("out_of_range") from error


def mapping(value, path):
    """Return a JSON object, ``{}`` for none.

    :raise AdapterError: ``invalid`` when it is something else.
    """
    if not value:
        return {}
    if not isinstance(value, dict):
        raise AdapterError("invalid", path=path, value=str(value)[:80])
    return value


def rows(value, path):
    """Return a JSON list of objects as pairs of path and object.

    :rtype: list[tuple[str, dict]]
    :raise AdapterError: ``invalid`` when it is something else.
    """
    if not value:
        return []
    if not isinstance(value, list):
        raise AdapterError("invalid", path=path, value=str(value)[:80])
    return [
        (f"{path}[{index}]", mapping(row, f"{path}[{index}]"))
        for index, row in enumerate(value)
    ]


def pieces(body, keys=()):
    """Cut a JSON list into its elements, each byte for byte as it came.

    :param bytes body:
    :param keys: the list may be the value of one of these in an object, unless
        that has an ``id``: an order with a list of its refunds is one order.
    :rtype: list[bytes] | None
    :return: None when the body holds no such list.
    :raise AdapterError: when it is no JSON.
    """
    value = load_json(body)
    if isinstance(value, dict):
        if "id" in value or not any(isinstance(value.get(k), list) for k in keys):
            return None
    elif not isinstance(value, list):
        return None
    content = body.decode("utf-8-sig")
    start = _skip(content, 0)
    if isinstance(value, dict):
        start = _find_list(content, start, keys)
    found = []
    start = _skip(content, start + 1)
    while content[start] != "]":
        end = _DECODER.raw_decode(content, start)[1]
        found.append(content[start:end].encode())
        start = _skip(content, end)
        if content[start] == ",":
            start = _skip(content, start + 1)
    return found


def _find_list(content, start, keys):
    """Return where the list under one of ``keys`` begins; there is one."""
    start = _skip(content, start + 1)
    while content[start] != "}":
        key, start = _DECODER.raw_decode(content, start)
        start = _skip(content, _skip(content, start) + 1)
        if key in keys and content[start] == "[":
            return start
        start = _skip(content, _DECODER.raw_decode(content, start)[1])
        if content[start] == ",":
            start = _skip(content, start + 1)
    raise AdapterError("missing", path=keys[0])


def _skip(content, start):
    while start < len(content) and content[start] in " \t\r\n":
        start += 1
    return start


def plausible(document):
    """Return the document, unless it has a number that no shop has.

    :param OrderDocument document:
    :raise AdapterError: ``invalid``.
    """
    numbers = [("total", document.total or ZERO)]
    for line in document.lines:
        numbers += [
            ("price", line.unit_price),
            ("quantity", line.quantity),
            ("discount", line.discount),
            ("tax", line.tax_amount or ZERO),
        ]
    numbers += [
        ("amount", part.amount) for part in (*document.payments, *document.refunds)
    ]
    for path, number in numbers:
        if abs(number) > _LIMIT:
            raise AdapterError("invalid", path=path, value=f"{number:.3e}")
    return document


def address_of(settings):
    """Return the address of the shop, without a slash at its end.

    :param ChannelSettings settings:
    :raise AdapterError: ``no_address``.
    """
    address = settings.address.rstrip("/")
    if not address:
        raise AdapterError("no_address")
    return address


def part_of_path(value):
    """Return an id as one part of an address's path: it leads nowhere else.

    :rtype: str
    """
    part = quote(text(value), safe="")
    return "" if part.strip(".") == "" else part


def json_answer(body, failed=False):
    """Return the object, or the list as ``{"list": …}``, that a platform answered.

    :param bytes body: ``b""`` where it says nothing.
    :param bool failed: the status says so; then the body may be anything.
    :rtype: dict
    :raise AdapterError: ``odd_answer`` for a page that no platform's interface sends,
        e.g. of whoever owns the address by now.
    """
    try:
        answer = load_json(body) if body else {}
    except AdapterError:
        answer = None
    if isinstance(answer, list):
        return {"list": answer}
    if isinstance(answer, dict):
        return answer
    if failed:
        return {}
    raise AdapterError("odd_answer")


# ---- signatures ----------------------------------------------------------


def sign(secret, body):
    """Return the base64 HMAC-SHA256 that web shops put on a webhook.

    :param str secret:
    :param bytes body: as received.
    :rtype: str
    """
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


# ---- people --------------------------------------------------------------


def full_name(first, last):
    """Join a name the way its script writes it: 王小明, but John Doe.

    :rtype: str
    """
    first, last = text(first), text(last)
    if first and last and _CJK.search(first) and _CJK.search(last):
        return last + first
    return f"{first} {last}".strip()


def labelled(pairs):
    """Write pairs as lines ``name: value``, leaving empty and hidden ones out.

    :param pairs: of name and value; names with a leading ``_`` are technical.
    :rtype: str
    """
    return "\n".join(
        f"{text(name)}: {text(value)}"
        for name, value in pairs
        if text(value) and text(name) and not text(name).startswith("_")
    )


# ---- exact money ---------------------------------------------------------


def to_cents(amount):
    """Round an amount of money half up to cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def priced(quantity, before, after):
    """Return unit price and discount that give ``after`` to the last digit.

    Shops tell the total of a line; a total of 10.00 for 3 pieces has no exact
    unit price. Then the price is rounded up and the discount takes the rest.

    :param Decimal before: price of the whole line without discount.
    :param Decimal after: price of the whole line with discount.
    :rtype: tuple[Decimal, Decimal]
    """
    if not quantity:
        return ZERO, ZERO
    digits = max(2, *(-n.as_tuple().exponent for n in (before, after)))
    quantum = Decimal(1).scaleb(-digits)
    # Prices in cents are what price fields keep; finer ones only when told.
    for step in dict.fromkeys((CENT, quantum)):
        unit = (before / quantity).quantize(step, ROUND_HALF_UP)
        if unit * quantity == before and before >= after:
            return unit, before - after
    unit = (max(before, after) / quantity).quantize(CENT, ROUND_CEILING)
    if unit * quantity < after:  # a negative quantity rounds the other way
        unit -= CENT
    return unit, unit * quantity - after


def percentage(rate, path):
    """Return a rate in percent without trailing zeros: 19, not 19.00 or 1.9E+1.

    :raise AdapterError: ``invalid`` for a rate that no tax has.
    """
    if abs(rate) > 1000:
        raise AdapterError("invalid", path=path, value=f"{rate:.3e}")
    return Decimal(f"{rate.normalize():f}")


def sum_of(lines, prices_include_tax):
    """What lines add up to, tax included.

    :rtype: Decimal
    """
    tax = (
        ZERO
        if prices_include_tax
        else sum((line.tax_amount or ZERO for line in lines), ZERO)
    )
    return sum((line.total for line in lines), ZERO) + tax


def settle(lines, total, prices_include_tax):
    """Give the cents that the shop gained or lost by rounding taxes to a line.

    A shop may round the tax of the order where its lines are rounded one by
    one. Larger differences stay: they are for the checks to find.

    :param list lines: of `Line`.
    :param Decimal total: what the shop says that they add up to.
    :rtype: list[Line]
    """
    gap = total - sum_of(lines, prices_include_tax) if total is not None else ZERO
    taxed = [line for line in lines if line.tax_amount]
    if not gap or not taxed or abs(gap) > CENT * len(taxed):
        return lines
    chosen = max(taxed, key=lambda line: line.tax_amount)
    changed = replace(chosen, tax_amount=chosen.tax_amount + gap)
    if prices_include_tax:
        unit, discount = priced(
            chosen.quantity, chosen.quantity * chosen.unit_price, chosen.total + gap
        )
        changed = replace(changed, unit_price=unit, discount=discount)
    return [changed if line is chosen else line for line in lines]


# ---- polling -------------------------------------------------------------


@dataclass(frozen=True)
class Cursor:
    """Where a poll goes on, as text ``time#digests|page``.

    Shops tell times in whole seconds, so the last second is asked for again;
    the digests of the messages that were already seen in it keep them away.

    :param datetime since: time of the newest order seen; None at first.
    :param frozenset seen: short digests of the messages of that second.
    :param str page: next page, used only while a whole page is of one second.
    """

    since: datetime | None = None
    seen: frozenset = frozenset()
    page: str = ""

    @classmethod
    def parse(cls, cursor):
        """Read the text that ``str`` wrote; ``""`` is the beginning."""
        head, _, page = cursor.partition("|")
        since, _, seen = head.partition("#")
        return cls(
            moment(since, "cursor"), frozenset(filter(None, seen.split(","))), page
        )

    def __str__(self):
        stamp = self.since.isoformat() if self.since else ""
        seen = ",".join(sorted(self.seen)[:_SEEN])
        return (
            stamp
            + (f"#{seen}" if seen else "")
            + (f"|{self.page}" if self.page else "")
        )

    def advance(self, found, next_page):
        """Take in one page, sorted by time.

        :param list found: pairs of time and body.
        :param str next_page: what asks for the page behind it, ``""`` for none.
        :return: the bodies not seen yet, and the cursor behind them.
        :rtype: tuple[list[bytes], Cursor]
        """
        digests = [hashlib.sha256(body).hexdigest()[:8] for _when, body in found]
        fresh = [
            body
            for (_when, body), digest in zip(found, digests, strict=True)
            if digest not in self.seen
        ]
        newest = max((when for when, _body in found if when), default=self.since)
        last = {
            digest
            for (when, _body), digest in zip(found, digests, strict=True)
            if when == newest
        }
        if self.since and newest <= self.since:
            return fresh, Cursor(self.since, self.seen | last, next_page)
        return fresh, Cursor(newest, frozenset(last))

    def page_of(self, found, next_page):
        """Build the page that a poller gets; parameters as for `advance`.

        :rtype: Page
        """
        fresh, behind = self.advance(found, next_page)
        return Page(
            messages=tuple(
                InboundRequest(body=body, content_type="application/json")
                for body in fresh
            ),
            cursor=str(behind) if behind != self else "",
            more=bool(next_page) and behind != self,
        )


def next_link(headers):
    """Return the address of the next page from a Link header, ``""`` for none.

    :param Mapping headers:
    :rtype: str
    """
    links = {name.lower(): value for name, value in headers.items()}.get("link", "")
    match = re.search(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?', links)
    return match[1] if match else ""
