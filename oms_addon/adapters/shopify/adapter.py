"""Shopify: webhooks and the REST Admin API.

Webhooks carry an order or a refund bare; the API wraps them (``{"order": …}``)
or lists them (``{"orders": […]}``): all of these are read. Telling Shopify a
parcel or a stock level takes two steps, since both are kept under ids that
orders do not have: the first calls ask for those, `shipment_follow_up` and
`stock_follow_up` make the second calls from the answers.
"""

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from ...document import OrderDocument, revision_of
from ..base import (
    Adapter,
    AdapterError,
    HttpRequest,
    check_signature,
    require_secret,
    told,
)
from ..read import load_json, moment, require, text
from ..shops import (
    Cursor,
    address_of,
    in_range,
    json_answer,
    mapping,
    next_link,
    part_of_path,
    pieces,
    plausible,
    sign,
)
from .order import read_order, read_refund
from .parcels import parcels_of

API_VERSION = "2025-10"
PAGE_SIZE = 250
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}|unstable")
# What Shopify calls the fields that it finds fault with.
_FIELD = re.compile(r"[a-z_]{1,40}")
# How far the first poll looks back; the option ``poll_from`` sets another start.
FIRST_POLL = timedelta(days=7)
# Objects that are no order; what they mean for one, the order itself tells.
_IGNORED = frozenset(
    (
        "draft_order",
        "fulfillment",
        "fulfillment_order",
        "fulfillment_event",
        "inventory_level",
        "inventory_item",
        "order_edit",
        "transaction",
        "product",
        "variant",
        "customer",
        "checkout",
        "collection",
        "location",
        "shop",
    )
)
# A bare object is known by fields that only its kind has; the first match counts.
_SHAPES = (
    ("refund", {"order_id", "refund_line_items"}),
    ("draft_order", {"invoice_url", "line_items"}),
    ("fulfillment_order", {"order_id", "request_status"}),
    ("fulfillment", {"order_id", "tracking_numbers"}),
    ("fulfillment", {"order_id", "tracking_number"}),
    ("transaction", {"order_id", "kind"}),
    ("inventory_level", {"inventory_item_id", "location_id"}),
    ("checkout", {"abandoned_checkout_url"}),
    ("order", {"id", "financial_status"}),
    ("product", {"id", "variants"}),
)
_INVENTORY_ITEMS = """query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { id } } }
}"""


