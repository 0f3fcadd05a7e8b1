"""Reading UBL: XML that is safe to open, and the small readers on top of it."""

import re
from decimal import Decimal

from lxml import etree

from .. import read
from ..base import AdapterError

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
NAMESPACES = {"cac": CAC, "cbc": CBC}

_ENDS_EARLY = {
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
}
_OTHER_ERRORS = {
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: ("no_xml", {}),
    etree.ErrorTypes.ERR_INVALID_ENCODING: ("encoding", {"encoding": "UTF-8"}),
    etree.ErrorTypes.ERR_RESOURCE_LIMIT: ("nested", {}),
}
_TAG_MISMATCH = re.compile(
    r"tag mismatch: (\S{1,200}) line (\d{1,9}) and (\S{1,200}?)(?:,|$)"
)

LARGEST_MESSAGE = 20 * 1024 * 1024
LARGEST_NUMBER = Decimal(10) ** 12
DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d{0,20})?(Z|[+-]\d\d:\d\d)?")


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
        raise read.too_large(body, LARGEST_MESSAGE)
    # Before parsing, in any encoding that has ASCII inside: no entity is even read.
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        raise AdapterError("doctype")
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
        raise _syntax_error(error) from error
    if root.getroottree().docinfo.doctype:
        raise AdapterError("doctype")
    if root.tag == f"{{{SBDH}}}StandardBusinessDocument":
        inside = [child for child in root if not child.tag.startswith(f"{{{SBDH}}}")]
        if not inside:
            raise AdapterError("empty")
        root = inside[0]
    return root


def _syntax_error(error):
    """What lxml found, as a code with its place."""
    line, column = error.position
    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from error
    if error.code in _ENDS_EARLY:
        return AdapterError("xml_end", line=line, column=column)
    if error.code in _OTHER_ERRORS:
        code, details = _OTHER_ERRORS[error.code]
        return AdapterError(code, **details)
    if tags := _TAG_MISMATCH.search(error.msg or ""):
        opened, opened_line, closed = tags.groups()
        return AdapterError(
            "xml_tag",
            line=line,
            column=column,
            opened=opened,
            opened_line=int(opened_line),
            closed=closed,
        )
    return AdapterError("xml", line=line, column=column)


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

    :raise AdapterError: ``invalid`` or ``other_currency``.
    """
    found = one(element, path)
    told = "" if found is None else found.get("currencyID", "")
    if told and told != currency:
        raise AdapterError(
            "other_currency", path=place(element, path), value=told, currency=currency
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
