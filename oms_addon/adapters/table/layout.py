"""Where in a table the orders are: headings, letterhead, rows per order."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ..base import AdapterError
from ..values import mark_evidence, order_evidence, parse_number
from .cells import HEAD_ROWS, cell_text
from .fields import (
    DATE_FIELDS,
    FIELDS,
    IGNORED,
    NUMBER_FIELDS,
    ORDER_FIELDS,
    TOTAL_WORDS,
    field_of,
    is_complete,
    is_ours,
    map_headings,
    normalize,
)

_CODE = re.compile(r"(?=\S{0,63}[A-Za-z0-9])\S{2,64}")
_GOODS = ("sku", "barcode", "line_name", "listing_id")


@dataclass(frozen=True)
class Layout:
    """A table understood.

    :param list headings: of the columns, as text.
    :param dict places: field to column index.
    :param list rows: pairs of row number in the file and cells, goods only.
    :param dict letterhead: order field to text, from above the headings.
    :param str mark: decimal mark of texts that can be read both ways.
    :param str date_order: ``dmy`` or ``mdy``.
    :param bool has_headings: False when the columns were told by their content.
    :param tuple unread: how each sheet begins that is not read.
    """

    headings: list
    places: dict
    rows: list
    letterhead: dict = field(default_factory=dict)
    mark: str = "."
    date_order: str = "dmy"
    has_headings: bool = True
    unread: tuple = ()

    def cell(self, row, name):
        """Return the cell of a field in a row, ``""`` where there is none."""
        index = self.places.get(name)
        return row[index] if index is not None and index < len(row) else ""

    def unknown_columns(self, columns=None):
        """Return the columns that nobody reads, with the first thing in each.

        :param Mapping columns: normalized heading to field, of the channel.
        :return: pairs of heading and text.
        :rtype: list[tuple[str, str]]
        """
        if not self.has_headings:
            return []
        read, found = set(self.places.values()), []
        for index, heading in enumerate(self.headings):
            if index in read or field_of(heading, columns) or is_ours(heading):
                continue
            cells = (row[index] for _n, row in self.rows if index < len(row))
            first = next((cell_text(cell) for cell in cells if cell != ""), "")
            if first:
                found.append((heading, first))
        return found

    def heading(self, name):
        """Return what a field's column is called in the file."""
        index = self.places.get(name)
        return self.headings[index] if index is not None else name

    def where(self, name, number):
        """Return a cell's place for a message: its heading, column and row.

        :rtype: str
        :return: e.g. ``Menge (C3)``.
        """
        index = self.places.get(name)
        column = column_letters(index + 1) if index is not None else ""
        return f"{self.heading(name)} ({column}{number})"


