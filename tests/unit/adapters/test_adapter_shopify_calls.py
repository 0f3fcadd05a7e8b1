"""Shopify: asking it for orders, telling it stock and parcels."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from shop_samples import NOW
from shopify_samples import ADAPTER, SECRETS, SETTINGS, body_of, order_of, parse

from oms_addon.adapters.base import (
    Shipment,
    StockLevel,
)

# ---- polling -------------------------------------------------------------


def stamped(number, when):
    return {**body_of(order_of(number)), "updated_at": when.isoformat()}


def page(*orders):
    return json.dumps({"orders": orders}).encode()


def test_polling_follows_the_time_of_change_and_repeats_nothing():
    start = datetime(2026, 11, 1, 8, tzinfo=UTC)
    first = ADAPTER.poll_request("", SETTINGS, SECRETS, NOW)
    assert first.url == "https://x.myshopify.com/admin/api/2025-10/orders.json"
    assert first.headers["X-Shopify-Access-Token"] == "shpat_1"
    assert first.query["status"] == "any"
    assert first.query["updated_at_min"] == (NOW - timedelta(days=7)).isoformat()
    one, two, three = (stamped(n, start + timedelta(seconds=n)) for n in (1, 2, 2))
    three["id"] += 1
    link = '<https://x/orders.json?limit=250&page_info=abc>; rel="next"'
    got = ADAPTER.poll_page(page(one, two), {"Link": link}, "", SETTINGS)
    assert (len(got.messages), got.more) == (2, True)
    assert parse(got.messages[0]).external_id == str(one["id"])
    again = ADAPTER.poll_request(got.cursor, SETTINGS, SECRETS, NOW)
    assert again.query["updated_at_min"] == "2026-11-01T08:00:02+00:00"
    rest = ADAPTER.poll_page(page(two, three), {}, got.cursor, SETTINGS)
    assert [parse(m).external_id for m in rest.messages] == [str(three["id"])]
    assert not rest.more
    last = ADAPTER.poll_page(page(two, three), {}, rest.cursor, SETTINGS)
    assert (last.messages, last.cursor, last.more) == ((), "", False)


def test_an_order_changed_twice_in_one_second_is_polled_again():
    when = datetime(2026, 11, 1, 8, tzinfo=UTC)
    one = stamped(1, when)
    got = ADAPTER.poll_page(page(one), {}, "", SETTINGS)
    changed = {**one, "financial_status": "refunded"}
    assert len(ADAPTER.poll_page(page(changed), {}, got.cursor, SETTINGS).messages) == 1


def test_a_page_full_of_one_second_goes_on_by_page():
    when = datetime(2026, 11, 1, 8, tzinfo=UTC)
    link = {"link": '<https://x/orders.json?page_info=p2&limit=250>; rel="next"'}
    got = ADAPTER.poll_page(page(stamped(1, when)), link, "", SETTINGS)
    stuck = ADAPTER.poll_page(page(stamped(2, when)), link, got.cursor, SETTINGS)
    assert stuck.more
    query = ADAPTER.poll_request(stuck.cursor, SETTINGS, SECRETS, NOW).query
    assert query == {"limit": "250", "page_info": "p2"}


# ---- telling Shopify -----------------------------------------------------


def test_a_parcel_is_told_with_the_ids_of_the_fulfilment_order(fixtures):
    shipment = Shipment(
        "450789469", "1Z9", carrier_name="UPS", lines=(("518995019", Decimal(1)),)
    )
    (ask,) = ADAPTER.shipment_requests(shipment, SETTINGS, SECRETS, NOW)
    assert ask.url.endswith("/orders/450789469/fulfillment_orders.json")
    answer = (fixtures / "shopify" / "fulfillment_orders.json").read_bytes()
    (call,) = ADAPTER.shipment_follow_up(shipment, [answer], SETTINGS, SECRETS, NOW)
    told = json.loads(call.body)["fulfillment"]
    assert told["tracking_info"] == {"number": "1Z9", "company": "UPS"}
    assert told["line_items_by_fulfillment_order"] == [
        {
            "fulfillment_order_id": 1046000780,
            "fulfillment_order_line_items": [{"id": 1072503277, "quantity": 1}],
        }
    ]
    other = replace(shipment, lines=(("1", Decimal(1)),))
    assert ADAPTER.shipment_follow_up(other, [answer], SETTINGS, SECRETS, NOW) == []


def test_stock_is_set_by_inventory_item_and_location():
    levels = [
        StockLevel("39072856", "A", Decimal("6.5")),
        StockLevel("1", "unknown there", Decimal(1)),
    ]
    (ask,) = ADAPTER.stock_requests(levels, SETTINGS, SECRETS, NOW)
    assert json.loads(ask.body)["variables"]["ids"][0] == (
        "gid://shopify/ProductVariant/39072856"
    )
    answer = json.dumps(
        {
            "data": {
                "nodes": [
                    {
                        "id": "gid://shopify/ProductVariant/39072856",
                        "inventoryItem": {
                            "id": "gid://shopify/InventoryItem/808950810"
                        },
                    },
                    None,
                ]
            }
        }
    ).encode()
    (call,) = ADAPTER.stock_follow_up(levels, [answer], SETTINGS, SECRETS, NOW)
    assert call.url.endswith("/inventory_levels/set.json")
    assert json.loads(call.body) == {
        "location_id": 905684977,
        "inventory_item_id": 808950810,
        "available": 6,
    }


def test_an_answer_with_errors_inside_is_a_failure():
    assert ADAPTER.check_answer(200, b'{"data": {}}') == ""
    assert "Throttled" in ADAPTER.check_answer(
        200, b'{"errors": [{"message": "Throttled"}]}'
    )
    assert ADAPTER.check_answer(502, b"<html>") == "HTTP 502"
