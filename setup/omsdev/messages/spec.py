"""What a builder of channel messages is asked for, and what it hands back.

Each module beside this one has ``build(order, secrets, now) -> Message``: it
writes the message that its platform would send for ``order``, in the platform's
own full shape and signed as the platform signs, so that the adapter of that
kind accepts it. The demo day, the benchmarks and the tests use the builders.

Standard library only. Money is exact: builders round to `CENT`, half up, and
spread order-wide amounts with `spread` so that the parts add up to the whole.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class SampleBuyer:
    """Who buys, and where the goods go.

    :param str district: county or district (区/县); ``""`` outside China.
    :param str state: province or state, as people write it or as a code.
    :param str country_code: ISO 3166-1 alpha-2, upper case.
    """

    name: str
    email: str = ""
    phone: str = ""
    street: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country_code: str = "CN"


@dataclass(frozen=True)
class SampleLine:
    """One product line.

    :param Decimal unit_price: with tax when the order's prices include tax.
    :param str listing_id: the channel's id of the variant; digits, where the
        platform's ids are numbers. ``""`` lets the builder derive one.
    """

    sku: str
    name: str
    quantity: int = 1
    unit_price: Decimal = ZERO
    listing_id: str = ""


@dataclass(frozen=True)
class SampleOrder:
    """An order to write as a channel message.

    :param int number: the only source of ids: the same number, the same order.
    :param datetime placed_at: aware.
    :param Decimal tax_rate: percent, on goods and shipping alike.
    :param Decimal shipping: price of the shipping, in the order's tax mode.
    :param Decimal discount: taken off the goods as a whole, in the order's tax
        mode; 0 or more and not above the goods.
    :param str note: what the buyer wrote.
    """

    number: int
    placed_at: datetime
    buyer: SampleBuyer
    lines: tuple[SampleLine, ...]
    currency: str = "CNY"
    tax_rate: Decimal = ZERO
    prices_include_tax: bool = True
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    paid: bool = True
    note: str = ""
    cancelled: bool = False

    @property
    def goods(self):
        """Price of all lines before the discount, in the order's tax mode."""
        return sum((line.quantity * line.unit_price for line in self.lines), ZERO)


@dataclass(frozen=True)
class Message:
    """A message ready to be sent.

    :param dict headers: in the platform's own spelling; lower the names for an
        `InboundRequest`.
    :param dict query: query-string parameters.
    :param str filename: for formats that travel as files, else ``""``.
    """

    body: bytes
    headers: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)
    content_type: str = "application/json"
    filename: str = ""


def cents(amount):
    """Round an amount of money to cents, half up.

    :rtype: Decimal
    """
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def spread(amount, weights):
    """Cut an amount into parts by weight, whole cents that add up exactly.

    No part exceeds its weight while the amount does not exceed their sum.

    :param Decimal amount: 0 or more.
    :param list weights: of `Decimal`, 0 or more.
    :rtype: list[Decimal]
    """
    parts, given, so_far = [], ZERO, ZERO
    whole = sum(weights, ZERO)
    for weight in weights:
        so_far += weight
        upto = cents(amount * so_far / whole) if whole else ZERO
        parts.append(upto - given)
        given = upto
    return parts
