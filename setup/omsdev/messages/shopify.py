"""Messages as Shopify's webhooks send them (REST Admin API shape).

``build`` makes ``orders/create``, ``build_cancel`` ``orders/cancelled`` and
``build_refund`` ``refunds/create``. Same order, same ids.
"""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from .shops import COUNTRIES, line_amounts, money, sign, split_name, utc
from .spec import ZERO, Message, cents

API_VERSION = "2025-10"
SHOP = "oms-demo.myshopify.com"
# Real ids are large; they must not pass through a float.
_ORDER_BASE = 820_982_911_946_000_000
_OTHER_BASE = 13_400_000_000_000


def build(order, secrets, now):
    """Build the message that Shopify sends when an order is placed.

    :param SampleOrder order:
    :param dict secrets: ``webhook_secret``.
    :param datetime now: aware; when the message is sent.
    :rtype: Message
    """
    topic = "orders/cancelled" if order.cancelled else "orders/create"
    return _message(_order(order, now), topic, order, secrets, now)


def build_cancel(order, secrets, now):
    """Build the message that Shopify sends when the order is cancelled.

    :rtype: Message
    """
    return build(replace(order, cancelled=True), secrets, now)


def build_refund(order, secrets, now, quantities=None, restock=True, reason=""):
    """Build the message that Shopify sends when goods are given back.

    :param dict quantities: units by SKU; all units without it.
    :param bool restock: the goods come back into stock.
    :rtype: Message
    """
    wanted = {line.sku: line.quantity for line in order.lines}
    refund = _refund(
        order, now, quantities or wanted, "return" if restock else "no_restock", reason
    )
    return _message(refund, "refunds/create", order, secrets, now)


def line_id(order, index):
    """The id that Shopify gives to a line of the order, as text.

    :rtype: str
    """
    return str(_OTHER_BASE + order.number * 1000 + index)


def order_id(order):
    """The id that Shopify gives to the order, as text.

    :rtype: str
    """
    return str(_ORDER_BASE + order.number)


def _message(value, topic, order, secrets, now):
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    event = uuid.uuid5(
        uuid.NAMESPACE_URL,
        f"https://{SHOP}/{topic}/{order.number}/{value.get('updated_at')}",
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(secrets["webhook_secret"], body),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": str(event),
        "X-Shopify-Event-Id": str(event),
        "X-Shopify-Triggered-At": utc(now).replace("+00:00", "Z"),
    }
    if topic.startswith("orders/"):
        headers["X-Shopify-Order-Id"] = str(value["id"])
    return Message(body=body, headers=headers)


# ---- the order -----------------------------------------------------------


def _order(order, now):
    parts, shipping = line_amounts(order)
    return {
        "id": int(order_id(order)),
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id(order)}",
        **_facts(order, now),
        **_money_facts(order, parts, shipping),
        **_people(order),
        "fulfillments": [],
        "line_items": [_line(order, index, part) for index, part in enumerate(parts)],
        "payment_terms": None,
        "refunds": [
            _refund(
                order,
                now,
                {line.sku: line.quantity for line in order.lines},
                "cancel",
                "",
            )
        ]
        if order.cancelled and order.paid
        else [],
        "shipping_lines": [_shipping_line(order, shipping)],
    }


def _facts(order, now):
    """Names, times and states."""
    gone = order.cancelled
    placed = utc(order.placed_at)
    changed = utc(now if gone else order.placed_at + timedelta(seconds=2))
    return {
        "app_id": 580111,
        "browser_ip": "0.0.0.0",
        "buyer_accepts_marketing": False,
        "cancel_reason": "customer" if gone else None,
        "cancelled_at": changed if gone else None,
        "cart_token": None,
        "checkout_id": _OTHER_BASE + order.number,
        "client_details": None,
        "closed_at": changed if gone else None,
        "confirmation_number": f"OMS{order.number:06d}",
        "confirmed": True,
        "created_at": placed,
        "financial_status": _financial_status(order),
        "fulfillment_status": None,
        "name": f"#{1000 + order.number}",
        "note": order.note or None,
        "note_attributes": [],
        "number": order.number,
        "order_number": 1000 + order.number,
        "order_status_url": f"https://{SHOP}/orders/{order_id(order)}",
        "po_number": None,
        "processed_at": placed,
        "source_name": "web",
        "tags": "",
        "test": False,
        "token": uuid.uuid5(uuid.NAMESPACE_URL, order_id(order)).hex,
        "total_weight": 0,
        "updated_at": changed,
        "user_id": None,
    }


def _money_facts(order, parts, shipping):
    """Totals, as sold and as they are now, taxes and discounts."""
    total = sum((part.paid for part in parts), shipping.paid)
    tax = sum((part.tax for part in parts), shipping.tax)
    goods = sum((part.gross for part in parts), ZERO)
    sold = {
        "subtotal_price": goods - order.discount,
        "total_discounts": order.discount,
        "total_price": total,
        "total_tax": tax,
    }
    gone = order.cancelled
    now = {f"current_{key}": ZERO if gone else value for key, value in sold.items()}
    return {
        "currency": order.currency,
        "presentment_currency": order.currency,
        **_with_sets({**sold, "total_line_items_price": goods, **now}, order.currency),
        "discount_applications": _discount_applications(order),
        "discount_codes": [
            {"code": "WELCOME", "amount": money(order.discount), "type": "fixed_amount"}
        ]
        if order.discount
        else [],
        "duties_included": False,
        "estimated_taxes": False,
        "payment_gateway_names": ["shopify_payments"] if order.paid else ["manual"],
        "tax_exempt": False,
        "tax_lines": _tax_lines(tax, order),
        "taxes_included": order.prices_include_tax,
        "total_outstanding": money(ZERO if order.paid or gone else total),
        "total_shipping_price_set": _money_set(shipping.gross, order.currency),
        "total_tip_received": "0.00",
    }


