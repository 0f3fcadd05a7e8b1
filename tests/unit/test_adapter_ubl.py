"""What the UBL adapter makes of EDI orders, and how it answers them."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree
from omsdev.messages import ubl as messages
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)
from oms_addon.adapters.ubl import order_response

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRETS = {"webhook_secret": "edi-secret"}
SETTINGS = ChannelSettings(
    currency="EUR",
    timezone="Europe/Oslo",
    options={"endpoint": "0192:123456785", "company_name": "Medical AS"},
)
ADAPTER = get_adapter("ubl")
ORDERS = ("order", "change")

# Fixtures whose lines and taxes don't lead to their total, with the reason.
INCONSISTENT = {}
# Fixtures whose tax amount is not what their own rates give, with the reason.
RATES_DISAGREE = {
    "oasis_UBL-Order-2.1-Example.xml": "tells a tax of 100 and no rates",
    "peppol_Order_Example.xml": "25 % of 5872.50 is 1468.13; it tells a tax of 100",
}

ORDER = SampleOrder(
    number=7,
    placed_at=NOW - timedelta(hours=30),
    buyer=SampleBuyer(
        name="Jensen & Søn",
        email="post@jensen.example",
        phone="+4722000000",
        street="Storgata 1",
        city="Oslo",
        zip="0155",
        country_code="NO",
    ),
    lines=(
        SampleLine("CUP-1", "Cup <blue>", 3, Decimal("19.99"), "B-1"),
        SampleLine("POT-1", "Pot", 1, Decimal("128.00")),
    ),
    currency="NOK",
    tax_rate=Decimal(25),
    prices_include_tax=False,
    shipping=Decimal("8.00"),
    discount=Decimal("10.00"),
    note="Ring the bell",
)


def inbound(message):
    """The message as the webhook hands it on."""
    return InboundRequest(
        body=message.body,
        headers={name.lower(): value for name, value in message.headers.items()},
        content_type=message.content_type,
        filename=message.filename,
    )


def read(message):
    request = inbound(message)
    ADAPTER.verify(request, SECRETS, NOW)
    (piece,) = ADAPTER.split(request, SETTINGS)
    return ADAPTER.parse(piece, SETTINGS)


def parse(body):
    if isinstance(body, str):
        body = body.encode()
    return ADAPTER.parse(InboundRequest(body), SETTINGS)


def changed(old, new, message=None):
    """The sample order's XML with a part replaced, read."""
    body = (message or messages.build(ORDER, SECRETS, NOW)).body.decode()
    assert old in body
    return parse(body.replace(old, new))


def line_sum(document):
    return sum(line.total for line in document.lines) + document.tax_total


# ---- real messages -----------------------------------------------------------


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


# ---- round trip --------------------------------------------------------------


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


# ---- details -----------------------------------------------------------------


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


# ---- refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"x-oms-signature": "0" * 64},
        {"x-oms-signature": ""},
        {"x-oms-timestamp": str(int(NOW.timestamp()) - 1)},
        {"x-oms-timestamp": str(int(NOW.timestamp()) - 601)},
    ],
)
def test_a_tampered_message_is_refused(change):
    request = inbound(messages.build(ORDER, SECRETS, NOW))
    request = dataclasses.replace(request, headers={**request.headers, **change})
    with pytest.raises(SignatureError):
        ADAPTER.verify(request, SECRETS, NOW)


