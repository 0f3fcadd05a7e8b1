"""EDI orders in UBL 2.1 and Peppol BIS 3: Order, OrderChange, OrderCancellation.

An order is known by its buyer's electronic address and its number, not by its
date: changes and cancellations refer to it by number alone. It is not paid but
on account, so it is ``unpaid`` with the tag ``on_account``; a prepayment is what
the buyer claims, so it is a pending payment. Prices are net.
"""

from ..document import ZERO, Line, OrderDocument, Payment, revision_of
from .base import Adapter, AdapterError
from .ubl_party import buyer_id, party_id, read_delivery, read_party
from .ubl_response import order_response
from .ubl_xml import (
    amount,
    every,
    flag,
    load,
    moment,
    name_of,
    number,
    one,
    place,
    required,
    text,
    texts,
)

# Several messages on one day without a time follow in this order.
START_OF_DAY = "00:00:00"
END_OF_DAY = "23:59:59"
AFTER_ALL = "23:59:59.999999"

# Documents of the ordering process that answer us; nothing to do with them here.
ANSWERS = ("OrderResponse", "OrderResponseSimple", "ApplicationResponse")
# UN/ECE 5305: categories without tax, which may come without a percentage.
UNTAXED = ("Z", "E", "O", "AE", "K", "G")
# UN/ECE 7161: charges for bringing the goods.
FREIGHT = ("FC", "DL", "SAA", "ABL", "TD")
DELETED = "2"

# What the seller's side may want to see: label and path.
REFERENCES = (
    ("CustomerReference", "cbc:CustomerReference"),
    ("AccountingCost", "cbc:AccountingCost"),
    ("AccountingCost", "cbc:AccountingCostCode"),
    ("SalesOrderID", "cbc:SalesOrderID"),
    ("Quotation", "cac:QuotationDocumentReference/cbc:ID"),
    ("Contract", "cac:Contract/cbc:ID"),
    ("Project", "cac:ProjectReference/cbc:ID"),
    ("Originator", "cac:OriginatorDocumentReference/cbc:ID"),
    ("DeliveryTerms", "cac:DeliveryTerms/cbc:ID"),
    ("DeliveryTerms", "cac:DeliveryTerms/cbc:SpecialTerms"),
    ("PaymentTerms", "cac:PaymentTerms/cbc:Note"),
)


class UblAdapter(Adapter):
    """Reads UBL orders; pushes are signed the suite's own way."""

    kind = "ubl"
    label = "EDI (UBL, Peppol)"
    option_fields = ("endpoint", "company_name")

    def parse(self, request, settings):
        """Read one document; see `base.Adapter.parse`."""
        root = load(request.body)
        kind = name_of(root)
        if kind == "Order":
            return _order(root, settings, "order")
        if kind == "OrderChange":
            return _order(root, settings, "change")
        if kind == "OrderCancellation":
            return _cancellation(root, settings)
        if kind in ANSWERS:
            answered = text(root, "cac:OrderReference/cbc:ID")
            buyer = party_id(one(root, "cac:BuyerCustomerParty/cac:Party"))
            return OrderDocument(
                external_id=f"{buyer}/{answered}" if buyer else answered,
                kind="ignored",
                number=answered,
                note=f"{kind} {text(root, 'cbc:ID')}",
            )
        raise AdapterError("unsupported", value=kind)


def _key(root, order_number):
    return f"{buyer_id(root)}/{order_number}"


def _issued(root, settings, default_time):
    required(root, "cbc:IssueDate")
    return moment(
        root, "cbc:IssueDate", "cbc:IssueTime", settings.timezone, default_time
    )


def _cancellation(root, settings):
    order_number = required(root, "cac:OrderReference/cbc:ID")
    notes = texts(root, "cbc:CancellationNote") + texts(root, "cbc:Note")
    return OrderDocument(
        external_id=_key(root, order_number),
        kind="cancel",
        number=order_number,
        revision=revision_of(_issued(root, settings, AFTER_ALL)),
        status="cancelled",
        currency=settings.currency,
        customer=read_party(one(root, "cac:BuyerCustomerParty/cac:Party")),
        note="\n".join(notes),
    )


