"""Order lines of UBL documents, with their prices, allowances, charges and taxes."""

from ...document import ZERO, Line
from ..base import AdapterError
from .xml import amount, every, flag, number, one, place, required, text, texts

# UN/ECE 5305: categories without tax, which may come without a percentage.
UNTAXED = ("Z", "E", "O", "AE", "K", "G")
# UN/ECE 7161: charges for bringing the goods.
FREIGHT = ("FC", "DL", "SAA")
DELETED = "2"


def _rate(category):
    percent = number(category, "cbc:Percent") if category is not None else None
    if percent is None and text(category, "cbc:ID") in UNTAXED:
        return ZERO
    return percent


def order_charges(root, currency):
    """Make lines of the allowances and charges of the whole order.

    :param str currency: of the document.
    """
    for index, charge in enumerate(every(root, "cac:AllowanceCharge"), start=1):
        reason = text(charge, "cbc:AllowanceChargeReasonCode")
        value = _signed_amount(charge, currency)
        kind = "shipping" if reason in FREIGHT else "fee"
        yield Line(
            kind=kind if value >= 0 else "discount",
            external_id=f"{'charge' if value >= 0 else 'allowance'}-{index}",
            name=text(charge, "cbc:AllowanceChargeReason") or reason,
            unit_price=value,
            tax_rate=_rate(one(charge, "cac:TaxCategory")),
        )


def _signed_amount(charge, currency):
    """What an allowance (below zero) or a charge changes the price by."""
    value = amount(charge, "cbc:Amount", currency)
    if value is None:
        raise AdapterError("missing", path=place(charge, "cbc:Amount"))
    return value if flag(charge, "cbc:ChargeIndicator") else -value


def read_lines(root, currency, buyer=""):
    """Return the lines, and whether one of them has no price at all.

    :param str currency: of the document.
    :param str buyer: whose article numbers the lines may bear.
    :rtype: tuple[list[Line], bool]
    :raise AdapterError: naming what is missing or can't be read.
    """
    lines, unpriced = [], False
    elements = every(root, "cac:OrderLine")
    if not elements:
        raise AdapterError("missing", path=place(root, "cac:OrderLine"))
    for element in elements:
        item = one(element, "cac:LineItem")
        if item is None:
            raise AdapterError("missing", path=place(element, "cac:LineItem"))
        line, charges, has_price = _line(element, item, currency, buyer)
        lines += [line, *charges]
        unpriced = unpriced or not has_price
    return lines, unpriced


def _line(element, item, currency, buyer):
    line_id = required(item, "cbc:ID")
    quantity = number(item, "cbc:Quantity")
    if quantity is None:
        raise AdapterError("missing", path=place(item, "cbc:Quantity"))
    if quantity < 0:
        raise AdapterError(
            "invalid", path=place(item, "cbc:Quantity"), value=str(quantity)
        )
    rate = _rate(one(item, "cac:Item/cac:ClassifiedTaxCategory"))
    discount, charges = ZERO, []
    for charge in every(item, "cac:AllowanceCharge"):
        value = _signed_amount(charge, currency)
        if value < 0:
            discount -= value
        else:
            charges.append(
                Line(
                    kind="fee",
                    external_id=f"{line_id}-charge-{len(charges) + 1}",
                    name=text(charge, "cbc:AllowanceChargeReason")
                    or text(charge, "cbc:AllowanceChargeReasonCode"),
                    unit_price=value,
                    tax_rate=rate,
                )
            )
    fees = sum((fee.unit_price for fee in charges), ZERO)
    price = _unit_price(item, currency, quantity, discount - fees)
    deleted = text(item, "cbc:LineStatusCode") == DELETED
    unit = one(item, "cbc:Quantity")
    total = amount(item, "cbc:LineExtensionAmount", currency)
    line = Line(
        external_id=line_id,
        listing_id=text(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        sku=text(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        barcode=_barcode(item),
        name=text(item, "cac:Item/cbc:Name") or text(item, "cac:Item/cbc:Description"),
        quantity=ZERO if deleted else quantity,
        unit_price=price or ZERO,
        discount=ZERO if deleted else discount,
        tax_rate=rate,
        tax_amount=ZERO if deleted else _line_tax(item, currency),
        uom=unit.get("unitCode", ""),
        note=_note(element, item),
        listing_scope=buyer,
        line_total=None if deleted or total is None else total - fees,
        price_told=price is not None,
    )
    return line, [] if deleted else charges, price is not None or deleted


def _unit_price(item, currency, quantity, off):
    """The net price of one unit, or None when the line tells none.

    The allowance inside of ``cac:Price`` only explains the price; it is net of it.
    """
    price = amount(item, "cac:Price/cbc:PriceAmount", currency)
    if price is not None:
        base = number(item, "cac:Price/cbc:BaseQuantity")
        if base is not None and base <= 0:
            raise AdapterError(
                "invalid",
                path=place(item, "cac:Price/cbc:BaseQuantity"),
                value=str(base),
            )
        return price if base in (None, 1) else price / base
    total = amount(item, "cbc:LineExtensionAmount", currency)
    return (total + off) / quantity if total is not None and quantity else None


def _line_tax(item, currency):
    told = amount(item, "cbc:TotalTaxAmount", currency)
    if told is None:
        told = amount(item, "cac:TaxTotal/cbc:TaxAmount", currency)
    return told


def _barcode(item):
    code = text(item, "cac:Item/cac:StandardItemIdentification/cbc:ID")
    if code.isdigit() and len(code) == 14 and code.startswith("0"):
        # A GTIN padded to 14 digits is the 13-digit code on the goods.
        return code[1:]
    return code


def _note(element, item):
    properties = [
        f"{text(prop, 'cbc:Name')}: {text(prop, 'cbc:Value')}"
        for prop in every(item, "cac:Item/cac:AdditionalItemProperty")
    ]
    notes = [*texts(element, "cbc:Note"), *texts(item, "cbc:Note"), *properties]
    return "\n".join(notes)
