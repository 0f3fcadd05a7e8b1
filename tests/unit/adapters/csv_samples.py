"""Order files: how the tests write, read and refuse them."""

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import AdapterError, ChannelSettings, InboundRequest

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
