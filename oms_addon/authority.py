"""Authority by source: what a message may decide, and what it may only propose.

A message comes in through a door (a signed webhook, a mail, an upload …). The door
and the channel's settings say which of five things its content decides. What it may
not decide is taken out of the document here and told beside it, as a fact for a
person: no money is booked, no account of a customer is used on its word.

Everything here is plain Python and knows nothing of Odoo.
"""

import hashlib
from dataclasses import dataclass, field, replace

from .document import Doubt, Party

RIGHTS = ("identity", "price", "payment", "address", "credit")

# How messages come in.
DOORS = ("webhook", "poll", "api", "upload", "mail")

# What the content of a kind of channel decides, where nobody has set it otherwise:
# a platform keeps the accounts, takes the money and signs what it says; a file, an
# EDI message and another system are signed by a partner, who knows what he orders,
# but not what has reached our bank; a mail decides nothing.
PLATFORMS = ("shopify", "woocommerce", "taobao")
PARTNERS = ("csv", "ubl", "api")
_OF_PARTNERS = frozenset(("identity", "price", "address"))

# Statuses that say that the money is there.
_PAID = ("paid",)


def default_rights(kind):
    """What a kind of channel decides by default.

    :param str kind: of the channel, e.g. ``'shopify'``.
    :rtype: frozenset
    """
    if kind in PLATFORMS:
        return frozenset(RIGHTS)
    return _OF_PARTNERS if kind in PARTNERS else frozenset()


@dataclass(frozen=True)
class Authority:
    """What one message may decide.

    :param str door: one of `DOORS`; ``""`` for a message whose door nobody noted.
    :param frozenset rights: of `RIGHTS`.
    :param bool is_mail: the content is a mail or was attached to one.
    :param str sender: address of who wrote the mail.
    :param str sender_name: as the mail gives it.
    :param str proof: ``proven``, ``unproven`` or ``failed``; see
        `adapters.mail.sender`.
    :param bool known: the channel knows this sender, and he is proven.
    """

    door: str = ""
    rights: frozenset = field(default_factory=frozenset)
    is_mail: bool = False
    sender: str = ""
    sender_name: str = ""
    proof: str = "unproven"
    known: bool = False

    @property
    def lacks(self):
        """The rights that the message does not have, in the order of `RIGHTS`.

        :rtype: list[str]
        """
        return [right for right in RIGHTS if right not in self.rights]

    @property
    def is_proven(self):
        """Whether the sender of a mail is who he says he is."""
        return self.proof == "proven"


def clerk_rights(may_book_money, is_manager):
    """What the word of a person counts who uploads a file or corrects a message.

    :param bool may_book_money: may say that something is paid.
    :param bool is_manager: may let customers pay later.
    :rtype: frozenset
    """
    rights = set(_OF_PARTNERS)
    if may_book_money:
        rights.add("payment")
    if is_manager:
        rights.add("credit")
    return frozenset(rights)


def limit(document, authority):
    """Take out of a document what its source may not decide.

    :param OrderDocument document:
    :param Authority authority: of the message that it was read from.
    :return: the document to work with; its ``doubts`` name what was taken out.
    :rtype: OrderDocument
    """
    for step in (_sender, _identity, _price, _payment, _credit):
        document = step(document, authority)
    return document


def _doubt(document, *doubts, **changes):
    return replace(document, doubts=(*document.doubts, *doubts), **changes)


def _sender(document, authority):
    """A mail of somebody who is not proven and known is a proposal."""
    if not authority.is_mail:
        return document
    # Article numbers of one sender say nothing about another's. They are kept longer
    # than his address may be, so they do not bear it.
    digest = hashlib.sha256(authority.sender.encode()).hexdigest()[:16]
    lines = tuple(
        replace(line, listing_scope=line.listing_scope or f"mail-{digest}")
        for line in document.lines
    )
    document = replace(document, lines=lines)
    if authority.known:
        return document
    code = {
        "proven": "sender_unknown",
        "failed": "sender_forged",
    }.get(authority.proof, "sender_unproven")
    return _doubt(document, Doubt(code, authority.sender))


def _identity(document, authority):
    """Without the right to name a customer, the customer is who wrote the mail."""
    if "identity" in authority.rights:
        return document
    told = document.customer
    if not authority.is_mail:
        # Nobody stands behind it: a contact of its own, whoever it names.
        unproven = replace(told, external_id="", token="", unproven=True)
        return _doubt(document, Doubt("identity", _words(told)), customer=unproven)
    is_sender = told.email.strip().lower() == authority.sender
    own = told if is_sender else Party()
    customer = Party(
        name=own.name or authority.sender_name,
        company=own.company,
        email=authority.sender,
        phone=own.phone,
        unproven=not authority.is_proven,
    )
    named = "" if is_sender and not told.external_id and not told.vat else _words(told)
    doubts = [Doubt("identity", named)] if named else []
    return _doubt(
        document,
        *doubts,
        customer=customer,
        shipping=_anonymous(document.shipping),
        billing=Party(),
    )


def _anonymous(party):
    """A delivery address without the marks that would name an account."""
    return replace(party, external_id="", email="", vat="", token="")


def _words(party):
    """A party in one line, for a person to read."""
    marks = (party.name, party.company, party.email, party.external_id, party.vat)
    return ", ".join(dict.fromkeys(mark for mark in marks if mark))


def address_words(party):
    """An address in one line, for a person to read.

    :param Party party:
    :rtype: str
    """
    place = " ".join(part for part in (party.zip, party.city) if part)
    parts = (party.name, party.street, party.street2, place, party.country_code)
    return ", ".join(part for part in parts if part)


def _price(document, authority):
    """Without the right to set prices, totals and tax rates are only told."""
    if "price" in authority.rights:
        return document
    lines = tuple(replace(line, tax_rate=None) for line in document.lines)
    rates = sorted({line.tax_rate for line in document.lines} - {None})
    doubts = [Doubt("tax_rate", f"{rate:f}") for rate in rates]
    if document.total is not None:
        doubts.append(Doubt("total", f"{document.total:f}", document.currency))
    return _doubt(document, *doubts, lines=lines, total=None)


def _payment(document, authority):
    """Without the right to money, a payment or a refund is only told."""
    if "payment" in authority.rights:
        return document
    done = [payment for payment in document.payments if payment.state == "done"]
    doubts = [
        Doubt("payment", _money(p, document), p.external_id or p.method)
        for p in (*done, *(p for p in document.payments if p.state == "authorized"))
    ]
    doubts += [
        Doubt("refund", _money(r, document), r.external_id or r.reason)
        for r in document.refunds
    ]
    status = document.status
    if status in _PAID:
        status = "unpaid"
        doubts = doubts or [Doubt("payment", document.status)]
    return _doubt(
        document,
        *doubts,
        status=status,
        payments=tuple(p for p in document.payments if p.state == "pending"),
        refunds=(),
    )


def _money(fact, document):
    return f"{fact.amount:f} {fact.currency or document.currency}".strip()


def _credit(document, authority):
    """Without the right to credit, a wish to pay later is only told."""
    if "credit" in authority.rights or "on_account" not in document.tags:
        return document
    tags = tuple(tag for tag in document.tags if tag != "on_account")
    return _doubt(document, Doubt("credit", "on_account"), tags=tags)


__all__ = [
    "DOORS",
    "RIGHTS",
    "Authority",
    "address_words",
    "clerk_rights",
    "default_rights",
    "limit",
]
