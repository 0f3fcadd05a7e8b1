"""The money of a Taobao trade: sub-orders, lines, payments, refunds.

TOP lowers ``payment`` of a trade when something is refunded, so what was charged
is worked out from the sub-orders: ``divide_order_fee`` is what the buyer pays for
one of them after its own discount, the share of the order-wide discounts
(``part_mjz_discount``) and the seller's adjustment.
"""

import dataclasses
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from ...document import ZERO, Line, Payment, Refund, RefundLine
from .. import read
from ..base import AdapterError
from .calls import items

TIMEZONE = "Asia/Shanghai"
CURRENCY = "CNY"
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 12

STATUS = {
    "TRADE_NO_CREATE_PAY": "unpaid",
    "WAIT_BUYER_PAY": "unpaid",
    "PAY_PENDING": "unpaid",
    "WAIT_PRE_AUTH_CONFIRM": "unpaid",
    "PAID_FORBID_CONSIGN": "hold",
    "WAIT_SELLER_SEND_GOODS": "paid",
    "SELLER_CONSIGNED_PART": "part_shipped",
    "WAIT_BUYER_CONFIRM_GOODS": "shipped",
    "TRADE_BUYER_SIGNED": "shipped",
    "TRADE_FINISHED": "done",
    "TRADE_CLOSED": "refunded",
    "TRADE_CLOSED_BY_TAOBAO": "cancelled",
}
CLOSED = ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")
DEPOSIT_ONLY = ("FRONT_NOPAID_FINAL_NOPAID", "FRONT_PAID_FINAL_NOPAID")
# Charges that ``payment`` may contain beside goods and postage.
FEES = (("buyer_cod_fee", "货到付款服务费"), ("order_tax_fee", "税费"))


@dataclasses.dataclass(frozen=True)
class SubOrder:
    """A sub-order with its money worked out.

    :param Decimal paid: what the buyer pays for it, after all discounts.
    :param str end: ``""``, ``'cancelled'`` or ``'refunded'``.
    :param bool shipped: it left before it ended.
    """

    oid: str
    quantity: Decimal
    paid: Decimal
    end: str
    shipped: bool
    refund_id: str
    refund_status: str
    ended_at: datetime | None
    line: Line


def time_of(record, name, prefix="trade"):
    """Return a time of a TOP record in UTC, or None.

    :raise AdapterError: ``invalid``.
    """
    path = f"{prefix}.{name}"
    try:
        return read.moment(record.get(name), path, TIMEZONE)
    except OverflowError as error:
        # the first hours of the year 1 have no time in UTC
        raise AdapterError("invalid", path=path, value=str(record[name])) from error


def money_of(record, name, prefix="trade", default=None):
    """Return a number of a TOP record; ``default`` when it is absent.

    :raise AdapterError: also when it is too large to be money or a quantity.
    """
    number = read.decimal(record.get(name), f"{prefix}.{name}", default)
    if number is not None and abs(number) > LARGEST:
        raise AdapterError("invalid", path=f"{prefix}.{name}", value=f"{number:.6E}")
    return number


def sub_orders(trade, told):
    """Return the sub-orders of a trade; a trade without the list is its own.

    :param str told: the status of the trade.
    :rtype: list[SubOrder]
    :raise AdapterError: naming the field that is missing or can't be read.
    """
    orders = items(trade.get("orders"), "order")
    if not orders:
        return [_single(trade)]
    return [
        _sub_order(order, f"trade.orders[{index}]", told)
        for index, order in enumerate(orders)
    ]


def _sub_order(order, path, told):
    if not isinstance(order, dict):
        raise AdapterError("invalid", path=path, value=str(order)[:80])
    oid = read.text(read.require(order.get("oid"), f"{path}.oid"))
    quantity = money_of(order, "num", path, Decimal(1))
    paid = _paid(order, path, quantity)
    status = read.text(order.get("status"))
    refund_status = read.text(order.get("refund_status"))
    shipped = bool(order.get("consign_time") or order.get("invoice_no"))
    end = ""
    if told not in CLOSED and status == "TRADE_CLOSED_BY_TAOBAO":
        end = "cancelled"
    elif told not in CLOSED and status == "TRADE_CLOSED":
        end = "refunded"
    line = _line(order, path, oid, quantity, paid)
    if end == "cancelled" or (end == "refunded" and not shipped):
        line = dataclasses.replace(line, quantity=ZERO, discount=ZERO)
    return SubOrder(
        oid=oid,
        quantity=quantity,
        paid=paid,
        end=end,
        shipped=shipped,
        refund_id=read.text(order.get("refund_id")),
        refund_status=refund_status,
        ended_at=time_of(order, "end_time", path),
        line=line,
    )


def _paid(order, path, quantity):
    """What the buyer pays for a sub-order; refunds don't lower it."""
    shared = money_of(order, "part_mjz_discount", path, ZERO)
    paid = money_of(order, "divide_order_fee", path)
    if paid is None:
        total = money_of(order, "total_fee", path)
        paid = total - shared if total is not None else money_of(order, "payment", path)
    if paid is None:
        price = read.require(money_of(order, "price", path), f"{path}.price")
        paid = (
            price * quantity
            + money_of(order, "adjust_fee", path, ZERO)
            - money_of(order, "discount_fee", path, ZERO)
            - shared
        )
    return paid


