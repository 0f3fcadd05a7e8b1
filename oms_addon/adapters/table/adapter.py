"""Order files: CSV, XLSX, XLS, ODS; one row per line, rows grouped by order.

`TableAdapter.split` turns any of them into small UTF-8 CSV files, one per order,
that keep the file's own headings, so that a person can correct one and replay it.
"""

import hashlib
from pathlib import PurePath

from ..base import Adapter, AdapterError, InboundRequest
from ..read import MB, check_orders
from .cells import cell_text, read_table, write_csv
from .fields import ORDER_FIELDS, SENDERS_REFERENCE
from .layout import channel_columns, understand
from .order import build_order

CSV_TYPE = "text/csv; charset=utf-8"
# Bytes of all parts of a file: each repeats the headings and what is known otherwise.
MAX_PARTS_BYTES = 50_000_000


class TableAdapter(Adapter):
    """Reads files of orders."""

    kind = "csv"
    label = "Files (CSV, Excel)"
    option_fields = ("columns", "encoding", "decimal_mark", "date_order", "status")
    later_wins = True

    def split(self, request, settings):
        """Cut a file into one CSV per order; see `Adapter.split`."""
        layout = read_layout(request, settings)
        groups = _group(layout)
        if len(groups) == 1 and _is_correctable(request, layout, *groups):
            return [request]
        return _pieces(request, layout, groups, {})

    def parse(self, request, settings):
        """Read the one order in a file; see `Adapter.parse`."""
        layout = read_layout(request, settings)
        groups = _group(layout)
        if len(groups) > 1:
            raise AdapterError("several_orders", count=len(groups))
        key, rows = next(iter(groups.items()))
        if not _names_order(layout, key):
            key = digest_id(request.filename, rows)
        return build_order(layout, rows, key, settings)


def pieces_with(request, settings, defaults):
    """Cut a table into one CSV per order and add what is known from elsewhere.

    :param InboundRequest request: a table, e.g. attached to a mail.
    :param dict defaults: order field to text, used where the table says nothing;
        ``external_id`` is put before the order's own number in any case.
    :rtype: list[InboundRequest]
    :raise AdapterError: when the table can't be read.
    """
    layout = read_layout(request, settings)
    return _pieces(request, layout, _group(layout), defaults)


def read_layout(request, settings):
    """Read a file and find its headings.

    :rtype: table_layout.Layout
    :raise AdapterError: when it is no order table or has no lines.
    """
    table = read_table(
        request.body,
        settings.options.get("encoding") or "",
        channel_columns(settings.options),
    )
    layout = understand(table, settings)
    if not layout.rows:
        raise AdapterError("empty")
    return layout


def digest_id(filename, rows):
    """Return an id for an order that has none: the same file, the same id."""
    content = "\n".join(
        "\t".join(cell_text(cell) for cell in row).rstrip("\t") for _n, row in rows
    )
    name = PurePath((filename or "").replace("\\", "/")).name
    return "file-" + hashlib.sha256(f"{name}\n{content}".encode()).hexdigest()[:20]


def _names_order(layout, key):
    """Whether the file tells an order's number, in a column or above the headings."""
    return bool(key) or any(
        name in layout.letterhead for name in ("external_id", "number")
    )


def _group(layout):
    """Return rows by order, in the file's order; ``""`` when it names none.

    A row without number belongs to the order above it.
    """
    groups, key = {}, ""
    for number, row in layout.rows:
        for name in ("number", "external_id"):
            if told := cell_text(layout.cell(row, name)):
                key = told
                break
        groups.setdefault(key, []).append((number, row))
    if "" in groups and len(groups) > 1:
        orphans = groups.pop("")
        raise AdapterError(
            "missing",
            path=layout.where("number", orphans[0][0]),
            row=orphans[0][0],
            column=layout.heading("number"),
        )
    return groups


def _is_correctable(request, layout, key):
    """Whether a person can correct the file as it is: UTF-8 text naming its order."""
    try:
        request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return _names_order(layout, key) and b"\x00" not in request.body


def _pieces(request, layout, groups, defaults):
    """Write each order as a CSV of its own.

    :raise AdapterError: when they are too many or too large together.
    """
    check_orders(groups)
    pieces, left = [], MAX_PARTS_BYTES
    for key, rows in groups.items():
        pieces.append(_piece(request, layout, key, rows, defaults))
        left -= len(pieces[-1].body)
        if left < 0:
            raise AdapterError("parts_too_large", limit=MAX_PARTS_BYTES // MB)
    return pieces


def _piece(request, layout, key, rows, defaults):
    """Write one order as a CSV of its own."""
    extra = dict(layout.letterhead)
    if not _names_order(layout, key):
        extra["external_id"] = digest_id(request.filename, rows)
    headings = list(layout.headings)
    if "external_id" in defaults:
        # The sender's ids are unique for the sender only.
        own = key or extra.get("number", "")
        if "external_id" in layout.places:
            headings[layout.places["external_id"]] = SENDERS_REFERENCE
        if own:
            extra.setdefault("number", own)
        extra["external_id"] = "#".join(filter(None, (defaults["external_id"], own)))
    for name, value in defaults.items():
        if value:
            extra.setdefault(name, value)
    if layout.unread:
        extra["unread_sheets"] = "; ".join(layout.unread)
    if layout.mark == ",":
        extra["decimal_mark"] = layout.mark
    if layout.date_order == "mdy":
        extra["date_order"] = layout.date_order
    kept = {
        name: value
        for name, value in extra.items()
        if name in ORDER_FIELDS
        and (
            name == "external_id"
            or name not in layout.places
            or not any(layout.cell(row, name) for _n, row in rows)
        )
    }
    width = max([len(headings), *(len(row) for _n, row in rows)])
    headings += [""] * (width - len(headings))
    # fields of the suite first: of two columns for one field the first counts
    table = [[*kept, *headings]]
    for index, (_number, row) in enumerate(rows):
        values = list(kept.values()) if not index else [""] * len(kept)
        cells = [cell_text(cell, layout.mark) for cell in row]
        table.append([*values, *cells, *[""] * (width - len(cells))])
    stem = PurePath((request.filename or "orders").replace("\\", "/")).stem
    return InboundRequest(
        body=write_csv(table),
        content_type=CSV_TYPE,
        kind="csv",
        filename=f"{stem} {key}.csv" if key else f"{stem}.csv",
    )


ADAPTER = TableAdapter()
