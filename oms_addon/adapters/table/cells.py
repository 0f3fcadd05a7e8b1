"""Tables out of files: CSV in any charset and delimiter, XLSX, XLS, ODS.

Files come from strangers, so sizes are checked before anything is unpacked into
memory, formulas are never evaluated (a sheet's stored values are read) and no
entity or link is followed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import PurePath

from ..base import AdapterError
from ..read import MB, too_large
from .fields import is_complete, map_headings

MAX_BYTES = 20_000_000
MAX_UNPACKED = 150_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CELLS = 4_000_000
# Headings are looked for in this many rows; order forms have a letterhead above.
HEAD_ROWS = 40
DELIMITERS = (",", ";", "\t", "|")

TABLE_TYPES = (
    "text/csv",
    "text/tab-separated-values",
    "application/csv",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What Office calls the content of a file with a password.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ODS_TAG = re.compile(
    rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>"
)
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d+)")


@dataclass(frozen=True)
class Table:
    """One sheet.

    :param rows: lists of str, `Decimal` or naive `datetime`; row n is at n - 1.
    :param str delimiter: ``""`` for a spreadsheet.
    :param str encoding: ``""`` for a spreadsheet.
    :param tuple unread: the rows of each further sheet, which nobody reads.
    """

    rows: Sequence[list]
    delimiter: str = ""
    encoding: str = ""
    unread: tuple = ()


def looks_like_table(content_type, filename):
    """Whether an attachment is a table, by its type and name.

    :rtype: bool
    """
    suffix = PurePath(filename or "").suffix.lower()
    return suffix in TABLE_SUFFIXES or (
        content_type in TABLE_TYPES and suffix in ("", ".txt")
    )


def read_table(body, encoding="", columns=None):
    """Read the table that most looks like an order.

    :param bytes body: the file.
    :param str encoding: charset of a CSV, found out when empty.
    :param Mapping columns: normalized heading to field, of the channel.
    :rtype: Table
    :raise AdapterError: naming what is wrong with the file.
    """
    if not body.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise AdapterError("empty")
    if len(body) > MAX_BYTES:
        raise too_large(body, MAX_BYTES)
    if body.startswith(_ZIP):
        sheets = _read_zip(body)
    elif body.startswith(_OLE):
        sheets = _read_xls(body)
    else:
        return _read_csv(body, encoding, columns)
    sheets = [Table(rows) for rows in sheets if any(any(row) for row in rows)]
    if not sheets:
        raise AdapterError("empty")
    best = max(sheets, key=lambda table: head_score(table.rows, columns))
    return Table(best.rows, unread=tuple(t.rows for t in sheets if t is not best))


def head_score(rows, columns=None):
    """Return how well a table's headings are known: more is better.

    :rtype: tuple
    """
    best = (False, 0)
    for row in rows[:HEAD_ROWS]:
        places = map_headings(row, columns)
        best = max(best, (is_complete(places), len(places)))
    return best


def cell_text(cell, mark="."):
    """Return a cell as text, the way a CSV of ours holds it.

    :param str mark: decimal mark for numbers.
    """
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time.min else str(cell.date())
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", mark)
    return cell


def write_csv(rows):
    """Return rows of text as a UTF-8 CSV with commas.

    :rtype: bytes
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


# ---- CSV ----------------------------------------------------------------


def _read_csv(body, encoding, columns):
    best = None
    for charset in [encoding] if encoding else guess_charsets(body):
        try:
            text = body.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeDecodeError, LookupError):
            continue
        delimiter, score = _delimiter(text, columns)
        if best is None or score[:2] > best[0][:2]:
            best = (score, charset, delimiter, text)
    if best is None:
        raise AdapterError("encoding", encoding=encoding or "UTF-8")
    _score, charset, delimiter, text = best
    if "\x00" in text:
        raise AdapterError("no_table")
    return Table(_rows(text, delimiter), delimiter, charset)


