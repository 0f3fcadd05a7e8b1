"""Mails: orders in free text or attached tables, everything else is an enquiry.

The mail gateway passes the raw mail. A careful person's rule holds: what is not
stated clearly is left empty, and tags say where to look.
"""

import hashlib
import re
from datetime import UTC
from functools import cached_property

from ...document import ZERO, Doubt, Line, OrderDocument, Party, revision_of
from ..base import Adapter, AdapterError, InboundRequest
from ..table.adapter import TableAdapter, pieces_with
from ..table.cells import looks_like_table, write_csv
from ..table.fields import PARTY_FIELDS
from . import facts
from .address import find_address
from .intent import not_an_order
from .lines import find_in_line, find_lines
from .text import (
    MailText,
    body_text,
    header,
    parts_of,
    payload,
    read_mail,
    replace_text,
    sender,
    sent_at,
    separate,
)
from .unread import unread_lines

_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|bounces?|no-?reply-bounce)[@+\-]", re.I
)
_ROBOT_SUBJECT = re.compile(
    r"^(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|"
    r"automatische antwort|abwesenheit|自动回复|自动答复|undeliver|unzustellbar|"
    r"delivery status notification|mail delivery|returned mail|failure notice|"
    r"read:|gelesen:|已读|退信|系统退信|自動応答|不在)",
    re.I,
)
# Attached tables that are orders, but too many of them.
TOO_MUCH = ("too_many_orders", "parts_too_large", "too_many_cells")
_REPLY = re.compile(r"^\s*(?:re|aw|antw|回复|答复|回覆|返信)\s*[:：\[]", re.I)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|转发|轉寄)\s*[:：]", re.I)


class MailAdapter(Adapter):
    """Reads mails that come to a channel's address."""

    kind = "email"
    label = "E-mail"
    # those of the tables that mails bring
    option_fields = TableAdapter.option_fields

    def split(self, request, settings):
        """Cut a mail with order tables, attached or pasted, into one CSV per order.

        Tables that are no orders are left to `parse`, which names them.
        """
        mail = _Mail(request.body, settings)
        if mail.robot() or mail.wants_change() or mail.asks() or mail.intent[0]:
            return [request]
        pieces = []
        for name, body in mail.tables():
            try:
                pieces += pieces_with(
                    InboundRequest(body=body, filename=name),
                    settings,
                    mail.defaults(len(pieces)),
                )
            except AdapterError as error:
                if error.code in TOO_MUCH:
                    raise
                continue
        return pieces or [request]

    def parse(self, request, settings):
        """Read a mail as order, enquiry or nothing; see `Adapter.parse`."""
        mail = _Mail(request.body, settings)
        if reason := mail.robot():
            return OrderDocument(
                external_id=mail.id, kind="ignored", subject=mail.subject, note=reason
            )
        if mail.wants_change():
            return mail.change_request()
        if mail.lines and not (mail.asks() or mail.intent[0] or mail.is_for_many()):
            return mail.order()
        if mail.is_bulk() and not mail.lines:
            return OrderDocument(
                external_id=mail.id,
                kind="ignored",
                subject=mail.subject,
                note="bulk mail without an order",
            )
        return mail.enquiry()

    def text_of(self, body):
        """Return the words of a mail, decoded; see `Adapter.text_of`."""
        try:
            texts, _files = parts_of(read_mail(body))
        except AdapterError:
            return super().text_of(body)
        return body_text(texts)

    def with_text(self, body, text):
        """Return the mail with other words, its head and attachments kept.

        :param bytes body: a mail; anything else is replaced by the text.
        """
        try:
            return replace_text(body, text)
        except AdapterError:
            return super().with_text(body, text)