def _discount_applications(order):
    return (
        [
            {
                "target_type": "line_item",
                "type": "discount_code",
                "value": money(order.discount),
                "value_type": "fixed_amount",
                "allocation_method": "across",
                "target_selection": "all",
                "code": "WELCOME",
            }
        ]
        if order.discount
        else []
    )


def _people(order):
    """Who ordered, and the addresses."""
    buyer = order.buyer
    first, last = split_name(buyer.name)
    address = _address(buyer)
    return {
        "contact_email": buyer.email or None,
        "customer_locale": "zh-CN" if buyer.country_code == "CN" else "en",
        "email": buyer.email,
        "phone": buyer.phone or None,
        "billing_address": address,
        "shipping_address": address,
        "customer": {
            "id": _customer_id(buyer),
            "email": buyer.email or None,
            "created_at": utc(order.placed_at),
            "updated_at": utc(order.placed_at),
            "first_name": first,
            "last_name": last,
            "state": "disabled",
            "note": None,
            "verified_email": True,
            "tax_exempt": False,
            "phone": buyer.phone or None,
            "currency": order.currency,
            "default_address": {**address, "default": True},
        },
    }


def _financial_status(order):
    if order.cancelled:
        return "refunded" if order.paid else "voided"
    return "paid" if order.paid else "pending"


def _line(order, index, part):
    line = order.lines[index]
    number = int(line_id(order, index))
    left = 0 if order.cancelled else line.quantity
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{number}",
        "attributed_staffs": [],
        "current_quantity": left,
        "fulfillable_quantity": left,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": 0,
        "name": line.name,
        "price": money(line.unit_price),
        "price_set": _money_set(line.unit_price, order.currency),
        "product_exists": True,
        "product_id": 7_600_000_000_000 + index,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": True,
        "sku": line.sku,
        "taxable": bool(order.tax_rate),
        "title": line.name,
        "total_discount": "0.00",
        "total_discount_set": _money_set(ZERO, order.currency),
        "variant_id": int(line.listing_id) if line.listing_id.isdigit() else None,
        "variant_inventory_management": "shopify",
        "variant_title": None,
        "vendor": "OMS Demo",
        "tax_lines": _tax_lines(part.tax, order),
        "duties": [],
        "discount_allocations": [
            {
                "amount": money(part.discount),
                "amount_set": _money_set(part.discount, order.currency),
                "discount_application_index": 0,
            }
        ]
        if part.discount
        else [],
    }


def _shipping_line(order, part):
    return {
        "id": _OTHER_BASE + order.number * 1000 + 999,
        "carrier_identifier": None,
        "code": "Standard",
        "discounted_price": money(part.gross),
        "discounted_price_set": _money_set(part.gross, order.currency),
        "is_removed": False,
        "phone": None,
        "price": money(part.gross),
        "price_set": _money_set(part.gross, order.currency),
        "requested_fulfillment_service_id": None,
        "source": "shopify",
        "title": "Standard",
        "tax_lines": _tax_lines(part.tax, order) if part.gross else [],
        "discount_allocations": [],
    }


def _refund(order, now, quantities, restock_type, reason):
    parts, _shipping = line_amounts(order)
    number = _OTHER_BASE + order.number * 1000 + 500
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
        "subtotal_set": _money_set(subtotal, order.currency),
        "total_tax": float(tax),
        "total_tax_set": _money_set(tax, order.currency),
        "line_item": _line(order, index, part),
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


# ---- small parts ---------------------------------------------------------


def _address(buyer):
    first, last = split_name(buyer.name)
    short = buyer.state if buyer.state.isascii() and len(buyer.state) <= 3 else None
    return {
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}".strip(),
        "company": None,
        "address1": buyer.district + buyer.street,
        "address2": None,
        "city": buyer.city,
        "province": buyer.state or None,
        "province_code": short or None,
        "zip": buyer.zip,
        "country": COUNTRIES.get(buyer.country_code, buyer.country_code),
        "country_code": buyer.country_code,
        "phone": buyer.phone or None,
        "latitude": None,
        "longitude": None,
    }


def _customer_id(buyer):
    """The same buyer has the same account."""
    key = buyer.email or buyer.phone or buyer.name
    return 7_000_000_000_000 + uuid.uuid5(uuid.NAMESPACE_URL, key).int % 10**9


def _tax_lines(tax, order):
    if not order.tax_rate:
        return []
    return [
        {
            "title": "VAT" if order.prices_include_tax else "Tax",
            "rate": float(order.tax_rate / 100),
            "price": money(tax),
            "price_set": _money_set(tax, order.currency),
            "channel_liable": False,
        }
    ]


def _money_set(amount, currency):
    one = {"amount": money(amount), "currency_code": currency}
    return {"shop_money": one, "presentment_money": dict(one)}


def _with_sets(values, currency):
    result = {}
    for key, amount in values.items():
        result[key] = money(amount)
        result[f"{key}_set"] = _money_set(amount, currency)
    return result