class ShopifyAdapter(Adapter):
    """Reads Shopify's orders and refunds; tells it stock and parcels."""

    kind = "shopify"
    label = "Shopify"
    secret_fields = ("webhook_secret", "access_token")
    call_secrets = ("access_token",)
    option_fields = ("api_version", "location_id", "poll_from")
    can_poll = True
    can_push_stock = True
    can_push_shipment = True

    # ---- coming in -------------------------------------------------------

    def verify(self, request, secrets, now):
        """Check ``X-Shopify-Hmac-Sha256``, made with the app's client secret.

        Shopify repeats a message for hours, so its age is no reason to refuse.
        """
        secret = require_secret(secrets, "webhook_secret")
        check_signature(
            sign(secret, request.body), request.headers.get("x-shopify-hmac-sha256", "")
        )

    def split(self, request, settings):
        """Cut ``{"orders": […]}`` and ``{"refunds": […]}`` into their parts."""
        parts = pieces(request.body, ("orders", "refunds"))
        if not parts:
            return [request]
        return [replace(request, body=part) for part in parts]

    def parse(self, request, settings):
        """Read an order, a refund, or why the message needs nothing."""
        data = load_json(request.body)
        topic = request.headers.get("x-shopify-topic", "").lower()
        found, value = self._recognise(data, topic)
        if found == "order" and topic == "orders/delete":
            return self._deleted(value, request, settings)
        with in_range():
            if found == "order":
                return plausible(read_order(value, settings))
            if found == "refund":
                return plausible(read_refund(value, settings))
        related = value.get("order_id") if isinstance(value, dict) else None
        return OrderDocument(
            external_id=text(related), kind="ignored", note=f"Shopify {found}"
        )

    def _recognise(self, data, topic):
        """Return the kind of object in a message, and the object.

        :raise AdapterError: ``unsupported`` when it is nothing of Shopify's.
        """
        if not isinstance(data, dict):
            raise AdapterError("unsupported", value=text(data)[:80])
        if len(data) == 1:
            ((name, value),) = data.items()
            if name in ("order", "refund") and isinstance(value, dict):
                return name, value
            if name.removesuffix("s") in _IGNORED | {"order", "refund"}:
                return self._recognise_list(name, value)
        resource = topic.partition("/")[0]
        if resource == "orders" and topic != "orders/edited":
            return "order", data
        if resource == "refunds":
            return "refund", data
        if resource:
            return topic, data
        for name, fields in _SHAPES:
            if fields <= data.keys():
                return name, data
        raise AdapterError("unsupported", value=", ".join(map(text, data))[:80])

    def _recognise_list(self, name, value):
        """A wrapped list is read by `split`; only an empty one comes here."""
        if name in ("order", "refund") or name in ("orders", "refunds") and value:
            raise AdapterError("invalid", path=name, value=text(value)[:80])
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        return name, value

    def _deleted(self, data, request, settings):
        when = moment(
            request.headers.get("x-shopify-triggered-at"),
            "x-shopify-triggered-at",
            settings.timezone,
        )
        return OrderDocument(
            external_id=text(require(data.get("id"), "id")),
            kind="cancel",
            status="cancelled",
            revision=revision_of(when),
        )

    # ---- polling ---------------------------------------------------------

    def poll_request(self, cursor, settings, secrets, now):
        """Ask for orders changed since the cursor, oldest change first."""
        place = Cursor.parse(cursor)
        if place.page:
            query = {"limit": str(PAGE_SIZE), "page_info": place.page}
        else:
            since = (
                place.since
                or moment(
                    settings.options.get("poll_from"), "poll_from", settings.timezone
                )
                or now - FIRST_POLL
            )
            query = {
                "status": "any",
                "limit": str(PAGE_SIZE),
                "order": "updated_at asc",
                "updated_at_min": since.isoformat(),
            }
        return self._call(settings, secrets, "GET", "orders.json", query=query)

    def poll_page(self, body, headers, cursor, settings):
        """Read a page of orders; ``Link`` tells whether there is another."""
        if "orders" not in mapping(load_json(body), "body"):
            raise AdapterError("missing", path="orders")
        found = [
            (moment(load_json(part).get("updated_at"), "updated_at"), part)
            for part in pieces(body, ("orders",)) or []
        ]
        link = next_link(headers)
        page = parse_qs(urlsplit(link).query).get("page_info", [""])[0]
        return Cursor.parse(cursor).page_of(found, page)

    # ---- going out -------------------------------------------------------

    def stock_requests(self, levels, settings, secrets, now):
        """Ask for the inventory items of the listings (variant ids).

        `stock_follow_up` makes the calls that set the stock from the answers.
        """
        ids = [
            f"gid://shopify/ProductVariant/{level.listing_id}"
            for level in levels
            if level.listing_id
        ]
        return [
            self._call(
                settings,
                secrets,
                "POST",
                "graphql.json",
                {
                    "query": _INVENTORY_ITEMS,
                    "variables": {"ids": ids[start : start + PAGE_SIZE]},
                },
            )
            for start in range(0, len(ids), PAGE_SIZE)
        ]

    def stock_follow_up(self, levels, bodies, settings, secrets, now):
        """Build the calls that set the stock.

        :param list levels: the same that `stock_requests` was given.
        :param list bodies: the answers to its calls.
        :return: one call for each listing that Shopify knows.
        :rtype: list[HttpRequest]
        """
        items = {}
        for body in bodies:
            data = mapping(load_json(body).get("data"), "data")
            for node in filter(None, data.get("nodes") or ()):
                item = mapping(node.get("inventoryItem"), "inventoryItem")
                items[_last_part(node.get("id"))] = _last_part(item.get("id"))
        location = settings.options.get("location_id")
        return [
            self._call(
                settings,
                secrets,
                "POST",
                "inventory_levels/set.json",
                {
                    "location_id": _number(
                        require(level.location_id or location, "location_id")
                    ),
                    "inventory_item_id": _number(items[level.listing_id]),
                    "available": max(int(level.quantity), 0),
                },
            )
            for level in levels
            if items.get(level.listing_id)
        ]

    def shipment_requests(self, shipment, settings, secrets, now):
        """Ask for the fulfilment orders of the order.

        `shipment_follow_up` makes the call that ships from the answer.
        """
        return [
            self._call(
                settings,
                secrets,
                "GET",
                f"orders/{part_of_path(shipment.external_id)}/fulfillment_orders.json",
            )
        ]

    def shipment_follow_up(self, shipment, bodies, settings, secrets, now):
        """Build the calls that tell Shopify a parcel left.

        :param Shipment shipment: the same that `shipment_requests` was given.
        :param list bodies: the answers to its calls.
        :return: one call per location; none when all was told before.
        :rtype: list[HttpRequest]
        """
        by_location = parcels_of(shipment, bodies)
        tracking = {
            "number": shipment.tracking_number,
            "company": shipment.carrier_name,
            "url": shipment.tracking_url,
        }
        return [
            self._call(
                settings,
                secrets,
                "POST",
                "fulfillments.json",
                {
                    "fulfillment": {
                        "line_items_by_fulfillment_order": orders,
                        "tracking_info": {k: v for k, v in tracking.items() if v},
                        "notify_customer": True,
                    }
                },
            )
            for orders in by_location.values()
        ]

    def check_answer(self, status, body):
        """GraphQL answers 200 with ``errors`` inside; REST tells them with 4xx."""
        reason = super().check_answer(status, body)
        answer = json_answer(body, bool(reason))
        errors = answer.get("errors")
        if not errors:
            return reason
        reason = reason or f"HTTP {status}"
        return f"{reason} {told(status, *_messages(errors))}".strip()

    def _call(self, settings, secrets, method, path, value=None, query=None):
        base = address_of(settings)
        version = text(settings.options.get("api_version")) or API_VERSION
        if not _VERSION.fullmatch(version):
            raise AdapterError("invalid", path="api_version", value=version[:40])
        return HttpRequest(
            method=method,
            url=f"{base}/admin/api/{version}/{path}",
            headers={
                "X-Shopify-Access-Token": require_secret(secrets, "access_token"),
                "Accept": "application/json",
                **({"Content-Type": "application/json"} if value else {}),
            },
            query=query or {},
            body=json.dumps(value).encode() if value else b"",
        )


def _messages(errors):
    """The sentences in Shopify's ``errors``: a text, a list, or lists by field."""
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, list):
        return [
            error.get("message") if isinstance(error, dict) else error
            for error in errors[:5]
        ]
    if not isinstance(errors, dict):
        return []
    return [
        f"{name}: {message}"
        for name, messages in list(errors.items())[:5]
        if _FIELD.fullmatch(name)
        for message in (messages if isinstance(messages, list) else [messages])[:3]
        if isinstance(message, str)
    ]


def _last_part(gid):
    """``123`` of ``gid://shopify/ProductVariant/123``."""
    return text(gid).rpartition("/")[2]


def _number(value):
    """Shopify's ids are numbers in JSON."""
    return int(value) if str(value).isdigit() else value


ADAPTER = ShopifyAdapter()
