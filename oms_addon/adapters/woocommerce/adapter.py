"""WooCommerce: webhooks and the REST API ``wc/v3``."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from ...document import OrderDocument
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
    rows,
    sign,
)
from .order import read_order, read_refund

PAGE_SIZE = 100
# How far the first poll looks back; the option ``poll_from`` sets another start.
FIRST_POLL = timedelta(days=7)
_PING = re.compile(rb"\s{0,20}webhook_id=\d{1,20}\s{0,20}")
# A bare object is known by fields that only its kind has; the first match counts.
_SHAPES = (
    ("webhook", {"delivery_url", "topic"}),
    ("order", {"id", "line_items", "billing"}),
    ("refund", {"id", "amount", "refunded_by"}),
    ("refund", {"id", "amount", "refunded_payment"}),
    ("product", {"id", "stock_quantity"}),
    ("product", {"id", "permalink"}),
    ("customer", {"id", "is_paying_customer"}),
    ("coupon", {"id", "code", "discount_type"}),
    ("note", {"id", "note", "customer_note"}),
)


class WooCommerceAdapter(Adapter):
    """Reads WooCommerce's orders and refunds; tells it stock and parcels."""

    kind = "woocommerce"
    label = "WooCommerce"
    secret_fields = ("webhook_secret", "consumer_key", "consumer_secret")
    call_secrets = ("consumer_key", "consumer_secret")
    option_fields = ("poll_from",)
    can_poll = True
    can_push_stock = True
    can_push_shipment = True

    # ---- coming in -------------------------------------------------------

    def verify(self, request, secrets, now):
        """Check ``X-WC-Webhook-Signature``; the message has no time to check."""
        secret = require_secret(secrets, "webhook_secret")
        check_signature(
            sign(secret, request.body),
            request.headers.get("x-wc-webhook-signature", ""),
        )

    def is_ping(self, request):
        """A new webhook is tried with ``webhook_id=N``, which is not signed."""
        return bool(_PING.fullmatch(request.body))

    def split(self, request, settings):
        """Cut a list of orders, as the REST API answers, into its orders."""
        parts = pieces(request.body)
        if not parts:
            return [request]
        return [replace(request, body=part) for part in parts]

    def parse(self, request, settings):
        """Read an order, a refund, or why the message needs nothing."""
        data = load_json(request.body)
        topic = request.headers.get("x-wc-webhook-topic", "").lower()
        resource = request.headers.get("x-wc-webhook-resource", "").lower()
        resource = resource or topic.partition(".")[0]
        if data == []:
            return OrderDocument(
                external_id="", kind="ignored", note="WooCommerce: no orders"
            )
        if not isinstance(data, dict):
            raise AdapterError("unsupported", value=text(data)[:80])
        if topic == "order.deleted":
            return OrderDocument(
                external_id=text(require(data.get("id"), "id")),
                kind="cancel",
                status="cancelled",
            )
        found = resource or self._recognise(data)
        with in_range():
            if found == "order":
                return plausible(read_order(data, settings))
            if found == "refund":
                return plausible(read_refund(data, settings))
        return OrderDocument(
            external_id="", kind="ignored", note=f"WooCommerce {found}"
        )

    def _recognise(self, data):
        for name, fields in _SHAPES:
            if fields <= data.keys():
                return name
        raise AdapterError("unsupported", value=", ".join(map(text, data))[:80])

    # ---- polling ---------------------------------------------------------

    def poll_request(self, cursor, settings, secrets, now):
        """Ask for orders changed since the cursor, oldest change first."""
        place = Cursor.parse(cursor)
        since = (
            place.since
            or moment(settings.options.get("poll_from"), "poll_from", settings.timezone)
            or now - FIRST_POLL
        )
        query = {
            "orderby": "modified",
            "order": "asc",
            "per_page": str(PAGE_SIZE),
            "page": place.page or "1",
            # It means later than; the last second is asked for again.
            "modified_after": (since - timedelta(seconds=1)).strftime(
                "%Y-%m-%dT%H:%M:%S"
            ),
            "dates_are_gmt": "true",
        }
        return self._call(settings, secrets, now, "GET", "orders", query=query)

    def poll_page(self, body, headers, cursor, settings):
        """Read a page; ``X-WP-TotalPages`` or ``Link`` tells of another."""
        parts = pieces(body)
        if parts is None:
            raise AdapterError("not_list")
        place = Cursor.parse(cursor)
        found = [(self._changed_at(load_json(part), settings), part) for part in parts]
        page = int(place.page or 1)
        heads = {name.lower(): value for name, value in headers.items()}
        pages = heads.get("x-wp-totalpages", "")
        more = int(pages) > page if pages.isdigit() else bool(next_link(headers))
        return place.page_of(found, str(page + 1) if more else "")

    def _changed_at(self, data, settings):
        return moment(data.get("date_modified_gmt"), "date_modified_gmt") or moment(
            data.get("date_modified"), "date_modified", settings.timezone
        )

    # ---- going out -------------------------------------------------------

    def stock_requests(self, levels, settings, secrets, now):
        """Set stock in batches, the variations of a product apart."""
        batches = {}
        for level in levels:
            parent, _, variation = level.listing_id.rpartition("/")
            inside = f"products/{part_of_path(parent)}/variations/batch"
            path = inside if parent else "products/batch"
            if variation.isdigit():
                batches.setdefault(path, []).append(
                    {
                        "id": int(variation),
                        "manage_stock": True,
                        "stock_quantity": max(int(level.quantity), 0),
                    }
                )
        return [
            self._call(
                settings,
                secrets,
                now,
                "POST",
                path,
                {"update": updates[start : start + PAGE_SIZE]},
            )
            for path, updates in batches.items()
            for start in range(0, len(updates), PAGE_SIZE)
        ]

    def shipment_requests(self, shipment, settings, secrets, now):
        """Complete the order and write the buyer where the parcel is.

        WooCommerce has no parcels of its own. A parcel that holds only a part
        of the order (``shipment.lines``) leaves the order's status alone, unless it
        is the last one.
        """
        path = f"orders/{part_of_path(shipment.external_id)}"
        carrier = shipment.carrier_name or shipment.carrier_code
        note = "\n".join(
            filter(
                None,
                (
                    f"{carrier} {shipment.tracking_number}".strip(),
                    shipment.tracking_url,
                ),
            )
        )
        update = {
            "meta_data": [
                {"key": key, "value": value}
                for key, value in (
                    ("_tracking_number", shipment.tracking_number),
                    ("_tracking_provider", carrier),
                    ("_tracking_url", shipment.tracking_url),
                )
                if value
            ]
        }
        if shipment.complete or not shipment.lines:
            update["status"] = "completed"
        # The note comes last: it is mail to the buyer, the update can be repeated.
        calls = [self._call(settings, secrets, now, "PUT", path, update)]
        if note:
            calls.append(
                self._call(
                    settings,
                    secrets,
                    now,
                    "POST",
                    f"{path}/notes",
                    {"note": note, "customer_note": True},
                )
            )
        return calls

    def check_answer(self, status, body):
        """A batch answers 200 and tells the failed ones inside."""
        reason = super().check_answer(status, body)
        answer = json_answer(body, bool(reason))
        if reason:
            return f"{reason} {told(status, answer.get('message'))}".strip()
        failed = [
            f"{text(row.get('id'))}: "
            f"{text(mapping(row['error'], where).get('message'))}"
            for where, row in rows(answer.get("update"), "update")
            if row.get("error")
        ]
        return told(status, *failed) or ("HTTP 200" if failed else "")

    def _call(self, settings, secrets, now, method, path, value=None, query=None):
        base = address_of(settings)
        url = f"{base}/wp-json/wc/v3/{path}"
        key = require_secret(secrets, "consumer_key")
        secret = require_secret(secrets, "consumer_secret")
        headers = {"Accept": "application/json"}
        body = b""
        query = dict(query or {})
        if value is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(value).encode()
        if url.startswith("https:"):
            login = base64.b64encode(f"{key}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {login}"
        else:
            query = _oauth(method, url, query, key, secret, body, now)
        return HttpRequest(
            method=method, url=url, headers=headers, query=query, body=body
        )


def _oauth(method, url, query, key, secret, body, now):
    """Sign a call over plain HTTP (one-legged OAuth 1.0a, HMAC-SHA256)."""
    seed = f"{method} {url} {sorted(query.items())} {now.isoformat()}".encode() + body
    signed = {
        **query,
        "oauth_consumer_key": key,
        "oauth_nonce": hashlib.sha256(seed).hexdigest()[:32],
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(now.timestamp())),
        "oauth_version": "1.0",
    }
    pairs = sorted((_quoted(k), _quoted(v)) for k, v in signed.items())
    plain = "&".join(
        (method, _quoted(url), _quoted("&".join(f"{k}={v}" for k, v in pairs)))
    )
    digest = hmac.new(f"{secret}&".encode(), plain.encode(), hashlib.sha256).digest()
    return {**signed, "oauth_signature": base64.b64encode(digest).decode()}


def _quoted(value):
    return quote(str(value), safe="~")


ADAPTER = WooCommerceAdapter()
