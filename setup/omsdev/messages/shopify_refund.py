"""Refunds as Shopify sends them, alone or inside a cancelled order."""

from decimal import Decimal

from .shopify_parts import OTHER_BASE, line_id, line_object, money_set, order_id
from .shops import line_amounts, money, utc
from .spec import ZERO, cents


def refund_object(order, now, quantities, restock_type, reason):
    """A refund of some or all of the order.

    :param datetime now: aware; when it is given.
    :param dict quantities: units by SKU.
    :param str restock_type: ``return``, ``cancel`` or ``no_restock``.
    :param str reason: what the shop wrote down.
    :rtype: dict
    """
    parts, _shipping = line_amounts(order)
    number = OTHER_BASE + order.number * 1000 + 500
    rows, total = [], ZERO
    for index, (line, part) in enumerate(zip(order.lines, parts, strict=True)):
        quantity = min(quantities.get(line.sku, 0), line.quantity)
        if quantity:
            row, value = _refund_row(order, index, part, quantity, restock_type)
            rows.append({"id": number + index + 1, **row})
            total += value
    when = utc(now)
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Refund/{number}",
        "created_at": when,
        "note": reason or None,
        "order_id": int(order_id(order)),
        "processed_at": when,
        "restock": restock_type != "no_restock",
        "user_id": None,
        "order_adjustments": [],
        "transactions": [_transaction(order, number + 400, total, when)],
        "refund_line_items": rows,
        "duties": [],
        "additional_fees": [],
    }


def _refund_row(order, index, part, quantity, restock_type):
    """One line of a refund, and what it gives back."""
    share = Decimal(quantity) / order.lines[index].quantity
    tax = cents(part.tax * share)
    subtotal = cents((part.gross - part.discount) * share)
    row = {
        "line_item_id": int(line_id(order, index)),
        "location_id": 487838322,
        "quantity": quantity,
        "restock_type": restock_type,
        "subtotal": float(subtotal),
        "subtotal_set": money_set(subtotal, order.currency),
        "total_tax": float(tax),
        "total_tax_set": money_set(tax, order.currency),
        "line_item": line_object(order, index, part),
    }
    return row, subtotal if order.prices_include_tax else subtotal + tax


def _transaction(order, number, total, when):
    return {
        "id": number,
        "amount": money(total),
        "created_at": when,
        "currency": order.currency,
        "gateway": "shopify_payments",
        "kind": "refund",
        "order_id": int(order_id(order)),
        "processed_at": when,
        "status": "success",
        "test": False,
    }
