"""Shopify: how the tests build and read its messages."""

import json
from dataclasses import replace
from decimal import Decimal

from omsdev.messages import shopify as builder
from shop_samples import NOW, random_order

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import ChannelSettings

ADAPTER = get_adapter("shopify")
SETTINGS = ChannelSettings(
    currency="EUR",
    address="https://x.myshopify.com/",
    options={"location_id": "905684977"},
)
SECRETS = {"webhook_secret": "shpss_secret", "access_token": "shpat_1"}
# Lines of 3 × 199.00 under a subtotal of 398.00: the sample contradicts itself.
CONTRADICTORY = {("legacy_py_order.json", "450789469")}


def parse(message):
    return ADAPTER.parse(message, SETTINGS)


def order_of(number=7, **changes):
    order = random_order(number)
    return replace(order, **changes)


def body_of(order, now=NOW):
    return json.loads(builder.build(order, SECRETS, now).body)


def partly_refunded(restock_type, shipped, included):
    """An order of 3 × 10.00 less 1.00, of which one piece was given back."""
    data = body_of(
        order_of(
            paid=True,
            discount=Decimal(1),
            shipping=Decimal(5),
            tax_rate=Decimal(10),
            prices_include_tax=included,
            lines=(
                replace(random_order(7).lines[0], quantity=3, unit_price=Decimal(10)),
            ),
        )
    )
    line = data["line_items"][0]
    tax = Decimal("0.88") if included else Decimal("0.97")
    part = Decimal("9.67") + (0 if included else tax)
    line["current_quantity"] = 2
    if shipped:
        line["fulfillment_status"] = data["fulfillment_status"] = "fulfilled"
    data["financial_status"] = "partially_refunded"
    data["current_total_price"] = str(Decimal(data["total_price"]) - part)
    data["refunds"] = [
        {
            "id": 1,
            "created_at": "2026-11-21T10:00:00Z",
            "note": "broken",
            "restock": True,
            "transactions": [
                {
                    "kind": "refund",
                    "status": "success",
                    "amount": str(part),
                    "currency": data["currency"],
                }
            ],
            "refund_line_items": [
                {
                    "line_item_id": line["id"],
                    "quantity": 1,
                    "subtotal": 9.67,
                    "total_tax": float(tax),
                    "restock_type": restock_type,
                }
            ],
        }
    ]
    return data, part
