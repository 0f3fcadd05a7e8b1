"""Ids and small parts that Shopify's orders and refunds share."""

from .shops import money
from .spec import ZERO

SHOP = "oms-demo.myshopify.com"
# Real ids are large; they must not pass through a float.
ORDER_BASE = 820_982_911_946_000_000
OTHER_BASE = 13_400_000_000_000


def order_id(order):
    """The id that Shopify gives to the order, as text.

    :rtype: str
    """
    return str(ORDER_BASE + order.number)


def line_id(order, index):
    """The id that Shopify gives to a line of the order, as text.

    :rtype: str
    """
    return str(OTHER_BASE + order.number * 1000 + index)


def line_object(order, index, part):
    """A line of the order.

    :param int index: of the line in the order.
    :param part: its share of the money, of `shops.line_amounts`.
    :rtype: dict
    """
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
        "price_set": money_set(line.unit_price, order.currency),
        "product_exists": True,
        "product_id": 7_600_000_000_000 + index,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": True,
        "sku": line.sku,
        "taxable": bool(order.tax_rate),
        "title": line.name,
        "total_discount": "0.00",
        "total_discount_set": money_set(ZERO, order.currency),
        "variant_id": int(line.listing_id) if line.listing_id.isdigit() else None,
        "variant_inventory_management": "shopify",
        "variant_title": None,
        "vendor": "OMS Demo",
        "tax_lines": tax_lines(part.tax, order),
        "duties": [],
        "discount_allocations": [
            {
                "amount": money(part.discount),
                "amount_set": money_set(part.discount, order.currency),
                "discount_application_index": 0,
            }
        ]
        if part.discount
        else [],
    }


def tax_lines(tax, order):
    """The tax of a line or an order; none where the order has no tax.

    :param Decimal tax:
    :rtype: list[dict]
    """
    if not order.tax_rate:
        return []
    return [
        {
            "title": "VAT" if order.prices_include_tax else "Tax",
            "rate": float(order.tax_rate / 100),
            "price": money(tax),
            "price_set": money_set(tax, order.currency),
            "channel_liable": False,
        }
    ]


def money_set(amount, currency):
    """An amount in the shop's currency and in the buyer's, here the same.

    :rtype: dict
    """
    one = {"amount": money(amount), "currency_code": currency}
    return {"shop_money": one, "presentment_money": dict(one)}


def with_sets(values, currency):
    """Amounts by name, each as text and as `money_set`.

    :param dict values: amount by name.
    :rtype: dict
    """
    result = {}
    for key, amount in values.items():
        result[key] = money(amount)
        result[f"{key}_set"] = money_set(amount, currency)
    return result
