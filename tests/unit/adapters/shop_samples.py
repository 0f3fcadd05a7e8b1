"""Random sample orders, helpers and shared checks for the web-shop adapters."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters.base import AdapterError, InboundRequest, SignatureError
from oms_addon.document import OrderDocument

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BUYERS = (
    SampleBuyer(
        "王小明",
        "wang@example.com",
        "+8613800138000",
        "人民路1号",
        "浦东新区",
        "上海市",
        "上海市",
        "200120",
        "CN",
    ),
    SampleBuyer(
        "Erika Mustermann",
        "erika@example.com",
        "+49 221 123456",
        "Heidestraße 17",
        "",
        "Köln",
        "",
        "51147",
        "DE",
    ),
    SampleBuyer(
        "John Q. Doe",
        "john@example.com",
        "+1 555 0100",
        "1 Main St",
        "",
        "Austin",
        "TX",
        "73301",
        "US",
    ),
)


def random_order(seed):
    """A believable order; the same seed gives the same order."""
    dice = random.Random(seed)
    lines = tuple(
        SampleLine(
            sku=f"SKU-{index}",
            name=f"Goods “{index}” & more",
            quantity=dice.randint(1, 12),
            unit_price=Decimal(dice.randint(1, 30000)) / 100,
            listing_id=str(44_000_000_000_000 + dice.randint(1, 10**6)),
        )
        for index in range(dice.randint(1, 6))
    )
    goods = sum(line.quantity * line.unit_price for line in lines)
    return SampleOrder(
        number=seed + 1,
        placed_at=NOW - timedelta(minutes=dice.randint(1, 10_000)),
        buyer=dice.choice(BUYERS),
        lines=lines,
        currency=dice.choice(("CNY", "EUR", "USD")),
        tax_rate=Decimal(dice.choice(("0", "6", "7.5", "13", "19", "8.875"))),
        prices_include_tax=dice.random() < 0.5,
        shipping=Decimal(dice.choice(("0", "5", "9.95"))),
        discount=dice.choice((Decimal(0), (goods / 7).quantize(Decimal("0.01")))),
        paid=dice.random() < 0.8,
        note=dice.choice(("", "请送到后门", 'Leave at "back" door\n2nd line')),
    )


def request(message):
    """The message as the webhook controller hands it to an adapter."""
    return InboundRequest(
        body=message.body,
        headers={name.lower(): value for name, value in message.headers.items()},
        query=message.query,
        content_type=message.content_type,
    )


def bare(value):
    """A message without headers, as a person pastes it or a poll returns it."""
    return InboundRequest(body=json.dumps(value).encode())


def added_up(document):
    """Lines and taxes of a document, added up independently of the adapter."""
    total = Decimal(0)
    for line in document.lines:
        total += line.quantity * line.unit_price - line.discount
        if not document.prices_include_tax:
            total += line.tax_amount or 0
    return total


def mutations(value, count):
    """Copies of a JSON value, each with something in it turned wrong."""
    wrong = (
        None,
        "",
        "x",
        -1,
        3.7,
        [],
        {},
        [None],
        ["x"],
        {"a": 1},
        True,
        "NaN",
        10**30,
        "1e999999",
        "0001-01-01T00:00:00+14:00",
        "\x00",
        "\ud800",
        "2026-13-45",
    )
    for seed in range(count):
        dice = random.Random(seed)
        copy = json.loads(json.dumps(value))
        for _round in range(dice.randint(1, 3)):
            place = copy
            while True:
                if isinstance(place, dict) and place:
                    key = dice.choice(sorted(place))
                elif isinstance(place, list) and place:
                    key = dice.randrange(len(place))
                else:
                    break
                if not isinstance(place[key], dict | list) or dice.random() < 0.2:
                    place[key] = dice.choice(wrong)
                    break
                place = place[key]
        yield copy


# ---- checks that every shop must pass ------------------------------------


def check_refuses_forgeries(adapter, secrets, message):
    """A signed message is accepted; changed, unsigned or without secret it is not."""
    adapter.verify(message, secrets, NOW)
    for forged in (
        replace(message, body=message.body + b" "),
        replace(message, body=message.body.replace(b"1", b"2", 1)),
        replace(message, headers={}),
    ):
        with pytest.raises(SignatureError):
            adapter.verify(forged, secrets, NOW)
    for known in ({}, {"webhook_secret": ""}, {"webhook_secret": "other"}):
        with pytest.raises(SignatureError):
            adapter.verify(message, known, NOW)


def check_says_what_is_wrong(adapter, settings, body, code, word):
    """A broken message is refused with a code and a value that names the place."""
    with pytest.raises(AdapterError) as error:
        for piece in adapter.split(InboundRequest(body=body), settings):
            adapter.parse(piece, settings)
    assert error.value.code == code
    assert word in str(error.value)


def check_survives_mangling(adapter, settings, value):
    """Whatever is turned wrong in a message, it is read or refused, no worse."""
    for mangled in mutations(value, 800):
        try:
            for piece in adapter.split(bare(mangled), settings):
                assert isinstance(adapter.parse(piece, settings), OrderDocument)
        except AdapterError:
            pass
