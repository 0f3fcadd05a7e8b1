"""Reads orders and refunds of WooCommerce's REST API (wc/v3) into documents.

WooCommerce tells each line without tax and its tax beside it, both rounded; the
order's total is the sum of those. A shop that shows prices with tax gets a
document in that mode, so that its own prices come out (19.90, not 16.722689).
After a refund the order stays as it was sold, and lists what was given back.
"""

import html
import re
from dataclasses import replace
from decimal import Decimal

from ...document import (
    ZERO,
    Line,
    OrderDocument,
    Party,
    Payment,
    Refund,
    RefundLine,
    revision_of,
)
from ..base import AdapterError
from ..read import decimal, moment, require, text
from ..shops import full_name, labelled, mapping, priced, rows, settle, sum_of
from .tax import read_rates, tax_rate

_STATUSES = {
    "pending": "unpaid",
    "failed": "unpaid",
    "checkout-draft": "unpaid",
    "processing": "paid",
    "completed": "done",
    "cancelled": "cancelled",
    "refunded": "refunded",
    # of the widespread shipment-tracking plugins
    "partial-shipped": "part_shipped",
    "shipped": "shipped",
    "delivered": "done",
}
_NO_ORDER = ("trash", "auto-draft")
# Where the plugins for EU VAT numbers keep them.
_VAT_KEYS = (
    "_billing_vat_number",
    "_vat_number",
    "billing_vat",
    "_billing_vat",
    "_billing_eu_vat_number",
    "vat_number",
)
_TAG = re.compile(r"<[^<>]*>")


def read_order(data, settings):
    """Read an order, as it is now.

    :param dict data: the order object.
    :param ChannelSettings settings:
    :rtype: OrderDocument
    """
    order_id = text(require(data.get("id"), "id"))
    number = text(data.get("number")) or order_id
    revision = revision_of(
        _moment(data, "date_modified", settings)
        or _moment(data, "date_created", settings)
    )
    told = text(data.get("status")).removeprefix("wc-")
    if told in _NO_ORDER:
        return OrderDocument(
            external_id=order_id,
            kind="ignored",
            number=number,
            revision=revision,
            note=f"WooCommerce status {told}",
        )
    if data.get("line_items") is None:
        raise AdapterError("missing", path="line_items")
    included = bool(data.get("prices_include_tax"))
    lines, total = _lines_and_total(data, included)
    status = _status(data, told)
    billing = _address(data, "billing")
    vat = _meta(data, _VAT_KEYS)
    customer_id = text(data.get("customer_id"))
    return OrderDocument(
        external_id=order_id,
        kind="cancel" if status == "cancelled" else "order",
        number=number,
        revision=revision,
        status=status,
        ordered_at=_moment(data, "date_created", settings),
        currency=text(data.get("currency")) or settings.currency,
        prices_include_tax=included,
        customer=replace(
            billing, vat=vat, external_id="" if customer_id == "0" else customer_id
        ),
        # WooCommerce leaves it empty when there is nothing to ship.
        shipping=_address(data, "shipping") or billing,
        billing=replace(billing, vat=vat),
        lines=tuple(lines),
        payments=tuple(_payments(data, told, total, settings)),
        refunds=tuple(
            _short_refund(row, path, data, settings)
            for path, row in rows(data.get("refunds"), "refunds")
        ),
        total=total,
        tax_total=decimal(data.get("total_tax"), "total_tax"),
        shipping_method=", ".join(
            _plain(row.get("method_title"))
            for _path, row in rows(data.get("shipping_lines"), "shipping_lines")
            if row.get("method_title")
        ),
        note=_plain(data.get("customer_note")),
    )


