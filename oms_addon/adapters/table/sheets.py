"""Spreadsheets: XLSX, XLS, ODS, opened only after their size is known."""

import io
import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

from ..base import AdapterError
from ..read import MB
from . import limits

# What Office calls the content of a file with a password.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ODS_TAG = re.compile(
    rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>"
)
_ODS_REPEATED = re.compile(
    rb"number-(?:rows|columns)-repeated\s{0,9}=\s{0,9}[\"'](\d{1,20})"
)
# No tag of a sheet is longer; what is cut in a chunk is read with the next.
_ODS_TAG_BYTES = 4_000


def _damaged(error):
    """The error of a file that a library could not open.

    :raise MemoryError: when it was none of the file's.
    """
    if isinstance(error, MemoryError):
        raise error
    locked = re.search(r"encrypt|password", str(error), re.I)
    return AdapterError("locked" if locked else "damaged")


def read_zip(body):
    """Read an XLSX or ODS.

    :param bytes body:
    :return: for each sheet its rows.
    :rtype: list[list[list]]
    :raise AdapterError: when it is too large, damaged or no spreadsheet.
    """
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
    left = limits.MAX_UNPACKED
    if len(archive.infolist()) > limits.MAX_FILES:
        raise AdapterError("too_many_sheets", limit=limits.MAX_SHEETS)
    for entry in archive.infolist():
        measure = _OdsSize() if entry.filename == "content.xml" else None
        with archive.open(entry) as part:
            first = True
            while chunk := part.read(1 << 18):
                left -= len(chunk)
                if left < 0:
                    raise AdapterError(
                        "too_large_unpacked", limit=limits.MAX_UNPACKED // MB
                    )
                if first and b"<!DOCTYPE" in chunk[:4096]:
                    raise AdapterError("doctype")
                first = False
                if measure:
                    measure.add(chunk)
        if measure:
            measure.close()


class _OdsSize:
    """Measures how large an ODS is in memory: rows and cells may be repeated.

    A sheet is a full table up to its last cell with content; all sheets are opened,
    so their sizes are added.
    """

    def __init__(self):
        self.rest = b""
        self.cells = self.sheets = 0
        self._begin_sheet()

    def _begin_sheet(self):
        self.row = self.column = self.last_row = self.last_column = 0

    def add(self, chunk):
        """Count the tags of the next piece of content."""
        content = self.rest + chunk
        end = 0
        for match in _ODS_TAG.finditer(content):
            self._count(match[1], match[2])
            end = match.end()
        self.rest = content[max(end, len(content) - _ODS_TAG_BYTES) :]

    def close(self):
        """Count the last sheet."""
        self._end_sheet()

    def _count(self, kind, attributes):
        times = _ODS_REPEATED.search(attributes)
        count = min(int(times[1][:9]), 1 << 24) if times else 1
        if kind == b"table":
            self._end_sheet()
        elif kind == b"table-row":
            self.row, self.column = self.row + count, 0
        else:
            self.column += count
            if b"office:value" in attributes or not attributes.endswith(b"/"):
                self.last_row = max(self.last_row, self.row)
                self.last_column = max(self.last_column, self.column)
                if self.cells + self.last_row * self.last_column > limits.MAX_CELLS:
                    raise AdapterError("too_many_cells", limit=limits.MAX_CELLS)

    def _end_sheet(self):
        self.cells += self.last_row * self.last_column
        self.sheets += bool(self.last_row)
        if self.sheets > limits.MAX_SHEETS:
            raise AdapterError("too_many_sheets", limit=limits.MAX_SHEETS)
        self._begin_sheet()


class _Room:
    """How much of a file may still be kept: the cells of all its sheets."""

    def __init__(self):
        self.cells, self.characters = limits.MAX_CELLS, limits.MAX_CHARACTERS

    def take(self, row, number):
        """Count a row.

        :raise AdapterError: when it does not fit in.
        """
        lengths = [len(cell) for cell in row if isinstance(cell, str)]
        self.cells -= len(row)
        self.characters -= sum(lengths)
        if lengths and max(lengths) > limits.MAX_CELL:
            raise AdapterError("cell_too_large", row=number)
        if self.cells < 0:
            raise AdapterError("too_many_cells", limit=limits.MAX_CELLS)
        if self.characters < 0:
            raise AdapterError("too_large_unpacked", limit=limits.MAX_CHARACTERS // MB)


def _check_sheets(count):
    if count > limits.MAX_SHEETS:
        raise AdapterError("too_many_sheets", limit=limits.MAX_SHEETS)


def _read_xlsx(body):
    """Read row by row: one far-away cell must not make a table of all between."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(
            io.BytesIO(body), read_only=True, data_only=True, keep_links=False
        )
        sheets, room = [], _Room()
        _check_sheets(len(book.worksheets))
        for sheet in book.worksheets:
            # what the file says of its own size is often wrong
            sheet.reset_dimensions()
            sheets.append(
                _clean_rows(
                    sheet.iter_rows(values_only=True, max_col=limits.MAX_COLUMNS), room
                )
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
        sheets, room = [], _Room()
        _check_sheets(len(book.sheet_names))
        for index in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(index)
            if sheet.total_height * sheet.total_width > limits.MAX_CELLS:
                raise AdapterError("too_many_cells", limit=limits.MAX_CELLS)
            rows = sheet.to_python(skip_empty_area=False, nrows=limits.MAX_ROWS + 1)
            sheets.append(_clean_rows(rows, room))
        return sheets
    except AdapterError:
        raise
    except Exception as error:  # its errors have no common base
        raise _damaged(error) from error


def read_xls(body):
    """Read an XLS as `read_zip`, with xlrd: calamine makes a full table of it."""
    import xlrd

    if _LOCKED in body:
        raise AdapterError("locked")
    try:
        book = xlrd.open_workbook(
            file_contents=body, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
        room = _Room()
        _check_sheets(book.nsheets)
        return [
            _clean_rows(
                (
                    [_xls_cell(cell, book.datemode) for cell in sheet.row(number)]
                    for number in range(sheet.nrows)
                ),
                room,
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


def _clean_rows(raw, room):
    """Turn cells into text, numbers and times; drop blank cells and rows at the end.

    :param _Room room: of the whole file.
    """
    rows, blank = [], 0
    for raw_row in raw:
        row = [_clean_cell(cell) for cell in raw_row[: limits.MAX_COLUMNS]]
        while row and row[-1] == "":
            row.pop()
        blank = 0 if row else blank + 1
        rows.append(row)
        room.take(row, len(rows))
        if blank > 1000:
            break
        if len(rows) - blank > limits.MAX_ROWS:
            raise AdapterError("too_many_rows", limit=limits.MAX_ROWS)
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
