"""Orders as Shopify sends them: facts, money and people."""

import uuid
from datetime import timedelta

from .shopify_parts import (
    OTHER_BASE,
    SHOP,
    line_object,
    money_set,
    order_id,
    tax_lines,
    with_sets,
)
from .shopify_refund import refund_object
from .shops import COUNTRIES, line_amounts, money, split_name, utc
from .spec import ZERO


def order_object(order, now):
    """The whole order.

    :param SampleOrder order:
    :param datetime now: aware; when a cancelled one was cancelled.
    :rtype: dict
    """
    parts, shipping = line_amounts(order)
    return {
        "id": int(order_id(order)),
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id(order)}",
        **_facts(order, now),
        **_money_facts(order, parts, shipping),
        **_people(order),
        "fulfillments": [],
        "line_items": [
            line_object(order, index, part) for index, part in enumerate(parts)
        ],
        "payment_terms": None,
        "refunds": [
            refund_object(
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
        "checkout_id": OTHER_BASE + order.number,
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


def _financial_status(order):
    if order.cancelled:
        return "refunded" if order.paid else "voided"
    return "paid" if order.paid else "pending"


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
        **with_sets({**sold, "total_line_items_price": goods, **now}, order.currency),
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
        "tax_lines": tax_lines(tax, order),
        "taxes_included": order.prices_include_tax,
        "total_outstanding": money(ZERO if order.paid or gone else total),
        "total_shipping_price_set": money_set(shipping.gross, order.currency),
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


def _shipping_line(order, part):
    return {
        "id": OTHER_BASE + order.number * 1000 + 999,
        "carrier_identifier": None,
        "code": "Standard",
        "discounted_price": money(part.gross),
        "discounted_price_set": money_set(part.gross, order.currency),
        "is_removed": False,
        "phone": None,
        "price": money(part.gross),
        "price_set": money_set(part.gross, order.currency),
        "requested_fulfillment_service_id": None,
        "source": "shopify",
        "title": "Standard",
        "tax_lines": tax_lines(part.tax, order) if part.gross else [],
        "discount_allocations": [],
    }


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
