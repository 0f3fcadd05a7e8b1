"""The canonical order document: the only language between adapters and the ORM.

An adapter turns bytes of a channel into `OrderDocument` objects; the intake
turns those into ``sale.order`` records. Everything here is frozen and knows
nothing of Odoo.

Conventions, the same for every channel:

- money is `decimal.Decimal` in major units of ``OrderDocument.currency``;
- times are timezone-aware `datetime.datetime` in UTC;
- quantities are `decimal.Decimal` in the unit the channel sells in;
- unknown text is ``""``, an unknown number or time is ``None``.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

ZERO = Decimal(0)

# What a document says happened.
KINDS = ("order", "change", "cancel", "refund", "enquiry", "ignored")

# Life cycle of the order on its channel.
STATUSES = (
    "unpaid",
    "paid",
    "hold",
    "part_shipped",
    "shipped",
    "done",
    "cancelled",
    "refunded",
)

LINE_KINDS = ("product", "shipping", "discount", "fee")
PAYMENT_STATES = ("pending", "authorized", "done", "refunded", "voided")


@dataclass(frozen=True)
class Party:
    """A customer, a recipient or a payer, as the channel names them.

    :param str external_id: the channel's own customer id.
    :param str country_code: ISO 3166-1 alpha-2, upper case.
    :param str state: name or code of the state or province.
    :param str district: county or district (区/县), where the channel has one.
    :param bool masked: name, phone or street were hidden by the marketplace.
    :param str token: what the marketplace wants back to print a waybill (OAID).
    :param bool unproven: nobody has shown that it is this customer: no account of a
        customer is used for it (see `authority`).
    """

    external_id: str = ""
    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    street2: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country_code: str = ""
    vat: str = ""
    lang: str = ""
    masked: bool = False
    token: str = ""
    unproven: bool = False

    def __bool__(self):
        """A party without any name, contact, address or id is false."""
        return any(
            (
                self.external_id,
                self.name,
                self.company,
                self.email,
                self.phone,
                self.street,
                self.city,
                self.zip,
                self.token,
            )
        )


@dataclass(frozen=True)
class Line:
    """One line: a product, the shipping, an order-wide discount or a fee.

    :param str kind: one of `LINE_KINDS`.
    :param str external_id: the channel's line id, unique inside the order.
    :param str listing_id: the channel's id of the product variant.
    :param Decimal quantity: ordered minus what was removed or refunded before
        shipping; 0 for a line that was cancelled.
    :param Decimal unit_price: price of one unit before ``discount``, with tax
        when ``OrderDocument.prices_include_tax``; negative on discount lines.
    :param Decimal discount: amount taken off the whole line, 0 or more. Shares
        of order-wide discounts that the channel attributes to the line are in it.
    :param tax_rate: percent, e.g. ``Decimal("19")``; None when unknown.
    :param tax_amount: tax of the whole line after discount; None when unknown.
    :param str uom: UN/ECE recommendation 20 code or the channel's unit name.
    :param str listing_scope: whose numbers ``listing_id`` and ``sku`` are, where they
        are a buyer's own; ``""`` for the channel's.
    :param line_total: what the message itself says the line costs, in the document's
        tax mode; None when not told.
    :param price_told: whether the message names a price, be it 0; None when the
        reader does not know.
    """

    kind: str = "product"
    external_id: str = ""
    listing_id: str = ""
    sku: str = ""
    barcode: str = ""
    name: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    discount: Decimal = ZERO
    tax_rate: Decimal | None = None
    tax_amount: Decimal | None = None
    uom: str = ""
    note: str = ""
    listing_scope: str = ""
    line_total: Decimal | None = None
    price_told: bool | None = None

    @property
    def total(self):
        """What the customer pays for the line, in the document's tax mode."""
        return self.quantity * self.unit_price - self.discount


@dataclass(frozen=True)
class Payment:
    """Money for the order, as far as the channel tells.

    :param str external_id: id of the payment on the channel or its provider.
    :param str method: e.g. ``'alipay'``, ``'paypal'``, ``'bacs'``.
    :param str state: one of `PAYMENT_STATES`.
    """

    external_id: str = ""
    method: str = ""
    amount: Decimal = ZERO
    currency: str = ""
    state: str = "done"
    paid_at: datetime | None = None


@dataclass(frozen=True)
class RefundLine:
    """A part of a refund: units taken back of one order line."""

    line_external_id: str = ""
    quantity: Decimal = ZERO
    amount: Decimal | None = None


@dataclass(frozen=True)
class Refund:
    """Money given back by the channel.

    :param bool restock: the goods come (or came) back into stock.
    """

    external_id: str = ""
    amount: Decimal = ZERO
    currency: str = ""
    reason: str = ""
    refunded_at: datetime | None = None
    restock: bool = False
    lines: tuple[RefundLine, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Words of a message that a person has to look at.

    :param str code: what is doubtful, e.g. ``'unsure'``, ``'column'``, ``'payment'``.
    :param str words: as the message has them.
    :param str where: the line, cell or reference they stand at.
    """

    code: str = ""
    words: str = ""
    where: str = ""


@dataclass(frozen=True)
class OrderDocument:
    """One thing that a channel said about one order.

    :param str kind: one of `KINDS`. An ``order`` is a snapshot of the whole
        order as it is now; a ``change`` replaces it; a ``cancel`` or ``refund``
        may carry only ids and amounts; an ``enquiry`` becomes a lead; an
        ``ignored`` one needs nothing (its ``note`` says why).
    :param str external_id: the channel's order id; unique per channel.
    :param str number: what people call the order (``#1001``).
    :param str revision: text whose order is the order in time, made with
        `revision_of`; a lower one than the order's last is out of date.
    :param total: what the customer pays in all, with tax; None when not told.
    :param promised_at: latest time to ship or deliver that the buyer was told.
    :param str note: what the buyer wrote.
    :param str internal_note: what the seller's side wrote.
    :param tuple doubts: of `Doubt`: what a person has to look at.
    """

    external_id: str
    kind: str = "order"
    number: str = ""
    revision: str = ""
    status: str = "paid"
    ordered_at: datetime | None = None
    promised_at: datetime | None = None
    currency: str = ""
    prices_include_tax: bool = False
    customer: Party = field(default_factory=Party)
    shipping: Party = field(default_factory=Party)
    billing: Party = field(default_factory=Party)
    lines: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    total: Decimal | None = None
    tax_total: Decimal | None = None
    shipping_method: str = ""
    subject: str = ""
    note: str = ""
    internal_note: str = ""
    tags: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown document kind {self.kind!r}")
        if self.status not in STATUSES:
            raise ValueError(f"unknown order status {self.status!r}")

    @property
    def product_lines(self):
        """The lines that are goods, cancelled ones included."""
        return tuple(line for line in self.lines if line.kind == "product")

    @property
    def paid_amount(self):
        """Sum of the payments that are done."""
        return sum((p.amount for p in self.payments if p.state == "done"), ZERO)

    @property
    def currencies(self):
        """Codes of the currencies of the order, of what was paid and given back."""
        codes = {p.currency for p in self.payments if p.state == "done" and p.amount}
        codes |= {refund.currency for refund in self.refunds if refund.amount}
        return (codes | {self.currency}) - {""}


def revision_of(moment=None, sequence=0):
    """Return a revision that sorts by time, then by sequence number.

    :param datetime moment: aware time of the change; None sorts first.
    :param int sequence: number of the change where the channel counts them.
    :rtype: str
    """
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f") if moment else "0"
    return f"{stamp}-{sequence:06d}"