class _Mail:
    """One mail with what was found in it."""

    def __init__(self, raw, settings):
        self.message = message = read_mail(raw)
        self.settings = settings
        self.subject = header(message, "Subject")
        self.id = header(message, "Message-ID").strip("<> ") or (
            "mail-" + hashlib.sha256(raw).hexdigest()[:32]
        )
        self.name, self.address = sender(message)
        self.sent = sent_at(message)
        texts, self.files = parts_of(message)
        self.text: MailText = separate(
            body_text(texts), lambda line: bool(find_in_line(line))
        )
        self.number = facts.order_number(self.subject, self.text.fresh)
        self.lines = find_lines(self.text.fresh, ignore=[self.number])
        han = re.search(r"[\u4e00-\u9fff]", self.text.fresh)
        self.region = "CN" if han else settings.country_code
        self.promised, self.is_relative = facts.requested_date(
            self.text.fresh, self.sent
        )

    # ---- what kind of mail ----

    def tables(self):
        """Return name and bytes of the attached tables, else of a pasted one."""
        attached = [
            (name, payload(part))
            for name, part in self.files
            if looks_like_table(part.get_content_type(), name)
        ]
        if attached:
            return attached
        rows = [
            line.split("\t") for line in self.text.fresh.split("\n") if "\t" in line
        ]
        return [("mail.csv", write_csv(rows))] if len(rows) > 1 else []

    def robot(self):
        """Return why no person wrote this mail, ``""`` when one did."""
        message = self.message
        if message.get_content_type() == "multipart/report":
            return "delivery or read report"
        if _ROBOT.match(self.address):
            return "bounce"
        automatic = header(message, "Auto-Submitted").lower()
        if (
            automatic.startswith("auto-replied")
            or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond"))
            or header(message, "Precedence").lower() == "auto_reply"
        ):
            return "automatic reply"
        if _ROBOT_SUBJECT.match(self.subject):
            return "automatic reply"
        return ""

    def is_for_many(self):
        """Whether it went to a list of readers: a newsletter orders nothing."""
        return bool(
            self.message.get("List-Unsubscribe")
            or header(self.message, "Precedence").lower() in ("bulk", "list", "junk")
        )

    def is_bulk(self):
        """Whether a machine sent it to many. Purchasing systems do so too: such a
        mail counts as one only when it orders nothing."""
        automatic = header(self.message, "Auto-Submitted").lower()
        return (self.is_for_many() or automatic.startswith("auto-")) and not self.files

    def wants_change(self):
        """Whether it is about an order that was placed before."""
        fresh = self.text.fresh
        if not (facts.CANCEL.search(fresh) or facts.CHANGE.search(fresh)):
            return False
        self.number = self.number or facts.mentioned_order(fresh)
        return bool(
            _REPLY.match(self.subject) or self.message.get("In-Reply-To") or self.number
        )

    def asks(self):
        """Whether quantities are asked about rather than ordered."""
        subject = "" if _REPLY.match(self.subject) else self.subject
        words = f"{subject}\n{self.text.fresh}"
        return bool(facts.QUESTION.search(words) and not facts.ORDERING.search(words))

    @cached_property
    def intent(self):
        """Why the mail is no order though it may name goods, and the line that told.

        :rtype: tuple[str, str]
        """
        subject = "" if _REPLY.match(self.subject) else self.subject
        return not_an_order(
            subject, self.text.fresh, lambda line: bool(find_in_line(line))
        )

    # ---- documents ----

    def order(self):
        """Return the mail as an order; nothing is paid, nothing agreed."""
        tags = self.tags(["free_text"])
        if any(not line.sku for line in self.lines):
            tags.append("unsure")
        if any(line.in_han for line in self.lines):
            tags.append("numeral_in_hanzi")
        if any(line.price is None for line in self.lines):
            tags.append("unpriced")
        if self.is_relative:
            tags.append("relative_date")
        currencies = {line.currency for line in self.lines if line.currency}
        return OrderDocument(
            kind="order",
            status="unpaid",
            number=self.number,
            promised_at=self.promised and self.promised.astimezone(UTC),
            currency=currencies.pop()
            if len(currencies) == 1
            else self.settings.currency,
            prices_include_tax=self.settings.prices_include_tax,
            shipping=find_address(self.text.fresh, self.region),
            lines=self.document_lines(),
            tags=tuple(tags),
            doubts=self.doubts(),
            **self.common(),
        )

    def doubts(self):
        """Return the words that a person has to look at, with their lines.

        :rtype: tuple[Doubt]
        """
        rows = [line.strip() for line in self.text.fresh.split("\n")]

        def where(text):
            return str(rows.index(text) + 1) if text in rows else ""

        found = []
        for line in self.lines:
            code = "numeral_in_hanzi" if line.in_han else "unsure"
            code = code if line.in_han or not line.sku else "free_text"
            found.append(Doubt(code, line.text, where(line.text)))
        if self.is_relative and self.promised:
            found.append(Doubt("relative_date", self.promised.date().isoformat()))
        known = [line.text for line in self.lines]
        found += [
            Doubt("unread", text, where(text))
            for text in unread_lines(self.text.fresh, known)
            if not self.number or self.number not in text
        ]
        found += [Doubt("attachment", name) for name, _part in self.files]
        return tuple(dict.fromkeys(found))

    def enquiry(self):
        """Return the mail as an enquiry, with the goods it speaks of."""
        reason, words = self.intent
        tags = [*filter(None, [reason])]
        tags = self.tags([*tags, *["forwarded"] * bool(_FORWARD.match(self.subject))])
        return OrderDocument(
            kind="enquiry",
            status="unpaid",
            number=self.number,
            lines=self.document_lines(),
            tags=tuple(tags),
            doubts=(Doubt(reason, words),) if reason else (),
            **self.common(),
        )

    def change_request(self):
        """Return a wish to change or cancel an order: a person decides on it."""
        cancel = facts.CANCEL.search(self.text.fresh)
        earlier = find_lines(self.text.history)
        swaps = facts.swaps_in(self.text.fresh, earlier)
        lines = (
            tuple(
                Line(external_id=str(n), sku=code, quantity=ZERO + new)
                for n, (code, _old, new) in enumerate(swaps, start=1)
            )
            or self.document_lines()
        )
        common = self.common()
        common["internal_note"] = "\n".join(
            filter(
                None,
                (
                    *(f"{code}: {old} → {new}" for code, old, new in swaps),
                    common["internal_note"],
                ),
            )
        )
        return OrderDocument(
            kind="enquiry",
            status="unpaid",
            number=self.number,
            lines=lines,
            tags=tuple(self.tags(["cancel_request" if cancel else "change_request"])),
            **common,
        )

    def common(self):
        """Values that all kinds of documents share."""
        return {
            "external_id": self.id,
            "revision": revision_of(self.sent),
            "ordered_at": self.sent and self.sent.astimezone(UTC),
            "customer": self.customer(),
            "subject": self.subject,
            "note": self.text.fresh,
            "internal_note": "\n".join(f"📎 {name}" for name, _part in self.files),
        }

    def tags(self, tags):
        """Add what a person should know before the order goes on."""
        found = [
            name for name, pattern in facts.FLAGS if pattern.search(self.text.fresh)
        ]
        return tags + found + ["attachment"] * bool(self.files)

    def document_lines(self):
        """Return the lines in the document's form."""
        return tuple(
            Line(
                external_id=str(position),
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.price or ZERO,
                uom=line.uom,
                price_told=line.price is not None,
            )
            for position, line in enumerate(self.lines, start=1)
        )

    def customer(self):
        """Return who wrote: name and address of the header, the rest of the
        signature."""
        signature = self.text.signature
        region = self.region or self.settings.country_code
        return Party(
            name=self.name,
            company=facts.company_in(signature),
            email=self.address,
            phone=facts.phone_in(signature, region),
        )

    def defaults(self, position):
        """Return what an attached table may leave to the mail.

        :param int position: number of orders found in the tables before.
        :rtype: dict
        """
        customer = self.customer()
        shipping = find_address(self.text.fresh, self.region)
        found = {
            "external_id": f"{self.id}/{position}" if position else self.id,
            "email": customer.email,
            "customer_name": customer.name,
            "company": customer.company,
            "phone": customer.phone,
            "note": self.text.fresh,
            "ordered_at": self.sent and self.sent.isoformat(),
            "promised_at": self.promised and self.promised.isoformat(),
            "number": self.number,
        }
        if shipping.street:
            found |= {f"ship_{name}": getattr(shipping, name) for name in PARTY_FIELDS}
            found["ship_country"] = shipping.country_code
        return {name: value for name, value in found.items() if value}


ADAPTER = MailAdapter()
