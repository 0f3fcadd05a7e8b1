"""Taobao: polls and what it is told."""

import json
from decimal import Decimal

import pytest
from taobao_samples import ADAPTER, NOW, SECRETS, SETTINGS, form

from oms_addon.adapters.base import (
    ChannelSettings,
    Shipment,
    StockLevel,
)
from oms_addon.adapters.taobao.calls import GATEWAY, sign


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
        address="http://localhost:1/rest", options={"sign_method": "hmac"}
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
    ],
)
def test_a_failure_inside_an_answer_is_noticed(status, body, why):
    found = ADAPTER.check_answer(status, body)
    assert why in found
    assert bool(found) == bool(why)
