"""UBL: real messages, round trips and details."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from omsdev.messages import ubl as messages
from ubl_samples import (
    INCONSISTENT,
    NOW,
    ORDER,
    ORDERS,
    RATES_DISAGREE,
    SECRETS,
    changed,
    line_sum,
    parse,
    read,
)

from oms_addon.adapters.base import AdapterError

# ---- real messages -------------------------------------------------------


def test_every_fixture_is_read_and_its_lines_add_up_to_its_total(fixtures):
    paths = sorted((fixtures / "ubl_peppol").glob("*.xml"))
    assert paths
    for path in paths:
        document = parse(path.read_bytes())
        assert "/" in document.external_id
        if document.kind in ORDERS:
            assert document.status == "unpaid"
            assert "on_account" in document.tags
            adds_up = line_sum(document) == document.total
            assert adds_up != (path.name in INCONSISTENT), path.name


def test_the_rates_of_the_fixtures_give_their_tax(fixtures):
    for path in sorted((fixtures / "ubl_peppol").glob("*.xml")):
        document = parse(path.read_bytes())
        if document.kind in ORDERS:
            tax = sum(
                line.total * (line.tax_rate or 0) / 100 for line in document.lines
            )
            agrees = round(tax, 2) == document.tax_total
            assert agrees != (path.name in RATES_DISAGREE), path.name


def test_the_peppol_order_is_read_in_full(fixtures):
    path = fixtures / "ubl_peppol" / "peppol_Order_Example.xml"
    document = parse(path.read_bytes())
    assert document.external_id == "0192:987654325/34"
    assert document.number == "34"
    assert document.currency == "NOK"
    assert document.ordered_at == datetime(2018, 9, 1, 10, 30, tzinfo=UTC)
    assert document.promised_at == datetime(2012, 10, 20, 16, 0, tzinfo=UTC)
    assert (document.customer.company, document.customer.name) == ("Helseforetak", "")
    assert "Contact: Ole Olsen" in document.internal_note
    assert document.customer.vat == "NO9311867455MVA"
    assert document.billing.company == "Accounting"
    assert document.shipping.city == "Lørenskog"
    assert document.shipping.street2 == "Add, 3rd Address line"
    assert document.shipping.phone == "987098709"
    assert document.note == "Information text for the whole order"
    assert "Payment terms description" in document.internal_note
    needle = document.lines[0]
    assert (needle.sku, needle.barcode, needle.listing_id) == (
        "121212",
        "7560000012345",
        "123456",
    )
    assert (needle.quantity, needle.uom) == (120, "EA")
    assert (needle.unit_price, needle.discount) == (50, 300)
    assert needle.tax_rate == 25
    kinds = [(line.kind, line.total, line.tax_rate) for line in document.lines[3:5]]
    assert kinds == [("fee", 400, 0), ("discount", Decimal("-652.5"), 25)]
    # 6372.50 and 0.50 for rounding; the prepayment is part of it
    assert document.total == 6373
    assert document.payments[0].amount == 10
    assert document.payments[0].state == "pending"


def test_change_and_cancellation_find_their_order(fixtures):
    folder = fixtures / "ubl_peppol"
    change = parse((folder / "peppol_OrderChange_Example.xml").read_bytes())
    cancel = parse((folder / "peppol_OrderCancellation_Example.xml").read_bytes())
    assert change.kind == "change"
    assert cancel.kind == "cancel"
    assert change.external_id == cancel.external_id == "0088:7300010000001/Order-1"
    assert change.revision < cancel.revision
    assert cancel.note == "With reference to phone call"


def test_an_answer_is_ignored(fixtures):
    path = fixtures / "ubl_peppol" / "peppol_OrderResponse_Example.xml"
    document = parse(path.read_bytes())
    assert document.kind == "ignored"
    assert "OrderResponse" in document.note


def test_the_oasis_example_of_before_peppol_is_read(fixtures):
    path = fixtures / "ubl_peppol" / "oasis_UBL-Order-2.1-Example.xml"
    document = parse(path.read_bytes())
    assert document.external_id == "GLN:7300072311115/34"
    assert document.customer.company == "Johnssons byggvaror"
    assert document.shipping.name == "Per"
    assert document.shipping.street == "Rådhusgatan 5"
    assert document.lines[0].uom == "LTR"
    assert document.lines[0].tax_amount == 10
    # its payable amount, 6225, is without the tax of 100
    assert document.total == 6325


def test_a_padded_gtin_is_the_code_on_the_goods(fixtures):
    document = parse((fixtures / "ubl_peppol" / "peppol_UC1_Order.xml").read_bytes())
    assert document.lines[0].barcode == "5704066204093"


# ---- round trip ----------------------------------------------------------


def test_an_order_is_verified_and_read():
    document = read(messages.build(ORDER, SECRETS, NOW))
    assert document.kind == "order"
    assert document.external_id == f"0088:{messages.gln('Jensen & Søn')}/PO-7"
    assert (document.status, document.tags) == ("unpaid", ("on_account",))
    assert not document.payments
    assert document.total == Decimal("232.46")  # (59.97 + 128 + 8 - 10) * 1.25
    assert line_sum(document) == document.total
    assert document.ordered_at == ORDER.placed_at
    assert document.promised_at == ORDER.placed_at + timedelta(days=5)
    assert document.note == "Ring the bell"
    assert document.shipping.street == "Storgata 1"
    assert document.shipping.country_code == "NO"
    cup, _pot, freight, discount = document.lines
    assert (cup.name, cup.sku, cup.listing_id) == ("Cup <blue>", "CUP-1", "B-1")
    assert (cup.unit_price, cup.tax_rate) == (Decimal("19.99"), 25)
    assert (freight.kind, freight.total) == ("shipping", 8)
    assert (discount.kind, discount.total) == ("discount", -10)


def test_a_gross_order_keeps_its_total():
    order = dataclasses.replace(ORDER, prices_include_tax=True)
    document = read(messages.build(order, SECRETS, NOW))
    assert document.total == Decimal("185.97")
    assert abs(line_sum(document) - document.total) < Decimal("0.01")


def test_changes_follow_the_order_and_each_other():
    order = read(messages.build(ORDER, SECRETS, NOW))
    first = read(messages.build_change(ORDER, SECRETS, NOW, sequence=1))
    second = read(messages.build_change(ORDER, SECRETS, NOW, sequence=2, deleted=(1,)))
    cancel = read(messages.build_cancel(ORDER, SECRETS, NOW))
    chain = [order, first, second, cancel]
    assert [document.kind for document in chain] == [
        "order",
        "change",
        "change",
        "cancel",
    ]
    assert len({document.external_id for document in chain}) == 1
    revisions = [document.revision for document in chain]
    assert revisions == sorted(set(revisions))
    assert [line.quantity for line in second.product_lines] == [3, 0]
    assert line_sum(second) == second.total


def without(message, *names):
    """The body of a message without some elements."""
    body = message.body.decode()
    for name in names:
        body = re.sub(f"<cbc:{name}>.*?</cbc:{name}>", "", body)
    return body


def test_messages_of_one_day_follow_each_other_with_and_without_a_time():
    day = dataclasses.replace(ORDER, placed_at=datetime(2026, 11, 22, 1, tzinfo=UTC))
    order = parse(messages.build(day, SECRETS, NOW).body)
    first = parse(without(messages.build_change(day, SECRETS, NOW), "IssueTime"))
    second = parse(messages.build_change(day, SECRETS, NOW, sequence=2).body)
    cancel = messages.build_cancel(day, SECRETS, NOW).body.decode()
    cancel = parse(cancel.replace("2026-11-23", "2026-11-22"))
    revisions = [d.revision for d in (order, first, second, cancel)]
    assert revisions == sorted(set(revisions))


def test_changes_without_a_number_follow_each_other_by_time():
    first, second = (
        parse(
            without(
                messages.build_change(ORDER, SECRETS, NOW, sequence=n),
                "SequenceNumberID",
            )
        )
        for n in (1, 2)
    )
    assert first.revision < second.revision


def test_a_cancelled_sample_is_its_cancellation():
    order = dataclasses.replace(ORDER, cancelled=True)
    assert read(messages.build(order, SECRETS, NOW)).kind == "cancel"


# ---- details -------------------------------------------------------------


def test_a_price_may_be_for_several_units():
    document = changed(
        '<cbc:PriceAmount currencyID="NOK">128.000000</cbc:PriceAmount>',
        '<cbc:PriceAmount currencyID="NOK">1280</cbc:PriceAmount>'
        '<cbc:BaseQuantity unitCode="C62">10</cbc:BaseQuantity>',
    )
    assert document.lines[1].unit_price == 128


def test_a_line_without_price_takes_it_from_its_amount():
    document = changed(
        '<cac:Price><cbc:PriceAmount currencyID="NOK">19.990000</cbc:PriceAmount>'
        "</cac:Price>",
        "",
    )
    assert document.lines[0].unit_price == Decimal("19.99")
    assert "no_price" not in document.tags


def test_an_order_without_prices_says_so():
    document = changed(
        '<cbc:LineExtensionAmount currencyID="NOK">128.00</cbc:LineExtensionAmount>'
        '<cac:Price><cbc:PriceAmount currencyID="NOK">128.000000</cbc:PriceAmount>'
        "</cac:Price>",
        "",
    )
    assert "no_price" in document.tags


def test_a_reverse_charge_line_has_no_tax():
    document = changed(
        "<cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent>", "<cbc:ID>AE</cbc:ID>"
    )
    assert document.lines[0].tax_rate == 0


def test_a_negative_charge_is_a_discount():
    document = changed(
        "</cbc:LineExtensionAmount><cac:Price>",
        "</cbc:LineExtensionAmount><cac:AllowanceCharge><cbc:ChargeIndicator>true"
        "</cbc:ChargeIndicator><cbc:Amount>-2</cbc:Amount></cac:AllowanceCharge>"
        "<cac:Price>",
    )
    assert document.lines[0].discount == 2


def test_a_buyer_who_says_it_is_prepaid_gets_no_credit_and_is_not_believed():
    document = changed(
        '<cbc:PayableAmount currencyID="NOK">232.46</cbc:PayableAmount>',
        '<cbc:PrepaidAmount currencyID="NOK">232.46</cbc:PrepaidAmount>'
        '<cbc:PayableAmount currencyID="NOK">0.00</cbc:PayableAmount>',
    )
    assert document.status == "unpaid"
    assert "on_account" not in document.tags
    assert document.paid_amount == 0
    assert document.total == Decimal("232.46")


def test_a_transport_envelope_is_taken_off():
    body = messages.build(ORDER, SECRETS, NOW).body.decode()
    space = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    wrapped = (
        f'<StandardBusinessDocument xmlns="{space}"><StandardBusinessDocumentHeader>'
        "<HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>"
        f"{body.partition('?>')[2]}</StandardBusinessDocument>"
    )
    assert parse(wrapped).total == Decimal("232.46")
    with pytest.raises(AdapterError, match=r"path=Order/OrderLine\[1\]/LineItem/ID"):
        parse(wrapped.replace("<cac:LineItem><cbc:ID>1</cbc:ID>", "<cac:LineItem>"))


def test_messages_in_other_encodings_are_read():
    body = messages.build(ORDER, SECRETS, NOW).body.decode()
    for encoding in ("utf-16", "iso-8859-1"):
        document = parse(body.replace("UTF-8", encoding).encode(encoding))
        assert document.customer.company == "Jensen & Søn"
