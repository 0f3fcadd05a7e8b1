"""One order out of the rows of a table."""

from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

from ...document import (
    STATUSES,
    ZERO,
    Doubt,
    Line,
    OrderDocument,
    Party,
    Payment,
    revision_of,
)
from ..base import AdapterError
from ..countries import country_code
from ..values import currency_of, parse_moment, parse_number
from .cells import cell_text
from .fields import PARTY_FIELDS, normalize
from .layout import channel_columns

_STATUS_WORDS = {
    "unpaid": (
        "unpaid|pending|open|new|offen|neu|unbezahlt|authorized|partially paid|"
        "expired|待付款|未付款|未支付|待支付|部分付款"
    ),
    "paid": (
        "paid|processing|bezahlt|partially refunded|已付款|已支付|待发货|买家已付款|"
        "等待卖家发货"
    ),
    "hold": "hold|on hold|angehalten|挂起|暂停",
    "part_shipped": "part shipped|partial|partially shipped|teilversandt|部分发货",
    "shipped": (
        "shipped|fulfilled|versandt|verschickt|geliefert|已发货|卖家已发货|"
        "等待买家确认收货"
    ),
    "done": "done|completed|complete|finished|abgeschlossen|erledigt|已完成|交易成功",
    "cancelled": ("cancelled|canceled|voided|storniert|已取消|取消|交易关闭|已关闭"),
    "refunded": "refunded|erstattet|已退款",
}
STATUS_OF = {
    normalize(word): status
    for status, words in _STATUS_WORDS.items()
    for word in words.split("|")
} | {normalize(status): status for status in STATUSES}
_NOT_SHIPPED = frozenset(
    ("", "unfulfilled", "unshipped", "not shipped", "未发货", "待发货", "offen")
)
_PAID = ("paid", "part_shipped", "shipped", "done")
_YES = frozenset(("yes", "true", "1", "y", "ja", "是", "含税"))
_NO = frozenset(("no", "false", "0", "n", "nein", "否", "不含税", "未税"))


def build_order(layout, rows, key, settings):
    """Make a document of the rows of one order.

    :param table_layout.Layout layout:
    :param list rows: pairs of row number and cells; order fields are taken from
        the first row that has them.
    :param str key: id of the order where no column holds one.
    :param ChannelSettings settings:
    :rtype: OrderDocument
    :raise AdapterError: naming heading, column and row of the cell.
    """
    return _OrderReader(layout, rows, key, settings).document()


