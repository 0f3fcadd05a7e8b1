"""WooCommerce: signatures, lists and broken messages."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from omsdev.messages import woocommerce as builder
from shop_samples import (
    NOW,
    check_refuses_forgeries,
    check_says_what_is_wrong,
    check_survives_mangling,
    request,
)
from woocommerce_samples import ADAPTER, SECRETS, SETTINGS, body_of, order_of, parse

from oms_addon.adapters.base import (
    InboundRequest,
    SignatureError,
)

# ---- signatures ----------------------------------------------------------


def test_signature_of_a_real_delivery_is_accepted(fixtures):
    folder = fixtures / "woocommerce"
    headers = json.loads((folder / "real1101_webhook_0.headers.json").read_text())
    message = InboundRequest(
        body=(folder / "real1101_webhook_0.body.json").read_bytes(),
        headers={name.lower(): value for name, value in headers.items()},
    )
    ADAPTER.verify(message, SECRETS, NOW)
    with pytest.raises(SignatureError):
        ADAPTER.verify(
            replace(message, body=message.body.replace(b"111.77", b"111.78")),
            SECRETS,
            NOW,
        )
    assert parse(message).external_id == "16"


def test_tampered_unsigned_or_unconfigured_messages_are_refused():
    message = request(builder.build(order_of(), SECRETS, NOW))
    check_refuses_forgeries(ADAPTER, SECRETS, message)


def test_only_the_trial_call_of_a_new_webhook_is_a_ping():
    assert ADAPTER.is_ping(request(builder.build_ping(12)))
    for body in (b"", b"webhook_id=", b"webhook_id=1&x=2", b'{"webhook_id": 1}'):
        assert not ADAPTER.is_ping(InboundRequest(body=body))


# ---- lists and broken messages -------------------------------------------


def test_a_list_is_cut_into_orders_byte_for_byte():
    one, two = (builder.build(order_of(n), SECRETS, NOW).body for n in (1, 2))
    message = InboundRequest(body=b" [" + one + b" , " + two + b"]\n")
    assert [piece.body for piece in ADAPTER.split(message, SETTINGS)] == [one, two]
    (piece,) = ADAPTER.split(InboundRequest(body=b"[]"), SETTINGS)
    assert parse(piece).kind == "ignored"


def test_messages_about_other_things_are_ignored(fixtures):
    path = fixtures / "woocommerce" / "docs_webhook_object.json"
    assert parse(InboundRequest(body=path.read_bytes())).kind == "ignored"
    message = InboundRequest(
        body=b'{"id":5}',
        headers={
            "x-wc-webhook-topic": "product.updated",
            "x-wc-webhook-resource": "product",
        },
    )
    assert parse(message).kind == "ignored"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b'{"id": 1,', "json_end", "line=1, column=10"),
        (b"webhook", "json", "line=1, column=1"),
        (b"", "empty", ""),
        (b'"text"', "unsupported", "text"),
        (b'{"hello": "world"}', "unsupported", "hello"),
        (
            b'{"id": 1, "billing": {}, "line_items": [{"id": 2, "total": "ten"}]}',
            "invalid",
            "line_items[0].total",
        ),
        (b'{"id": 1, "billing": "x", "line_items": []}', "invalid", "billing"),
        (b'{"id": 5, "amount": "1.00", "refunded_by": 1}', "missing", "parent_id"),
    ],
)
def test_a_broken_message_says_what_is_wrong(body, code, word):
    check_says_what_is_wrong(ADAPTER, SETTINGS, body, code, word)


def test_no_mangled_message_makes_the_adapter_crash():
    order = body_of(order_of(3, tax_rate=Decimal(19)))
    check_survives_mangling(ADAPTER, SETTINGS, order)