def test_another_body_is_refused():
    request = inbound(messages.build(ORDER, SECRETS, NOW))
    request = dataclasses.replace(request, body=request.body.replace(b"PO-7", b"PO-8"))
    with pytest.raises(SignatureError):
        ADAPTER.verify(request, SECRETS, NOW)


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("body", "code", "why"),
    [
        (b"", "empty", ""),
        (b"ISA*00*", "no_xml", ""),
        (b"<Order>", "xml_end", "line=1, column=8"),
        (b"<Order>\n<a>x & y</a></Order>", "xml", "line=2, column=7"),
        (
            b"<Order>\n<a></Order>",
            "xml_tag",
            "line=2, column=12, opened=a, opened_line=2, closed=Order",
        ),
        (b"<Order>\xe9</Order>", "encoding", "encoding=UTF-8"),
        (b"<Order/>", "unsupported", "Order"),
        (ENTITY.encode(), "doctype", ""),
        (ENTITY.encode("utf-16"), "doctype", ""),
        (b"<a>" + b" " * 20 * 1024 * 1024, "too_large", "size=21.0, limit=20"),
        (b"<a>" * 5000, "nested", ""),
        (
            b"<Invoice "
            b'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
            "unsupported",
            "Invoice",
        ),
        (
            b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>',
            "missing",
            "Order/ID",
        ),
    ],
)
def test_what_is_no_order_is_refused(body, code, why):
    with pytest.raises(AdapterError) as caught:
        parse(body)
    assert caught.value.code == code
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("<cbc:ID>PO-7</cbc:ID>", "", "missing", "Order/ID"),
        ("0088", "", "ok", ""),
        ("<cbc:IssueDate>", "<cbc:IssueDate>x", "invalid", "Order/IssueDate"),
        ("<cbc:IssueTime>", "<cbc:IssueTime>9", "invalid", "Order/IssueTime"),
        (
            'unitCode="C62">3<',
            'unitCode="C62">three<',
            "invalid",
            "Order/OrderLine[1]/LineItem/Quantity",
        ),
        (
            'unitCode="C62">3<',
            'unitCode="C62">-3<',
            "invalid",
            "Order/OrderLine[1]/LineItem/Quantity",
        ),
        (
            '<cbc:Quantity unitCode="C62">1</cbc:Quantity>',
            "",
            "missing",
            "Order/OrderLine[2]/LineItem/Quantity",
        ),
        (
            'currencyID="NOK">19.990000',
            'currencyID="USD">19.990000',
            "other_currency",
            "Price/PriceAmount",
        ),
        ("19.990000", "1E+999999", "invalid", "Price/PriceAmount"),
        (
            "<cbc:ChargeIndicator>true",
            "<cbc:ChargeIndicator>yes",
            "invalid",
            "Order/AllowanceCharge[1]/ChargeIndicator",
        ),
        ("cac:OrderLine", "cac:OtherLine", "missing", "Order/OrderLine"),
        (
            "cac:BuyerCustomerParty",
            "cac:OtherParty",
            "missing",
            "Order/BuyerCustomerParty/Party/EndpointID",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, code, where):
    if code == "ok":
        assert changed(old, new).external_id
        return
    with pytest.raises(AdapterError) as caught:
        changed(old, new)
    assert caught.value.code == code
    assert where in caught.value.details["path"]


# ---- answering ---------------------------------------------------------------


def find(root, path):
    space = root.nsmap
    return root.findtext(path, namespaces={key: space[key] for key in ("cac", "cbc")})


def test_an_order_is_accepted_in_peppol_form():
    document = read(messages.build(ORDER, SECRETS, NOW))
    root = etree.fromstring(order_response(document, "AP", SETTINGS, NOW))
    assert etree.QName(root).localname == "OrderResponse"
    assert find(root, "cbc:OrderResponseCode") == "AP"
    assert find(root, "cac:OrderReference/cbc:ID") == "PO-7"
    seller = "cac:SellerSupplierParty/cac:Party/cbc:EndpointID"
    assert find(root, seller) == "123456785"
    buyer = "cac:BuyerCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"
    assert find(root, buyer) == "Jensen & Søn"
    assert root.find(".//{*}OrderLine") is None
    # and it reads as what it is
    assert parse(order_response(document, "AP", SETTINGS, NOW)).kind == "ignored"


def test_a_conditional_answer_says_what_comes():
    document = read(messages.build(ORDER, SECRETS, NOW))
    body = order_response(
        document,
        "CA",
        SETTINGS,
        NOW,
        note="One pot is out of stock",
        quantities={"1": Decimal(2), "2": Decimal(0)},
    )
    root = etree.fromstring(body)
    assert [e.text for e in root.iterfind(".//{*}LineStatusCode")] == ["3", "7"]
    assert [e.text for e in root.iterfind(".//{*}Quantity")] == ["2"]


def test_an_answer_needs_our_own_address():
    document = read(messages.build(ORDER, SECRETS, NOW))
    with pytest.raises(AdapterError, match="endpoint"):
        order_response(document, "AP", ChannelSettings(), NOW)
    with pytest.raises(ValueError, match="XX"):
        order_response(document, "XX", SETTINGS, NOW)