def read_refund(data, settings):
    """Read a refund that came alone.

    It names its order only in ``parent_id`` or in its links, and no currency.
    It has no revision: it is an event of its own, known by its id.

    :param dict data: the refund object.
    :rtype: OrderDocument
    """
    lines = tuple(
        _refund_line(row, path)
        for key in ("line_items", "shipping_lines", "fee_lines")
        for path, row in rows(data.get(key), key)
    )
    amount = decimal(data.get("amount"), "amount")
    if amount is None:
        amount = -(decimal(data.get("total"), "total", ZERO))
    refund = Refund(
        external_id=text(require(data.get("id"), "id")),
        amount=abs(amount),
        currency=text(data.get("currency")) or settings.currency,
        reason=_plain(data.get("reason")),
        refunded_at=_moment(data, "date_created", settings),
        lines=tuple(line for line in lines if line.line_external_id),
    )
    return OrderDocument(
        external_id=require(_parent(data), "parent_id"),
        kind="refund",
        currency=refund.currency,
        refunds=(refund,),
    )


def _parent(data):
    parent = text(data.get("parent_id"))
    if parent not in ("", "0"):
        return parent
    links = mapping(data.get("_links"), "_links")
    for _path, link in rows(links.get("up"), "_links.up"):
        match = re.search(r"/orders/(\d+)/?$", text(link.get("href")))
        if match:
            return match[1]
    return ""


# ---- the order as a whole ------------------------------------------------


def _status(data, told):
    if told == "on-hold":
        # The shop's word for "waiting for the bank transfer".
        return "hold" if _is_paid(data) else "unpaid"
    # A status of a plugin that nobody told us: a person decides.
    return _STATUSES.get(told, "hold")


def _is_paid(data):
    return bool(data.get("date_paid_gmt") or data.get("date_paid"))


def _moment(data, name, settings):
    """A time: in UTC under ``…_gmt``, else in the shop's own zone."""
    return moment(data.get(f"{name}_gmt"), f"{name}_gmt") or moment(
        data.get(name), name, settings.timezone
    )


def _plain(value):
    """Text without the markup that WooCommerce puts into names and notes."""
    return text(html.unescape(_TAG.sub("", text(value))))


def _meta(data, keys):
    for _path, row in rows(data.get("meta_data"), "meta_data"):
        if row.get("key") in keys and isinstance(row.get("value"), str):
            return text(row["value"])
    return ""


def _address(data, key):
    row = mapping(data.get(key), key)
    return (
        Party(
            name=full_name(row.get("first_name"), row.get("last_name")),
            company=text(row.get("company")),
            email=text(row.get("email")),
            phone=text(row.get("phone")),
            street=text(row.get("address_1")),
            street2=text(row.get("address_2")),
            city=text(row.get("city")),
            state=text(row.get("state")),
            zip=text(row.get("postcode")),
            country_code=text(row.get("country")).upper(),
        )
        if any(text(value) for value in row.values())
        else Party()
    )


# ---- lines ---------------------------------------------------------------


def _lines_and_total(data, included):
    """Lines, and what they add up to by the shop's own words."""
    rates = read_rates(data)
    lines = [
        _product_line(row, path, rates, included)
        for path, row in rows(data["line_items"], "line_items")
    ]
    lines += [
        _single_line(row, path, rates, included, "shipping", "method_title")
        for path, row in rows(data.get("shipping_lines"), "shipping_lines")
    ]
    lines += [
        _single_line(row, path, rates, included, "fee", "name")
        for path, row in rows(data.get("fee_lines"), "fee_lines")
    ]
    total = decimal(data.get("total"), "total")
    if total is None:
        return lines, None
    # Gift cards lower the order's total, but they are a way to pay.
    cards = _gift_card_amount(data)
    if cards and abs(sum_of(lines, included) - total - cards) <= cards / 100:
        total += cards
    return settle(lines, total, included), total


def _gift_card_amount(data):
    return sum(
        (
            decimal(row.get("amount"), f"{path}.amount", ZERO)
            for path, row in rows(data.get("gift_cards"), "gift_cards")
        ),
        ZERO,
    )


def _money(row, path, included):
    """Price before discount, after discount, and the tax of a line."""
    after = decimal(row.get("total"), f"{path}.total", ZERO)
    tax = decimal(row.get("total_tax"), f"{path}.total_tax", ZERO)
    before = decimal(row.get("subtotal"), f"{path}.subtotal", after)
    if included:
        before += decimal(row.get("subtotal_tax"), f"{path}.subtotal_tax", tax)
        after += tax
    return before, after, tax


