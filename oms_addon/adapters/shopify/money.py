"""Payments and refunds of a Shopify order."""

from ...document import ZERO, Payment, Refund, RefundLine
from ..read import decimal, moment, text
from ..shops import rows

_PAYMENT_STATES = {
    "pending": "pending",
    "expired": "voided",
    "voided": "voided",
    "authorized": "authorized",
    "paid": "done",
    "partially_paid": "done",
    "partially_refunded": "done",
    "refunded": "done",
}


def read_payments(data, total, currency, settings):
    """Read what was paid, as far as an order tells.

    The amounts are what was taken at first; what was given back is a refund.

    :param Decimal total: total of the document.
    :param str currency: of the order.
    :rtype: list[Payment]
    """
    told = [
        _transaction(row, path, currency, settings)
        for path, row in rows(data.get("transactions"), "transactions")
        if row.get("status") == "success" and row.get("kind") in ("sale", "capture")
    ]
    # Transactions may be in the buyer's currency: then the order tells better.
    if told and all(payment.currency == currency for payment in told):
        return told
    status = text(data.get("financial_status")).lower()
    state = _PAYMENT_STATES.get(status)
    amount = _paid_amount(data, total)
    if status == "partially_paid":
        amount -= decimal(data.get("total_outstanding"), "total_outstanding", ZERO)
    if not amount or not state:
        return []
    return [
        Payment(
            # An order's message has no transactions: the order stands for them.
            external_id=text(data.get("id")),
            method=_gateways(data),
            amount=amount,
            currency=currency,
            state=state,
            paid_at=_moment(data, "processed_at", settings)
            if state == "done"
            else None,
        )
    ]


def _gateways(data):
    names = data.get("payment_gateway_names")
    names = map(text, names) if isinstance(names, list) else ()
    return ", ".join(filter(None, names)) or text(data.get("gateway"))


def _paid_amount(data, total):
    """What was paid at first: refunded money counts, edits before do not."""
    refunded = any(
        rows(refund.get("transactions"), f"{path}.transactions")
        for path, refund in rows(data.get("refunds"), "refunds")
    )
    if refunded or data.get("financial_status") == "refunded":
        return decimal(data.get("total_price"), "total_price", total) or ZERO
    return total or ZERO


def _transaction(row, path, currency, settings):
    return Payment(
        external_id=text(row.get("id")),
        method=text(row.get("gateway")),
        amount=decimal(row.get("amount"), f"{path}.amount", ZERO),
        currency=text(row.get("currency")) or currency,
        paid_at=_moment(row, "processed_at", settings)
        or _moment(row, "created_at", settings),
    )


def read_refund_row(data, path, included, currency, settings):
    """Read a refund object.

    :param included: whether prices include tax; None when it is not known.
    :param str currency: of the order or the channel.
    :rtype: Refund
    """
    line_rows = rows(data.get("refund_line_items"), f"{path}.refund_line_items")
    paid = [
        (
            decimal(row.get("amount"), f"{where}.amount", ZERO),
            text(row.get("currency")),
        )
        for where, row in rows(data.get("transactions"), f"{path}.transactions")
        if row.get("kind") == "refund" and row.get("status") == "success"
    ]
    amount = sum((value for value, _currency in paid), ZERO)
    if included is None:
        included = bool(amount) and amount == sum(
            (
                decimal(row.get("subtotal"), f"{where}.subtotal", ZERO)
                for where, row in line_rows
            ),
            ZERO,
        )
    lines = tuple(_refund_line(row, where, included) for where, row in line_rows)
    return Refund(
        external_id=text(data.get("id")),
        amount=amount,
        currency=(paid and paid[0][1]) or currency,
        reason=text(data.get("note")),
        refunded_at=_moment(data, "processed_at", settings)
        or _moment(data, "created_at", settings),
        restock=bool(data.get("restock"))
        or any(
            row.get("restock_type") in ("return", "cancel", "legacy_restock")
            for _where, row in line_rows
        ),
        lines=lines,
    )


def _refund_line(row, path, included):
    subtotal = decimal(row.get("subtotal"), f"{path}.subtotal")
    tax = decimal(row.get("total_tax"), f"{path}.total_tax", ZERO)
    return RefundLine(
        line_external_id=text(row.get("line_item_id")),
        quantity=decimal(row.get("quantity"), f"{path}.quantity", ZERO),
        amount=subtotal if included or subtotal is None else subtotal + tax,
    )


def _moment(row, key, settings):
    return moment(row.get(key), key, settings.timezone)
