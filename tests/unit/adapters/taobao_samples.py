"""Taobao: a sample order, and how the tests read its messages."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs

from omsdev.messages import taobao as messages
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    ChannelSettings,
    InboundRequest,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRETS = {"app_key": "12345678", "app_secret": "topsecret", "session": "6100abc"}
SETTINGS = ChannelSettings(currency="CNY", timezone="UTC")
ADAPTER = get_adapter("taobao")

# Fixtures whose own numbers don't add up, with the reason.
INCONSISTENT = {
    "top_trade_fullinfo_template_two_suborders_promo.json": (
        "a template: its sub-orders pay 86.20 + 117.77, the trade says 323.58"
    ),
}

ORDER = SampleOrder(
    number=7,
    placed_at=NOW - timedelta(hours=1),
    buyer=SampleBuyer(
        name="张三",
        phone="13800000000",
        street="中山路1号",
        district="和平区",
        city="沈阳市",
        state="辽宁省",
        zip="110001",
    ),
    lines=(
        SampleLine("CUP-1", "杯子", 3, Decimal("19.90")),
        SampleLine("POT-1", "茶壶", 1, Decimal("128.00"), "700001:800002"),
    ),
    shipping=Decimal("8.00"),
    discount=Decimal("10.00"),
    note="请尽快发货",
)


def inbound(message):
    """The message as the webhook hands it on."""
    return InboundRequest(
        body=message.body,
        headers={name.lower(): value for name, value in message.headers.items()},
        query=message.query,
        content_type=message.content_type,
    )


def read(message):
    request = inbound(message)
    ADAPTER.verify(request, SECRETS, NOW)
    (piece,) = ADAPTER.split(request, SETTINGS)
    return ADAPTER.parse(piece, SETTINGS)


def parse_trade(**changes):
    """The sample trade with some fields changed, read."""
    trade = json.loads(messages.build(ORDER, SECRETS, NOW).body)
    trade = trade["trade_fullinfo_get_response"]["trade"]
    for index, sub in changes.pop("subs", {}).items():
        trade["orders"]["order"][index].update(sub)
    trade.update(changes)
    body = json.dumps({"trade": trade}).encode()
    return ADAPTER.parse(InboundRequest(body), SETTINGS)


def line_sum(document):
    return sum(line.total for line in document.lines)


def form(request):
    return {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
