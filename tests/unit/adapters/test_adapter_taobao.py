"""Taobao: real messages, round trips and envelopes."""

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from omsdev.messages import taobao as messages
from taobao_samples import (
    ADAPTER,
    INCONSISTENT,
    NOW,
    ORDER,
    SECRETS,
    SETTINGS,
    line_sum,
    parse_trade,
    read,
)

from oms_addon.adapters.base import InboundRequest
from oms_addon.adapters.taobao.calls import sign

# ---- real messages -------------------------------------------------------


def test_the_platforms_own_signature_example_verifies(fixtures):
    vector = json.loads((fixtures / "SIGN_VECTORS.json").read_text())
    vector = vector["taobao_top_official"]
    assert sign(vector["params"], vector["secret"]) == vector["sign"]


def test_every_fixture_is_read_and_its_lines_add_up_to_its_total(fixtures):
    names = sorted((fixtures / "taobao").glob("*.json"))
    assert names
    for path in names:
        document = ADAPTER.parse(InboundRequest(path.read_bytes()), SETTINGS)
        assert document.external_id.isdigit()
        assert document.currency == "CNY"
        assert document.prices_include_tax
        assert all(line.discount >= 0 for line in document.lines)
        assert (line_sum(document) == document.total) != (path.name in INCONSISTENT), (
            path.name
        )


def test_a_masked_receiver_keeps_its_oaid(fixtures):
    path = fixtures / "taobao" / "shape_wait_seller_send_goods_masked_oaid.json"
    document = ADAPTER.parse(InboundRequest(path.read_bytes()), SETTINGS)
    assert document.shipping.masked
    assert document.shipping.token == "1REDACTED"
    assert (document.shipping.state, document.shipping.district) == ("辽宁省", "和平区")
    assert document.ordered_at == datetime(2024, 5, 11, 6, 52, 32, tzinfo=UTC)
    (line,) = document.lines
    assert line.listing_id == "704851478689:3667237704239"
    assert line.sku == "F1-23E-WQM-S3G-ZH2-SKD"
    assert (line.unit_price, line.discount) == (Decimal(13999), Decimal(5060))


# ---- round trip ----------------------------------------------------------


def test_a_pushed_trade_is_verified_and_read():
    document = read(messages.build(ORDER, SECRETS, NOW))
    assert document.status == "paid"
    assert document.total == Decimal("185.70")  # 59.70 + 128 - 10 + 8
    assert line_sum(document) == document.total
    assert document.paid_amount == document.total
    assert document.ordered_at == ORDER.placed_at
    assert document.note == "请尽快发货"
    assert document.shipping.name == "张三"
    assert document.shipping.city == "沈阳市"
    assert document.shipping.country_code == "CN"
    assert not document.shipping.masked
    cup, pot, post = document.lines
    assert (cup.sku, cup.quantity, cup.unit_price) == ("CUP-1", 3, Decimal("19.90"))
    assert pot.listing_id == "700001:800002"
    assert cup.discount + pot.discount == 10
    assert (post.kind, post.total) == ("shipping", 8)


def test_an_unpaid_trade_expects_its_money():
    document = read(
        messages.build(dataclasses.replace(ORDER, paid=False), SECRETS, NOW)
    )
    assert document.status == "unpaid"
    (payment,) = document.payments
    assert (payment.state, payment.amount) == ("pending", document.total)


def test_net_prices_are_written_gross_and_still_add_up():
    order = dataclasses.replace(ORDER, prices_include_tax=False, tax_rate=Decimal(13))
    document = read(messages.build(order, SECRETS, NOW))
    assert line_sum(document) == document.total


def test_a_masked_push_is_marked():
    document = read(messages.build(ORDER, SECRETS, NOW, masked=True))
    assert document.shipping.masked
    assert document.shipping.token
    assert "masked" in document.tags


