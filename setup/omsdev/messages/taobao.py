"""Messages of the Taobao Open Platform: trades and refunds, pushed to our webhook.

Prices on Taobao include tax and are yuan; a net order is written with its gross
prices. The push is signed over its query and its raw body.
"""

import dataclasses
import hashlib
import json
import zlib
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .spec import ZERO, Message, SampleOrder, cents, spread

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_TID = 4_000_000_000_000_000_000
FIRST_ITEM = 600_000_000_000
FIRST_SKU = 5_000_000_000_000
PAY_AFTER = timedelta(minutes=1)
CLOSE_AFTER = timedelta(hours=2)


def build(order, secrets, now, masked=False):
    """Write the trade that TOP would send.

    A cancelled order is a closed trade: closed by Taobao when it was not paid,
    else closed after its refund.

    :param SampleOrder order: in CNY.
    :param Mapping secrets: ``app_key`` and ``app_secret``.
    :param datetime now: aware; goes into the signature.
    :param bool masked: receiver hidden behind an OAID, as most applications get it.
    :rtype: Message
    :raise ValueError: for another currency.
    """
    trade = _trade(order, masked)
    return _push(
        "taobao.trade.fullinfo.get",
        {"trade_fullinfo_get_response": {"trade": trade, **_request_id(order)}},
        secrets,
        now,
    )


def build_cancel(order, secrets, now):
    """Write the same trade, closed (and refunded, if it was paid).

    :rtype: Message
    """
    return build(dataclasses.replace(order, cancelled=True), secrets, now)


def build_refund(
    order, secrets, now, line=0, amount=None, returned=False, status="SUCCESS"
):
    """Write a refund of one line.

    :param int line: index of the line.
    :param Decimal amount: None means all that was paid for the line.
    :param bool returned: the buyer sends the goods back (after shipping); else
        the refund is made before shipping.
    :param str status: of the refund, e.g. ``'WAIT_SELLER_AGREE'``.
    :rtype: Message
    """
    sub = _sub_orders(order)[line]
    paid = Decimal(sub["divide_order_fee"])
    refund = {
        "refund_id": str(_tid(order) + 900 + line),
        "tid": _tid(order),
        "oid": sub["oid"],
        "buyer_nick": _nick(order),
        "seller_nick": "示例旗舰店",
        "total_fee": sub["total_fee"],
        "payment": _yuan(paid - (paid if amount is None else amount)),
        "refund_fee": _yuan(paid if amount is None else amount),
        "created": _time(order.placed_at + PAY_AFTER),
        "modified": _time(order.placed_at + CLOSE_AFTER),
        "order_status": ("TRADE_FINISHED" if returned else "WAIT_SELLER_SEND_GOODS"),
        "status": status,
        "good_status": "BUYER_RETURNED_GOODS" if returned else "BUYER_NOT_RECEIVED",
        "has_good_return": returned,
        "refund_phase": "aftersale" if returned else "onsale",
        "reason": "不想要了" if not returned else "七天无理由退换货",
        "desc": "",
        "title": sub["title"],
        "num": sub["num"],
        "price": sub["price"],
        "num_iid": sub["num_iid"],
        "outer_id": sub["outer_sku_id"],
    }
    return _push(
        "taobao.refund.get",
        {"refund_get_response": {"refund": refund, **_request_id(order)}},
        secrets,
        now,
    )


def _trade(order: SampleOrder, masked):
    if order.currency != "CNY":
        raise ValueError(f"Taobao sells in CNY, not in {order.currency}")
    subs = _sub_orders(order)
    post = _gross(order, order.shipping)
    paid = sum((Decimal(sub["divide_order_fee"]) for sub in subs), post)
    goods = sum((Decimal(sub["price"]) * sub["num"] for sub in subs), ZERO)
    changed = order.placed_at + (PAY_AFTER if order.paid else timedelta())
    trade = {
        "tid": _tid(order),
        "seller_nick": "示例旗舰店",
        "buyer_nick": _nick(order),
        "buyer_open_uid": f"AAE{zlib.crc32(order.buyer.name.encode()):010d}",
        "title": "示例旗舰店",
        "type": "fixed",
        "trade_from": "WAP,WAP",
        "status": _status(order),
        "created": _time(order.placed_at),
        "modified": _time(
            order.placed_at + CLOSE_AFTER if order.cancelled else changed
        ),
        "total_fee": _yuan(goods),
        "discount_fee": _yuan(goods + post - paid),
        "adjust_fee": "0.00",
        "post_fee": _yuan(post),
        "payment": _yuan(ZERO if order.cancelled and order.paid else paid),
        "received_payment": "0.00",
        "available_confirm_fee": _yuan(paid),
        "has_post_fee": True,
        "cod_fee": "0.00",
        "buyer_cod_fee": "0.00",
        "shipping_type": "express" if post else "free",
        "consign_interval": 48,
        "point_fee": 0,
        "seller_flag": 0,
        "seller_memo": "",
        "has_buyer_message": bool(order.note),
        "buyer_message": order.note,
        "buyer_rate": False,
        "seller_rate": False,
        "is_daixiao": False,
        "oaid": f"1{_tid(order):x}OAID",
        **_receiver(order.buyer, masked),
        "orders": {"order": subs},
        "promotion_details": {"promotion_detail": _promotions(order, subs)},
    }
    if order.paid:
        trade["pay_time"] = _time(order.placed_at + PAY_AFTER)
        trade["alipay_no"] = f"2026{_tid(order)}"
    if order.cancelled:
        trade["end_time"] = trade["modified"]
    return trade