def _order(root, settings, kind):
    change = kind == "change"
    path = "cac:OrderReference/cbc:ID" if change else "cbc:ID"
    order_number = required(root, path)
    issued = _issued(root, settings, END_OF_DAY if change else START_OF_DAY)
    currency = (
        text(root, "cbc:DocumentCurrencyCode")
        or text(root, "cbc:PricingCurrencyCode")
        or settings.currency
    )
    buyer = read_party(one(root, "cac:BuyerCustomerParty/cac:Party"))
    totals = _Totals(root, currency)
    lines, unpriced = _lines(root, currency)
    tags = {"on_account": not totals.is_prepaid, "no_price": unpriced}
    return OrderDocument(
        external_id=_key(root, order_number),
        kind=kind,
        number=order_number,
        revision=revision_of(issued, _sequence(root) if change else 0),
        status="unpaid",
        ordered_at=None if change else issued,
        promised_at=_promised(root, settings),
        currency=currency,
        prices_include_tax=False,
        customer=buyer,
        shipping=read_delivery(root, buyer),
        billing=read_party(one(root, "cac:AccountingCustomerParty/cac:Party")),
        lines=(*lines, *_order_charges(root, currency), *totals.rounding_line()),
        payments=totals.payments(),
        total=totals.total,
        tax_total=totals.tax,
        shipping_method=text(
            root, "cac:Delivery/cac:CarrierParty/cac:PartyName/cbc:Name"
        ),
        note="\n".join(texts(root, "cbc:Note")),
        internal_note="\n".join(
            f"{label}: {value}"
            for label, path in REFERENCES
            for value in texts(root, path)
        ),
        tags=tuple(tag for tag, given in tags.items() if given),
    )


def _sequence(root):
    digits = "".join(c for c in text(root, "cbc:SequenceNumberID") if c in "0123456789")
    return int(digits[-6:] or 0)


def _promised(root, settings):
    """The end of the period asked for, of the order or the earliest of its lines."""
    for scope in (
        every(root, "cac:Delivery"),
        every(root, "cac:OrderLine/cac:LineItem/cac:Delivery"),
    ):
        found = [when for one_of in scope if (when := _latest(one_of, settings))]
        if found:
            return min(found)
    return None


def _latest(delivery, settings):
    period = one(delivery, "cac:RequestedDeliveryPeriod")
    for element, name in (
        (period, "End"),
        (period, "Start"),
        (delivery, "LatestDelivery"),
        (one(delivery, "cac:Despatch"), "RequestedDespatch"),
    ):
        when = moment(
            element, f"cbc:{name}Date", f"cbc:{name}Time", settings.timezone, END_OF_DAY
        )
        if when:
            return when
    return None


# ---- money -------------------------------------------------------------------


class _Totals:
    """What the document says of its totals.

    Before Peppol, ``PayableAmount`` of an order was often without tax. That shows
    when it equals lines, charges and allowances; then the tax is added.
    """

    def __init__(self, root, currency):
        totals = one(root, "cac:AnticipatedMonetaryTotal")
        if totals is None:
            totals = one(root, "cac:RequestedMonetaryTotal")

        def told(name, default=None):
            return amount(totals, f"cbc:{name}", currency, default)

        self.currency = currency
        self.rounding = told("PayableRoundingAmount", ZERO)
        self.prepaid = told("PrepaidAmount", ZERO)
        taxes = [
            value
            for total in every(root, "cac:TaxTotal")
            if (value := amount(total, "cbc:TaxAmount", currency)) is not None
        ]
        self.tax = sum(taxes, ZERO) if taxes else None
        inclusive, payable = told("TaxInclusiveAmount"), told("PayableAmount")
        self.total = None
        if inclusive is not None:
            self.total = inclusive + self.rounding
        elif payable is not None:
            self.total = payable + self.prepaid
            net = (
                told("LineExtensionAmount", ZERO)
                + told("ChargeTotalAmount", ZERO)
                - told("AllowanceTotalAmount", ZERO)
            )
            if self.total == net + self.rounding:
                self.total += self.tax or ZERO

    @property
    def is_prepaid(self):
        """Whether nothing is left to pay on account."""
        return self.total is not None and 0 < self.total <= self.prepaid

    def payments(self):
        if not self.prepaid:
            return ()
        return (
            Payment(
                method="prepaid", amount=self.prepaid, currency=self.currency,
                state="pending",
            ),
        )

    def rounding_line(self):
        if not self.rounding:
            return ()
        return (
            Line(
                kind="fee" if self.rounding > 0 else "discount",
                external_id="rounding",
                name="Rounding",
                unit_price=self.rounding,
                tax_rate=ZERO,
            ),
        )