def test_a_closed_trade_is_cancelled_or_refunded_and_newer():
    first = read(messages.build(ORDER, SECRETS, NOW))
    closed = read(messages.build_cancel(ORDER, SECRETS, NOW))
    assert closed.status == "cancelled"  # nothing has left
    left = parse_trade(status="TRADE_CLOSED", consign_time="2026-11-23 19:30:00")
    assert left.status == "refunded"
    assert closed.revision > first.revision
    assert sum(refund.amount for refund in closed.refunds) == Decimal("177.70")
    unpaid = dataclasses.replace(ORDER, paid=False)
    dropped = read(messages.build_cancel(unpaid, SECRETS, NOW))
    assert dropped.status == "cancelled"
    assert not dropped.payments


def test_a_refund_names_its_line_and_amount():
    document = read(messages.build_refund(ORDER, SECRETS, NOW, line=1, returned=True))
    assert document.kind == "refund"
    assert document.external_id == read(messages.build(ORDER, SECRETS, NOW)).external_id
    assert document.revision == ""
    (refund,) = document.refunds
    assert refund.restock
    assert refund.lines[0].quantity == 1
    assert refund.amount == refund.lines[0].amount == Decimal("121.18")


def test_a_refund_that_is_only_asked_for_is_ignored():
    document = read(
        messages.build_refund(ORDER, SECRETS, NOW, status="WAIT_SELLER_AGREE")
    )
    assert document.kind == "ignored"
    assert "WAIT_SELLER_AGREE" in document.note


# ---- other envelopes -----------------------------------------------------


def test_a_list_is_cut_into_trades():
    trades = [
        json.loads(
            messages.build(dataclasses.replace(ORDER, number=n), SECRETS, NOW).body
        )["trade_fullinfo_get_response"]["trade"]
        for n in (1, 2)
    ]
    body = json.dumps({"trades_sold_get_response": {"trades": {"trade": trades}}})
    pieces = ADAPTER.split(InboundRequest(body.encode()), SETTINGS)
    ids = [ADAPTER.parse(piece, SETTINGS).external_id for piece in pieces]
    assert ids == [str(trade["tid"]) for trade in trades]


def test_a_row_of_the_push_database_is_read():
    body = messages.build(ORDER, SECRETS, NOW).body.decode()
    row = json.dumps({"tid": 1, "status": "x", "jdp_response": body}).encode()
    document = ADAPTER.parse(InboundRequest(row), SETTINGS)
    assert document.total == Decimal("185.70")


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("taobao_trade_TradeBuyerPay", "ignored"),
        ("taobao_trade_TradeClose", "cancel"),
        ("taobao_refund_RefundSuccess", "refund"),
    ],
)
def test_notifications_that_cancel_or_refund_are_read(topic, kind):
    content = {"tid": 123, "oid": 124, "refund_id": 9, "refund_fee": "5.00"}
    message = {
        "id": 1,
        "topic": topic,
        "pub_time": "2026-11-23 20:00:00",
        "content": json.dumps(content),
    }
    body = json.dumps(
        {"tmc_messages_consume_response": {"messages": {"tmc_message": [message]}}}
    )
    (piece,) = ADAPTER.split(InboundRequest(body.encode()), SETTINGS)
    document = ADAPTER.parse(piece, SETTINGS)
    assert (document.kind, document.external_id) == (kind, "123")


def test_a_form_post_is_verified_and_read():
    trade = messages.build(ORDER, SECRETS, NOW).body.decode()
    fields = {
        "message": trade,
        "app_key": SECRETS["app_key"],
        "timestamp": "2026-11-23 20:01:00",
        "sign_method": "hmac",
    }
    fields["sign"] = sign(fields, SECRETS["app_secret"], "hmac")
    request = InboundRequest(
        urlencode(fields).encode(), content_type="application/x-www-form-urlencoded"
    )
    ADAPTER.verify(request, SECRETS, NOW)
    (piece,) = ADAPTER.split(request, SETTINGS)
    assert ADAPTER.parse(piece, SETTINGS).total == Decimal("185.70")
