"""Tables out of files: CSV in any charset and delimiter, XLSX, XLS, ODS.

Files come from strangers, so sizes are checked before anything is unpacked into
memory, formulas are never evaluated (a sheet's stored values are read) and no
entity or link is followed.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import PurePath

from ..base import AdapterError
from ..read import too_large
from . import limits
from .fields import is_complete, map_headings
from .sheets import read_xls, read_zip

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
    if len(body) > limits.MAX_BYTES:
        raise too_large(body, limits.MAX_BYTES)
    if body.startswith(_ZIP):
        sheets = read_zip(body)
    elif body.startswith(_OLE):
        sheets = read_xls(body)
    else:
        return _read_csv(body, encoding, columns)
    sheets = [Table(rows) for rows in sheets if any(map(any, rows))]
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
        except (ValueError, LookupError):  # of a wrong text, or of a wrong name
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
            if len(rows) >= limits.MAX_ROWS:
                raise AdapterError("too_many_rows", limit=limits.MAX_ROWS)
            if len(row) > limits.MAX_COLUMNS:
                raise AdapterError("too_many_columns", limit=limits.MAX_COLUMNS)
            if row and max(map(len, row)) > limits.MAX_CELL:
                raise AdapterError("cell_too_large", row=reader.line_num)
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise _csv_error(error, reader.line_num) from error
    return rows


def _csv_error(error, row):
    """Tell the two things that the strict reader minds."""
    is_large = "field larger than" in str(error)
    return AdapterError("cell_too_large" if is_large else "quotes", row=row)