def _rate(category):
    percent = number(category, "cbc:Percent") if category is not None else None
    if percent is None and text(category, "cbc:ID") in UNTAXED:
        return ZERO
    return percent


def _order_charges(root, currency):
    """Lines for the allowances and charges of the whole order."""
    for index, charge in enumerate(every(root, "cac:AllowanceCharge"), start=1):
        added = flag(charge, "cbc:ChargeIndicator")
        reason = text(charge, "cbc:AllowanceChargeReasonCode")
        value = _charge_amount(charge, currency)
        kind = "shipping" if reason in FREIGHT else "fee"
        yield Line(
            kind=kind if added else "discount",
            external_id=f"{'charge' if added else 'allowance'}-{index}",
            name=text(charge, "cbc:AllowanceChargeReason") or reason,
            unit_price=value if added else -value,
            tax_rate=_rate(one(charge, "cac:TaxCategory")),
        )


def _charge_amount(charge, currency):
    value = amount(charge, "cbc:Amount", currency)
    if value is None:
        raise AdapterError("missing", path=place(charge, "cbc:Amount"))
    return value


# ---- lines -------------------------------------------------------------------


def _lines(root, currency):
    """Return the lines, and whether one of them has no price at all."""
    lines, unpriced = [], False
    elements = every(root, "cac:OrderLine")
    if not elements:
        raise AdapterError("missing", path=place(root, "cac:OrderLine"))
    for element in elements:
        item = one(element, "cac:LineItem")
        if item is None:
            raise AdapterError("missing", path=place(element, "cac:LineItem"))
        line, charges, has_price = _line(element, item, currency)
        lines += [line, *charges]
        unpriced = unpriced or not has_price
    return lines, unpriced


def _line(element, item, currency):
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
        value = _charge_amount(charge, currency)
        added = flag(charge, "cbc:ChargeIndicator")
        if added == (value < 0):
            # an allowance, or a charge that is negative
            discount += abs(value)
        else:
            charges.append(Line(
                kind="fee",
                external_id=f"{line_id}-charge-{len(charges) + 1}",
                name=text(charge, "cbc:AllowanceChargeReason")
                or text(charge, "cbc:AllowanceChargeReasonCode"),
                unit_price=abs(value),
                tax_rate=rate,
            ))
    fees = sum((fee.unit_price for fee in charges), ZERO)
    price = _unit_price(item, currency, quantity, discount - fees)
    deleted = text(item, "cbc:LineStatusCode") == DELETED
    unit = one(item, "cbc:Quantity")
    line = Line(
        external_id=line_id,
        listing_id=text(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        sku=text(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        barcode=_barcode(item),
        name=text(item, "cac:Item/cbc:Name")
        or text(item, "cac:Item/cbc:Description"),
        quantity=ZERO if deleted else quantity,
        unit_price=price or ZERO,
        discount=ZERO if deleted else discount,
        tax_rate=rate,
        tax_amount=ZERO if deleted else _line_tax(item, currency),
        uom=unit.get("unitCode", ""),
        note=_note(element, item),
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
                "invalid", path=place(item, "cac:Price/cbc:BaseQuantity"),
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


ADAPTER = UblAdapter()

__all__ = ["ADAPTER", "UblAdapter", "order_response"]