class _OrderReader:
    def __init__(self, layout, rows, key, settings):
        self.layout = layout
        self.rows = rows
        self.key = key
        self.settings = settings
        self.zone = ZoneInfo(settings.timezone or "UTC")
        self.unpriced = False

    # ---- cells ----

    def find(self, name):
        """Return the first row number and non-blank cell of an order field."""
        for number, row in self.rows:
            cell = self.layout.cell(row, name)
            if cell != "":
                return number, cell
        return 0, self.layout.letterhead.get(name, "")

    def text(self, name):
        return cell_text(self.find(name)[1])

    def error(self, code, name, number, **details):
        return AdapterError(
            code,
            path=self.layout.where(name, number or self.rows[0][0]),
            row=number,
            column=self.layout.heading(name),
            **details,
        )

    def amount(self, name, number, cell):
        if cell == "" or isinstance(cell, Decimal):
            return None if cell == "" else cell
        amount = parse_number(cell_text(cell), self.layout.mark)
        if amount is None:
            raise self.error("invalid", name, number, value=cell_text(cell))
        return amount

    def order_amount(self, name):
        return self.amount(name, *self.find(name))

    def moment(self, name, end_of_day=False):
        number, cell = self.find(name)
        if cell == "":
            return None
        moment = parse_moment(
            cell_text(cell), self.zone, self.layout.date_order, end_of_day
        )
        if moment is None:
            raise self.error("invalid", name, number, value=cell_text(cell))
        return moment.astimezone(UTC)

    # ---- the document ----

    def document(self):
        lines = [
            self.product_line(position, number, row)
            for position, (number, row) in enumerate(self.rows, start=1)
        ]
        status = self.status()
        paid_at = self.moment("paid_at")
        # How far the order is. When it was ordered tells nothing of that, and a
        # correction may put that right.
        stamps = [paid_at, self.moment("shipped_at"), self.moment("cancelled_at")]
        included = self.includes_tax()
        currency = self.currency()
        total = self.order_amount("total")
        shipping = self.party("ship")
        tags = [tag.strip() for tag in self.text("tags").split(",") if tag.strip()]
        return OrderDocument(
            external_id=self.text("external_id") or self.text("number") or self.key,
            number=self.text("number"),
            kind="order",
            revision=revision_of(max(filter(None, stamps), default=None)),
            status=status,
            ordered_at=self.moment("ordered_at"),
            promised_at=self.moment("promised_at", end_of_day=True),
            currency=currency,
            prices_include_tax=included,
            customer=self.customer(shipping),
            shipping=shipping,
            billing=self.party("bill"),
            lines=(*lines, *self.order_lines(lines)),
            payments=self.payments(status, total, currency, paid_at),
            total=total,
            tax_total=self.order_amount("tax_total"),
            shipping_method=self.text("shipping_method"),
            note=self.text("note"),
            internal_note=self.text("internal_note"),
            tags=tuple(tags + ["unpriced"] * self.unpriced),
            doubts=self.doubts(),
        )

    def doubts(self):
        """What the file says and nobody reads: columns, sheets, odd countries.

        :rtype: tuple[Doubt]
        """
        columns = channel_columns(self.settings.options)
        found = [
            Doubt("column", f"{heading}: {first}" if heading else first)
            for heading, first in self.layout.unknown_columns(columns)
        ]
        if sheets := self.text("unread_sheets"):
            found.append(Doubt("sheet", sheets))
        for whose in ("ship", "bill"):
            told = self.text(f"{whose}_country")
            if told and not country_code(told):
                found.append(Doubt("country", told))
        return tuple(dict.fromkeys(found))

    def status(self):
        """The order's state, from up to three columns; said wrongly is an error."""
        if self.find("cancelled_at")[1] != "":
            return "cancelled"
        found = str(self.settings.options.get("status") or "unpaid")
        for name in ("status", "financial_status"):
            number, cell = self.find(name)
            if cell != "":
                found = STATUS_OF.get(normalize(cell_text(cell)))
                if not found:
                    raise self.error("invalid", name, number, value=cell_text(cell))
        number, cell = self.find("fulfillment_status")
        shipped = normalize(cell_text(cell))
        ended = ("cancelled", "refunded", "hold", "done")
        if shipped in _NOT_SHIPPED or found in ended:
            return found
        if STATUS_OF.get(shipped) not in ("part_shipped", "shipped", "done"):
            raise self.error(
                "invalid", "fulfillment_status", number, value=cell_text(cell)
            )
        return STATUS_OF[shipped]

    def includes_tax(self):
        """Told, or seen in the totals: the tax is in the subtotal or on top of it."""
        number, cell = self.find("prices_include_tax")
        told = normalize(cell_text(cell))
        if told:
            if told not in _YES | _NO:
                raise self.error(
                    "invalid", "prices_include_tax", number, value=cell_text(cell)
                )
            return told in _YES
        subtotal, total = self.order_amount("subtotal"), self.order_amount("total")
        tax = self.order_amount("tax_total")
        if subtotal is not None and total is not None and tax:
            net = subtotal + (self.order_amount("shipping_cost") or ZERO)
            if net == total:
                return True
            if net + tax == total:
                return False
        return self.settings.prices_include_tax

    def currency(self):
        told = self.text("currency")
        if told:
            return currency_of(told) or told.upper()
        for name in ("price", "line_total", "total"):
            if seen := currency_of(self.text(name)):
                return seen
        return self.settings.currency

    # ---- parties ----

    def party(self, whose):
        def part(name):
            return self.text(f"{whose}_{name}")

        country = part("country")
        parts = {name: part(name) for name in PARTY_FIELDS}
        # Excel's and Shopify's guard against losing leading zeros
        parts["zip"] = parts["zip"].lstrip("'")
        parts["phone"] = parts["phone"].lstrip("'")
        if not any(parts.values()):
            return Party()
        if whose == "ship":
            parts["phone"] = parts["phone"] or self.text("phone").lstrip("'")
        return Party(**parts, country_code=country_code(country))

    def customer(self, shipping):
        billing = self.party("bill")
        name = self.text("customer_name") or billing.name or shipping.name
        return Party(
            external_id=self.text("customer_id"),
            name=name,
            company=self.text("company") or billing.company or shipping.company,
            email=self.text("email"),
            phone=(self.text("phone") or billing.phone or shipping.phone).lstrip("'"),
            vat=self.text("vat"),
        )

    # ---- lines ----

    def product_line(self, position, number, row):
        def get(name):
            return cell_text(self.layout.cell(row, name))

        def amount(name):
            return self.amount(name, number, self.layout.cell(row, name))

        sku, barcode, name = get("sku"), get("barcode"), get("line_name")
        if not (sku or barcode or name or get("listing_id")):
            where = next(
                field
                for field in ("sku", "barcode", "line_name", "listing_id")
                if field in self.layout.places
            )
            raise self.error("missing", where, number)
        if (
            "sku" not in self.layout.places
            and name
            and " " not in name
            and any(char.isdigit() for char in name)
            and name.isascii()
        ):
            sku = name
        quantity = amount("quantity")
        if quantity is None:
            raise self.error("missing", "quantity", number)
        if quantity < 0:
            raise self.error("invalid", "quantity", number, value=get("quantity"))
        price, is_told = self.price(amount, quantity)
        return Line(
            kind="product",
            external_id=get("line_id") or str(position),
            listing_id=get("listing_id"),
            sku=sku,
            barcode=barcode,
            name=name,
            quantity=quantity,
            unit_price=price,
            discount=self.line_discount(number, get("line_discount"), price * quantity),
            tax_rate=amount_of_percent(get("tax_rate"), lambda: amount("tax_rate")),
            uom=get("uom"),
            note=get("line_note"),
            line_total=amount("line_total"),
            price_told=is_told,
        )

    def price(self, amount, quantity):
        """The price of one unit, and whether the file tells any.

        :rtype: tuple[Decimal, bool]
        """
        price, total = amount("price"), amount("line_total")
        if price is not None:
            return price, True
        if total is not None and quantity:
            return total / quantity, True
        self.unpriced = self.unpriced or total is None
        return ZERO, False

    def line_discount(self, number, text, gross):
        if text.endswith(("%", "％")):
            percent = self.amount("line_discount", number, text.rstrip("%％ "))
            return (gross * percent / 100).quantize(Decimal("0.01"))
        return abs(self.amount("line_discount", number, text) or ZERO)

    def order_lines(self, lines):
        """Shipping and the discount that the lines don't show yet."""
        result = []
        shipping = self.order_amount("shipping_cost")
        if shipping:
            result.append(
                Line(
                    kind="shipping",
                    external_id="shipping",
                    name=self.text("shipping_method"),
                    unit_price=shipping,
                )
            )
        discount = abs(self.order_amount("discount_amount") or ZERO)
        subtotal = self.order_amount("subtotal")
        goods = sum((line.total for line in lines), ZERO)
        if discount and goods != subtotal:
            result.append(
                Line(
                    kind="discount",
                    external_id="discount",
                    name=self.text("discount_code"),
                    unit_price=-discount,
                )
            )
        return result

    def payments(self, status, total, currency, paid_at):
        refunded = self.order_amount("refunded_amount") or ZERO
        # A shipped order is paid only when the file says so.
        word = STATUS_OF.get(normalize(self.text("financial_status")), status)
        if word not in _PAID or not total or (word != "paid" and not paid_at):
            return ()
        return (
            Payment(
                external_id=self.text("payment_reference"),
                method=self.text("payment_method"),
                amount=total - refunded,
                currency=currency,
                state="done",
                paid_at=paid_at,
            ),
        )


def amount_of_percent(text, read):
    """Read a tax rate: ``19``, ``19 %`` and 0.19 (a cell shown as per cent).

    :param read: function returning the number of a text without per cent sign.
    """
    if text.endswith(("%", "％")):
        return parse_number(text.rstrip("%％ "), ",")
    rate = read()
    return rate * 100 if rate is not None and ZERO < rate < 1 else rate
