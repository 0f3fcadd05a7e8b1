"""Shopify: signatures, lists and broken messages."""

import json

import pytest
from omsdev.messages import shopify as builder
from shop_samples import (
    NOW,
    check_refuses_forgeries,
    check_says_what_is_wrong,
    check_survives_mangling,
    request,
)
from shopify_samples import (
    ADAPTER,
    SECRETS,
    SETTINGS,
    body_of,
    order_of,
    parse,
    partly_refunded,
)

from oms_addon.adapters.base import InboundRequest

# ---- signatures ----------------------------------------------------------


def test_signature_of_the_published_vector_is_accepted(fixtures):
    vector = json.loads((fixtures / "SIGN_VECTORS.json").read_text())["shopify_webhook"]
    message = InboundRequest(
        body=vector["body"].encode(), headers={"x-shopify-hmac-sha256": vector["hmac"]}
    )
    ADAPTER.verify(message, {"webhook_secret": vector["secret"]}, NOW)


def test_tampered_unsigned_or_unconfigured_messages_are_refused():
    message = request(builder.build(order_of(), SECRETS, NOW))
    check_refuses_forgeries(ADAPTER, SECRETS, message)


# ---- lists and broken messages -------------------------------------------


def test_a_list_is_cut_into_orders_byte_for_byte():
    one = builder.build(order_of(1), SECRETS, NOW).body
    two = builder.build(order_of(2), SECRETS, NOW).body
    body = b'\xef\xbb\xbf { "shop" : "x", "orders" : [ ' + one + b" ,\n" + two + b" ] }"
    message = InboundRequest(body=body)
    assert [piece.body for piece in ADAPTER.split(message, SETTINGS)] == [one, two]


def test_an_order_that_lists_its_refunds_is_one_order():
    message = request(builder.build_cancel(order_of(paid=True), SECRETS, NOW))
    assert json.loads(message.body)["refunds"]
    assert ADAPTER.split(message, SETTINGS) == [message]


def test_an_empty_list_needs_nothing():
    (piece,) = ADAPTER.split(InboundRequest(body=b'{"orders":[]}'), SETTINGS)
    assert parse(piece).kind == "ignored"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b'{"id": 1, "line_items": [', "json_end", "line=1, column=26"),
        (b"\xff\xfe{}", "encoding", "encoding=UTF-8"),
        (b"[" * 100_000, "nested", ""),
        (b'{"id": ' + b"9" * 5000 + b"}", "out_of_range", ""),
        (b"  ", "empty", ""),
        (b"[1, 2]", "unsupported", "1"),
        (b'{"hello": "world"}', "unsupported", "hello"),
        (b'{"order": 5}', "invalid", "order"),
        (b'{"order": {"id": 5}}', "missing", "line_items"),
        (b'{"order": {"line_items": []}}', "missing", "id"),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": "ten"}]}}',
            "invalid",
            "line_items[0].price",
        ),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": 1e999999}]}}',
            "invalid",
            "price",
        ),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": 1e999999, '
            b'"tax_lines": [{"rate": 0.1, "price": 0}]}]}}',
            "invalid",
            "price",
        ),
        (
            b'{"order": {"id": 1, "updated_at": "soon", "line_items": []}}',
            "invalid",
            "updated_at",
        ),
    ],
)
def test_a_broken_message_says_what_is_wrong(body, code, word):
    check_says_what_is_wrong(ADAPTER, SETTINGS, body, code, word)


def test_no_mangled_message_makes_the_adapter_crash():
    order = body_of(order_of(3), NOW)
    order["refunds"] = partly_refunded("return", True, True)[0]["refunds"]
    check_survives_mangling(ADAPTER, SETTINGS, order)
