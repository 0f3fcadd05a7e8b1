"""WooCommerce: real messages, round trips, life cycle, people."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from omsdev.messages import woocommerce as builder
from shop_samples import NOW, added_up, bare, random_order, request
from woocommerce_samples import ADAPTER, SECRETS, SETTINGS, body_of, order_of, parse

from oms_addon.adapters.base import InboundRequest

# ---- what is built is what is read ---------------------------------------


@pytest.mark.parametrize("seed", range(150))
def test_a_built_order_is_read_back_to_the_cent(seed):
    order = random_order(seed)
    message = request(builder.build(order, SECRETS, NOW))
    ADAPTER.verify(message, SECRETS, NOW)
    (piece,) = ADAPTER.split(message, SETTINGS)
    document = parse(piece)
    assert (document.kind, document.external_id) == ("order", str(order.number))
    assert document.ordered_at == order.placed_at
    assert document.currency == order.currency
    assert document.status == ("paid" if order.paid else "unpaid")
    assert document.note == order.note
    assert document.customer.name == document.shipping.name == order.buyer.name
    assert document.customer.email == order.buyer.email
    assert document.shipping.street == order.buyer.district + order.buyer.street
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
    seen = 0
    for path in sorted((fixtures / "woocommerce").glob("*.json")):
        if path.name.endswith(".headers.json"):
            continue
        message = InboundRequest(body=path.read_bytes())
        for piece in ADAPTER.split(message, SETTINGS):
            document = parse(piece)
            if document.kind == "order":
                assert added_up(document) == document.total, path.name
                seen += 1
    assert seen == 6


def test_prices_of_a_shop_that_shows_tax_come_out_as_the_buyer_saw_them(fixtures):
    path = fixtures / "woocommerce" / "real1101_de_coupon_variation.json"
    document = parse(InboundRequest(body=path.read_bytes()))
    assert document.prices_include_tax
    shirt, hoodie, shipping = document.lines
    assert (shirt.quantity, shirt.unit_price) == (2, Decimal("23.68"))
    assert shirt.discount == Decimal("4.72")
    assert hoodie.listing_id == "13/14"
    assert hoodie.note == ""  # the size stands in the name
    assert (shipping.kind, shipping.unit_price) == ("shipping", Decimal("5.95"))
    assert {line.tax_rate for line in document.lines} == {19}
    assert document.ordered_at == datetime(2026, 11, 23, 16, 19, 24, tzinfo=UTC)


def test_rates_that_an_old_shop_does_not_tell_are_found(fixtures):
    path = fixtures / "woocommerce" / "docs_order_processing.json"
    document = parse(InboundRequest(body=path.read_bytes()))
    assert [line.tax_rate for line in document.lines] == [
        Decimal("7.5"),
        Decimal("7.5"),
        0,
    ]
    assert document.lines[1].name == "Ship Your Idea – Color: Black, Size: M Test"


# ---- life cycle ----------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "paid", "status", "kind"),
    [
        ("pending", False, "unpaid", "order"),
        ("failed", False, "unpaid", "order"),
        ("checkout-draft", False, "unpaid", "order"),
        ("on-hold", False, "unpaid", "order"),
        ("on-hold", True, "hold", "order"),
        ("processing", True, "paid", "order"),
        ("completed", True, "done", "order"),
        ("cancelled", False, "cancelled", "cancel"),
        ("refunded", True, "refunded", "order"),
        ("wc-shipped", True, "shipped", "order"),
        ("awaiting-engraving", True, "hold", "order"),
    ],
)
def test_status_follows_the_shop(told, paid, status, kind):
    document = parse(bare({**body_of(order_of(paid=paid)), "status": told}))
    assert (document.status, document.kind) == (status, kind)


def test_an_order_in_the_bin_is_ignored_and_a_deleted_one_cancelled():
    document = parse(bare({**body_of(order_of()), "status": "trash"}))
    assert (document.kind, document.external_id) == ("ignored", "8")
    message = InboundRequest(
        body=b'{"id":16}', headers={"x-wc-webhook-topic": "order.deleted"}
    )
    assert (parse(message).kind, parse(message).external_id) == ("cancel", "16")


def test_an_update_has_a_higher_revision_than_the_order():
    order = order_of(paid=True)
    first = parse(request(builder.build(order, SECRETS, NOW)))
    later = parse(request(builder.build_cancel(order, SECRETS, NOW)))
    assert later.kind == "cancel"
    assert later.revision > first.revision


def test_cash_on_delivery_is_to_be_shipped_but_not_paid():
    data = {
        **body_of(order_of(paid=True)),
        "payment_method": "cod",
        "date_paid": None,
        "date_paid_gmt": None,
    }
    document = parse(bare(data))
    assert (document.status, document.paid_amount) == ("paid", 0)
    assert document.payments[0].state == "pending"


# ---- notes and people ----------------------------------------------------


def test_options_the_name_does_not_show_become_the_lines_note():
    data = body_of(order_of())
    data["line_items"][0].update(
        name="Mug &amp; spoon <b>XL</b>",
        meta_data=[
            {
                "key": "size",
                "value": "xl",
                "display_key": "Size",
                "display_value": "XL",
            },
            {"key": "_reduced_stock", "value": "2"},
            {"key": "addons", "value": [{"a": 1}]},
            {
                "key": "text",
                "value": "Bob",
                "display_key": "Print",
                "display_value": "<p>Bob</p>",
            },
        ],
    )
    line = parse(bare(data)).lines[0]
    assert (line.name, line.note) == ("Mug & spoon XL", "Print: Bob")


def test_a_digital_order_without_shipping_address_uses_the_billing_one():
    data = body_of(order_of())
    data["shipping"] = dict.fromkeys(data["shipping"], "")
    document = parse(bare(data))
    assert document.shipping == document.billing
    assert document.customer.external_id == ""  # a guest


def test_a_business_customer_keeps_company_and_vat_number():
    data = body_of(order_of())
    data["billing"]["company"] = "ACME GmbH"
    data["customer_id"] = 26
    data["meta_data"] = [{"key": "_billing_vat_number", "value": "DE123456789"}]
    customer = parse(bare(data)).customer
    assert (customer.company, customer.vat, customer.external_id) == (
        "ACME GmbH",
        "DE123456789",
        "26",
    )


def test_a_time_without_utc_twin_is_in_the_shops_zone():
    data = {
        **body_of(order_of()),
        "date_created": "2026-07-01T12:00:00",
        "date_created_gmt": None,
    }
    assert parse(bare(data)).ordered_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
