"""WooCommerce: asking it for orders, telling it stock and parcels."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from shop_samples import NOW
from woocommerce_samples import ADAPTER, SECRETS, SETTINGS, body_of, order_of, parse

from oms_addon.adapters.base import (
    Shipment,
    StockLevel,
)

# ---- polling -------------------------------------------------------------


def page(*orders):
    return json.dumps(orders).encode()


def stamped(number, when):
    return {
        **body_of(order_of(number)),
        "date_modified_gmt": when.strftime("%Y-%m-%dT%H:%M:%S"),
    }


def test_polling_follows_the_time_of_change_and_repeats_nothing():
    start = datetime(2026, 11, 1, 8, tzinfo=UTC)
    first = ADAPTER.poll_request("", SETTINGS, SECRETS, NOW)
    assert first.url == "https://shop.example/wp-json/wc/v3/orders"
    assert first.headers["Authorization"] == (
        "Basic " + base64.b64encode(b"ck_1:cs_1").decode()
    )
    assert first.query["orderby"] == "modified" and first.query["page"] == "1"
    one, two, three = (
        stamped(n, start + timedelta(seconds=min(n, 2))) for n in (1, 2, 3)
    )
    got = ADAPTER.poll_page(page(one, two), {"X-WP-TotalPages": "2"}, "", SETTINGS)
    assert (len(got.messages), got.more) == (2, True)
    query = ADAPTER.poll_request(got.cursor, SETTINGS, SECRETS, NOW).query
    assert (query["modified_after"], query["page"]) == ("2026-11-01T08:00:01", "1")
    rest = ADAPTER.poll_page(
        page(two, three), {"X-WP-TotalPages": "1"}, got.cursor, SETTINGS
    )
    assert [parse(m).external_id for m in rest.messages] == [str(three["id"])]
    last = ADAPTER.poll_page(page(two, three), {}, rest.cursor, SETTINGS)
    assert (last.messages, last.cursor, last.more) == ((), "", False)


def test_a_page_full_of_one_second_goes_on_by_page():
    when = datetime(2026, 11, 1, 8, tzinfo=UTC)
    headers = {"x-wp-totalpages": "3"}
    got = ADAPTER.poll_page(page(stamped(1, when)), headers, "", SETTINGS)
    second = ADAPTER.poll_page(page(stamped(1, when)), headers, got.cursor, SETTINGS)
    assert second.more and not second.messages
    assert (
        ADAPTER.poll_request(second.cursor, SETTINGS, SECRETS, NOW).query["page"] == "2"
    )
    third = ADAPTER.poll_page(page(stamped(2, when)), headers, second.cursor, SETTINGS)
    assert third.more and len(third.messages) == 1
    assert (
        ADAPTER.poll_request(third.cursor, SETTINGS, SECRETS, NOW).query["page"] == "3"
    )
    done = ADAPTER.poll_page(page(stamped(3, when)), headers, third.cursor, SETTINGS)
    assert not done.more and len(done.messages) == 1


def test_a_call_over_plain_http_is_signed_instead_of_showing_the_secret():
    settings = replace(SETTINGS, address="http://127.0.0.1:8090")
    call = ADAPTER.poll_request("", settings, SECRETS, NOW)
    assert "Authorization" not in call.headers
    assert "cs_1" not in str(call)
    query = dict(call.query)
    signature = query.pop("oauth_signature")
    text = "&".join(
        f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(query.items())
    )
    text = "&".join(("GET", quote(call.url, safe=""), quote(text, safe="")))
    digest = hmac.new(b"cs_1&", text.encode(), hashlib.sha256).digest()
    assert signature == base64.b64encode(digest).decode()


# ---- telling WooCommerce -------------------------------------------------


def test_a_whole_parcel_completes_the_order_and_a_part_does_not():
    shipment = Shipment(
        "16", "003404", carrier_name="DHL", tracking_url="https://dhl.example/003404"
    )
    update, note = ADAPTER.shipment_requests(shipment, SETTINGS, SECRETS, NOW)
    assert (update.method, update.url) == (
        "PUT",
        "https://shop.example/wp-json/wc/v3/orders/16",
    )
    assert json.loads(update.body)["status"] == "completed"
    assert json.loads(note.body) == {
        "note": "DHL 003404\nhttps://dhl.example/003404",
        "customer_note": True,
    }
    part = replace(shipment, lines=(("1", Decimal(1)),))
    update, note = ADAPTER.shipment_requests(part, SETTINGS, SECRETS, NOW)
    assert "status" not in json.loads(update.body)


def test_stock_is_set_in_batches_by_product():
    levels = [
        StockLevel("10", "A", Decimal("5")),
        StockLevel("13/14", "B", Decimal(-2)),
        StockLevel("13/15", "C", Decimal("2.9")),
    ]
    simple, variations = ADAPTER.stock_requests(levels, SETTINGS, SECRETS, NOW)
    assert simple.url.endswith("/products/batch")
    assert json.loads(simple.body) == {
        "update": [{"id": 10, "manage_stock": True, "stock_quantity": 5}]
    }
    assert variations.url.endswith("/products/13/variations/batch")
    assert [row["stock_quantity"] for row in json.loads(variations.body)["update"]] == [
        0,
        2,
    ]


def test_a_batch_that_failed_in_part_is_a_failure():
    assert ADAPTER.check_answer(200, b'{"update": [{"id": 10}]}') == ""
    assert (
        ADAPTER.check_answer(
            200, b'{"update": [{"id": 11, "error": {"message": "Invalid ID."}}]}'
        )
        == "11: Invalid ID."
    )
    assert (
        ADAPTER.check_answer(401, b'{"code": "x", "message": "Sorry"}')
        == "HTTP 401 Sorry"
    )
