"""WooCommerce: refunds and money in odd places."""

import json
from decimal import Decimal

import pytest
from omsdev.messages import woocommerce as builder
from shop_samples import NOW, added_up, bare, random_order, request
from woocommerce_samples import SECRETS, body_of, order_of, parse

from oms_addon.adapters.base import InboundRequest

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
