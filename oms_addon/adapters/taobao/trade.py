"""Trades and refunds of the Taobao Open Platform, read into order documents."""

import dataclasses
from datetime import timedelta

from ...document import ZERO, OrderDocument, Party, Refund, RefundLine, revision_of
from .. import read
from ..base import AdapterError
from .calls import is_true
from .money import (
    CURRENCY,
    STATUS,
    deposit_only,
    lines_and_total,
    money_of,
    payments,
    refunds,
    sub_orders,
    time_of,
)

REFUND_ASKED = (
    "WAIT_SELLER_AGREE",
    "WAIT_BUYER_RETURN_GOODS",
    "WAIT_SELLER_CONFIRM_GOODS",
)
HOURS_OF_A_YEAR = 24 * 366
FLAGS = {"1": "red", "2": "yellow", "3": "green", "4": "blue", "5": "purple"}
COUNTRIES = {
    "": "CN",
    "中国": "CN",
    "中国大陆": "CN",
    "china": "CN",
    "cn": "CN",
    "中国香港": "HK",
    "香港": "HK",
    "中国澳门": "MO",
    "澳门": "MO",
    "中国台湾": "TW",
    "台湾": "TW",
}


def read_trade(trade):
    """Read a TOP ``trade``.

    :rtype: OrderDocument
    :raise AdapterError: naming the field that is missing or can't be read.
    """
    tid = read.text(read.require(trade.get("tid"), "trade.tid"))
    told = read.text(read.require(trade.get("status"), "trade.status"))
    # examples in the documentation append the meaning in brackets
    told = told.partition("(")[0]
    if told not in STATUS:
        raise AdapterError("invalid", path="trade.status", value=told)
    subs = sub_orders(trade, told)
    status = _status(trade, told, subs)
    lines, total = lines_and_total(trade, told, subs)
    modified = time_of(trade, "modified") or time_of(trade, "created")
    shipping = _receiver(trade)
    billing = Party()
    if read.text(trade.get("invoice_name")):
        billing = Party(company=read.text(trade["invoice_name"]), country_code="CN")
    return OrderDocument(
        external_id=tid,
        number=tid,
        revision=revision_of(modified),
        status=status,
        ordered_at=time_of(trade, "created"),
        promised_at=_promised(trade),
        currency=CURRENCY,
        prices_include_tax=True,
        customer=_buyer(trade),
        shipping=shipping,
        billing=billing,
        lines=lines,
        payments=payments(trade, told, subs, total),
        refunds=refunds(trade, told, subs, total),
        total=total,
        shipping_method=read.text(trade.get("shipping_type")),
        note=read.text(trade.get("buyer_message") or trade.get("buyer_memo")),
        internal_note=read.text(trade.get("seller_memo")),
        tags=_tags(trade, told, subs, shipping),
    )


def _status(trade, told, subs):
    status = STATUS[told]
    if deposit_only(trade):
        return "unpaid"
    if told == "TRADE_CLOSED" and not _has_left(trade, subs):
        # All was refunded before anything left: nothing may be sent any more.
        return "cancelled"
    asked = any(sub.refund_status in REFUND_ASKED and not sub.shipped for sub in subs)
    # Goods whose buyer wants the money back must not leave.
    return "hold" if status == "paid" and asked else status


def _has_left(trade, subs):
    return bool(trade.get("consign_time")) or any(sub.shipped for sub in subs)


def _promised(trade):
    try:
        told = time_of(trade, "send_time")
    except AdapterError:
        # presale shops write text here, such as "付款后7天内"
        told = None
    if told:
        return told
    paid_at = time_of(trade, "pay_time")
    hours = money_of(trade, "consign_interval", default=ZERO)
    if not paid_at or not 0 < hours < HOURS_OF_A_YEAR:
        return None
    try:
        return paid_at + timedelta(hours=float(hours))
    except OverflowError:
        return None


def _receiver(trade):
    get = {
        name: read.text(trade.get(f"receiver_{name}"))
        for name in (
            "name",
            "mobile",
            "phone",
            "country",
            "state",
            "city",
            "district",
            "town",
            "address",
            "zip",
        )
    }
    token = read.text(trade.get("oaid"))
    country = COUNTRIES.get(get["country"].lower(), "")
    city, district = get["city"], get["district"]
    if not city and district:
        # cities directly under a province stand in the district
        city, district = district, ""
    party = Party(
        name=get["name"],
        phone=get["mobile"] or get["phone"],
        street=get["address"],
        street2="" if get["town"] == district else get["town"],
        district=district,
        city=city,
        state=get["state"],
        zip=get["zip"],
        token=token,
        masked=any("*" in get[name] for name in ("name", "mobile", "phone", "address")),
    )
    if not party:
        return Party()
    if not party.name and not party.street and token:
        party = dataclasses.replace(party, masked=True)
    return dataclasses.replace(party, country_code=country)


def _buyer(trade):
    nick = read.text(trade.get("buyer_nick"))
    return Party(
        external_id=read.text(trade.get("buyer_open_uid")) or nick,
        name=nick,
        email=read.text(trade.get("buyer_email")),
        country_code="CN" if nick else "",
        masked="*" in nick,
    )


def _tags(trade, told, subs, shipping):
    flag = FLAGS.get(read.text(trade.get("seller_flag")))
    kind = read.text(trade.get("type")).partition("(")[0]
    step = read.text(trade.get("step_trade_status"))
    tags = {
        f"flag_{flag}": flag,
        "cod": kind == "cod",
        # ships before it is paid
        "on_account": kind == "cod",
        "presale": kind == "step" or step,
        "deposit_paid": step == "FRONT_PAID_FINAL_NOPAID",
        "delivered": told == "TRADE_BUYER_SIGNED",
        "refund_requested": any(s.refund_status in REFUND_ASKED for s in subs),
        "masked": shipping.masked,
        "has_buyer_message": is_true(trade.get("has_buyer_message"))
        and not trade.get("buyer_message"),
    }
    return tuple(tag for tag, given in tags.items() if given)


def read_refund(refund):
    """Read a TOP ``refund``; one that has not succeeded yet is ignored.

    :rtype: OrderDocument
    :raise AdapterError: naming the field that is missing or can't be read.
    """
    tid = read.text(read.require(refund.get("tid"), "refund.tid"))
    status = read.text(read.require(refund.get("status"), "refund.status"))
    if status != "SUCCESS":
        return OrderDocument(
            external_id=tid,
            kind="ignored",
            number=tid,
            note=f"refund {status}",
        )
    amount = read.require(money_of(refund, "refund_fee", "refund"), "refund.refund_fee")
    order_status = read.text(refund.get("order_status"))
    returned = is_true(refund.get("has_good_return"))
    in_house = order_status == "WAIT_SELLER_SEND_GOODS"
    quantity = ZERO
    if returned or in_house:
        quantity = money_of(refund, "num", "refund", ZERO)
    reason = read.text(refund.get("reason"))
    details = read.text(refund.get("desc"))
    return OrderDocument(
        external_id=tid,
        kind="refund",
        number=tid,
        status=STATUS.get(order_status, "paid"),
        currency=CURRENCY,
        prices_include_tax=True,
        refunds=(
            Refund(
                external_id=read.text(refund.get("refund_id")),
                amount=amount,
                currency=CURRENCY,
                reason=": ".join(part for part in (reason, details) if part),
                refunded_at=time_of(refund, "modified", "refund"),
                restock=returned,
                lines=(
                    RefundLine(read.text(refund.get("oid")) or tid, quantity, amount),
                ),
            ),
        ),
    )
