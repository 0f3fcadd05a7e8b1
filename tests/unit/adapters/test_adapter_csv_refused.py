"""Order files that are broken or hostile."""

import io
import zipfile
from dataclasses import replace

import pytest
from csv_samples import ADAPTER, SETTINGS, error_of, goods, read, request
from openpyxl import Workbook


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
    monkeypatch.setattr("oms_addon.adapters.table.limits.MAX_UNPACKED", 100_000)
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
    monkeypatch.setattr("oms_addon.adapters.table.limits.MAX_ROWS", 10)
    error = error_of("sku,qty\n" + "S-1,1\n" * 20)
    assert (error.code, error.details) == ("too_many_rows", {"limit": 10})


def test_five_thousand_rows_are_read_once_each(monkeypatch):
    from oms_addon.adapters.table import layout

    calls = []
    real = layout._is_goods
    monkeypatch.setattr(
        layout, "_is_goods", lambda *args: calls.append(1) or real(*args)
    )
    body = "order no,sku,qty,price\n" + "".join(
        f"A{number // 5},S-{number},1,9.90\n" for number in range(5000)
    )
    pieces = ADAPTER.split(request(body), SETTINGS)
    assert len(pieces) == 1000
    assert len(calls) == 5000
