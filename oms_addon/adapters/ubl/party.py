"""Parties and addresses of UBL documents."""

import dataclasses

from ...document import Party
from ..base import AdapterError
from .xml import every, one, place, text, texts

# Where a party's id may stand, the best first.
IDS = (
    "cbc:EndpointID",
    "cac:PartyIdentification/cbc:ID",
    "cac:PartyLegalEntity/cbc:CompanyID",
    "cac:PartyTaxScheme/cbc:CompanyID",
)


def party_id(party):
    """Return ``scheme:id`` of a party, its electronic address if it has one.

    :rtype: str
    """
    for path in IDS:
        found = one(party, path)
        if found is not None and (value := (found.text or "").strip()):
            scheme = found.get("schemeID", "")
            return f"{scheme}:{value}" if scheme else value
    return ""


def buyer_id(root):
    """Return the id of the buyer.

    :raise AdapterError: ``missing`` when the document doesn't tell.
    """
    party = one(root, "cac:BuyerCustomerParty/cac:Party")
    found = party_id(party)
    if not found:
        raise AdapterError(
            "missing",
            path=place(root, "cac:BuyerCustomerParty/cac:Party/cbc:EndpointID"),
        )
    return found


def read_party(party, address=None):
    """Read a ``cac:Party``.

    :param address: element to use instead of the party's own address.
    :rtype: Party
    """
    if address is None:
        address = one(party, "cac:PostalAddress")
    if address is None:
        address = one(party, "cac:PartyLegalEntity/cac:RegistrationAddress")
    company = text(party, "cac:PartyName/cbc:Name") or text(
        party, "cac:PartyLegalEntity/cbc:RegistrationName"
    )
    return Party(
        external_id=party_id(party),
        name=text(party, "cac:Contact/cbc:Name") or _person(party) or company,
        company=company,
        email=text(party, "cac:Contact/cbc:ElectronicMail"),
        phone=text(party, "cac:Contact/cbc:Telephone"),
        vat=_vat(party),
        lang=text(party, "cac:Language/cbc:ID"),
        **_address(address),
    )


def read_company(party):
    """Read a ``cac:Party`` that is a customer: the company, not its contact.

    :rtype: Party
    """
    found = read_party(party)
    return dataclasses.replace(found, name="") if found.company else found


def read_delivery(root, buyer):
    """Read where the goods go: the first delivery that says it.

    :param Party buyer: whose company and address stand in where none is told.
    :rtype: Party
    """
    for delivery in every(root, "cac:Delivery"):
        address = one(delivery, "cac:DeliveryLocation/cac:Address")
        if address is None:
            address = one(delivery, "cac:DeliveryAddress")
        party = one(delivery, "cac:DeliveryParty")
        if address is None and party is None:
            continue
        found = read_party(party, address)
        location = one(delivery, "cac:DeliveryLocation/cbc:ID")
        if location is not None and (location.text or "").strip():
            scheme = location.get("schemeID", "")
            number = location.text.strip()
            found = dataclasses.replace(
                found, external_id=f"{scheme}:{number}" if scheme else number
            )
        if not (found.street or found.city or found.zip):
            found = dataclasses.replace(
                found,
                street=buyer.street,
                street2=buyer.street2,
                city=buyer.city,
                district=buyer.district,
                state=buyer.state,
                zip=buyer.zip,
                country_code=buyer.country_code,
            )
        company = found.company or buyer.company
        return dataclasses.replace(found, name=found.name or company, company=company)
    return Party()


def _person(party):
    names = ("cbc:FirstName", "cbc:MiddleName", "cbc:FamilyName")
    parts = (text(party, f"cac:Person/{name}") for name in names)
    return " ".join(part for part in parts if part)


def _vat(party):
    for scheme in every(party, "cac:PartyTaxScheme"):
        if text(scheme, "cac:TaxScheme/cbc:ID") in ("VAT", ""):
            return text(scheme, "cbc:CompanyID")
    return ""


def _address(address):
    street = text(address, "cbc:StreetName")
    building = text(address, "cbc:BuildingNumber")
    more = [
        text(address, "cbc:AdditionalStreetName"),
        *texts(address, "cac:AddressLine/cbc:Line"),
    ]
    if not street:
        more.insert(0, text(address, "cbc:Postbox"))
    return {
        "street": " ".join(part for part in (street, building) if part),
        "street2": ", ".join(part for part in more if part),
        "district": text(address, "cbc:District")
        or text(address, "cbc:CitySubdivisionName"),
        "city": text(address, "cbc:CityName"),
        "state": text(address, "cbc:CountrySubentity")
        or text(address, "cbc:CountrySubentityCode"),
        "zip": text(address, "cbc:PostalZone"),
        "country_code": text(address, "cac:Country/cbc:IdentificationCode").upper(),
    }
