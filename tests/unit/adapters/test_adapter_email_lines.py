"""Mails: real ones, and the lines in their text."""

import json
from decimal import Decimal

import pytest
from email_samples import goods, one, read

from oms_addon.adapters.mail.lines import find_lines

# ---- real mails ----------------------------------------------------------


@pytest.fixture
def fixture_mail(fixtures):
    def load(name):
        folder = fixtures / "email"
        expected = json.loads((folder / f"{name}.expected.json").read_text())
        [document] = read((folder / f"{name}.eml").read_bytes())
        return document, expected

    return load


def test_english_order_in_free_text(fixture_mail):
    document, expected = fixture_mail("en_freetext_simple")
    assert (document.kind, document.status) == ("order", "unpaid")
    assert document.external_id == "en_freetext_simple@mail.example.net"
    assert document.number == expected["customer_ref"]
    assert [list(line) for line in goods(document)] == expected["lines"]
    assert document.shipping.zip == expected["ship_zip"]
    assert document.shipping.street == "Heidestraße 17"
    assert (document.shipping.city, document.shipping.country_code) == ("Köln", "DE")
    assert document.promised_at.date().isoformat() == expected["requested_date"]
    assert "unsure" not in document.tags  # confidence: high
    assert document.customer.name == "Anna Schmidt"
    assert document.customer.phone == "+49 221 123456"
    assert document.customer.company == "Kunde GmbH"


def test_reply_that_changes_an_order_is_no_new_order(fixture_mail):
    document, expected = fixture_mail("en_reply_quoted_history")
    assert document.kind == "enquiry"
    assert expected["kind"] in document.tags
    assert document.number == "4411"
    assert [list(line) for line in goods(document)] == expected["mentions"]
    assert document.note == "Actually make that 8 instead of 6, rest unchanged."
    assert "CUP-500: 6 → 8" in document.internal_note


def test_attached_sheet_is_the_order(fixture_mail):
    document, expected = fixture_mail("xlsx_attachment")
    assert document.kind == "order"
    assert document.number == expected["customer_ref"]
    assert [
        [line.sku, line.quantity, float(line.unit_price)] for line in document.lines
    ] == expected["lines"]
    assert document.customer.email == "einkauf@firma.example"
    assert "Lager Nord" in document.note
    assert document.external_id == "xlsx_attachment@mail.example.net#B-2026-118"


def test_chinese_order_in_gb18030(fixture_mail):
    document, expected = fixture_mail("zh_freetext_gb18030")
    assert document.kind == "order"
    assert [list(line) for line in goods(document)] == expected["lines"]
    assert document.shipping.name == expected["receiver"]
    assert document.shipping.phone == expected["mobile"]
    assert document.shipping.state == expected["province"]
    assert document.shipping.district == expected["district"]
    assert document.shipping.zip == expected["zip"]
    assert document.shipping.street == "南京西路1266号恒隆广场8楼"
    assert set(expected["flags"]) <= set(document.tags)
    # 下周五 from Monday 23 November
    assert document.promised_at.date().isoformat() == "2026-12-04"


# ---- lines ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text,expected",
    [
        ("10 x SKU-123", [("SKU-123", 10)]),
        ("SKU-123: 5 pcs", [("SKU-123", 5)]),
        ("型号 A100 要 3 个", [("A100", 3)]),
        ("请发A100三个，B200五个", [("A100", 3), ("B200", 5)]),
        (
            "Please send me 10 x SKU-123 and 5 x HD-L by Friday.",
            [("SKU-123", 10), ("HD-L", 5)],
        ),
        ("2 dozen CUP-500", [("CUP-500", 24)]),
        ("1,000 pcs of TS-01", [("TS-01", 1000)]),
        ("Wir bestellen 10 Stück TS-01", [("TS-01", 10)]),
        ("TS-01 10個", [("TS-01", 10)]),
        ("我要两箱CUP-500", [("CUP-500", 2)]),
        ("SKU: TS-01, Qty: 4", [("TS-01", 4)]),
        ("1) Hoodie L (HD-L) x 3\n2) TS-01 x 4", [("HD-L", 3), ("TS-01", 4)]),
        ("5 x TS-01 by Friday", [("TS-01", 5)]),
    ],
)
def test_line_is_read(text, expected):
    assert [(line.sku, line.quantity) for line in find_lines(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "We have 3 offices",
        "We have 3 boxes left",
        "Heidestraße 17\n51147 Köln",
        "Tel: +49 221 123456",
        "call me at 10 am, room B12",
        "Room 5 B12",
        "needed by 4 Dec 2026",
        "开会3个人参加",
        "500ml",
        "10.000 km",
        "see page 3",
        "上海市静安区南京西路1266号恒隆广场8楼",
        "12:30",
        "100%",
        "HRB 12345",
    ],
)
def test_what_orders_nothing_is_no_line(text):
    assert find_lines(text) == []


@pytest.mark.parametrize(
    "text,price,currency",
    [
        ("12 x TS-01 @ 19.90 EUR each", "19.90", "EUR"),
        ("TS-01: 12 pcs, 单价 19.9元", "19.9", "CNY"),
        ("10 Stück TS-01 zu je 19,90 €", "19.90", "EUR"),
        ("10 x TS-01 at $1,250.00", "1250.00", "USD"),
    ],
)
def test_price_is_read_when_stated(text, price, currency):
    [line] = find_lines(text)
    assert (line.sku, line.price, line.currency) == ("TS-01", Decimal(price), currency)


def test_order_without_prices_says_so():
    assert "unpriced" in one("10 x TS-01").tags
    assert "unpriced" not in one("10 x TS-01 @ 5 EUR").tags
