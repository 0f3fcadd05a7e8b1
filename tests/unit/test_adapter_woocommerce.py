"""WooCommerce: what its messages become."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from omsdev.messages import woocommerce as builder
from shop_samples import NOW, added_up, bare, mutations, random_order, request

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)
from oms_addon.document import OrderDocument

ADAPTER = get_adapter("woocommerce")
SETTINGS = ChannelSettings(
    currency="EUR",
    timezone="Europe/Berlin",
    options={"base_url": "https://shop.example"},
)
SECRETS = {
    "webhook_secret": "whsec-lab",
    "consumer_key": "ck_1",
    "consumer_secret": "cs_1",
}


def parse(message):
    return ADAPTER.parse(message, SETTINGS)


def order_of(number=7, **changes):
    return replace(random_order(number), **changes)


def body_of(order):
    return json.loads(builder.build(order, SECRETS, NOW).body)


# ---- signatures ----------------------------------------------------------


def test_signature_of_a_real_delivery_is_accepted(fixtures):
    folder = fixtures / "woocommerce"
    headers = json.loads((folder / "real1101_webhook_0.headers.json").read_text())
    message = InboundRequest(
        body=(folder / "real1101_webhook_0.body.json").read_bytes(),
        headers={name.lower(): value for name, value in headers.items()},
    )
    ADAPTER.verify(message, SECRETS, NOW)
    with pytest.raises(SignatureError):
        ADAPTER.verify(
            replace(message, body=message.body.replace(b"111.77", b"111.78")),
            SECRETS,
            NOW,
        )
    assert parse(message).external_id == "16"


def test_unsigned_or_unconfigured_messages_are_refused():
    message = request(builder.build(order_of(), SECRETS, NOW))
    ADAPTER.verify(message, SECRETS, NOW)
    with pytest.raises(SignatureError):
        ADAPTER.verify(replace(message, headers={}), SECRETS, NOW)
    for secrets in ({}, {"webhook_secret": "other"}):
        with pytest.raises(SignatureError):
            ADAPTER.verify(message, secrets, NOW)


def test_only_the_trial_call_of_a_new_webhook_is_a_ping():
    assert ADAPTER.is_ping(request(builder.build_ping(12)))
    for body in (b"", b"webhook_id=", b"webhook_id=1&x=2", b'{"webhook_id": 1}'):
        assert not ADAPTER.is_ping(InboundRequest(body=body))


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


# ---- refunds -------------------------------------------------------------


def test_a_refund_is_listed_and_the_order_stays_as_sold():
    order = order_of(paid=True)
    first = parse(request(builder.build(order, SECRETS, NOW)))
    part = parse(
        request(builder.build_refund(order, SECRETS, NOW, Decimal("1.50"), "broken"))
    )
    full = parse(request(builder.build_refund(order, SECRETS, NOW)))
    assert (part.status, full.status) == ("paid", "refunded")
    assert part.lines == full.lines == first.lines
    assert part.total == full.total == first.total
    (refund,) = part.refunds
    assert (refund.amount, refund.reason) == (Decimal("1.50"), "broken")
    assert full.refunds[0].amount == first.total


def test_a_refund_object_finds_its_order_and_its_lines(fixtures):
    path = fixtures / "woocommerce" / "docs_refund.json"
    document = parse(InboundRequest(body=path.read_bytes()))
    assert (document.kind, document.external_id) == ("refund", "723")
    assert document.refunds[0].amount == 10
    assert document.currency == "EUR"  # the channel's: a refund names none
    data = {
        **json.loads(path.read_bytes()),
        "line_items": [
            {
                "id": 900,
                "quantity": -1,
                "total": "-9.00",
                "total_tax": "-1.71",
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}],
            }
        ],
    }
    (line,) = parse(bare(data)).refunds[0].lines
    assert (line.line_external_id, line.quantity, line.amount) == (
        "315",
        1,
        Decimal("10.71"),
    )


# ---- money in odd places -------------------------------------------------


def with_money(data, change):
    data["total"] = str(Decimal(data["total"]) + Decimal(change))
    return data


@pytest.mark.parametrize("included", [True, False])
def test_fees_are_lines_and_a_negative_fee_is_a_discount(included):
    data = with_money(
        body_of(order_of(prices_include_tax=included, tax_rate=Decimal(19))), "-1.19"
    )
    taxes = [{"id": 1, "total": "0.38", "subtotal": ""}]
    data["fee_lines"] = [
        {
            "id": 1,
            "name": "Gift wrap",
            "total": "2.00",
            "total_tax": "0.38",
            "taxes": taxes,
        },
        {
            "id": 2,
            "name": "Bonus",
            "total": "-3.00",
            "total_tax": "-0.57",
            "taxes": taxes,
        },
    ]
    document = parse(bare(data))
    assert [line.kind for line in document.lines[-2:]] == ["fee", "discount"]
    assert added_up(document) == document.total


def test_a_gift_card_is_a_payment_and_no_discount():
    plain = body_of(order_of(paid=True, shipping=Decimal(5)))
    data = with_money(json.loads(json.dumps(plain)), "-2.00")
    data["gift_cards"] = [{"id": 1, "code": "ABC", "amount": 2.0}]
    document = parse(bare(data))
    assert document.total == Decimal(plain["total"]) == added_up(document)
    assert [p.method for p in document.payments] == ["gift_card", "stripe"]
    assert document.paid_amount == document.total


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("gap", ["0.01", "-0.02"])
def test_cents_lost_by_rounding_the_tax_of_the_order_are_found_again(gap, included):
    order = order_of(
        2,
        prices_include_tax=included,
        tax_rate=Decimal(19),
        lines=random_order(2).lines * 2,
    )
    document = parse(bare(with_money(body_of(order), gap)))
    assert added_up(document) == document.total


def test_a_real_difference_is_left_for_the_checks():
    document = parse(bare(with_money(body_of(order_of()), "5.00")))
    assert document.total - added_up(document) == 5


def test_a_total_that_is_no_multiple_of_the_pieces_is_met_exactly():
    data = body_of(
        order_of(
            tax_rate=Decimal(0),
            prices_include_tax=False,
            shipping=Decimal(0),
            discount=Decimal(0),
            lines=random_order(7).lines[:1],
        )
    )
    data["line_items"][0].update(
        quantity=3, subtotal="10.00", total="10.00", price=3.333333
    )
    data["total"] = "10.00"
    (line, _shipping) = parse(bare(data)).lines
    assert line.total == 10
    assert (line.unit_price, line.discount) == (Decimal("3.34"), Decimal("0.02"))


def test_a_compound_rate_is_charged_on_the_other_one_too():
    data = body_of(order_of(tax_rate=Decimal(5), prices_include_tax=False))
    data["tax_lines"].append(
        {**data["tax_lines"][0], "rate_id": 2, "compound": True, "rate_percent": 10}
    )
    for line in data["line_items"]:
        line["taxes"].append({"id": 2, "total": "1.00", "subtotal": "1.00"})
    assert {line.tax_rate for line in parse(bare(data)).product_lines} == {
        Decimal("15.5")
    }


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


# ---- lists and broken messages -------------------------------------------


def test_a_list_is_cut_into_orders_byte_for_byte():
    one, two = (builder.build(order_of(n), SECRETS, NOW).body for n in (1, 2))
    message = InboundRequest(body=b" [" + one + b" , " + two + b"]\n")
    assert [piece.body for piece in ADAPTER.split(message, SETTINGS)] == [one, two]
    (piece,) = ADAPTER.split(InboundRequest(body=b"[]"), SETTINGS)
    assert parse(piece).kind == "ignored"


def test_messages_about_other_things_are_ignored(fixtures):
    path = fixtures / "woocommerce" / "docs_webhook_object.json"
    assert parse(InboundRequest(body=path.read_bytes())).kind == "ignored"
    message = InboundRequest(
        body=b'{"id":5}',
        headers={
            "x-wc-webhook-topic": "product.updated",
            "x-wc-webhook-resource": "product",
        },
    )
    assert parse(message).kind == "ignored"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b'{"id": 1,', "json_end", "line=1, column=10"),
        (b"webhook", "json", "line=1, column=1"),
        (b"", "empty", ""),
        (b'"text"', "unsupported", "text"),
        (b'{"hello": "world"}', "unsupported", "hello"),
        (
            b'{"id": 1, "billing": {}, "line_items": [{"id": 2, "total": "ten"}]}',
            "invalid",
            "line_items[0].total",
        ),
        (b'{"id": 1, "billing": "x", "line_items": []}', "invalid", "billing"),
        (b'{"id": 5, "amount": "1.00", "refunded_by": 1}', "missing", "parent_id"),
    ],
)
def test_a_broken_message_says_what_is_wrong(body, code, word):
    message = InboundRequest(body=body)
    with pytest.raises(AdapterError) as error:
        parse(ADAPTER.split(message, SETTINGS)[0])
    assert error.value.code == code
    assert word in str(error.value)


def test_no_mangled_message_makes_the_adapter_crash():
    for value in mutations(body_of(order_of(3, tax_rate=Decimal(19))), 800):
        try:
            assert isinstance(parse(bare(value)), OrderDocument)
        except AdapterError:
            pass
