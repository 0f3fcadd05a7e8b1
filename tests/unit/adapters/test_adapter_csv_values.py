"""Order files: numbers, dates, words and totals in their cells."""

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from csv_samples import error_of, goods, read, sheet

from oms_addon.adapters.base import ChannelSettings
from oms_addon.adapters.values import (
    parse_han,
    parse_moment,
    parse_number,
)


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
