"""Shopify: what its messages become."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from omsdev.messages import shopify as builder
from shop_samples import BUYERS, NOW, added_up, bare, mutations, random_order, request

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)
from oms_addon.document import OrderDocument

ADAPTER = get_adapter("shopify")
SETTINGS = ChannelSettings(
    currency="EUR",
    options={"base_url": "https://x.myshopify.com/", "location_id": "905684977"},
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


# ---- signatures ----------------------------------------------------------


def test_signature_of_the_published_vector_is_accepted(fixtures):
    vector = json.loads((fixtures / "SIGN_VECTORS.json").read_text())["shopify_webhook"]
    message = InboundRequest(
        body=vector["body"].encode(), headers={"x-shopify-hmac-sha256": vector["hmac"]}
    )
    ADAPTER.verify(message, {"webhook_secret": vector["secret"]}, NOW)


def test_tampered_unsigned_or_unconfigured_messages_are_refused():
    message = request(builder.build(order_of(), SECRETS, NOW))
    ADAPTER.verify(message, SECRETS, NOW)
    for bad in (
        replace(message, body=message.body + b" "),
        replace(message, headers={}),
    ):
        with pytest.raises(SignatureError):
            ADAPTER.verify(bad, SECRETS, NOW)
    for secrets in ({}, {"webhook_secret": ""}, {"webhook_secret": "other"}):
        with pytest.raises(SignatureError):
            ADAPTER.verify(message, secrets, NOW)


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


# ---- refunds and edits ---------------------------------------------------


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


@pytest.mark.parametrize("included", [True, False])
def test_goods_refunded_before_shipping_leave_the_order(included):
    data, part = partly_refunded("cancel", False, included)
    document = parse(bare(data))
    assert document.product_lines[0].quantity == 2
    assert document.total == Decimal(data["current_total_price"])
    assert added_up(document) == document.total
    assert document.refunds[0].amount == document.refunds[0].lines[0].amount == part
    assert document.paid_amount == Decimal(data["total_price"])


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("restock_type", ["return", "no_restock"])
def test_goods_given_back_after_shipping_stay_in_the_order(restock_type, included):
    data, part = partly_refunded(restock_type, True, included)
    document = parse(bare(data))
    assert document.product_lines[0].quantity == 3
    assert document.total == Decimal(data["total_price"]) == added_up(document)
    assert document.refunds[0].amount == part


def test_units_removed_by_an_edit_take_their_discount_along():
    data = body_of(
        order_of(
            discount=Decimal(3),
            shipping=Decimal(0),
            tax_rate=Decimal(0),
            lines=(
                replace(random_order(7).lines[0], quantity=3, unit_price=Decimal(10)),
            ),
        )
    )
    data["line_items"][0]["current_quantity"] = 2
    data["current_total_price"] = "18.00"
    document = parse(bare(data))
    assert document.product_lines[0].discount == 2
    assert added_up(document) == document.total == 18


@pytest.mark.parametrize("seed", range(40))
def test_a_built_refund_is_read_with_its_lines(seed):
    order = random_order(seed)
    wanted = {order.lines[0].sku: 1}
    message = request(
        builder.build_refund(
            order, SECRETS, NOW, wanted, restock=bool(seed % 2), reason="broken"
        )
    )
    ADAPTER.verify(message, SECRETS, NOW)
    document = parse(message)
    (refund,) = document.refunds
    assert document.kind == "refund"
    assert document.external_id == builder.order_id(order)
    assert refund.restock == bool(seed % 2)
    assert (refund.reason, refund.currency) == ("broken", order.currency)
    assert refund.lines[0].line_external_id == builder.line_id(order, 0)
    assert (refund.lines[0].quantity, refund.lines[0].amount) == (1, refund.amount)


# ---- money in odd places -------------------------------------------------


def test_tip_and_duties_become_fee_lines():
    data = body_of(order_of())
    data["total_tip_received"] = "4.00"
    data["current_total_duties_set"] = {"shop_money": {"amount": "6.50"}}
    data["current_total_price"] = str(Decimal(data["total_price"]) + Decimal("10.50"))
    document = parse(bare(data))
    assert {
        (line.name, line.unit_price) for line in document.lines if line.kind == "fee"
    } == {("Tip", 4), ("Duties", Decimal("6.50"))}
    assert added_up(document) == document.total


def test_a_discount_that_is_on_no_line_becomes_a_line():
    data = body_of(order_of(discount=Decimal(0), tax_rate=Decimal(0)))
    data["total_discounts"] = data["current_total_discounts"] = "2.00"
    data["current_total_price"] = str(Decimal(data["total_price"]) - 2)
    document = parse(bare(data))
    assert [line.unit_price for line in document.lines if line.kind == "discount"] == [
        -2
    ]
    assert added_up(document) == document.total


def test_a_tax_told_for_the_order_only_is_spread_over_its_lines():
    data = body_of(
        order_of(prices_include_tax=False, tax_rate=Decimal(6), shipping=Decimal(0))
    )
    for line in data["line_items"]:
        del line["tax_lines"]
    document = parse(bare(data))
    assert added_up(document) == document.total
    assert {line.tax_rate for line in document.product_lines} == {6}


def test_a_removed_shipping_line_costs_nothing():
    data = body_of(order_of(shipping=Decimal(5)))
    data["shipping_lines"].append(
        {**data["shipping_lines"][0], "id": 5, "is_removed": True, "title": "Express"}
    )
    document = parse(bare(data))
    assert added_up(document) == document.total
    assert document.shipping_method == "Standard"


def test_amounts_are_in_the_shops_currency_not_in_what_the_buyer_saw():
    data = body_of(order_of(currency="EUR", paid=True))
    data["presentment_currency"] = "JPY"
    data["transactions"] = [
        {
            "kind": "sale",
            "status": "success",
            "amount": "9999",
            "currency": "JPY",
            "id": 1,
        }
    ]
    document = parse(bare(data))
    assert document.currency == "EUR"
    assert [(p.currency, p.amount) for p in document.payments] == [
        ("EUR", document.total)
    ]


def test_a_gift_card_is_a_payment_of_its_own():
    data = body_of(order_of(paid=True))
    rest = str(Decimal(data["total_price"]) - 1)
    data["transactions"] = [
        {
            "id": 1,
            "kind": "sale",
            "status": "success",
            "amount": "1.00",
            "gateway": "gift_card",
            "currency": data["currency"],
        },
        {
            "id": 2,
            "kind": "sale",
            "status": "success",
            "amount": rest,
            "gateway": "paypal",
            "currency": data["currency"],
        },
        {
            "id": 3,
            "kind": "sale",
            "status": "failure",
            "amount": rest,
            "gateway": "paypal",
            "currency": data["currency"],
        },
    ]
    document = parse(bare(data))
    assert [p.method for p in document.payments] == ["gift_card", "paypal"]
    assert document.paid_amount == document.total


def test_a_tax_that_an_exempt_buyer_was_not_charged_is_no_rate():
    data = body_of(order_of(tax_rate=Decimal(19)))
    for line in data["line_items"]:
        line["tax_lines"][0]["price"] = "0.00"
    assert {line.tax_rate for line in parse(bare(data)).product_lines} == {0}


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


# ---- lists and broken messages -------------------------------------------


def test_a_list_is_cut_into_orders_byte_for_byte():
    one = builder.build(order_of(1), SECRETS, NOW).body
    two = builder.build(order_of(2), SECRETS, NOW).body
    body = b'\xef\xbb\xbf { "shop" : "x", "orders" : [ ' + one + b" ,\n" + two + b" ] }"
    message = InboundRequest(body=body)
    assert [piece.body for piece in ADAPTER.split(message, SETTINGS)] == [one, two]


def test_an_order_that_lists_its_refunds_is_one_order():
    message = request(builder.build_cancel(order_of(paid=True), SECRETS, NOW))
    assert json.loads(message.body)["refunds"]
    assert ADAPTER.split(message, SETTINGS) == [message]


def test_an_empty_list_needs_nothing():
    (piece,) = ADAPTER.split(InboundRequest(body=b'{"orders":[]}'), SETTINGS)
    assert parse(piece).kind == "ignored"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b'{"id": 1, "line_items": [', "json_end", "line=1, column=26"),
        (b"\xff\xfe{}", "encoding", "encoding=UTF-8"),
        (b"[" * 100_000, "nested", ""),
        (b'{"id": ' + b"9" * 5000 + b"}", "out_of_range", ""),
        (b"  ", "empty", ""),
        (b"[1, 2]", "unsupported", "1"),
        (b'{"hello": "world"}', "unsupported", "hello"),
        (b'{"order": 5}', "invalid", "order"),
        (b'{"order": {"id": 5}}', "missing", "line_items"),
        (b'{"order": {"line_items": []}}', "missing", "id"),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": "ten"}]}}',
            "invalid",
            "line_items[0].price",
        ),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": 1e999999}]}}',
            "invalid",
            "price",
        ),
        (
            b'{"order": {"id": 1, "line_items": [{"id": 1, "price": 1e999999, '
            b'"tax_lines": [{"rate": 0.1, "price": 0}]}]}}',
            "invalid",
            "price",
        ),
        (
            b'{"order": {"id": 1, "updated_at": "soon", "line_items": []}}',
            "invalid",
            "updated_at",
        ),
    ],
)
def test_a_broken_message_says_what_is_wrong(body, code, word):
    message = InboundRequest(body=body)
    with pytest.raises(AdapterError) as error:
        parse(ADAPTER.split(message, SETTINGS)[0])
    assert error.value.code == code
    assert word in str(error.value)


def test_no_mangled_message_makes_the_adapter_crash():
    order = body_of(order_of(3), NOW)
    order["refunds"] = partly_refunded("return", True, True)[0]["refunds"]
    for value in mutations(order, 800):
        try:
            for piece in ADAPTER.split(bare(value), SETTINGS):
                assert isinstance(parse(piece), OrderDocument)
        except AdapterError:
            pass
