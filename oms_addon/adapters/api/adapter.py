"""Orders of other systems in the suite's own shape, as JSON.

An order is an object with the fields of `OrderDocument`, all optional but
``external_id`` and ``lines``; numbers may be numbers or text, times are ISO 8601
with offset (UTC where there is none)::

    {"external_id": "A-17", "number": "17", "revision": "2026-11-23T10:00:00Z",
     "status": "paid", "currency": "CNY", "prices_include_tax": true,
     "ordered_at": "2026-11-23T10:00:00+08:00",
     "customer": {"name": "王芳", "email": "wang@example.com", "phone": "13800000000",
                  "street": "解放路 1 号", "city": "杭州市", "country_code": "CN"},
     "lines": [{"sku": "TEA-01", "quantity": 2, "unit_price": "59.00"}],
     "payments": [{"external_id": "P-1", "amount": "118.00"}], "total": "118.00"}

An order that is sent again with a later ``revision`` names all its payments so far.
"""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal

from ...document import (
    KINDS,
    LINE_KINDS,
    PAYMENT_STATES,
    STATUSES,
    Doubt,
    Line,
    OrderDocument,
    Party,
    Payment,
    Refund,
    RefundLine,
)
from ..base import Adapter, AdapterError, InboundRequest
from ..read import check_orders, decimal, load_json, moment, require, text

_LISTS = {"lines": Line, "payments": Payment, "refunds": Refund, "doubts": Doubt}
_PARTIES = ("customer", "shipping", "billing")
_TIMES = ("ordered_at", "promised_at", "paid_at", "refunded_at")
_CHOICES = {
    (OrderDocument, "kind"): KINDS,
    (OrderDocument, "status"): STATUSES,
    (Line, "kind"): LINE_KINDS,
    (Payment, "state"): PAYMENT_STATES,
}


class ApiAdapter(Adapter):
    """The canonical document as JSON."""

    kind = "api"
    label = "API"

    def split(self, request, settings):
        data = load_json(request.body)
        if not isinstance(data, list):
            return [request]
        check_orders(data)
        return [
            InboundRequest(
                body=_dump(item),
                headers=request.headers,
                content_type="application/json",
                kind=request.kind,
            )
            for item in data
        ]

    def parse(self, request, settings):
        data = load_json(request.body)
        if not isinstance(data, dict):
            raise AdapterError("not_object")
        require(text(data.get("external_id")), "external_id")
        document = _build(OrderDocument, data, "", settings)
        if document.kind == "order" and not document.lines:
            raise AdapterError("missing", path="lines")
        if document.kind == "refund":
            return document
        return replace(document, refunds=_named(document.refunds))


def _named(refunds):
    """Name refunds without id by their place: an order names all of them each time."""
    return tuple(
        refund if refund.external_id else replace(refund, external_id=f"#{number}")
        for number, refund in enumerate(refunds, 1)
    )


def _dump(item):
    return json.dumps(item, sort_keys=True, ensure_ascii=False, default=str).encode(
        "utf-8", "replace"
    )


def _build(kind, data, path, settings):
    """Make a dataclass of ``kind`` from an object; unknown names are an error."""
    if not isinstance(data, dict):
        raise AdapterError("invalid", path=path or "order", value=str(data))
    names = {field.name: field for field in fields(kind)}
    for name in data:
        if name not in names:
            raise AdapterError("unknown_field", path=f"{path}{name}")
    values = {
        name: _value(kind, names[name], value, f"{path}{name}", settings)
        for name, value in data.items()
        if value is not None
    }
    if kind is Line:
        values.setdefault("price_told", "unit_price" in values)
    if kind is OrderDocument and "status" not in values:
        # nobody has said that it is paid unless a payment does
        payments = values.get("payments", ())
        is_paid = any(payment.state == "done" for payment in payments)
        values["status"] = "paid" if is_paid else "unpaid"
    return kind(**values)


def _value(kind, field, value, path, settings):
    name = field.name
    if name in _PARTIES:
        return _build(Party, value, f"{path}.", settings)
    if name in _LISTS or (kind is Refund and name == "lines"):
        item_kind = RefundLine if kind is Refund else _LISTS[name]
        if not isinstance(value, list):
            raise AdapterError("invalid", path=path, value=str(value))
        return tuple(
            _build(item_kind, item, f"{path}[{number}].", settings)
            for number, item in enumerate(value)
        )
    if name in _TIMES:
        return moment(value, path, settings.timezone)
    if (kind, name) in _CHOICES and value not in _CHOICES[kind, name]:
        raise AdapterError("invalid", path=path, value=str(value))
    if name == "tags":
        return tuple(text(item) for item in value)
    if field.type in (bool, bool | None) or isinstance(field.default, bool):
        return bool(value)
    if field.type in (Decimal, Decimal | None):
        return decimal(value, path)
    return text(value)


def document_to_json(document):
    """Turn a document into the object that `ApiAdapter` reads.

    :param OrderDocument document:
    :rtype: dict
    """

    def plain(value):
        if is_dataclass(value):
            return {
                field.name: plain(getattr(value, field.name)) for field in fields(value)
            }
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime):
            return value.isoformat()
        return value

    return plain(document)


ADAPTER = ApiAdapter()
