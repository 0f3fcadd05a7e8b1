"""Taobao: states, refunds and money of a trade."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from omsdev.messages import taobao as messages
from taobao_samples import NOW, ORDER, SECRETS, line_sum, parse_trade, read


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