def _product_line(row, path, rates, included):
    quantity = decimal(row.get("quantity"), f"{path}.quantity", Decimal(1))
    before, after, tax = _money(row, path, included)
    unit, discount = priced(quantity, before, after)
    product = text(row.get("product_id"))
    variation = text(row.get("variation_id"))
    return Line(
        external_id=text(require(row.get("id"), f"{path}.id")),
        # The API reaches a variation through its product only.
        listing_id=f"{product}/{variation}"
        if variation not in ("", "0")
        else product.removeprefix("0"),
        sku=text(row.get("sku")),
        barcode=text(row.get("global_unique_id")),
        name=_plain(row.get("name")),
        quantity=quantity,
        unit_price=unit,
        discount=discount,
        tax_rate=tax_rate(row, path, rates),
        tax_amount=tax,
        note=_line_note(row, path),
    )


def _line_note(row, path):
    """Options and texts of the buyer that the line's name does not show."""
    name = _plain(row.get("name")).lower()
    pairs = []
    for _path, meta in rows(row.get("meta_data"), f"{path}.meta_data"):
        value = meta.get("display_value", meta.get("value"))
        if (
            isinstance(value, str | int | Decimal)
            and not text(meta.get("key")).startswith("_")
            and _plain(value).lower() not in name
        ):
            pairs.append(
                (_plain(meta.get("display_key") or meta.get("key")), _plain(value))
            )
    return labelled(pairs)


def _single_line(row, path, rates, included, kind, name_key):
    _before, after, tax = _money(
        {**row, "subtotal": None, "subtotal_tax": None}, path, included
    )
    return Line(
        kind="discount" if after < 0 else kind,
        external_id=text(require(row.get("id"), f"{path}.id")),
        name=_plain(row.get(name_key)),
        unit_price=after,
        tax_rate=tax_rate(row, path, rates),
        tax_amount=tax,
    )


# ---- money ---------------------------------------------------------------


def _payments(data, told, total, settings):
    method = text(data.get("payment_method") or data.get("payment_method_title"))
    currency = text(data.get("currency")) or settings.currency
    paid_at = _moment(data, "date_paid", settings)
    cards = _gift_card_amount(data)
    amount = decimal(data.get("total"), "total", ZERO)
    order_id = text(data.get("id"))
    payments = []
    if cards and total == amount + cards:
        payments.append(
            Payment(
                external_id=f"{order_id}-gift-card",
                method="gift_card",
                amount=cards,
                currency=currency,
                state="done",
                paid_at=paid_at,
            )
        )
    # Cash on delivery is processed before it is paid; the old ones that were
    # completed without a time were paid all the same.
    done = (
        paid_at or told in ("completed", "refunded", "processing") and (method != "cod")
    )
    if amount and (done or method):
        state = "voided" if told in ("cancelled", "failed") else "pending"
        payments.append(
            Payment(
                external_id=text(data.get("transaction_id")) or order_id,
                method=method,
                amount=amount,
                currency=currency,
                state="done" if done else state,
                paid_at=paid_at,
            )
        )
    return payments


def _short_refund(row, path, data, settings):
    """A refund as an order lists it: id, reason and negative total."""
    return Refund(
        external_id=text(row.get("id")),
        amount=abs(decimal(row.get("total"), f"{path}.total", ZERO)),
        currency=text(data.get("currency")) or settings.currency,
        reason=_plain(row.get("reason") or row.get("refund")),
    )


def _refund_line(row, path):
    """Refunds have lines of their own, which name the order's in their meta."""
    line_id = ""
    for _path, meta in rows(row.get("meta_data"), f"{path}.meta_data"):
        if meta.get("key") == "_refunded_item_id":
            line_id = text(meta.get("value"))
    total = decimal(row.get("total"), f"{path}.total", ZERO)
    tax = decimal(row.get("total_tax"), f"{path}.total_tax", ZERO)
    return RefundLine(
        line_external_id=line_id,
        quantity=abs(decimal(row.get("quantity"), f"{path}.quantity", ZERO)),
        amount=abs(total + tax),
    )
