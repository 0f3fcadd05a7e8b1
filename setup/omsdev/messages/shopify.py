"""Messages as Shopify's webhooks send them (REST Admin API shape).

``build`` makes ``orders/create``, ``build_cancel`` ``orders/cancelled`` and
``build_refund`` ``refunds/create``. Same order, same ids.
"""

import json
import uuid
from dataclasses import replace

from .shopify_order import order_object
from .shopify_parts import SHOP, line_id, order_id
from .shopify_refund import refund_object
from .shops import sign, utc
from .spec import Message

__all__ = ["build", "build_cancel", "build_refund", "line_id", "order_id"]

API_VERSION = "2025-10"


def build(order, secrets, now):
    """Build the message that Shopify sends when an order is placed.

    :param SampleOrder order:
    :param dict secrets: ``webhook_secret``.
    :param datetime now: aware; when the message is sent.
    :rtype: Message
    """
    topic = "orders/cancelled" if order.cancelled else "orders/create"
    return _message(order_object(order, now), topic, order, secrets, now)


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
    refund = refund_object(
        order, now, quantities or wanted, "return" if restock else "no_restock", reason
    )
    return _message(refund, "refunds/create", order, secrets, now)


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