def _single(trade):
    """The only sub-order of a trade that comes without its list."""
    quantity = money_of(trade, "num", default=Decimal(1)) or Decimal(1)
    paid = money_of(trade, "payment")
    if paid is None:
        paid = _paid(trade, "trade", quantity)
    else:
        paid -= money_of(trade, "post_fee", default=ZERO)
    oid = read.text(trade["tid"])
    return SubOrder(
        oid=oid,
        quantity=quantity,
        paid=paid,
        end="",
        shipped=False,
        refund_id="",
        refund_status="",
        ended_at=None,
        line=_line(trade, "trade", oid, quantity, paid),
    )


def _line(order, path, oid, quantity, paid):
    if quantity <= 0:
        raise AdapterError("invalid", path=f"{path}.num", value=str(quantity))
    price = money_of(order, "price", path)
    if price is None or price * quantity < paid:
        # the seller raised the price by hand
        price = (paid / quantity).quantize(CENT, ROUND_CEILING)
    item, sku = read.text(order.get("num_iid")), read.text(order.get("sku_id"))
    variant = read.text(order.get("sku_properties_name"))
    title = read.text(order.get("title"))
    return Line(
        external_id=oid,
        listing_id=f"{item}:{sku}" if item and sku else item,
        sku=read.text(order.get("outer_sku_id") or order.get("outer_iid")),
        name=f"{title} ({variant})" if variant else title,
        quantity=quantity,
        unit_price=price,
        discount=price * quantity - paid,
        note=read.text(order.get("customization")),
    )


def lines_and_total(trade, told, subs):
    """Return the lines and the total of the order as it is now."""
    lines = [sub.line for sub in subs]
    post = money_of(trade, "post_fee", default=ZERO)
    if post:
        lines.append(
            Line(kind="shipping", external_id="post_fee", name="运费", unit_price=post)
        )
    kept = sum((line.total for line in lines), ZERO)
    payment = money_of(trade, "payment")
    refunded = any(sub.end or sub.refund_status == "SUCCESS" for sub in subs)
    if payment is None or refunded or told in CLOSED:
        # Refunds lower "payment"; the sub-orders still tell what was charged.
        return tuple(lines), kept
    lines += _explain(trade, payment - kept)
    return tuple(lines), payment


def _explain(trade, rest):
    """Lines for what ``payment`` has beyond goods and postage, if TOP names it."""
    fees = [
        Line(kind="fee", external_id=name, name=label, unit_price=amount)
        for name, label in FEES
        if (amount := money_of(trade, name, default=ZERO))
    ]
    for chosen in [fees, *([fee] for fee in fees)]:
        if rest and rest == sum((fee.unit_price for fee in chosen), ZERO):
            return chosen
    has_shares = any(
        order.get("divide_order_fee") for order in items(trade.get("orders"), "order")
    )
    discount = money_of(trade, "discount_fee", default=ZERO)
    if rest < 0 and not has_shares and -rest <= discount:
        return [
            Line(
                kind="discount",
                external_id="discount_fee",
                name="优惠",
                unit_price=rest,
            )
        ]
    return []


def _charged(subs, total):
    """What was charged at first: with goods that were paid, then refunded."""
    return total + sum(
        (s.paid for s in subs if s.end == "refunded" and not s.line.quantity), ZERO
    )


def deposit_only(trade):
    """Whether the final payment of a trade in two steps is still to come."""
    return read.text(trade.get("step_trade_status")) in DEPOSIT_ONLY


def payments(trade, told, subs, total):
    """Return what was paid, or is to be paid, as far as the trade tells.

    :param Decimal total: of the order as it is now.
    :rtype: tuple[Payment]
    """
    method = "cod" if read.text(trade.get("type")) == "cod" else "alipay"
    number = read.text(trade.get("alipay_no"))
    paid_at = time_of(trade, "pay_time")

    def payment(amount, state, when=None):
        return Payment(number, method, amount, CURRENCY, state, when)

    if told == "TRADE_CLOSED_BY_TAOBAO":
        return ()
    if deposit_only(trade):
        deposit = money_of(trade, "step_paid_fee", default=ZERO)
        # "done" is for the whole: both payments have the same Alipay number
        parts = [payment(deposit, "authorized", paid_at)] if deposit else []
        return (*parts, payment(total - deposit, "pending"))
    if STATUS[told] == "unpaid" or (method == "cod" and told != "TRADE_FINISHED"):
        return (payment(total, "pending"),)
    return (payment(_charged(subs, total), "done", paid_at),)


def refunds(trade, told, subs, total):
    """Return what the trade tells of refunds that succeeded.

    :param Decimal total: of the order as it is now.
    :rtype: tuple[Refund]
    """
    whole, in_part = [], []
    for sub in subs:
        if sub.end == "refunded" or told == "TRADE_CLOSED":
            whole.append(_refund_of(trade, sub, sub.paid))
        elif not sub.end and sub.refund_status == "SUCCESS":
            in_part.append(sub)
    if len(in_part) == 1:
        # "payment" is what is left; the amount of each refund isn't told.
        gone = sum((refund.amount for refund in whole), ZERO)
        left = money_of(trade, "payment", default=total)
        rest = _charged(subs, total) - gone - left
        if rest > 0:
            whole.append(_refund_of(trade, in_part[0], rest))
    return tuple(whole)


def _refund_of(trade, sub, amount):
    taken_back = sub.quantity if not sub.shipped and amount == sub.paid else ZERO
    return Refund(
        external_id=sub.refund_id,
        amount=amount,
        currency=CURRENCY,
        refunded_at=sub.ended_at or time_of(trade, "modified"),
        lines=(RefundLine(sub.oid, taken_back, amount),),
    )
