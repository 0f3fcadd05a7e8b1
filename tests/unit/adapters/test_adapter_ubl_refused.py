"""UBL: forged, broken and hostile messages."""

import dataclasses

import pytest
from omsdev.messages import ubl as messages
from ubl_samples import (
    ADAPTER,
    NOW,
    ORDER,
    SECRETS,
    changed,
    inbound,
    parse,
)

from oms_addon.adapters.base import (
    AdapterError,
    SignatureError,
)


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
