"""Reads orders and refunds of Shopify's Admin API into documents.

Amounts are taken in the shop's currency, the one that ``currency`` names; what
the buyer saw (``presentment_money``) may be another. After refunds and edits
the document shows what is still to be delivered, as ``current_*`` does; goods
sent back after shipping stay in it and are told as refunds.
"""

from dataclasses import replace

from ...document import ZERO, OrderDocument, Party, revision_of
from ..base import AdapterError
from ..read import decimal, moment, require, text
from ..shops import full_name, labelled, mapping, rows
from .lines import read_lines, undone_by_line
from .money import read_payments, read_refund_row

_BEFORE_DELIVERY = {
    "pending": "unpaid",
    "authorized": "unpaid",
    "partially_paid": "unpaid",
    "expired": "unpaid",
    "voided": "cancelled",
    "refunded": "refunded",
}
_DELIVERY = {
    "partial": "part_shipped",
    "fulfilled": "shipped",
    "restocked": "cancelled",
}


def read_order(data, settings):
    """Read an order, as it is now.

    :param dict data: the order object.
    :param ChannelSettings settings:
    :rtype: OrderDocument
    """
    if data.get("line_items") is None:
        raise AdapterError("missing", path="line_items")
    included = bool(data.get("taxes_included"))
    currency = text(data.get("currency")) or settings.currency
    undone = undone_by_line(data, included)
    total = _total(data, undone)
    status = _status(data)
    billing = _address(data, "billing_address")
    return OrderDocument(
        external_id=text(require(data.get("id"), "id")),
        kind="cancel" if status == "cancelled" else "order",
        number=text(data.get("name") or data.get("order_number")),
        revision=revision_of(
            _moment(data, "updated_at", settings)
            or _moment(data, "created_at", settings)
        ),
        status=status,
        ordered_at=_moment(data, "processed_at", settings)
        or _moment(data, "created_at", settings),
        currency=currency,
        prices_include_tax=included,
        customer=_customer(data, billing),
        shipping=_shipping_party(data, billing),
        billing=billing,
        lines=tuple(read_lines(data, undone, total, included)),
        payments=tuple(read_payments(data, total, currency, settings)),
        refunds=tuple(
            read_refund_row(refund, path, included, currency, settings)
            for path, refund in rows(data.get("refunds"), "refunds")
        ),
        total=total,
        tax_total=decimal(
            data.get("current_total_tax", data.get("total_tax")), "total_tax"
        ),
        shipping_method=", ".join(
            text(row.get("title"))
            for _path, row in rows(data.get("shipping_lines"), "shipping_lines")
            if row.get("title") and not row.get("is_removed")
        ),
        note=_note(data),
        internal_note=labelled([("PO", data.get("po_number"))]),
        tags=_tags(data),
    )


def read_refund(data, settings):
    """Read a refund that came alone.

    It has no revision: it is an event of its own, known by its id, and neither
    outdated by a later state of the order nor outdating it.

    :param dict data: the refund object.
    :rtype: OrderDocument
    """
    refund = read_refund_row(data, "refund", None, settings.currency, settings)
    return OrderDocument(
        external_id=text(require(data.get("order_id"), "order_id")),
        kind="refund",
        currency=refund.currency,
        refunds=(refund,),
    )


# ---- the order as a whole ------------------------------------------------


def _status(data):
    delivery = text(data.get("fulfillment_status")).lower()
    money = text(data.get("financial_status")).lower()
    if data.get("cancelled_at"):
        return "cancelled"
    if money in ("voided", "refunded"):
        return _BEFORE_DELIVERY[money]
    if delivery == "fulfilled" and data.get("closed_at") and money == "paid":
        return "done"
    return _DELIVERY.get(delivery) or _BEFORE_DELIVERY.get(money, "paid")


def _total(data, undone):
    """What the goods that the document shows cost in all."""
    current = decimal(data.get("current_total_price"), "current_total_price")
    if current is not None:
        # Shopify took goods and shipping out that were refunded after delivery.
        return (
            current
            + sum((part.kept for part in undone.values()), ZERO)
            + (_shipping_refunds(data))
        )
    total = decimal(data.get("total_price"), "total_price")
    if total is not None:
        total -= sum((part.value for part in undone.values()), ZERO)
    return total


def _shipping_refunds(data):
    given_back = ZERO
    for path, refund in rows(data.get("refunds"), "refunds"):
        for where, row in rows(
            refund.get("order_adjustments"), f"{path}.order_adjustments"
        ):
            if row.get("kind") == "shipping_refund":
                given_back -= decimal(row.get("amount"), f"{where}.amount", ZERO)
                given_back -= decimal(row.get("tax_amount"), f"{where}.tax", ZERO)
    return given_back


def _note(data):
    attributes = rows(data.get("note_attributes"), "note_attributes")
    return "\n".join(
        filter(
            None,
            (
                text(data.get("note")),
                labelled(
                    (row.get("name"), row.get("value")) for _path, row in attributes
                ),
            ),
        )
    )


def _tags(data):
    tags = data.get("tags") or ""
    names = tags if isinstance(tags, list) else str(tags).split(",")
    tags = [text(name) for name in names if text(name)]
    return tuple(tags + ["test"] if data.get("test") else tags)


def _moment(data, key, settings):
    return moment(data.get(key), key, settings.timezone)


# ---- people --------------------------------------------------------------


def _address(data, key):
    row = mapping(data.get(key), key)
    name = full_name(row.get("first_name"), row.get("last_name"))
    return Party(
        name=name or text(row.get("name")),
        company=text(row.get("company")),
        phone=text(row.get("phone")),
        street=text(row.get("address1")),
        street2=text(row.get("address2")),
        city=text(row.get("city")),
        state=text(row.get("province_code") or row.get("province")),
        zip=text(row.get("zip")),
        country_code=text(row.get("country_code")).upper(),
    )


def _contact(data):
    return (
        text(data.get("contact_email") or data.get("email")),
        text(data.get("phone")),
    )


def _customer(data, billing):
    """The account that ordered; its address is where the bill goes."""
    row = mapping(data.get("customer"), "customer")
    email, phone = _contact(data)
    home = (
        billing
        or _address(row, "default_address")
        or (_address(data, "shipping_address"))
    )
    return replace(
        home,
        external_id=text(row.get("id")),
        name=full_name(row.get("first_name"), row.get("last_name")) or home.name,
        email=text(row.get("email")) or email,
        phone=text(row.get("phone")) or phone or home.phone,
        lang=text(data.get("customer_locale")),
    )


def _shipping_party(data, billing):
    email, phone = _contact(data)
    party = _address(data, "shipping_address") or billing
    return replace(party, email=email, phone=party.phone or phone) if party else party
