"""Order files as customers and shops export them: CSV and XLSX."""

import csv
import io

from .spec import ZERO, Message, cents

# Field, and its heading by language.
_COLUMNS = (
    ("number", {"en": "Order No.", "de": "Bestellnr.", "zh": "订单号"}),
    ("date", {"en": "Order Date", "de": "Bestelldatum", "zh": "下单日期"}),
    ("paid", {"en": "Payment Status", "de": "Zahlungsstatus", "zh": "付款状态"}),
    ("currency", {"en": "Currency", "de": "Währung", "zh": "币种"}),
    ("sku", {"en": "SKU", "de": "Artikel-Nr.", "zh": "商品编码"}),
    ("name", {"en": "Description", "de": "Bezeichnung", "zh": "商品名称"}),
    ("quantity", {"en": "Quantity", "de": "Menge", "zh": "数量"}),
    ("price", {"en": "Unit Price", "de": "Einzelpreis", "zh": "单价"}),
    ("shipping", {"en": "Shipping Cost", "de": "Versandkosten", "zh": "运费"}),
    ("discount", {"en": "Discount Amount", "de": "Rabattbetrag", "zh": "优惠金额"}),
    ("total", {"en": "Order Total", "de": "Gesamtbetrag", "zh": "订单金额"}),
    ("included", {"en": "Tax Included", "de": "Brutto", "zh": "含税"}),
    ("email", {"en": "E-mail", "de": "E-Mail", "zh": "邮箱"}),
    ("buyer", {"en": "Recipient", "de": "Empfänger", "zh": "收货人"}),
    ("phone", {"en": "Phone", "de": "Telefon", "zh": "电话"}),
    ("street", {"en": "Street", "de": "Straße", "zh": "详细地址"}),
    ("district", {"en": "District", "de": "Landkreis", "zh": "区县"}),
    ("city", {"en": "City", "de": "Ort", "zh": "城市"}),
    ("state", {"en": "State", "de": "Bundesland", "zh": "省份"}),
    ("zip", {"en": "ZIP", "de": "PLZ", "zh": "邮编"}),
    ("country", {"en": "Country", "de": "Land", "zh": "国家"}),
    ("note", {"en": "Note", "de": "Bemerkung", "zh": "备注"}),
)
_PAID = {
    "en": ("paid", "pending"),
    "de": ("bezahlt", "offen"),
    "zh": ("已付款", "待付款"),
}
_CANCELLED = {"en": "cancelled", "de": "storniert", "zh": "已取消"}
_YES_NO = {"en": ("yes", "no"), "de": ("ja", "nein"), "zh": ("是", "否")}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def build(order, secrets, now):
    """Return a CSV with one order.

    :param SampleOrder order:
    :rtype: Message
    """
    return build_many([order], secrets, now)


def build_many(orders, secrets, now, encoding="utf-8", delimiter=",", language="en"):
    """Return a CSV with several orders.

    Order fields stand in the first row of an order only. German files have
    decimal commas and dates with the day first.

    :param list orders: of `SampleOrder`.
    :param str language: ``en``, ``de`` or ``zh``, of the headings.
    :rtype: Message
    """
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [[_text(cell, language) for cell in row] for row in _rows(orders, language)]
    )
    return Message(
        body=out.getvalue().encode(encoding),
        content_type=f"text/csv; charset={encoding}",
        filename=_filename(orders, "csv"),
    )


def build_xlsx(orders, secrets, now, language="en"):
    """Return an Excel file with several orders, numbers and dates as such.

    :param list orders: of `SampleOrder`.
    :rtype: Message
    """
    from openpyxl import Workbook

    book = Workbook()
    for row in _rows(orders, language):
        book.active.append(
            [
                cell.replace(tzinfo=None) if hasattr(cell, "tzinfo") else cell
                for cell in row
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return Message(
        body=out.getvalue(), content_type=_XLSX, filename=_filename(orders, "xlsx")
    )


def order_number(order):
    """Return the number that the files give an order."""
    return f"F-{order.number:06d}"


def _filename(orders, suffix):
    return f"orders-{orders[0].number}-{orders[-1].number}.{suffix}"


def _rows(orders, language):
    yield [headings[language] for _field, headings in _COLUMNS]
    for order in orders:
        head = _order_cells(order, language)
        for line in order.lines:
            cells = {
                **head,
                "number": order_number(order),
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "price": cents(line.unit_price),
            }
            yield [cells.get(field, "") for field, _headings in _COLUMNS]
            head = {}


def _order_cells(order, language):
    buyer = order.buyer
    paid, unpaid = _PAID[language]
    yes, no = _YES_NO[language]
    net = order.goods + order.shipping - order.discount
    tax = ZERO if order.prices_include_tax else cents(net * order.tax_rate / 100)
    status = _CANCELLED[language] if order.cancelled else paid if order.paid else unpaid
    return {
        "date": order.placed_at.replace(microsecond=0),
        "paid": status,
        "currency": order.currency,
        "shipping": cents(order.shipping),
        "discount": cents(order.discount),
        "total": cents(net + tax),
        "included": yes if order.prices_include_tax else no,
        "email": buyer.email,
        "buyer": buyer.name,
        "phone": buyer.phone,
        "street": buyer.street,
        "district": buyer.district,
        "city": buyer.city,
        "state": buyer.state,
        "zip": buyer.zip,
        "country": buyer.country_code,
        "note": order.note,
    }


def _text(cell, language):
    if hasattr(cell, "tzinfo"):
        form = "%d.%m.%Y %H:%M:%S %z" if language == "de" else "%Y-%m-%d %H:%M:%S %z"
        return cell.strftime(form)
    if hasattr(cell, "quantize"):
        return str(cell).replace(".", ",") if language == "de" else str(cell)
    return cell
