"""EDI orders in UBL 2.1 and Peppol BIS 3: Order, OrderChange, OrderCancellation.

An order is known by its buyer's electronic address and its number, not by its
date: changes and cancellations refer to it by number alone. It is not paid but
on account, so it is ``unpaid`` with the tag ``on_account``; a prepayment is what
the buyer claims, so it is a pending payment. Prices are net.
"""

from datetime import UTC, datetime, timedelta

from ...document import ZERO, Line, OrderDocument, Payment, revision_of
from ..base import Adapter, AdapterError
from .lines import order_charges, read_lines
from .party import buyer_id, party_id, read_company, read_delivery
from .response import order_response
from .xml import (
    amount,
    every,
    load,
    moment,
    name_of,
    one,
    place,
    required,
    text,
    texts,
)

END_OF_DAY = "23:59:59"
# When a day has ended everywhere, counted from its start in UTC.
DAY_IS_OVER = timedelta(hours=36)

# Documents of the ordering process that answer us; nothing to do with them here.
ANSWERS = ("OrderResponse", "OrderResponseSimple", "ApplicationResponse")
# What the seller's side may want to see: label and path.
REFERENCES = (
    ("Contact", "cac:BuyerCustomerParty/cac:Party/cac:Contact/cbc:Name"),
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


def _issued(root, settings):
    required(root, "cbc:IssueDate")
    return moment(root, "cbc:IssueDate", "cbc:IssueTime", settings.timezone)


def _revision(root, issued, kind):
    """Order, changes by their number, cancellation, in this order within a day.

    Times are optional and zones are often left out, so times alone could put a
    change before its order; such a change would be taken for an old one.
    """
    if kind == "order":
        return revision_of(issued)
    date = text(root, "cbc:IssueDate")
    day = datetime.fromisoformat(date[:10]).replace(tzinfo=UTC)
    try:
        day += DAY_IS_OVER
    except OverflowError as error:
        raise AdapterError(
            "invalid", path=place(root, "cbc:IssueDate"), value=date
        ) from error
    if kind == "cancel":
        return revision_of(day + timedelta(seconds=1))
    seconds = issued.hour * 3600 + issued.minute * 60 + issued.second
    return revision_of(day, _sequence(root) or seconds)


def _cancellation(root, settings):
    order_number = required(root, "cac:OrderReference/cbc:ID")
    notes = texts(root, "cbc:CancellationNote") + texts(root, "cbc:Note")
    issued = _issued(root, settings)
    return OrderDocument(
        external_id=_key(root, order_number),
        kind="cancel",
        number=order_number,
        revision=_revision(root, issued, "cancel"),
        status="cancelled",
        currency=settings.currency,
        customer=read_company(one(root, "cac:BuyerCustomerParty/cac:Party")),
        note="\n".join(notes),
    )


def _order(root, settings, kind):
    change = kind == "change"
    path = "cac:OrderReference/cbc:ID" if change else "cbc:ID"
    order_number = required(root, path)
    issued = _issued(root, settings)
    currency = (
        text(root, "cbc:DocumentCurrencyCode")
        or text(root, "cbc:PricingCurrencyCode")
        or settings.currency
    )
    buyer = read_company(one(root, "cac:BuyerCustomerParty/cac:Party"))
    totals = _Totals(root, currency)
    lines, unpriced = read_lines(root, currency, buyer_id(root))
    tags = {"on_account": not totals.is_prepaid, "no_price": unpriced}
    return OrderDocument(
        external_id=_key(root, order_number),
        kind=kind,
        number=order_number,
        revision=_revision(root, issued, kind),
        status="unpaid",
        ordered_at=None if change else issued,
        promised_at=_promised(root, settings),
        currency=currency,
        prices_include_tax=False,
        customer=buyer,
        shipping=read_delivery(root, buyer),
        billing=read_company(one(root, "cac:AccountingCustomerParty/cac:Party")),
        lines=(*lines, *order_charges(root, currency), *totals.rounding_line()),
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
                method="prepaid",
                amount=self.prepaid,
                currency=self.currency,
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


ADAPTER = UblAdapter()

__all__ = ["ADAPTER", "UblAdapter", "order_response"]
