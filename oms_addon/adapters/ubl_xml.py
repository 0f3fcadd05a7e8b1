"""Reading UBL: XML that is safe to open, and the small readers on top of it."""

import re
from decimal import Decimal

from lxml import etree

from . import read
from .base import AdapterError

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
NAMESPACES = {"cac": CAC, "cbc": CBC}

LARGEST_MESSAGE = 20 * 1024 * 1024
LARGEST_NUMBER = Decimal(10) ** 12
DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)?")


def load(body):
    """Return the UBL document in ``body``; a transport envelope is taken off.

    Nothing outside of the message is opened: no network, no entities, no DTD.

    :param bytes body:
    :rtype: etree._Element
    :raise AdapterError: when it is no XML, has a DOCTYPE or is too large.
    """
    if not body.strip():
        raise AdapterError("empty")
    if len(body) > LARGEST_MESSAGE:
        raise AdapterError("malformed", reason="larger than 20 MB")
    # Before parsing, in any encoding that has ASCII inside: no entity is even read.
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        raise AdapterError("malformed", reason="a DOCTYPE is not allowed")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise AdapterError("malformed", reason=str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise AdapterError("malformed", reason="a DOCTYPE is not allowed")
    if root.tag == f"{{{SBDH}}}StandardBusinessDocument":
        inside = [child for child in root if not child.tag.startswith(f"{{{SBDH}}}")]
        if not inside:
            raise AdapterError("empty")
        root = inside[0]
    return root


def name_of(root):
    """Return the kind of UBL document, e.g. ``'Order'``.

    :rtype: str
    :raise AdapterError: ``unsupported`` for XML that is not UBL.
    """
    kind = etree.QName(root)
    if not (kind.namespace or "").startswith(UBL):
        raise AdapterError("unsupported", value=kind.localname)
    return kind.localname


def one(element, path):
    """Return the first element at a path, or None; None has no children."""
    return None if element is None else element.find(path, NAMESPACES)


def every(element, path):
    """Return all elements at a path; None has no children."""
    return [] if element is None else element.findall(path, NAMESPACES)


def text(element, path):
    """Return the text of the first element at a path, ``""`` when absent."""
    found = one(element, path)
    return "" if found is None else read.text(found.text)


def texts(element, path):
    """Return the texts of all elements at a path, without empty ones."""
    return [value for found in every(element, path) if (value := read.text(found.text))]


def required(element, path):
    """Return a text that must be there.

    :raise AdapterError: ``missing``, naming the path from the root.
    """
    value = text(element, path)
    return value or read.require(value, place(element, path))


def number(element, path, default=None):
    """Return a number, ``default`` when absent.

    :raise AdapterError: ``invalid``; also when it is absurdly large.
    """
    told = text(element, path)
    try:
        value = read.decimal(told, path, default)
    except AdapterError:
        value = None
    if told and (value is None or abs(value) > LARGEST_NUMBER):
        raise AdapterError("invalid", path=place(element, path), value=told[:40])
    return value


def amount(element, path, currency, default=None):
    """Return an amount of money in the currency of the document.

    :raise AdapterError: ``invalid``; also when it is in another currency.
    """
    found = one(element, path)
    told = "" if found is None else found.get("currencyID", "")
    if told and told != currency:
        raise AdapterError(
            "invalid", path=f"{place(element, path)}/@currencyID", value=told
        )
    return number(element, path, default)


def flag(element, path):
    """Return a truth value that must be there.

    :raise AdapterError: ``missing`` or ``invalid``.
    """
    value = required(element, path)
    if value not in ("true", "false", "1", "0"):
        raise AdapterError("invalid", path=place(element, path), value=value)
    return value in ("true", "1")


def moment(element, date_path, time_path, zone, default_time="00:00:00"):
    """Return a date and time as an aware UTC time; None without the date.

    :param str zone: IANA name for times that tell no zone.
    :param str default_time: used when only the date is told.
    :raise AdapterError: ``invalid``.
    """
    date = text(element, date_path)
    if not date:
        return None
    day = DATE.fullmatch(date)
    if not day:
        raise AdapterError("invalid", path=place(element, date_path), value=date)
    time = text(element, time_path) or default_time
    hour = TIME.fullmatch(time)
    if not hour:
        raise AdapterError("invalid", path=place(element, time_path), value=time)
    fraction = (hour[2] or "0").ljust(6, "0")
    offset = hour[3] or day[2] or ""
    told = f"{day[1]}T{hour[1]}.{fraction}{offset}"
    try:
        return read.moment(told, date_path, zone)
    except (AdapterError, OverflowError) as error:
        raise AdapterError(
            "invalid", path=place(element, date_path), value=told
        ) from error


def place(element, path=""):
    """Return where an element stands: ``Order/OrderLine[2]/LineItem/Quantity``."""
    steps = []
    while element is not None:
        name = etree.QName(element).localname
        parent = element.getparent()
        if parent is not None:
            same = parent.findall(element.tag)
            if len(same) > 1:
                name += f"[{same.index(element) + 1}]"
        steps.append(name)
        element = parent
    steps.reverse()
    if steps and steps[0] == "StandardBusinessDocument":
        del steps[0]
    steps += [step.rpartition(":")[2] for step in path.split("/") if step]
    return "/".join(steps)
