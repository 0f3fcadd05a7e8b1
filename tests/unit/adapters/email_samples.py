"""Mails: how the tests write and read them."""

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    ChannelSettings,
    InboundRequest,
)

ADAPTER = get_adapter("email")
SETTINGS = ChannelSettings(currency="EUR", timezone="UTC", country_code="DE")
SENT = datetime(2026, 11, 23, 9, 15, tzinfo=timezone(timedelta(hours=8)))  # a Monday
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def read(raw):
    """Split and parse with the adapter that each piece names."""
    pieces = ADAPTER.split(InboundRequest(body=raw), SETTINGS)
    return [
        get_adapter(piece.kind or "email").parse(piece, SETTINGS) for piece in pieces
    ]


def write(text="", subject="Order", html="", files=(), **headers):
    mail = EmailMessage()
    values = {
        "From": "Bob Miller <bob@shop.example>",
        "To": "orders@example.com",
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 09:15:00 +0800",
        "Message-ID": "<m1@shop.example>",
        **headers,
    }
    for name, value in values.items():
        if value:
            mail[name.replace("_", "-")] = value
    if text:
        mail.set_content(text)
    if html:
        (mail.add_alternative if text else mail.set_content)(html, subtype="html")
    for name, kind, body in files:
        mail.add_attachment(
            body, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name
        )
    return mail.as_bytes()


def one(*args, **kwargs):
    [document] = read(write(*args, **kwargs))
    return document


def goods(document):
    return [(line.sku or line.name, line.quantity) for line in document.product_lines]
