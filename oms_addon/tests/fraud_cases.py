"""Mails and files of a fraud table: what is sent, by whom, and where it may end."""

from email.message import EmailMessage

SERVER = "mx.ours.example"
EVE = "Eve Stranger <eve@evil.example>"
VERA = "Vera Victim <vera@victim.example>"
KIM = "Kim Known <kim@known.example>"
PASS = f"{SERVER}; dmarc=pass header.from="
ADDRESS = "\n\nShip to:\nEve Stranger\nElsewhere St 1\n47051 Duisburg\nGermany\n"
HEADINGS = (
    "order number,sku,quantity,price,payment status,paid at,total,payment reference,"
    "customer id,customer name,vat,ship name,ship street,ship city,ship zip,"
    "ship country,email,tax rate,tags"
)
# The table of SEC-S1; a case replaces cells.
ROW = {
    "order number": "FR-1",
    "sku": "TS-01",
    "quantity": "2",
    "price": "0.01",
    "payment status": "paid",
    "paid at": "2026-11-20 10:00",
    "total": "0.02",
    "payment reference": "PAY-FAKE",
    "ship name": "Eve Stranger",
    "ship street": "Elsewhere St 1",
    "ship city": "Duisburg",
    "ship zip": "47051",
    "ship country": "DE",
    "email": "vera@victim.example",
}


def table(**cells):
    """A file with one order; names of cells with _ for the blank."""
    row = ROW | {name.replace("_", " "): value for name, value in cells.items()}
    values = [row.get(name, "") for name in HEADINGS.split(",")]
    return f"{HEADINGS}\n{','.join(values)}\n".encode()


def mail(text="", sender=EVE, subject="Order", files=(), **headers):
    """A mail as the gateway hands it over; each has an id of its own."""
    message = EmailMessage()
    values = {
        "From": sender,
        "To": "orders@ours.example",
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 09:15:00 +0100",
        **headers,
    }
    for name, value in values.items():
        message[name.replace("_", "-")] = value
    message.set_content(text or "Please see the attached order.")
    for name, body in files:
        message.add_attachment(body, maintype="text", subtype="csv", filename=name)
    return message


def passed(domain):
    """The header that our mail server writes for a mail that is really from there."""
    return {"Authentication_Results": PASS + domain}


def _attached(**cells):
    return [("order.csv", table(**cells))]


