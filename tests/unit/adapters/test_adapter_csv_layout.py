"""Order files: headings, charsets, rows and orders."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from csv_samples import ADAPTER, SETTINGS, error_of, goods, read, request, sheet

from oms_addon.adapters.base import AdapterError, ChannelSettings
from oms_addon.adapters.table.fields import field_of

# ---- real files ----------------------------------------------------------


def test_file_without_headings_is_code_and_quantity(fixtures):
    body = (fixtures / "csv_xlsx/oca_order_file_test1.csv").read_bytes()
    [document] = read(body, "order_file_test1.csv")
    assert goods(document) == [
        ("PROD_DEL", 2, 0),
        ("PROD_DEL02", 1, 0),
        ("E-COM11", 5, 0),
    ]
    assert document.external_id.startswith("file-")
    assert "unpriced" in document.tags


def test_german_file_with_semicolons_and_decimal_commas(fixtures):
    body = (fixtures / "csv_xlsx/synthetic_semicolon_cp1252.csv").read_bytes()
    first, second = read(body)
    assert goods(first) == [("TS-01", 3, Decimal("1234.50")), ("HD-L", 1, 59)]
    assert first.shipping.name == "Müller"
    assert goods(second) == [("CUP-500", 2, 129)]
    assert second.shipping.name == "Größe & Co"


def test_shopify_export(fixtures):
    body = (fixtures / "csv_xlsx/synthetic_shopify_export_header.csv").read_bytes()
    [document] = read(body)
    assert (document.external_id, document.number) == ("555", "#1050")
    assert document.status == "shipped"
    assert document.prices_include_tax
    assert document.total == sum(line.total for line in document.lines)
    assert document.paid_amount == Decimal("100.90")
    assert document.ordered_at == datetime(2026, 5, 1, 7, 59, tzinfo=UTC)
    assert document.shipping.country_code == "NL"
    assert document.customer.email == "koper@example.com"


# ---- headings, charsets, delimiters --------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_headings_in_any_charset_and_delimiter(encoding, delimiter):
    text = "订单号,商品编码,数量,单价,收货人\nA1,TS-01,2,19.90,张伟\n"
    [document] = read(text.replace(",", delimiter).encode(encoding))
    assert document.number == "A1"
    assert goods(document) == [("TS-01", 2, Decimal("19.90"))]
    assert document.shipping.name == "张伟"


def test_headings_of_the_channel_win():
    settings = ChannelSettings(
        currency="EUR",
        options={"columns": {"Kd-Ref": "number", "Teil": "sku", "wieviel": "quantity"}},
    )
    [document] = read("KD-REF;Teil;Wieviel\nX-9;TS-01;4\n", settings=settings)
    assert document.number == "X-9"
    assert goods(document) == [("TS-01", 4, 0)]


def test_a_column_named_for_an_unknown_field_is_refused():
    settings = ChannelSettings(options={"columns": {"Teil": "skuu"}})
    error = error_of("Teil;Menge\nA-1;4\n", settings)
    assert (error.code, error.details["value"]) == ("invalid", "skuu")


@pytest.mark.parametrize(
    "heading,field",
    [
        ("Order No.", "number"),
        ("BESTELL-NR", "number"),
        ("订单编号", "number"),
        ("Unit Price (EUR)", "price"),
        ("单价（元）", "price"),
        ("Ship To Name", "ship_name"),
        ("Lieferadresse", "ship_street"),
        ("收货地址", "ship_street"),
        ("Billing Zip", "bill_zip"),
        ("Colour", ""),
        ("Stückzahl", "quantity"),
    ],
)
def test_heading_is_known(heading, field):
    assert field_of(heading) == field


def test_unknown_headings_are_named():
    error = error_of("Foo;Bar;Baz\nx;y;z\n")
    assert error.code == "unreadable_table"
    assert "Foo, Bar, Baz" in error.details["value"]


# ---- rows and orders -----------------------------------------------------


def test_rows_of_an_order_need_not_be_together():
    first, second = read(
        "order no,sku,qty,email\nA,S-1,1,a@x.example\nB,S-1,2,b@x.example\nA,S-2,3,\n"
    )
    assert goods(first) == [("S-1", 1, 0), ("S-2", 3, 0)]
    assert first.customer.email == "a@x.example"
    assert second.number == "B"


def test_a_piece_is_a_small_csv_that_a_person_can_correct():
    pieces = ADAPTER.split(request("order no;sku;qty\nA;S-1;1\nB;S-2;zwei\n"), SETTINGS)
    assert [piece.kind for piece in pieces] == ["csv", "csv"]
    with pytest.raises(AdapterError) as caught:
        ADAPTER.parse(pieces[1], SETTINGS)
    assert caught.value.details["value"] == "zwei"
    assert caught.value.details["row"] == 2
    assert "qty" in caught.value.details["path"]
    corrected = request(pieces[1].body.replace(b"zwei", b"2"))
    assert goods(ADAPTER.parse(corrected, SETTINGS)) == [("S-2", 2, 0)]


def test_order_without_number_keeps_its_id_and_others_get_another():
    body = "sku,qty\nS-1,1\nS-2,2\n"
    [one], [same] = read(body, "a.csv"), read(body, "a.csv")
    [renamed], [changed] = read(body, "b.csv"), read("sku,qty\nS-1,1\n", "a.csv")
    assert one.external_id == same.external_id
    assert len({one.external_id, renamed.external_id, changed.external_id}) == 3


def test_an_empty_number_column_is_like_none():
    [document] = read("order no,id,sku,qty\n,,S-1,1\n", "a.csv")
    assert document.external_id.startswith("file-")


def test_a_correction_does_not_change_the_id_of_an_order_without_number():
    [piece] = ADAPTER.split(request("sku,qty\nS-1,1x\n", "a.csv"), SETTINGS)
    corrected = request(piece.body.replace(b"1x", b"1"), piece.filename)
    document = ADAPTER.parse(corrected, SETTINGS)
    assert document.external_id.encode() in piece.body


def test_rows_above_the_first_number_are_an_error():
    error = error_of("order no,sku,qty\n,S-1,1\nB,S-2,2\n")
    assert (error.code, error.details["row"]) == ("missing", 2)


def test_totals_below_the_lines_are_no_line():
    [document] = read("sku,description,qty,price\nS-1,Shirt,2,5\n,,,\nTotal,,2,10\n")
    assert goods(document) == [("S-1", 2, 5)]


def test_letterhead_above_the_headings_is_read():
    body = sheet(
        ["Bestellung Nr.", "B-7"],
        ["Datum", "23.11.2026"],
        [],
        ["Artikel-Nr.", "Menge", "Einzelpreis"],
        ["TS-01", 40, "19,90"],
    )
    [document] = read(body, "b.xlsx")
    assert document.number == "B-7"
    assert document.ordered_at == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert goods(document) == [("TS-01", 40, Decimal("19.90"))]
