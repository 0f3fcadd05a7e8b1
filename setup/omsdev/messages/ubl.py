"""EDI messages in Peppol BIS 3 (UBL 2.1): order, change, cancellation.

Prices are net, as Peppol wants them; a gross order is written with net line
amounts and a tax amount that lead to the same total. Such orders are on account:
``SampleOrder.paid`` says nothing here.
"""

import hashlib
import hmac
import zlib
from datetime import UTC, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from .spec import Message, SampleOrder, cents

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
TRANSACTION = "urn:fdc:peppol.eu:poacc:trns:"
PROFILE = "urn:fdc:peppol.eu:poacc:bis:"
DELIVERY_DAYS = 5
MICRO = Decimal("0.000001")

ADDED, DELETED, CHANGED, UNCHANGED = "1", "2", "3", "4"


def build(order, secrets, now):
    """Write the order that a buyer's system would send.

    :param SampleOrder order: a cancelled one is written as its cancellation.
    :param Mapping secrets: ``webhook_secret``.
    :param datetime now: aware; goes into the signature.
    :rtype: Message
    """
    if order.cancelled:
        return build_cancel(order, secrets, now)
    head = [
        _id("CustomizationID", TRANSACTION + "order:3"),
        _id("ProfileID", PROFILE + "ordering:3"),
        _id("ID", number_of(order)),
        *_issued(order.placed_at),
        _id("OrderTypeCode", "220"),
        *_notes(order.note),
        _id("DocumentCurrencyCode", order.currency),
        _id("CustomerReference", f"REF-{order.number}"),
    ]
    return _sign(_document("Order", [*head, *_content(order, {})]), order, secrets, now)


def build_change(order, secrets, now, sequence=1, deleted=()):
    """Write a change that replaces the order by ``order``.

    :param SampleOrder order: as it is to be, deleted lines included.
    :param int sequence: number of the change, from 1.
    :param deleted: indexes of lines that are struck out.
    :rtype: Message
    """
    codes = {
        index: DELETED if index in deleted else CHANGED
        for index in range(len(order.lines))
    }
    head = [
        _id("CustomizationID", TRANSACTION + "order_change:3"),
        _id("ProfileID", PROFILE + "advanced_ordering:3"),
        _id("ID", f"{number_of(order)}-C{sequence}"),
        *_issued(order.placed_at + timedelta(hours=sequence)),
        _id("SequenceNumberID", str(sequence)),
        *_notes(order.note),
        _id("DocumentCurrencyCode", order.currency),
        _group("OrderReference", _id("ID", number_of(order))),
    ]
    return _sign(
        _document("OrderChange", [*head, *_content(order, codes)]), order, secrets, now
    )


def build_cancel(order, secrets, now, reason="Ordered by mistake"):
    """Write the cancellation of an order.

    :rtype: Message
    """
    parts = [
        _id("CustomizationID", TRANSACTION + "order_cancellation:3"),
        _id("ProfileID", PROFILE + "advanced_ordering:3"),
        _id("ID", f"{number_of(order)}-X"),
        *_issued(order.placed_at + timedelta(days=1)),
        _id("CancellationNote", reason),
        _group("OrderReference", _id("ID", number_of(order))),
        _buyer(order.buyer),
        _seller(),
    ]
    return _sign(_document("OrderCancellation", parts), order, secrets, now)


def number_of(order):
    """Return the buyer's order number of a sample order."""
    return f"PO-{order.number}"


def gln(name):
    """Return a valid GLN made of a name.

    :rtype: str
    :return: 13 digits, the last one the check digit.
    """
    digits = f"73{zlib.crc32(name.encode()):010d}"
    weighted = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return digits + str(-weighted % 10)


# ---- content -----------------------------------------------------------------


def _content(order: SampleOrder, codes):
    kept = [
        line for index, line in enumerate(order.lines) if codes.get(index) != DELETED
    ]
    net = {line: _net(order, line.unit_price * line.quantity) for line in order.lines}
    goods = sum((net[line] for line in kept), Decimal(0))
    shipping = _net(order, order.shipping)
    discount = _net(order, order.discount)
    exclusive = goods + shipping - discount
    if order.prices_include_tax:
        gross = sum((line.unit_price * line.quantity for line in kept), Decimal(0))
        inclusive = cents(gross + order.shipping - order.discount)
    else:
        inclusive = exclusive + cents(exclusive * order.tax_rate / 100)
    parts = [
        _buyer(order.buyer),
        _seller(),
        _delivery(order),
    ]
    for charge, reason, code, value in (
        (True, "Freight", "FC", shipping),
        (False, "Discount", "95", discount),
    ):
        if value:
            parts.append(_charge(order, charge, reason, code, value))
    parts += [
        _group("TaxTotal", _money(order, "TaxAmount", inclusive - exclusive)),
        _group(
            "AnticipatedMonetaryTotal",
            _money(order, "LineExtensionAmount", goods),
            _money(order, "TaxExclusiveAmount", exclusive),
            _money(order, "TaxInclusiveAmount", inclusive),
            *([_money(order, "AllowanceTotalAmount", discount)] if discount else []),
            *([_money(order, "ChargeTotalAmount", shipping)] if shipping else []),
            _money(order, "PayableAmount", inclusive),
        ),
    ]
    parts += [
        _line(order, index, line, net[line], codes.get(index))
        for index, line in enumerate(order.lines)
    ]
    return parts


