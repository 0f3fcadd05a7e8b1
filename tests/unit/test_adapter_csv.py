"""Order files: what the adapter reads in CSV, XLSX, ODS, and what it refuses."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from omsdev.messages import csv_file
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder
from openpyxl import Workbook

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import AdapterError, ChannelSettings, InboundRequest
from oms_addon.adapters.table_fields import field_of
from oms_addon.adapters.values import (
    parse_han,
    parse_moment,
    parse_number,
)

ADAPTER = get_adapter("csv")
SETTINGS = ChannelSettings(currency="EUR", timezone="Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def request(body, filename="orders.csv"):
    return InboundRequest(
        body=body if isinstance(body, bytes) else body.encode(), filename=filename
    )


def read(body, filename="orders.csv", settings=SETTINGS):
    """Split and parse; every piece must read the same when it is replayed."""
    documents = []
    for piece in ADAPTER.split(request(body, filename), settings):
        document = ADAPTER.parse(piece, settings)
        again = ADAPTER.split(piece, settings)
        assert [ADAPTER.parse(part, settings) for part in again] == [document]
        documents.append(document)
    return documents


def error_of(body, settings=SETTINGS, filename="orders.csv"):
    with pytest.raises(AdapterError) as caught:
        read(body, filename, settings)
    return caught.value


def goods(document):
    return [
        (line.sku, line.quantity, line.unit_price) for line in document.product_lines
    ]


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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


# ---- values --------------------------------------------------------------


@pytest.mark.parametrize(
    "text,mark,number",
    [
        ("1.234,50", ".", "1234.50"),
        ("1,234.50", ",", "1234.50"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        ("19,90 €", ".", "19.90"),
        ("¥1,234.00", ".", "1234.00"),
        ("1'234.50", ".", "1234.50"),
        ("(12.00)", ".", "-12"),
        ("12-", ".", "-12"),
        ("1 234,5", ".", "1234.5"),
        ("１２", ".", "12"),
        ("0.125", ",", "0.125"),
        ("1.234.567", ".", "1234567"),
    ],
)
def test_number_is_read(text, mark, number):
    assert parse_number(text, mark) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "12,34,56", "1e5", "NaN", "=1+1", "--5", "9" * 40]
)
def test_what_is_no_number_is_not_read(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text,number",
    [
        ("五", 5),
        ("十二", 12),
        ("两百", 200),
        ("一千二百", 1200),
        ("三万", 30000),
        ("壹拾", 10),
    ],
)
def test_chinese_numeral_is_read(text, number):
    assert parse_han(text) == number


@pytest.mark.parametrize(
    "text,expected",
    [
        ("2026-05-01 10:00:00 +0200", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026/5/1 08:30", datetime(2026, 5, 1, 8, 30, tzinfo=UTC)),
        ("01.05.2026", datetime(2026, 5, 1, tzinfo=UTC)),
        ("5 June 2026", datetime(2026, 6, 5, tzinfo=UTC)),
        ("June 5th, 2026", datetime(2026, 6, 5, tzinfo=UTC)),
        ("2026年6月5日", datetime(2026, 6, 5, tzinfo=UTC)),
        ("46143", datetime(2026, 5, 1, tzinfo=UTC)),
        ("46143.5", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("20260501", datetime(2026, 5, 1, tzinfo=UTC)),
        ("13/05/2026", datetime(2026, 5, 13, tzinfo=UTC)),
        ("05/13/2026", datetime(2026, 5, 13, tzinfo=UTC)),
        ("2026-05-01T10:00:00Z", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("5/1/2026 1:05 PM", datetime(2026, 1, 5, 13, 5, tzinfo=UTC)),
    ],
)
def test_date_is_read(text, expected):
    assert parse_moment(text, UTC) == expected


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "31.02.2026", "12"])
def test_what_is_no_date_is_not_read(text):
    assert parse_moment(text, UTC) is None


def test_one_date_tells_the_order_of_all():
    first, second = read(
        "order no,date,sku,qty\nA,05/06/2026,S-1,1\nB,05/13/2026,S-1,1\n"
    )
    assert first.ordered_at.astimezone().month in (5, 6)
    assert first.ordered_at == datetime(2026, 5, 5, 22, tzinfo=UTC)
    assert second.ordered_at == datetime(2026, 5, 12, 22, tzinfo=UTC)


def test_one_price_tells_the_decimal_mark_of_all():
    first, _second = read("order no;sku;qty;price\nA;S-1;1;1.234\nB;S-1;1;1.234,50\n")
    assert first.lines[0].unit_price == 1234


def test_formula_text_stays_text():
    [document] = read('sku,description,qty\nS-1,"=HYPERLINK(""http://x"")",1\n')
    assert document.lines[0].name == '=HYPERLINK("http://x")'


def test_formula_cell_is_not_calculated():
    body = sheet(["order no", "sku", "qty"], ["A", "S-1", "=1+1"])
    error = error_of(body, filename="a.xlsx")
    assert error.code == "missing"
    assert error.details["path"].startswith("qty (C")


def test_excel_numbers_dates_and_long_barcodes():
    body = sheet(
        ["order no", "date", "barcode", "qty", "price"],
        [1001, datetime(2026, 11, 20, 8, 30), 6901234567892, 2.0, 1.234],
        [1002, 46143, 6901234567892, 2.5, 19.9],
    )
    first, second = read(body, "a.xlsx", ChannelSettings(timezone="Asia/Shanghai"))
    assert first.number == "1001"
    assert first.ordered_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert first.lines[0].barcode == "6901234567892"
    assert first.lines[0].unit_price == Decimal("1.234")
    assert second.lines[0].quantity == Decimal("2.5")
    assert second.ordered_at == datetime(2026, 4, 30, 16, tzinfo=UTC)


def test_discount_in_per_cent_and_price_from_the_line_total():
    [document] = read(
        "order no,sku,qty,price,discount,line total\nA,S-1,2,10,10%,\nA,S-2,4,,,20\n"
    )
    assert document.lines[0].discount == 2
    assert document.lines[1].unit_price == 5


def test_shipping_and_discount_of_the_order_become_lines():
    [document] = read(
        "order no,sku,qty,price,shipping,discount amount,discount code,total\n"
        "A,S-1,2,10,4.90,5,SUMMER,19.90\n"
    )
    assert sum(line.total for line in document.lines) == document.total
    assert {line.kind for line in document.lines} == {"product", "shipping", "discount"}


@pytest.mark.parametrize(
    "word,status",
    [
        ("paid", "paid"),
        ("待付款", "unpaid"),
        ("已发货", "shipped"),
        ("storniert", "cancelled"),
        ("on hold", "hold"),
        ("", "unpaid"),
    ],
)
def test_status_words(word, status):
    [document] = read(f"order no,sku,qty,status\nA,S-1,1,{word}\n")
    assert document.status == status


@pytest.mark.parametrize(
    "row,code,column",
    [
        ("A,,1,1,,", "missing", "sku"),
        ("A,S-1,,1,,", "missing", "qty"),
        ("A,S-1,-1,1,,", "invalid", "qty"),
        ("A,S-1,1,abc,,", "invalid", "price"),
        ("A,S-1,1,1,gestern,", "invalid", "date"),
        ("A,S-1,1,1,,maybe", "invalid", "status"),
    ],
)
def test_error_names_row_and_column(row, code, column):
    error = error_of(f"order no,sku,qty,price,date,status\n{row}\n")
    assert error.code == code
    assert error.details["column"] == column
    assert error.details["row"] == 2


def test_ods_file():
    def row(*texts):
        return (
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
                "</table:table-cell>"
                for text in texts
            )
            + "</table:table-row>"
        )

    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="S">'
        + row("Order No.", "SKU", "Qty")
        + row("A", "S-1", "2")
        + '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
            f'<manifest:file-entry manifest:media-type="{kind}" '
            'manifest:full-path="/"/></manifest:manifest>',
        )
    [document] = read(out.getvalue(), "a.ods")
    assert document.number == "A"
    assert goods(document) == [("S-1", 2, 0)]


def test_xls_file():
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    page = book.add_sheet("S")
    rows = [["订单号", "货号", "数量", "日期"], ["A", "S-1", 2, datetime(2026, 11, 20)]]
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value, *[style] * (column == 3))
    page.write(65535, 255, "far away")
    out = io.BytesIO()
    book.save(out)
    [document] = read(out.getvalue(), "a.xls")
    assert goods(document) == [("S-1", 2, 0)]
    assert document.ordered_at == datetime(2026, 11, 19, 23, tzinfo=UTC)


# ---- malformed and hostile files -----------------------------------------


@pytest.mark.parametrize("body", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_empty_file(body):
    assert error_of(body).code == "empty"


def test_headings_without_lines():
    assert error_of("order no,sku,qty\n").code == "empty"


@pytest.mark.parametrize(
    ("body", "code", "details"),
    [
        (b'order no,sku,qty\nA,"S-1,1\n', "quotes", {"row": 2}),
        (b'order no,sku,qty\nA,"S"1,1\n', "quotes", {"row": 2}),
        (b"order no,sku\nA," + b"x" * 200_000, "cell_too_large", {"row": 2}),
        (b"PK\x03\x04 broken", "damaged", {}),
        (b"\xd0\xcf\x11\xe0 broken", "damaged", {}),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked", {}),
        (b"a,b\x00c\n1,2\n", "no_table", {}),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "no_table", {}),
    ],
)
def test_malformed_file(body, code, details):
    error = error_of(body)
    assert (error.code, error.details) == (code, details)


def test_a_charset_that_is_not_the_channels():
    settings = replace(SETTINGS, options={"encoding": "ascii"})
    error = error_of("order no,sku,qty\nA,Ä,1\n", settings)
    assert (error.code, error.details) == ("encoding", {"encoding": "ascii"})


def test_archive_that_is_no_spreadsheet():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert error_of(out.getvalue()).code == "archive"


def test_archive_that_unpacks_to_too_much(monkeypatch):
    monkeypatch.setattr("oms_addon.adapters.table.MAX_UNPACKED", 100_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 1_000_000)
    error = error_of(out.getvalue())
    assert (error.code, error.details) == ("too_large_unpacked", {"limit": 0})


def test_one_cell_far_away_takes_no_memory():
    book = Workbook()
    book.active.append(["order no", "sku", "qty"])
    book.active.append(["A", "S-1", 1])
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    [document] = read(out.getvalue(), "a.xlsx")
    assert goods(document) == [("S-1", 1, 0)]


def test_repeated_cells_of_an_ods_are_counted():
    for cell in (
        '<table:table-cell office:value="1" table:number-columns-repeated="16000"/>',
        '<table:table-cell table:number-columns-repeated="16000"/>'
        "<table:table-cell><text:p>x</text:p></table:table-cell>",
    ):
        row = f'<table:table-row table:number-rows-repeated="1000000">{cell}'
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("content.xml", row)
        error = error_of(out.getvalue(), filename="a.ods")
        assert error.code == "too_many_cells"


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr("oms_addon.adapters.table.MAX_ROWS", 10)
    error = error_of("sku,qty\n" + "S-1,1\n" * 20)
    assert (error.code, error.details) == ("too_many_rows", {"limit": 10})


def test_five_thousand_rows_are_read_once_each(monkeypatch):
    from oms_addon.adapters import table_layout

    calls = []
    real = table_layout._is_goods
    monkeypatch.setattr(
        table_layout, "_is_goods", lambda *args: calls.append(1) or real(*args)
    )
    body = "order no,sku,qty,price\n" + "".join(
        f"A{number // 5},S-{number},1,9.90\n" for number in range(5000)
    )
    pieces = ADAPTER.split(request(body), SETTINGS)
    assert len(pieces) == 1000
    assert len(calls) == 5000


# ---- round trips ---------------------------------------------------------


def sample(number, **values):
    return SampleOrder(
        **{
            "number": number,
            "placed_at": datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
            "buyer": SampleBuyer(
                name="张伟",
                email="zhang@kunde.example",
                phone="+8613800138000",
                street="南京西路1266号",
                district="静安区",
                city="上海市",
                state="上海市",
                zip="200040",
            ),
            "lines": (
                SampleLine("TS-01", 'T-Shirt, "red"', 3, Decimal("19.90")),
                SampleLine("CUP-500", "Becher", 1200, Decimal("1234.50")),
            ),
            "shipping": Decimal("8.00"),
            "discount": Decimal("5.00"),
            "tax_rate": Decimal(13),
            "note": "bitte klingeln",
            **values,
        }
    )


@pytest.mark.parametrize(
    "language,encoding,delimiter",
    [
        ("en", "utf-8", ","),
        ("en", "utf-8-sig", "\t"),
        ("de", "utf-8", ";"),
        ("zh", "gb18030", ","),
        ("zh", "utf-8", ";"),
    ],
)
def test_round_trip_of_csv(language, encoding, delimiter):
    orders = [
        sample(1),
        sample(2, paid=False, prices_include_tax=False),
        sample(3, cancelled=True),
    ]
    message = csv_file.build_many(orders, {}, NOW, encoding, delimiter, language)
    documents = read(message.body, message.filename)
    check_round_trip(orders, documents)


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_round_trip_of_xlsx(language):
    orders = [sample(1), sample(2, paid=False), sample(3, cancelled=True)]
    message = csv_file.build_xlsx(orders, {}, NOW, language)
    settings = ChannelSettings(currency="EUR", timezone="UTC")
    check_round_trip(orders, read(message.body, message.filename, settings))


def check_round_trip(orders, documents):
    assert len(orders) == len(documents)
    for order, document in zip(orders, documents, strict=True):
        assert document.number == csv_file.order_number(order)
        assert goods(document) == [
            (line.sku, line.quantity, line.unit_price) for line in order.lines
        ]
        assert [line.name for line in document.product_lines] == [
            line.name for line in order.lines
        ]
        assert document.ordered_at == order.placed_at
        assert document.currency == order.currency
        assert document.prices_include_tax == order.prices_include_tax
        assert document.status == (
            "cancelled" if order.cancelled else "paid" if order.paid else "unpaid"
        )
        if order.prices_include_tax:
            assert sum(line.total for line in document.lines) == document.total
        assert document.customer.email == order.buyer.email
        for name in (
            "name",
            "phone",
            "street",
            "district",
            "city",
            "state",
            "zip",
            "country_code",
        ):
            assert getattr(document.shipping, name) == getattr(order.buyer, name)
        assert document.note == order.note
