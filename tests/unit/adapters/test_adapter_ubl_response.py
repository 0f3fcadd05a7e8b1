"""UBL: the answer to an order."""

from decimal import Decimal

import pytest
from lxml import etree
from omsdev.messages import ubl as messages
from ubl_samples import NOW, ORDER, SECRETS, SETTINGS, parse, read

from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
)
from oms_addon.adapters.ubl.adapter import order_response


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