def _sub_orders(order):
    prices = [_gross(order, line.unit_price) for line in order.lines]
    totals = [
        price * line.quantity for price, line in zip(prices, order.lines, strict=True)
    ]
    shares = spread(_gross(order, order.discount), totals)
    subs = []
    for index, line in enumerate(order.lines):
        item, sku = _listing(line)
        paid = totals[index] - shares[index]
        sub = {
            "oid": _tid(order) + (index + 1 if len(order.lines) > 1 else 0),
            "num_iid": item,
            "title": line.name,
            "price": _yuan(prices[index]),
            "num": line.quantity,
            "total_fee": _yuan(totals[index]),
            "discount_fee": "0.00",
            "adjust_fee": "0.00",
            "part_mjz_discount": _yuan(shares[index]),
            "divide_order_fee": _yuan(paid),
            "payment": _yuan(paid),
            "outer_iid": line.sku,
            "outer_sku_id": line.sku,
            "cid": 50000000 + index,
            "status": _status(order),
            "refund_status": "NO_REFUND",
            "seller_type": "B",
            "order_from": "WAP,WAP",
            "buyer_rate": False,
            "seller_rate": False,
            "is_oversold": False,
        }
        if sku:
            sub["sku_id"] = str(sku)
            sub["sku_properties_name"] = "规格:标准"
        if order.cancelled and order.paid:
            sub["refund_status"] = "SUCCESS"
            sub["refund_id"] = str(_tid(order) + 900 + index)
            sub["end_time"] = _time(order.placed_at + CLOSE_AFTER)
        subs.append(sub)
    return subs


def _promotions(order, subs):
    if not order.discount:
        return []
    return [
        {
            "id": _tid(order),
            "promotion_name": "店铺优惠券",
            "promotion_desc": "店铺优惠券:省元",
            "promotion_id": f"shopbonus-{order.number}",
            "discount_fee": _yuan(
                sum((Decimal(sub["part_mjz_discount"]) for sub in subs), ZERO)
            ),
        }
    ]


def _receiver(buyer, masked):
    hide = _mask if masked else str
    return {
        "receiver_name": hide(buyer.name),
        "receiver_country": "",
        "receiver_state": buyer.state,
        "receiver_city": buyer.city,
        "receiver_district": buyer.district,
        "receiver_town": "",
        "receiver_address": hide(buyer.street),
        "receiver_zip": buyer.zip or "000000",
        "receiver_mobile": hide(buyer.phone),
        "receiver_phone": "",
    }


def _mask(text):
    return text[:1] + "*" * (len(text) - 1) if text else ""


def _nick(order):
    return _mask(order.buyer.name)


def _status(order):
    if order.cancelled:
        return "TRADE_CLOSED" if order.paid else "TRADE_CLOSED_BY_TAOBAO"
    return "WAIT_SELLER_SEND_GOODS" if order.paid else "WAIT_BUYER_PAY"


def _listing(line):
    if line.listing_id:
        item, _colon, sku = line.listing_id.partition(":")
        return int(item) if item.isdigit() else item, sku
    code = zlib.crc32(line.sku.encode())
    return FIRST_ITEM + code, FIRST_SKU + code


def _tid(order):
    return FIRST_TID + order.number * 1000


def _gross(order, amount):
    if order.prices_include_tax:
        return cents(amount)
    return cents(amount * (100 + order.tax_rate) / 100)


def _yuan(amount):
    return str(cents(amount))


def _time(moment):
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _request_id(order):
    return {"request_id": f"{order.number:012x}"}


def _push(method, data, secrets, now):
    body = json.dumps(data, ensure_ascii=False).encode()
    query = {
        "method": method,
        "app_key": secrets["app_key"],
        "timestamp": _time(now),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
    }
    plain = "".join(key + query[key] for key in sorted(query)).encode() + body
    secret = secrets["app_secret"].encode()
    query["sign"] = hashlib.md5(secret + plain + secret).hexdigest().upper()
    return Message(
        body=body,
        headers={"Content-Type": "application/json;charset=UTF-8"},
        query=query,
        content_type="application/json;charset=UTF-8",
    )
