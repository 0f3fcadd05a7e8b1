"""Shopify: refunds, edits and money in odd places."""

from dataclasses import replace
from decimal import Decimal

import pytest
from omsdev.messages import shopify as builder
from shop_samples import NOW, added_up, bare, random_order, request
from shopify_samples import ADAPTER, SECRETS, body_of, order_of, parse, partly_refunded

# ---- refunds and edits ---------------------------------------------------


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