def _is_utf8(body):
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess_charsets(body):
    """Return charsets that a text may be in, the most likely first.

    :param bytes body:
    :rtype: list[str]
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ["utf-16"]
    if _is_utf8(body):
        return ["utf-8-sig"]
    # Letters with an accent stand alone, Chinese characters come in pairs.
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", body[:100_000])]
    odd = sum(length % 2 for length in runs)
    guess = ["cp1252", "gb18030"] if odd * 4 > len(runs) else ["gb18030", "cp1252"]
    return [*guess, *_charset_of_library(body), "latin-1"]


def _charset_of_library(body):
    from charset_normalizer import from_bytes

    match = from_bytes(body[:20_000]).best()
    return [match.encoding] if match else []


def _delimiter(text, columns):
    """Return the delimiter whose columns make most sense, and how much sense."""
    lines = text[:100_000].split("\n")[:HEAD_ROWS]
    best = (",", (False, 0, 0))
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:  # said with its line when the file is read
            continue
        widths = [len(row) for row in rows if any(row)]
        common = max(set(widths), key=widths.count) if widths else 0
        score = (
            *head_score(rows, columns),
            widths.count(common) if common > 1 else 0,
        )
        if score > best[1]:
            best = (delimiter, score)
    return best


def _rows(text, delimiter):
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if len(rows) >= MAX_ROWS:
                raise AdapterError("too_many_rows", limit=MAX_ROWS)
            if len(row) > MAX_COLUMNS:
                raise AdapterError("too_many_columns", limit=MAX_COLUMNS)
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise _csv_error(error, reader.line_num) from error
    return rows


def _csv_error(error, row):
    """Tell the two things that the strict reader minds."""
    is_large = "field larger than" in str(error)
    return AdapterError("cell_too_large" if is_large else "quotes", row=row)


# ---- spreadsheets -------------------------------------------------------


def _damaged(error):
    """The error of a file that a library could not open."""
    locked = re.search(r"encrypt|password", str(error), re.I)
    return AdapterError("locked" if locked else "damaged")


def _read_zip(body):
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
            _check_zip(archive)
    except AdapterError:
        raise
    except Exception as error:  # zipfile lets errors of zlib, lzma, struct through
        raise _damaged(error) from error
    if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
        return _read_xlsx(body)
    if "content.xml" in names:
        return _read_ods(body)
    raise AdapterError("archive")


def _check_zip(archive):
    """Unpack every part once, counting: a header may lie about the size."""
    left = MAX_UNPACKED
    for entry in archive.infolist():
        with archive.open(entry) as part:
            first, kept = True, []
            while chunk := part.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise AdapterError("too_large_unpacked", limit=MAX_UNPACKED // MB)
                if first and b"<!DOCTYPE" in chunk[:4096]:
                    raise AdapterError("doctype")
                first = False
                if entry.filename == "content.xml":
                    kept.append(chunk)
            _check_ods(b"".join(kept))


def _check_ods(content):
    """Measure how large an ODS is in memory: rows and cells may be repeated.

    Empty cells count only up to the last one with content."""
    row = column = last_row = last_column = 0
    for match in _ODS_TAG.finditer(content):
        kind, attributes = match[1], match[2]
        times = _ODS_REPEATED.search(attributes)
        count = min(int(times[1][:9]), 1 << 24) if times else 1
        if kind == b"table":
            row = 0
        elif kind == b"table-row":
            row, column = row + count, 0
        else:
            column += count
            if b"office:value" in attributes or not attributes.endswith(b"/"):
                last_row = max(last_row, row)
                last_column = max(last_column, column)
    if last_row * last_column > MAX_CELLS:
        raise AdapterError("too_many_cells", limit=MAX_CELLS)


def _read_xlsx(body):
    """Read row by row: one far-away cell must not make a table of all between."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(
            io.BytesIO(body), read_only=True, data_only=True, keep_links=False
        )
        sheets = []
        for sheet in book.worksheets:
            # what the file says of its own size is often wrong
            sheet.reset_dimensions()
            sheets.append(
                _clean_rows(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS))
            )
    except AdapterError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML leads it to
        raise _damaged(error) from error
    return sheets


def _read_ods(body):
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheets = []
        for index in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(index)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise AdapterError("too_many_cells", limit=MAX_CELLS)
            sheets.append(
                _clean_rows(sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1))
            )
        return sheets
    except AdapterError:
        raise
    except Exception as error:  # its errors have no common base
        raise _damaged(error) from error


def _read_xls(body):
    """Read with xlrd, which keeps rows ragged: calamine makes a full table of it."""
    import xlrd

    if _LOCKED in body:
        raise AdapterError("locked")
    try:
        book = xlrd.open_workbook(
            file_contents=body, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
        return [
            _clean_rows(
                [_xls_cell(cell, book.datemode) for cell in sheet.row(number)]
                for number in range(sheet.nrows)
            )
            for sheet in book.sheets()
        ]
    except AdapterError:
        raise
    except Exception as error:  # damaged files raise any of a dozen errors in it
        raise _damaged(error) from error


def _xls_cell(cell, datemode):
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def _clean_rows(raw):
    """Turn cells into text, numbers and times; drop blank cells and rows at the end."""
    rows, blank = [], 0
    for raw_row in raw:
        row = [_clean_cell(cell) for cell in raw_row[:MAX_COLUMNS]]
        while row and row[-1] == "":
            row.pop()
        blank = 0 if row else blank + 1
        rows.append(row)
        if blank > 1000:
            break
        if len(rows) - blank > MAX_ROWS:
            raise AdapterError("too_many_rows", limit=MAX_ROWS)
    return rows[: len(rows) - blank]


def _clean_cell(cell):
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).lower()
    if isinstance(cell, int | float):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        if not number.is_finite():
            return str(cell)
        whole = number.to_integral_value()
        return whole if whole == number else number
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, date):
        return datetime.combine(cell, time.min)
    return str(cell).strip()
