"""Lines, taxes, discounts and fees of a Shopify order.

``settle`` and the helpers here see to it that the lines of the document add up
to the total that Shopify tells, to the cent.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from ...document import ZERO, Line
from ..read import decimal, require, text
from ..shops import (
    labelled,
    mapping,
    percentage,
    rows,
    settle,
    sum_of,
    to_cents,
)


@dataclass
class Undone:
    """What refunds took off one line.

    :param Decimal quantity: units that will not be shipped any more.
    :param subtotal: their price, None when a refund does not tell.
    :param Decimal tax: their tax.
    :param Decimal returned: units given back after they were shipped.
    :param Decimal kept: price with tax of those.
    :param Decimal value: price with tax of the units not shipped.
    """

    quantity: Decimal = ZERO
    subtotal: Decimal | None = ZERO
    tax: Decimal = ZERO
    returned: Decimal = ZERO
    kept: Decimal = ZERO
    value: Decimal = ZERO


def undone_by_line(data, included):
    """Sort the lines of all refunds by order line.

    :rtype: dict[str, Undone]
    """
    shipped = {
        text(row.get("id"))
        for _path, row in rows(data["line_items"], "line_items")
        if row.get("fulfillment_status") == "fulfilled"
    }
    undone = {}
    for path, refund in rows(data.get("refunds"), "refunds"):
        for where, row in rows(
            refund.get("refund_line_items"), f"{path}.refund_line_items"
        ):
            line_id = text(row.get("line_item_id"))
            part = undone.setdefault(line_id, Undone())
            quantity = decimal(row.get("quantity"), f"{where}.quantity", ZERO)
            subtotal = decimal(row.get("subtotal"), f"{where}.subtotal")
            tax = decimal(row.get("total_tax"), f"{where}.total_tax", ZERO)
            value = (subtotal or ZERO) + (ZERO if included else tax)
            kind = row.get("restock_type")
            if kind == "return" or (kind != "cancel" and line_id in shipped):
                part.returned += quantity
                part.kept += value
                continue
            part.quantity += quantity
            part.tax += tax
            part.value += value
            known = subtotal is not None and part.subtotal is not None
            part.subtotal = part.subtotal + subtotal if known else None
    return undone


def read_lines(data, undone, total, included):
    lines = [
        _product_line(row, path, undone)
        for path, row in rows(data["line_items"], "line_items")
    ]
    lines += [
        _shipping_line(row, path)
        for path, row in rows(data.get("shipping_lines"), "shipping_lines")
        if not row.get("is_removed")
    ]
    lines += _fees(data, lines)
    lines = _with_order_tax(data, lines)
    if total is None:
        return lines
    return settle(_with_order_discount(data, lines, total, included), total, included)


def _product_line(row, path, undone):
    line_id = text(require(row.get("id"), f"{path}.id"))
    part = undone.get(line_id, Undone())
    price = decimal(row.get("price"), f"{path}.price", ZERO)
    ordered = decimal(row.get("quantity"), f"{path}.quantity", Decimal(1))
    current = decimal(row.get("current_quantity"), f"{path}.current_quantity")
    left = ordered - part.quantity
    if current is not None:
        # An edit may take units off without any refund.
        left = min(left, current + part.returned)
    discount = _discount(row, path)
    rate, tax = _taxes(row, path, ordered * price - discount)
    if left != ordered:
        discount, tax = _left(ordered, left, price, discount, tax, part)
    return Line(
        kind="fee" if row.get("tip") else "product",
        external_id=line_id,
        listing_id=text(row.get("variant_id")),
        sku=text(row.get("sku")),
        name=text(row.get("name") or row.get("title")),
        quantity=left,
        unit_price=price,
        discount=discount,
        tax_rate=rate,
        tax_amount=tax,
        note=labelled(
            (prop.get("name"), prop.get("value"))
            for _path, prop in rows(row.get("properties"), f"{path}.properties")
        ),
    )


def _left(ordered, left, price, discount, tax, part):
    """Discount and tax of the units that are left of a line."""
    if left <= 0 or not ordered:
        return ZERO, tax and ZERO
    if part.subtotal is not None and left == ordered - part.quantity:
        refunded = part.quantity * price - part.subtotal
        return max(discount - refunded, ZERO), (tax if tax is None else tax - part.tax)
    share = left / ordered
    return to_cents(discount * share), tax if tax is None else to_cents(tax * share)


def _shipping_line(row, path):
    price = decimal(row.get("price"), f"{path}.price", ZERO)
    discounted = decimal(row.get("discounted_price"), f"{path}.discounted_price")
    discount = _discount(row, path) if discounted is None else price - discounted
    rate, tax = _taxes(row, path, price - discount)
    return Line(
        kind="shipping",
        # lines and shipping lines are numbered apart
        external_id=f"shipping-{text(row.get('id') or row.get('code'))}",
        name=text(row.get("title") or row.get("code")),
        unit_price=price,
        discount=discount,
        tax_rate=rate,
        tax_amount=tax,
    )


def _discount(row, path):
    if row.get("discount_allocations") is None:
        return decimal(row.get("total_discount"), f"{path}.total_discount", ZERO)
    return sum(
        (
            decimal(part.get("amount"), f"{where}.amount", ZERO)
            for where, part in rows(
                row["discount_allocations"], f"{path}.discount_allocations"
            )
        ),
        ZERO,
    )


def _taxes(row, path, base):
    """Rate in percent and amount; None for both when the line tells none."""
    if row.get("tax_lines") is None:
        return None, None
    rate = amount = ZERO
    for where, tax in rows(row["tax_lines"], f"{path}.tax_lines"):
        share = decimal(tax.get("rate"), f"{where}.rate", ZERO)
        price = decimal(tax.get("price"), f"{where}.price", ZERO)
        amount += price
        # A rate that was not charged (an exempt buyer) is not a rate.
        if price or to_cents(abs(base) * share) == 0:
            rate += share
    return percentage(rate * 100, f"{path}.tax_lines"), amount


def _fees(data, lines):
    """Duties, fees and a tip: told for the order, not as lines."""
    fees = [
        (
            name,
            decimal(
                mapping(mapping(data.get(key), key).get("shop_money"), key).get(
                    "amount"
                ),
                f"{key}.amount",
                ZERO,
            ),
        )
        for name, key in (
            ("Duties", "current_total_duties_set"),
            ("Additional fees", "current_total_additional_fees_set"),
        )
    ]
    if not any(line.kind == "fee" for line in lines):
        tip = decimal(data.get("total_tip_received"), "total_tip_received", ZERO)
        fees.append(("Tip", tip))
    return [
        Line(
            kind="fee",
            external_id=name.lower().replace(" ", "-"),
            name=name,
            unit_price=amount,
            tax_rate=ZERO,
            tax_amount=ZERO,
        )
        for name, amount in fees
        if amount
    ]


def _with_order_tax(data, lines):
    """Spread a tax that is told for the order only (old API versions)."""
    if any(line.tax_amount is not None for line in lines if line.kind == "product"):
        return lines
    left = decimal(data.get("total_tax"), "total_tax")
    base = sum((line.total for line in lines if line.kind == "product"), ZERO)
    if left is None or not base:
        return lines
    taxes = rows(data.get("tax_lines"), "tax_lines")
    rate = (
        decimal(taxes[0][1].get("rate"), "tax_lines[0].rate")
        if (len(taxes) == 1)
        else None
    )
    result, so_far, given, whole = [], ZERO, ZERO, left
    for line in lines:
        if line.kind == "product":
            so_far += line.total
            upto = to_cents(whole * so_far / base)
            line = replace(
                line,
                tax_amount=upto - given,
                tax_rate=line.tax_rate
                if rate is None
                else percentage(rate * 100, "tax_lines"),
            )
            given = upto
        result.append(line)
    return result


def _with_order_discount(data, lines, total, included):
    """Add a discount that Shopify took off the order but off no line."""
    told = decimal(
        data.get("current_total_discounts", data.get("total_discounts")),
        "total_discounts",
        ZERO,
    )
    missing = told - sum((line.discount for line in lines), ZERO)
    if missing <= 0 or sum_of(lines, included) - total != missing:
        return lines
    codes = [
        text(row.get("code"))
        for _path, row in rows(data.get("discount_codes"), "discount_codes")
    ]
    return [
        *lines,
        Line(
            kind="discount",
            external_id="discount",
            unit_price=-missing,
            name=", ".join(filter(None, codes)) or "Discount",
            tax_rate=ZERO,
            tax_amount=ZERO,
        ),
    ]
