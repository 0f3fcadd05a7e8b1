"""Shopify: real messages, round trips, life cycle, people."""

import pytest
from omsdev.messages import shopify as builder
from shop_samples import BUYERS, NOW, added_up, bare, random_order, request
from shopify_samples import (
    ADAPTER,
    CONTRADICTORY,
    SECRETS,
    SETTINGS,
    body_of,
    order_of,
    parse,
)

from oms_addon.adapters.base import (
    AdapterError,
    InboundRequest,
)

# ---- what is built is what is read ---------------------------------------


@pytest.mark.parametrize("seed", range(150))
def test_a_built_order_is_read_back_to_the_cent(seed):
    order = random_order(seed)
    message = request(builder.build(order, SECRETS, NOW))
    ADAPTER.verify(message, SECRETS, NOW)
    (piece,) = ADAPTER.split(message, SETTINGS)
    document = parse(piece)
    assert document.kind == "order"
    assert document.external_id == builder.order_id(order)
    assert document.ordered_at == order.placed_at
    assert document.currency == order.currency
    assert document.status == ("paid" if order.paid else "unpaid")
    assert document.note == order.note
    assert document.customer.name == order.buyer.name
    assert document.customer.email == order.buyer.email
    assert document.shipping.street == order.buyer.district + order.buyer.street
    assert document.shipping.phone == order.buyer.phone
    assert document.shipping.country_code == order.buyer.country_code
    assert [
        (line.sku, line.name, line.quantity, line.unit_price, line.listing_id)
        for line in document.product_lines
    ] == [
        (line.sku, line.name, line.quantity, line.unit_price, line.listing_id)
        for line in order.lines
    ]
    assert sum(line.discount for line in document.lines) == order.discount
    assert {line.tax_rate for line in document.product_lines} == {order.tax_rate}
    assert added_up(document) == document.total
    assert document.paid_amount == (document.total if order.paid else 0)
    if order.prices_include_tax:
        assert document.total == order.goods - order.discount + order.shipping


def test_every_order_of_the_real_messages_adds_up(fixtures):
    seen = set()
    for path in sorted((fixtures / "shopify").glob("*.json")):
        try:
            pieces = ADAPTER.split(InboundRequest(body=path.read_bytes()), SETTINGS)
            documents = [parse(piece) for piece in pieces]
        except AdapterError as error:
            assert path.name == "legacy_py_orders.json"  # has no lines at all
            assert (error.code, error.details) == ("missing", {"path": "line_items"})
            continue
        for document in documents:
            if document.kind != "order":
                continue
            place = (path.name, document.external_id)
            assert (added_up(document) == document.total) != (place in CONTRADICTORY)
            seen.add(place)
    assert len(seen) >= 6


def test_real_messages_that_are_no_orders_are_told_apart(fixtures):
    kinds = {}
    for path in (fixtures / "shopify").glob("*.json"):
        if path.name != "legacy_py_orders.json":
            message = InboundRequest(body=path.read_bytes())
            kinds[path.stem] = parse(ADAPTER.split(message, SETTINGS)[0]).kind
    for name in (
        "draft_order_discount",
        "legacy_py_draft_order",
        "fulfillment_orders",
        "legacy_py_fulfillment",
        "legacy_py_inventory_level",
    ):
        assert kinds[name] == "ignored", name
    assert kinds["legacy_py_refund"] == kinds["refunds_of_order"] == "refund"


# ---- life cycle ----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"financial_status": "pending"}, "unpaid", "order"),
        ({"financial_status": "authorized"}, "unpaid", "order"),
        (
            {"financial_status": "partially_paid", "total_outstanding": "1.00"},
            "unpaid",
            "order",
        ),
        ({"financial_status": "partially_refunded"}, "paid", "order"),
        ({"financial_status": "voided"}, "cancelled", "cancel"),
        ({"financial_status": "refunded"}, "refunded", "order"),
        ({"fulfillment_status": "partial"}, "part_shipped", "order"),
        ({"fulfillment_status": "fulfilled"}, "shipped", "order"),
        (
            {"fulfillment_status": "fulfilled", "closed_at": "2026-11-20T10:00:00Z"},
            "done",
            "order",
        ),
        (
            {
                "financial_status": "partially_refunded",
                "cancelled_at": "2026-11-20T10:00:00Z",
            },
            "cancelled",
            "cancel",
        ),
    ],
)
def test_status_follows_payment_delivery_and_cancellation(changes, status, kind):
    document = parse(bare({**body_of(order_of(paid=True)), **changes}))
    assert (document.status, document.kind) == (status, kind)


def test_a_cancelled_order_has_nothing_left_to_ship():
    order = order_of(paid=True)
    document = parse(request(builder.build_cancel(order, SECRETS, NOW)))
    assert document.kind == "cancel"
    assert {line.quantity for line in document.product_lines} == {0}
    assert document.refunds[0].restock
    assert (
        document.revision > parse(request(builder.build(order, SECRETS, NOW))).revision
    )


def test_a_deleted_order_is_cancelled():
    message = InboundRequest(
        body=b'{"id":820982911946154508}',
        headers={
            "x-shopify-topic": "orders/delete",
            "x-shopify-triggered-at": "2026-11-20T09:30:00Z",
        },
    )
    document = parse(message)
    assert (document.kind, document.external_id) == ("cancel", "820982911946154508")
    assert document.revision


def test_a_later_update_has_a_higher_revision_in_any_time_zone():
    early, late = (
        parse(bare({**body_of(order_of()), "updated_at": stamp})).revision
        for stamp in ("2026-11-20T23:59:00-05:00", "2026-11-21T05:00:00+00:00")
    )
    assert early < late


def test_ids_above_two_to_the_53_stay_exact():
    order = {**body_of(order_of()), "id": 9007199254740993}
    assert parse(bare(order)).external_id == "9007199254740993"


# ---- notes and people ----------------------------------------------------


def test_notes_attributes_properties_and_tags_are_kept():
    data = body_of(order_of(note="ring twice"))
    data["note_attributes"] = [
        {"name": "gift", "value": "yes"},
        {"name": "_app", "value": "hidden"},
    ]
    data["line_items"][0]["properties"] = [{"name": "Engraving", "value": "Bob"}]
    data.update(tags="vip, wholesale", test=True, po_number="4711")
    document = parse(bare(data))
    assert document.note == "ring twice\ngift: yes"
    assert document.lines[0].note == "Engraving: Bob"
    assert document.tags == ("vip", "wholesale", "test")
    assert document.internal_note == "PO: 4711"


def test_a_guest_without_account_is_known_by_contact_and_address():
    data = body_of(order_of(buyer=BUYERS[0]))
    data["customer"] = None
    document = parse(bare(data))
    assert document.customer.external_id == ""
    assert (document.customer.name, document.customer.email) == (
        "王小明",
        "wang@example.com",
    )
