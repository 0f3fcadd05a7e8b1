"""UBL: a sample order, and how the tests read its messages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from omsdev.messages import ubl as messages
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    ChannelSettings,
    InboundRequest,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRETS = {"webhook_secret": "edi-secret"}
SETTINGS = ChannelSettings(
    currency="EUR",
    timezone="Europe/Oslo",
    options={"endpoint": "0192:123456785", "company_name": "Medical AS"},
)
ADAPTER = get_adapter("ubl")
ORDERS = ("order", "change")

# Fixtures whose lines and taxes don't lead to their total, with the reason.
INCONSISTENT = {}
# Fixtures whose tax amount is not what their own rates give, with the reason.
RATES_DISAGREE = {
    "oasis_UBL-Order-2.1-Example.xml": "tells a tax of 100 and no rates",
    "peppol_Order_Example.xml": "25 % of 5872.50 is 1468.13; it tells a tax of 100",
}

ORDER = SampleOrder(
    number=7,
    placed_at=NOW - timedelta(hours=30),
    buyer=SampleBuyer(
        name="Jensen & Søn",
        email="post@jensen.example",
        phone="+4722000000",
        street="Storgata 1",
        city="Oslo",
        zip="0155",
        country_code="NO",
    ),
    lines=(
        SampleLine("CUP-1", "Cup <blue>", 3, Decimal("19.99"), "B-1"),
        SampleLine("POT-1", "Pot", 1, Decimal("128.00")),
    ),
    currency="NOK",
    tax_rate=Decimal(25),
    prices_include_tax=False,
    shipping=Decimal("8.00"),
    discount=Decimal("10.00"),
    note="Ring the bell",
)


def inbound(message):
    """The message as the webhook hands it on."""
    return InboundRequest(
        body=message.body,
        headers={name.lower(): value for name, value in message.headers.items()},
        content_type=message.content_type,
        filename=message.filename,
    )


def read(message):
    request = inbound(message)
    ADAPTER.verify(request, SECRETS, NOW)
    (piece,) = ADAPTER.split(request, SETTINGS)
    return ADAPTER.parse(piece, SETTINGS)


def parse(body):
    if isinstance(body, str):
        body = body.encode()
    return ADAPTER.parse(InboundRequest(body), SETTINGS)


def changed(old, new, message=None):
    """The sample order's XML with a part replaced, read."""
    body = (message or messages.build(ORDER, SECRETS, NOW)).body.decode()
    assert old in body
    return parse(body.replace(old, new))


def line_sum(document):
    return sum(line.total for line in document.lines) + document.tax_total