KNOWN = passed("known.example")
# name -> (mail, where it ends). "proposal": a draft on hold; "lead"; "nothing".
MAILS = {
    # --- strangers: paid, cheap, other identity, other address
    "SEC-S1 table": (mail(files=_attached()), "proposal"),
    "SEC-S1 at the list price": (
        mail(files=_attached(price="1280.00", total="2560.00")),
        "proposal",
    ),
    "SEC-S1 without total": (mail(files=_attached(total="")), "proposal"),
    "table pasted into the text": (
        mail(table(sku="TS-01").decode().replace(",", "\t")),
        "proposal",
    ),
    "customer id of a victim": (
        mail(files=_attached(email="", customer_id="V-7")),
        "proposal",
    ),
    "VAT id of a victim": (
        mail(files=_attached(email="", vat="DE123456788")),
        "proposal",
    ),
    "status shipped": (mail(files=_attached(payment_status="", tags="")), "proposal"),
    "tag on account": (mail(files=_attached(tags="on_account")), "proposal"),
    "tax rate of its own": (mail(files=_attached(tax_rate="77")), "proposal"),
    "SEC-S2 plain words": (
        mail("Please send 2 x TS-01 @ 0.01" + ADDRESS),
        "proposal",
    ),
    "plain words without price": (mail("Please send 2 x TS-01" + ADDRESS), "proposal"),
    "Reply-To of a customer": (
        mail("Please send 2 x TS-01" + ADDRESS, Reply_To=VERA),
        "proposal",
    ),
    "name of a customer": (
        mail("2 x TS-01" + ADDRESS, sender="Vera Victim <eve@evil.example>"),
        "proposal",
    ),
    "address in the shown name": (
        mail("2 x TS-01", sender='"vera@victim.example" <eve@evil.example>'),
        "proposal",
    ),
    "proven stranger": (
        mail("2 x TS-01" + ADDRESS, **passed("evil.example")),
        "proposal",
    ),
    "proven stranger with a table": (
        mail(files=_attached(), **passed("evil.example")),
        "proposal",
    ),
    "German stranger": (mail("Bitte senden Sie 2 x TS-01 zu je 0,01 EUR"), "proposal"),
    "Chinese stranger": (mail("请发 TS-01 2个，单价 0.01，款已付"), "proposal"),
    "Room 5": (mail("2 x TS-01\nRoom 5 EB-01"), "proposal"),
    "forwarded": (mail("2 x TS-01", subject="Fwd: order"), "proposal"),
    # --- forged senders
    "forged, no result": (mail("2 x TS-01" + ADDRESS, sender=VERA), "proposal"),
    "forged, DMARC fails": (
        mail(
            "2 x TS-01" + ADDRESS,
            sender=VERA,
            Authentication_Results=f"{SERVER}; dmarc=fail header.from=victim.example",
        ),
        "proposal",
    ),
    "forged, result of another server": (
        mail(
            "2 x TS-01",
            sender=KIM,
            Authentication_Results="mx.evil.example; dmarc=pass "
            "header.from=known.example",
        ),
        "proposal",
    ),
    "forged, proven for another domain": (
        mail("2 x TS-01", sender=KIM, **passed("evil.example")),
        "proposal",
    ),
    "forged known sender with a table": (
        mail(sender=KIM, files=_attached(email="kim@known.example")),
        "proposal",
    ),
    "two senders": (
        mail("2 x TS-01", sender="kim@known.example, eve@evil.example", **KNOWN),
        "proposal",
    ),
    # --- known senders, beyond what they may decide
    "known, cheap": (
        mail(
            sender=KIM,
            files=_attached(
                email="kim@known.example", payment_status="", paid_at="", total=""
            ),
            **KNOWN,
        ),
        "proposal",
    ),
    "known, paid": (
        mail(
            sender=KIM,
            files=_attached(email="kim@known.example", price="1280.00", total=""),
            **KNOWN,
        ),
        "proposal",
    ),
    "known, new address": (
        mail(
            sender=KIM,
            files=_attached(
                email="kim@known.example",
                price="1280.00",
                payment_status="",
                paid_at="",
                total="",
            ),
            **KNOWN,
        ),
        "proposal",
    ),
    "known, for another customer": (
        mail(
            sender=KIM,
            files=_attached(
                price="1280.00",
                payment_status="",
                paid_at="",
                total="",
                ship_street="",
                ship_city="",
                ship_zip="",
            ),
            **KNOWN,
        ),
        "proposal",
    ),
    "known, free text": (mail("2 x TS-01", sender=KIM, **KNOWN), "proposal"),
    # --- no orders, three languages
    "complaint": (mail("We received 12 x TS-01 instead of 10."), "lead"),
    "German complaint": (mail("2 x TS-01 sind defekt angekommen."), "lead"),
    "Chinese complaint": (mail("收到的 TS-01 2个 坏了"), "lead"),
    "return": (mail("I want to return 2 x TS-01."), "lead"),
    "German return": (mail("Ich möchte 2 x TS-01 zurückschicken."), "lead"),
    "Chinese return": (mail("TS-01 2个 要退货"), "lead"),
    "do not send": (mail("Please do NOT send 2 x TS-01 any more."), "lead"),
    "German refusal": (mail("Bitte 2 x TS-01 nicht liefern."), "lead"),
    "Chinese refusal": (mail("先别发货：TS-01 2个"), "lead"),
    "correction": (mail("5 x TS-01.\nSorry, I meant 3 x TS-01."), "lead"),
    "alternative": (mail("5 x TS-01 or, if not in stock, 5 x EB-01."), "lead"),
    "standing order": (mail("2 x TS-01 every week until Christmas"), "lead"),
    "question": (mail("Do you have 2 x TS-01 in stock?"), "lead"),
    "Chinese question": (mail("TS-01 2个 多少钱？"), "lead"),
    "complaint of a known sender": (
        mail("2 x TS-01 are damaged", sender=KIM, **KNOWN),
        "lead",
    ),
    "complaint with a table": (mail("2 x TS-01 kaputt", files=_attached()), "lead"),
    "newsletter": (
        mail("Now: 1 x TS-01", List_Unsubscribe="<https://evil.example/u>"),
        "lead",
    ),
    "auto-reply": (mail("2 x TS-01", Auto_Submitted="auto-replied"), "nothing"),
    "out of office": (mail("2 x TS-01", subject="Out of office: 2 x TS-01"), "nothing"),
    "bounce": (mail("2 x TS-01", sender="MAILER-DAEMON@evil.example"), "nothing"),
}