def _line(order, index, line, net, code):
    price = net / line.quantity if line.quantity else _net(order, line.unit_price)
    ids = [
        _group(f"{name}ItemIdentification", _id("ID", value))
        for name, value in (("Buyers", line.listing_id), ("Sellers", line.sku))
        if value
    ]
    return _group(
        "OrderLine",
        _group(
            "LineItem",
            _id("ID", str(index + 1)),
            *([_id("LineStatusCode", code)] if code else []),
            f'<cbc:Quantity unitCode="C62">{line.quantity}</cbc:Quantity>',
            _money(order, "LineExtensionAmount", net),
            _group("Price", _amount(order, "PriceAmount", price.quantize(MICRO))),
            _group(
                "Item",
                _id("Name", line.name),
                *ids,
                _tax_category("ClassifiedTaxCategory", order),
            ),
        ),
    )


def _charge(order, charge, reason, code, value):
    return _group(
        "AllowanceCharge",
        _id("ChargeIndicator", "true" if charge else "false"),
        _id("AllowanceChargeReasonCode", code),
        _id("AllowanceChargeReason", reason),
        _money(order, "Amount", value),
        _tax_category("TaxCategory", order),
    )


def _tax_category(name, order):
    return _group(
        name,
        _id("ID", "S" if order.tax_rate else "Z"),
        _id("Percent", f"{order.tax_rate:f}"),
        _group("TaxScheme", _id("ID", "VAT")),
    )


def _buyer(buyer):
    endpoint = gln(buyer.name)
    contact = [_id("Name", buyer.name)]
    if buyer.phone:
        contact.append(_id("Telephone", buyer.phone))
    if buyer.email:
        contact.append(_id("ElectronicMail", buyer.email))
    return _group(
        "BuyerCustomerParty",
        _group(
            "Party",
            f'<cbc:EndpointID schemeID="0088">{endpoint}</cbc:EndpointID>',
            _group(
                "PartyIdentification", f'<cbc:ID schemeID="0088">{endpoint}</cbc:ID>'
            ),
            _group("PartyName", _id("Name", buyer.name)),
            _address("PostalAddress", buyer),
            _group("PartyLegalEntity", _id("RegistrationName", buyer.name)),
            _group("Contact", *contact),
        ),
    )


def _seller():
    return _group(
        "SellerSupplierParty",
        _group(
            "Party",
            '<cbc:EndpointID schemeID="0088">7302347231110</cbc:EndpointID>',
            _group("PartyLegalEntity", _id("RegistrationName", "Sample Seller AB")),
        ),
    )


def _delivery(order):
    buyer = order.buyer
    contact = [_id("Name", buyer.name)]
    if buyer.phone:
        contact.append(_id("Telephone", buyer.phone))
    until = order.placed_at.astimezone(UTC) + timedelta(days=DELIVERY_DAYS)
    return _group(
        "Delivery",
        _group("DeliveryLocation", _address("Address", buyer)),
        _group(
            "RequestedDeliveryPeriod",
            _id("EndDate", f"{until:%Y-%m-%d}"),
            _id("EndTime", f"{until:%H:%M:%S}Z"),
        ),
        _group(
            "DeliveryParty",
            _group("PartyName", _id("Name", buyer.name)),
            _group("Contact", *contact),
        ),
    )


def _address(name, buyer):
    fields = (
        ("StreetName", buyer.street),
        ("CityName", buyer.city),
        ("PostalZone", buyer.zip),
        ("CountrySubentity", buyer.state),
        ("District", buyer.district),
    )
    return _group(
        name,
        *(_id(field, value) for field, value in fields if value),
        _group("Country", _id("IdentificationCode", buyer.country_code)),
    )


# ---- writing -----------------------------------------------------------------


def _net(order, amount):
    if not order.prices_include_tax:
        return cents(amount)
    return cents(amount * 100 / (100 + order.tax_rate))


def _issued(moment):
    moment = moment.astimezone(UTC)
    return (
        _id("IssueDate", f"{moment:%Y-%m-%d}"),
        _id("IssueTime", f"{moment:%H:%M:%S}Z"),
    )


def _notes(note):
    return [_id("Note", note)] if note else []


def _id(name, value):
    return f"<cbc:{name}>{escape(value)}</cbc:{name}>"


def _money(order, name, value):
    return _amount(order, name, cents(value))


def _amount(order, name, value):
    currency = quoteattr(order.currency)
    return f"<cbc:{name} currencyID={currency}>{value:f}</cbc:{name}>"


def _group(name, *parts):
    return f"<cac:{name}>{''.join(parts)}</cac:{name}>"


def _document(kind, parts):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{kind} xmlns="{UBL}{kind}-2"'
        f' xmlns:cac="{UBL}CommonAggregateComponents-2"'
        f' xmlns:cbc="{UBL}CommonBasicComponents-2">'
        f"{''.join(parts)}</{kind}>\n"
    ).encode()


def _sign(body, order, secrets, now):
    stamp = str(int(now.timestamp()))
    signature = hmac.new(
        secrets["webhook_secret"].encode(), stamp.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    return Message(
        body=body,
        headers={
            "Content-Type": "application/xml",
            "X-OMS-Timestamp": stamp,
            "X-OMS-Signature": signature,
        },
        content_type="application/xml",
        filename=f"{number_of(order)}.xml",
    )
