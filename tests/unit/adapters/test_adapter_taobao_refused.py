"""Taobao: forged, old and broken messages."""

import dataclasses
from datetime import timedelta

import pytest
from omsdev.messages import taobao as messages
from taobao_samples import (
    ADAPTER,
    NOW,
    ORDER,
    SECRETS,
    SETTINGS,
    inbound,
)

from oms_addon.adapters.base import (
    AdapterError,
    InboundRequest,
    SignatureError,
)


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
