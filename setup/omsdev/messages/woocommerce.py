"""Messages as WooCommerce's webhooks send them (wc/v3, WooCommerce 11).

``build`` makes ``order.created``; ``build_cancel`` and ``build_refund`` make the
``order.updated`` that WooCommerce sends for those. Same order, same ids.
"""

import json
import uuid
from dataclasses import replace
from datetime import timedelta

from .shops import line_amounts, money, sign, split_name, utc
from .spec import ZERO, Message, cents

SHOP = "https://shop.example/"
_RATE_ID = 1


def build(order, secrets, now):
    """Build the message that WooCommerce sends when an order is placed.

    :param SampleOrder order:
    :param dict secrets: ``webhook_secret``.
    :param datetime now: aware; when the message is sent.
    :rtype: Message
    """
    if order.cancelled:
        value = _order(order, "cancelled", changed=now)
        return _message(value, "order.updated", secrets, now)
    value = _order(order, "processing" if order.paid else "on-hold")
    return _message(value, "order.created", secrets, now)


def build_cancel(order, secrets, now):
    """Build the message that WooCommerce sends when the order is cancelled.

    :rtype: Message
    """
    return build(replace(order, cancelled=True), secrets, now)


def build_refund(order, secrets, now, amount=None, reason=""):
    """Build the message that WooCommerce sends when money was given back.

    The order stays as it was sold and lists the refund; its status becomes
    ``refunded`` when nothing is left.

    :param Decimal amount: tax included; all of it without.
    :rtype: Message
    """
    value = _order(order, "processing", changed=now)
    given = money(value["total"] if amount is None else amount)
    if given == value["total"]:
        value["status"] = "refunded"
    value["refunds"] = [
        {"id": order.number * 100 + 90, "reason": reason, "total": f"-{given}"}
    ]
    return _message(value, "order.updated", secrets, now)


