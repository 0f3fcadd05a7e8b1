"""Writing the Peppol BIS 3 OrderResponse that answers an order or a change."""

from lxml import etree

from ..base import AdapterError
from .xml import CAC, CBC, UBL

RESPONSE = f"{UBL}OrderResponse-2"
CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:order_response:3"
PROFILE = "urn:fdc:peppol.eu:poacc:bis:ordering:3"

CODES = (
    "AB",  # received, to be looked at
    "AP",  # accepted as it is
    "CA",  # accepted with changes
    "RE",  # rejected
)
# UN/ECE 1229, of a line
ACCEPTED, CHANGED, REJECTED = "5", "3", "7"


def order_response(document, code, settings, now, note="", quantities=None):
    """Write the answer to an order.

    :param OrderDocument document: as the adapter has read it.
    :param str code: one of `CODES`.
    :param ChannelSettings settings: options ``endpoint`` (ours, as
        ``scheme:id``) and ``company_name``.
    :param datetime now: aware; date and time of the answer.
    :param str note: reason, for people.
    :param Mapping quantities: with code ``CA``: what we deliver, by the buyer's
        line id; 0 rejects a line, lines not named are accepted.
    :rtype: bytes
    :raise ValueError: for another code.
    :raise AdapterError: ``missing`` when an option is not set.
    """
    if code not in CODES:
        raise ValueError(f"unknown response code {code!r}")
    endpoint = settings.options.get("endpoint")
    company = settings.options.get("company_name")
    for name, value in (("endpoint", endpoint), ("company_name", company)):
        if not value:
            raise AdapterError("missing", path=f"options.{name}")
    root = etree.Element(
        f"{{{RESPONSE}}}OrderResponse", nsmap={None: RESPONSE, "cac": CAC, "cbc": CBC}
    )
    _basic(root, "CustomizationID", CUSTOMIZATION)
    _basic(root, "ProfileID", PROFILE)
    _basic(root, "ID", f"{document.number}-{now:%Y%m%d%H%M%S}")
    _basic(root, "IssueDate", f"{now:%Y-%m-%d}")
    _basic(root, "IssueTime", f"{now:%H:%M:%S}")
    _basic(root, "OrderResponseCode", code)
    if note:
        _basic(root, "Note", note)
    if document.currency:
        _basic(root, "DocumentCurrencyCode", document.currency)
    _basic(_aggregate(root, "OrderReference"), "ID", document.number)
    _party(root, "SellerSupplierParty", endpoint, company)
    buyer = document.customer
    _party(root, "BuyerCustomerParty", buyer.external_id, buyer.company or buyer.name)
    if code == "CA":
        for line in document.product_lines:
            _line(root, line, (quantities or {}).get(line.external_id, line.quantity))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _basic(parent, name, value, **attributes):
    element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    element.text = value
    return element


def _aggregate(parent, name):
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _party(root, role, endpoint, company):
    party = _aggregate(_aggregate(root, role), "Party")
    scheme, _colon, number = endpoint.rpartition(":")
    _basic(party, "EndpointID", number, **({"schemeID": scheme} if scheme else {}))
    _basic(_aggregate(party, "PartyLegalEntity"), "RegistrationName", company)


def _line(root, line, quantity):
    status = ACCEPTED
    if quantity != line.quantity:
        status = CHANGED if quantity else REJECTED
    order_line = _aggregate(root, "OrderLine")
    item = _aggregate(order_line, "LineItem")
    _basic(item, "ID", line.external_id)
    _basic(item, "LineStatusCode", status)
    if status == CHANGED:
        _basic(item, "Quantity", f"{quantity:f}", unitCode=line.uom or "C62")
    goods = _aggregate(item, "Item")
    _basic(goods, "Name", line.name)
    if line.sku:
        _basic(_aggregate(goods, "SellersItemIdentification"), "ID", line.sku)
    _basic(_aggregate(order_line, "OrderLineReference"), "LineID", line.external_id)
