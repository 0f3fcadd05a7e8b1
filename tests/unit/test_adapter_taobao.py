"""What the Taobao adapter makes of the platform's messages, and sends to it."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlencode

import pytest
from omsdev.messages import taobao as messages
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    Shipment,
    SignatureError,
    StockLevel,
)
from oms_addon.adapters.taobao_calls import GATEWAY, sign

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


# ---- real messages -----------------------------------------------------------


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


# ---- round trip --------------------------------------------------------------


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


# ---- the state of a trade ----------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("TRADE_NO_CREATE_PAY", "unpaid"),
        ("PAY_PENDING", "unpaid"),
        ("PAID_FORBID_CONSIGN", "hold"),
        ("SELLER_CONSIGNED_PART", "part_shipped"),
        ("WAIT_BUYER_CONFIRM_GOODS", "shipped"),
        ("TRADE_FINISHED", "done"),
    ],
)
def test_states_of_the_platform_are_understood(told, status):
    assert parse_trade(status=told).status == status


def test_goods_whose_buyer_asks_for_a_refund_are_held():
    document = parse_trade(subs={0: {"refund_status": "WAIT_SELLER_AGREE"}})
    assert document.status == "hold"
    assert "refund_requested" in document.tags


def test_a_sub_order_refunded_before_shipping_is_not_to_be_sent():
    before = read(messages.build(ORDER, SECRETS, NOW))
    document = parse_trade(
        payment="64.52",
        subs={
            1: {"status": "TRADE_CLOSED", "refund_status": "SUCCESS", "refund_id": 99}
        },
    )
    cup, pot, _post = document.lines
    assert pot.quantity == 0
    assert cup.quantity == 3
    assert document.total == line_sum(document) == Decimal("64.52")
    (refund,) = document.refunds
    assert (refund.external_id, refund.lines[0].quantity) == ("99", 1)
    assert document.paid_amount == before.total
    assert document.paid_amount - refund.amount == document.total


def test_a_sub_order_refunded_after_shipping_stays_on_the_order():
    document = parse_trade(
        status="TRADE_FINISHED",
        payment="64.52",
        subs={
            1: {
                "status": "TRADE_CLOSED",
                "refund_status": "SUCCESS",
                "consign_time": "2026-11-23 20:00:00",
            }
        },
    )
    assert document.lines[1].quantity == 1
    assert document.total == Decimal("185.70")
    assert document.refunds[0].lines[0].quantity == 0


def test_a_partial_refund_of_one_sub_order_is_what_is_missing():
    document = parse_trade(
        status="TRADE_FINISHED",
        payment="180.70",
        subs={0: {"refund_status": "SUCCESS", "refund_id": 5}},
    )
    assert document.refunds[0].amount == Decimal("5.00")
    assert document.total == Decimal("185.70")


def test_a_sub_order_closed_before_payment_was_never_charged():
    document = parse_trade(
        payment="64.52", subs={1: {"status": "TRADE_CLOSED_BY_TAOBAO"}}
    )
    assert document.total == document.paid_amount == Decimal("64.52")
    assert not document.refunds


def test_a_presale_with_its_deposit_paid_waits_for_the_rest():
    document = parse_trade(
        type="step",
        status="WAIT_BUYER_PAY",
        step_paid_fee="50.00",
        step_trade_status="FRONT_PAID_FINAL_NOPAID",
        send_time="2026-12-01 23:59:59",
    )
    assert document.status == "unpaid"
    assert {"presale", "deposit_paid"} <= set(document.tags)
    assert [(p.state, p.amount) for p in document.payments] == [
        ("authorized", 50),
        ("pending", Decimal("135.70")),
    ]
    assert document.promised_at == datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)


def test_the_promise_follows_from_payment_when_no_date_is_told():
    assert parse_trade().promised_at == parse_trade(send_time="付款后7天内").promised_at
    paid_at = ORDER.placed_at + timedelta(minutes=1)
    assert parse_trade().promised_at == paid_at + timedelta(hours=48)


def test_cash_on_delivery_may_ship_before_it_is_paid():
    document = parse_trade(type="cod", buyer_cod_fee="5.00", payment="190.70")
    assert document.status == "paid"
    assert document.payments[0].state == "pending"
    assert {"cod", "on_account"} <= set(document.tags)
    assert document.lines[-1].kind == "fee"
    assert line_sum(document) == document.total


def test_a_price_raised_by_the_seller_gives_no_negative_discount():
    document = parse_trade(payment="191.70", subs={0: {"divide_order_fee": "62.52"}})
    assert all(line.discount >= 0 for line in document.lines)
    assert line_sum(document) == document.total


def test_memo_flag_and_city_county_are_read():
    document = parse_trade(
        seller_memo="加急", seller_flag=1, receiver_city="", receiver_district="济源市"
    )
    assert document.internal_note == "加急"
    assert "flag_red" in document.tags
    assert (document.shipping.city, document.shipping.district) == ("济源市", "")


# ---- other envelopes ---------------------------------------------------------


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


# ---- refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"trade": {}}'},
        {"sign": "0" * 32},
        {"sign": ""},
        {"method": "taobao.trade.get"},
        {"app_key": "87654321"},
        {"sign_method": "rot13"},
        {"timestamp": ""},
        {"timestamp": "yesterday"},
        {"timestamp": "0001-01-01 00:00:00"},
    ],
)
def test_a_tampered_push_is_refused(change):
    request = inbound(messages.build(ORDER, SECRETS, NOW))
    body = change.pop("body", request.body)
    request = dataclasses.replace(request, body=body, query={**request.query, **change})
    with pytest.raises(SignatureError):
        ADAPTER.verify(request, SECRETS, NOW)


def test_an_old_push_and_a_channel_without_secret_are_refused():
    request = inbound(messages.build(ORDER, SECRETS, NOW))
    with pytest.raises(SignatureError, match="old"):
        ADAPTER.verify(request, SECRETS, NOW + timedelta(minutes=11))
    with pytest.raises(SignatureError, match="app_secret"):
        ADAPTER.verify(request, {}, NOW)


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "empty", ""),
        (b"{", "json_end", "line=1, column=2"),
        (b"\xff\xfe", "encoding", "encoding=UTF-8"),
        (b"[]", "not_object", ""),
        (b'{"hello": 1}', "unsupported", "hello"),
        (
            b'{"trades_sold_get_response": {"total_results": 0, "trades": {}}}',
            "empty",
            "",
        ),
        (
            b'{"error_response": {"code": 27, "msg": "Invalid session"}}',
            "refused",
            "value=27: Invalid session",
        ),
        (b'{"trade": {"status": "TRADE_FINISHED"}}', "missing", "trade.tid"),
        (b'{"trade": {"tid": 1}}', "missing", "trade.status"),
        (b'{"trade": {"tid": 1, "status": "NEW"}}', "invalid", "NEW"),
        (
            b'{"trade": {"tid": 1, "status": "TRADE_FINISHED", "orders": {"order": ['
            b'{"oid": 2, "num": 1, "price": "abc", "payment": "1"}]}}}',
            "invalid",
            "trade.orders[0].price",
        ),
        (
            b'{"trade": {"tid": 1, "status": "TRADE_FINISHED", "orders": {"order": ['
            b'{"oid": 2, "num": 0, "price": "1"}]}}}',
            "invalid",
            "trade.orders[0].num",
        ),
        (
            b'{"trade": {"tid": 1, "status": "TRADE_FINISHED", "orders": {"order": ['
            b'{"oid": 2, "num": 1}]}}}',
            "missing",
            "trade.orders[0].price",
        ),
        (
            b'{"trade": {"tid": 1, "status": "TRADE_FINISHED", "price": "1",'
            b'"created": "soon"}}',
            "invalid",
            "trade.created",
        ),
        (
            b'{"trade": {"tid": 1, "status": "TRADE_FINISHED", "num": 9,'
            b'"price": "1E+999999"}}',
            "invalid",
            "trade.price",
        ),
        (
            b'{"refund": {"tid": 1, "status": "SUCCESS"}}',
            "missing",
            "refund.refund_fee",
        ),
        (
            b'{"topic": "taobao_trade_TradeClose", "content": "{}"}',
            "missing",
            "content.tid",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(body, code, where):
    request = InboundRequest(body)
    with pytest.raises(AdapterError) as caught:
        for piece in ADAPTER.split(request, SETTINGS):
            ADAPTER.parse(piece, SETTINGS)
    assert caught.value.code == code
    assert where in str(caught.value)


# ---- going out ---------------------------------------------------------------


def answer(cursor, data):
    body = json.dumps(data).encode()
    return ADAPTER.poll_page(body, {}, cursor, SETTINGS)


def test_a_poll_reads_its_window_from_the_last_page_to_the_first():
    request = ADAPTER.poll_request("", SETTINGS, SECRETS, NOW)
    assert form(request)["method"] == "taobao.time.get"
    page = answer("", {"time_get_response": {"time": "2026-11-23 20:00:00"}})
    assert page.more
    assert page.cursor == "2026-11-22 20:00:00|2026-11-23 19:59:30"
    fields = form(ADAPTER.poll_request(page.cursor, SETTINGS, SECRETS, NOW))
    assert fields["method"] == "taobao.trades.sold.increment.get"
    assert (fields["start_modified"], fields["page_no"]) == ("2026-11-22 20:00:00", "1")
    trades = {
        "trades_sold_increment_get_response": {
            "total_results": 201,
            "trades": {"trade": [{"tid": 1, "status": "TRADE_FINISHED", "price": "1"}]},
        }
    }
    page = answer(page.cursor, trades)
    assert not page.messages
    pages = []
    while page.more:
        pages.append(
            form(ADAPTER.poll_request(page.cursor, SETTINGS, SECRETS, NOW))["page_no"]
        )
        page = answer(page.cursor, trades)
        assert ADAPTER.parse(page.messages[0], SETTINGS).external_id == "1"
    assert pages == ["3", "2", "1"]
    assert page.cursor == "2026-11-23 19:59:30"


def test_a_poll_a_moment_later_changes_nothing():
    page = answer(
        "2026-11-23 19:59:50", {"time_get_response": {"time": "2026-11-23 20:00:00"}}
    )
    assert (page.messages, page.cursor, page.more) == ((), "", False)


def test_after_a_long_pause_windows_follow_each_other():
    page = answer(
        "2026-11-01 00:00:00", {"time_get_response": {"time": "2026-11-23 20:00:00"}}
    )
    assert page.cursor.endswith("|2026-11-02 00:00:00")
    page = answer(
        page.cursor, {"trades_sold_increment_get_response": {"total_results": 0}}
    )
    assert (page.cursor, page.more) == ("2026-11-02 00:00:00", True)


def test_calls_are_signed_and_go_to_the_address_of_the_channel():
    request = ADAPTER.poll_request("", SETTINGS, SECRETS, NOW)
    assert request.url == GATEWAY
    fields = form(request)
    given = fields.pop("sign")
    assert given == sign(fields, SECRETS["app_secret"])
    assert fields["timestamp"] == "2026-11-23 20:00:00"
    sandbox = ChannelSettings(
        options={"base_url": "http://localhost:1/rest", "sign_method": "hmac"}
    )
    request = ADAPTER.poll_request("", sandbox, SECRETS, NOW)
    assert request.url == "http://localhost:1/rest"
    fields = form(request)
    assert fields.pop("sign") == sign(fields, SECRETS["app_secret"], "hmac")


def test_stock_is_told_per_item_twenty_variants_at_a_time():
    levels = [StockLevel(f"100:{n}", "", Decimal(n)) for n in range(21)]
    levels += [
        StockLevel("200", "", Decimal("7.9")),
        StockLevel("300:1", "", Decimal(-2)),
    ]
    calls = [
        form(request)
        for request in ADAPTER.stock_requests(levels, SETTINGS, SECRETS, NOW)
    ]
    assert [call["method"] for call in calls] == [
        "taobao.skus.quantity.update",
        "taobao.skus.quantity.update",
        "taobao.item.quantity.update",
        "taobao.skus.quantity.update",
    ]
    assert calls[0]["skuid_quantities"].startswith("0:0;1:1;")
    assert calls[1]["skuid_quantities"] == "20:20"
    assert calls[2]["quantity"] == "7"
    assert calls[3]["skuid_quantities"] == "1:0"
    assert {call["type"] for call in calls} == {"1"}


def test_a_parcel_is_told_with_its_sub_orders():
    settings = ChannelSettings(options={"carriers": {"sf": "SF"}})
    shipment = Shipment("123", "SF001", "sf", lines=(("124", Decimal(1)),))
    (call,) = map(form, ADAPTER.shipment_requests(shipment, settings, SECRETS, NOW))
    assert call["method"] == "taobao.logistics.offline.send"
    assert (call["tid"], call["out_sid"], call["company_code"]) == (
        "123",
        "SF001",
        "SF",
    )
    assert (call["sub_tid"], call["is_split"]) == ("124", "1")
    for name, code in (("中通快递", "ZTO"), ("sf", "SF"), ("Own van", "OTHER")):
        shipment = Shipment("123", "1", carrier_name=name)
        (call,) = map(form, ADAPTER.shipment_requests(shipment, settings, SECRETS, NOW))
        assert call["company_code"] == code
        assert "sub_tid" not in call
    (call,) = map(
        form, ADAPTER.shipment_requests(Shipment("123", ""), settings, SECRETS, NOW)
    )
    assert call["method"] == "taobao.logistics.dummy.send"


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (
            200,
            b'{"logistics_offline_send_response": {"shipping": {"is_success": true}}}',
            "",
        ),
        (
            200,
            b'{"logistics_offline_send_response": {"shipping": {"is_success": false}}}',
            "is_success",
        ),
        (
            200,
            b'{"error_response": {"code": 15, "msg": "Remote service error", '
            b'"sub_code": "isv.trade-not-exist", "sub_msg": "no such trade"}}',
            "isv.trade-not-exist: no such trade",
        ),
        (502, b"", "HTTP 502"),
        (200, b"<html>", "line=1"),
    ],
)
def test_a_failure_inside_an_answer_is_noticed(status, body, why):
    found = ADAPTER.check_answer(status, body)
    assert why in found
    assert bool(found) == bool(why)