def column_letters(number):
    """Return the letters of a spreadsheet's column, 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def channel_columns(options):
    """Return the channel's own headings in normalized form.

    :param Mapping options: ``columns`` maps heading to field, or to ``ignored``.
    :raise AdapterError: ``invalid`` for a field that does not exist.
    """
    columns = options.get("columns") or {}
    if not isinstance(columns, dict):
        raise AdapterError("invalid", path="columns", value=str(columns))
    for name in columns.values():
        if name not in FIELDS and name != IGNORED:
            raise AdapterError("invalid", path="columns", value=str(name))
    return {normalize(heading): name for heading, name in columns.items()}


def understand(table, settings):
    """Find the headings of a table and its rows of goods.

    :param table.Table table:
    :param ChannelSettings settings: options ``columns``, ``decimal_mark`` and
        ``date_order``.
    :rtype: Layout
    :raise AdapterError: ``unreadable_table`` with the headings that were found.
    """
    columns = channel_columns(settings.options)
    head = _find_head(table.rows, columns)
    if head is None:
        places = _guess_columns(table.rows)
        first, headings, letterhead = 0, _guessed_headings(places), {}
    else:
        headings = [cell_text(cell) for cell in table.rows[head]]
        places, first = map_headings(headings, columns), head + 1
        letterhead = _letterhead(table.rows[:head], columns)
    rows = [
        (number, row)
        for number, row in enumerate(table.rows[first:], start=first + 1)
        if any(cell != "" for cell in row)
    ]
    bare = Layout(headings, places, rows, letterhead)
    return Layout(
        headings,
        places,
        [(number, row) for number, row in rows if _is_goods(bare, row)],
        letterhead,
        mark=_mark(bare, table, settings),
        date_order=_date_order(bare, settings),
        has_headings=head is not None,
        unread=tuple(map(_beginning, table.unread)),
    )


def _beginning(rows):
    """The first words of a sheet, by which a person finds it."""
    row = next(row for row in rows if any(cell != "" for cell in row))
    return ", ".join(cell_text(cell) for cell in row[:6] if cell != "")[:80]


def _find_head(rows, columns):
    """Return the index of the heading row, None when no row is one."""
    best, found = 0, None
    for index, row in enumerate(rows[:HEAD_ROWS]):
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        places = map_headings(texts, columns)
        if is_complete(places) and len(places) > best:
            best, found = len(places), index
    return found


def _guess_columns(rows):
    """Tell the columns of a table without headings by what is in them.

    Product code and quantity, perhaps a name and a price: text columns are code
    and name, number columns quantity and price, in this order. All rows must
    agree, else it is a table that a person has to look at.
    """
    filled = [row for row in rows if any(cell != "" for cell in row)]
    widths = {len(row) for row in filled}
    if len(widths) == 1 and 2 <= max(widths) <= 4:
        texts, numbers = [], []
        for index, cells in enumerate(zip(*filled, strict=True)):
            amounts = [_number(cell) for cell in cells]
            is_number = all(amount is not None and amount >= 0 for amount in amounts)
            is_barcode = all(
                re.fullmatch(r"\d{8}|\d{12,14}", cell_text(cell)) for cell in cells
            )
            (numbers if is_number and not is_barcode else texts).append(index)
        if _fits(filled, texts, numbers):
            return dict(
                zip(
                    ("sku", "line_name", "quantity", "price"),
                    [*texts, *[None] * (2 - len(texts)), *numbers],
                    strict=False,
                )
            )
    shown = ", ".join(cell_text(cell) for cell in filled[0]) if filled else ""
    raise AdapterError("unreadable_table", value=shown[:500])


def _fits(rows, texts, numbers):
    return (
        len(texts) in (1, 2)
        and len(numbers) in (1, 2)
        and all(_CODE.fullmatch(cell_text(row[texts[0]])) for row in rows)
        and all(_number(row[numbers[0]]) > 0 for row in rows)
    )


def _guessed_headings(places):
    for name in [name for name, index in places.items() if index is None]:
        del places[name]
    headings = [""] * (max(places.values()) + 1)
    for name, index in places.items():
        headings[index] = name
    return headings


def _number(cell):
    return cell if isinstance(cell, Decimal) else parse_number(cell_text(cell))


def _letterhead(rows, columns):
    """Read "label, value" pairs above the headings: number, date, address."""
    found = {}
    for row in rows:
        cells = [cell_text(cell) for cell in row]
        pairs = list(zip(cells, cells[1:], strict=False))
        for cell in cells:
            label, colon, value = cell.replace("：", ":").partition(":")
            if colon and value.strip():
                pairs.insert(0, (label, value.strip()))
        for label, value in pairs:
            name = map_headings([label], columns) if label and value else {}
            field_name = next(iter(name), "")
            if field_name in ORDER_FIELDS and not map_headings([value], columns):
                found.setdefault(field_name, value)
    return found


def _is_goods(layout, row):
    """Whether a row is a line; not the totals or a remark below them."""
    if layout.cell(row, "quantity") != "" or any(
        layout.cell(row, name) != "" for name in _GOODS
    ):
        first = next(cell_text(cell) for cell in row if cell != "")
        code = cell_text(layout.cell(row, "sku") or layout.cell(row, "barcode"))
        return normalize(first) not in TOTAL_WORDS or normalize(code) not in (
            "",
            *TOTAL_WORDS,
        )
    return False


def _mark(layout, table, settings):
    told = settings.options.get("decimal_mark") or _hint(layout, "decimal_mark")
    if told in (".", ","):
        return told
    texts = [
        layout.cell(row, name)
        for _number, row in layout.rows
        for name in NUMBER_FIELDS
        if isinstance(layout.cell(row, name), str)
    ]
    return mark_evidence(texts) or ("," if table.delimiter == ";" else ".")


def _date_order(layout, settings):
    told = settings.options.get("date_order") or _hint(layout, "date_order")
    if told in ("dmy", "mdy"):
        return told
    texts = [
        cell_text(layout.cell(row, name))
        for _number, row in layout.rows
        for name in DATE_FIELDS
    ]
    return order_evidence(texts) or ("mdy" if settings.country_code == "US" else "dmy")


def _hint(layout, name):
    return next(
        (
            layout.cell(row, name)
            for _number, row in layout.rows
            if layout.cell(row, name)
        ),
        "",
    )