def build_ping(webhook_id=1):
    """Build the unsigned call with which WooCommerce tries a new webhook.

    :rtype: Message
    """
    return Message(
        body=f"webhook_id={webhook_id}".encode(),
        headers={
            "User-Agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1.3)",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        content_type="application/x-www-form-urlencoded",
    )


def line_id(order, index):
    """The id that WooCommerce gives to a line of the order, as text.

    :rtype: str
    """
    return str(order.number * 100 + index + 1)


def order_id(order):
    """The id that WooCommerce gives to the order, as text.

    :rtype: str
    """
    return str(order.number)


def _message(value, topic, secrets, now):
    body = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    delivery = uuid.uuid5(
        uuid.NAMESPACE_URL, f"{SHOP}{value['id']}/{topic}/{now.isoformat()}"
    )
    resource, _, event = topic.partition(".")
    return Message(
        body=body,
        headers={
            "User-Agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1.3)",
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": SHOP,
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": sign(secrets["webhook_secret"], body),
            "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Delivery-ID": delivery.hex,
        },
    )


# ---- the order -----------------------------------------------------------


def _order(order, status, changed=None):
    parts, shipping = line_amounts(order)
    full, _shipping = line_amounts(replace(order, discount=ZERO))
    address = _address(order.buyer)
    return {
        "id": order.number,
        "parent_id": 0,
        "status": status,
        "currency": order.currency,
        "version": "11.0.1",
        **_times("date_created", order.placed_at),
        **_times("date_modified", changed or order.placed_at + timedelta(seconds=2)),
        **_totals(order, full, parts, shipping),
        "customer_id": 0,
        "order_key": f"wc_order_oms{order.number:08d}",
        "billing": {**address, "email": order.buyer.email},
        "shipping": address,
        **_payment(order),
        "customer_ip_address": "0.0.0.0",
        "customer_user_agent": "",
        "created_via": "checkout",
        "customer_note": order.note,
        "cart_hash": "",
        "number": str(order.number),
        "meta_data": [],
        "line_items": [
            _line(order, index, full[index], part) for index, part in enumerate(parts)
        ],
        "shipping_lines": [_shipping_line(order, shipping)],
        "fee_lines": [],
        "refunds": [],
        "is_editable": False,
        "needs_processing": True,
        "currency_symbol": "",
        "_links": {
            "self": [{"href": f"{SHOP}wp-json/wc/v3/orders/{order.number}"}],
            "collection": [{"href": f"{SHOP}wp-json/wc/v3/orders"}],
        },
    }


def _totals(order, full, parts, shipping):
    """Totals, the lines of taxes and coupons."""
    total = sum((part.paid for part in parts), shipping.paid)
    cart_tax = sum((part.tax for part in parts), ZERO)
    saved = sum((a.net - b.net for a, b in zip(full, parts, strict=True)), ZERO)
    saved_tax = sum((a.tax - b.tax for a, b in zip(full, parts, strict=True)), ZERO)
    return {
        "prices_include_tax": order.prices_include_tax,
        "discount_total": money(saved),
        "discount_tax": money(saved_tax),
        "shipping_total": money(shipping.net),
        "shipping_tax": money(shipping.tax),
        "cart_tax": money(cart_tax),
        "total": money(total),
        "total_tax": money(cart_tax + shipping.tax),
        "tax_lines": _tax_lines(order, cart_tax, shipping.tax),
        "coupon_lines": _coupon_lines(order, saved, saved_tax),
    }


def _payment(order):
    paid = order.paid
    return {
        "payment_method": "stripe" if paid else "bacs",
        "payment_method_title": "Credit card" if paid else "Direct bank transfer",
        "transaction_id": f"ch_oms{order.number:010d}" if paid else "",
        **_times("date_completed", None),
        **_times("date_paid", order.placed_at + timedelta(seconds=1) if paid else None),
        "payment_url": f"{SHOP}checkout/order-pay/{order.number}/",
        "needs_payment": not paid and not order.cancelled,
    }


def _line(order, index, full, part):
    line = order.lines[index]
    product, _, variation = line.listing_id.partition("/")
    return {
        "id": int(line_id(order, index)),
        "name": line.name,
        "product_id": int(product) if product.isdigit() else 0,
        "variation_id": int(variation) if variation.isdigit() else 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": money(full.net),
        "subtotal_tax": money(full.tax),
        "total": money(part.net),
        "total_tax": money(part.tax),
        "taxes": _taxes(order, part.tax, full.tax),
        "meta_data": [],
        "sku": line.sku,
        "global_unique_id": "",
        "price": float(part.net / line.quantity),
        "image": {"id": 0, "src": ""},
        "parent_name": None,
    }


def _shipping_line(order, part):
    return {
        "id": order.number * 100 + 80,
        "method_title": "Flat rate",
        "method_id": "flat_rate",
        "instance_id": "1",
        "total": money(part.net),
        "total_tax": money(part.tax),
        "taxes": _taxes(order, part.tax, "") if part.net else [],
        "tax_status": "taxable",
        "meta_data": [],
    }


def _coupon_lines(order, saved, saved_tax):
    return (
        [
            {
                "id": order.number * 100 + 85,
                "code": "welcome",
                "discount": money(saved),
                "discount_tax": money(saved_tax),
                "meta_data": [],
                "discount_type": "fixed_cart",
                "nominal_amount": float(cents(order.discount)),
                "free_shipping": False,
            }
        ]
        if order.discount
        else []
    )


# ---- small parts ---------------------------------------------------------


def _times(name, when):
    stamp = utc(when).removesuffix("+00:00") if when else None
    return {name: stamp, f"{name}_gmt": stamp}


def _address(buyer):
    first, last = split_name(buyer.name)
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": buyer.district + buyer.street,
        "address_2": "",
        "city": buyer.city,
        "state": buyer.state,
        "postcode": buyer.zip,
        "country": buyer.country_code,
        "phone": buyer.phone,
    }


def _taxes(order, tax, full):
    if not order.tax_rate:
        return []
    return [
        {
            "id": _RATE_ID,
            "total": money(tax),
            "subtotal": money(full) if full != "" else "",
        }
    ]


def _tax_lines(order, cart_tax, shipping_tax):
    if not order.tax_rate:
        return []
    return [
        {
            "id": order.number * 100 + 88,
            "rate_code": f"{order.buyer.country_code}-TAX-1",
            "rate_id": _RATE_ID,
            "label": "Tax",
            "compound": False,
            "tax_total": money(cart_tax),
            "shipping_tax_total": money(shipping_tax),
            "rate_percent": float(order.tax_rate),
            "meta_data": [],
        }
    ]
