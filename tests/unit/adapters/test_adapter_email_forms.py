"""Mails: HTML, charsets, attachments, damaged and hostile ones."""

import io
from datetime import UTC
from decimal import Decimal
from email.message import EmailMessage

import pytest
from email_samples import ADAPTER, NOW, SENT, goods, one, read, write
from openpyxl import Workbook

from oms_addon.adapters.base import (
    AdapterError,
    InboundRequest,
    SignatureError,
)

# ---- forms of mail -------------------------------------------------------


def test_html_mail_with_list_and_quote():
    document = one(
        html=(
            "<html><head><style>p {x}</style></head><body><p>We order:</p>"
            "<ul><li>10 x\n TS-01</li><li>5 pcs HD-L</li></ul>"
            "<div>Ship to:</div><div>Kunde GmbH</div><div>Heidestr. 17</div>"
            "<div>51147 Köln</div><div><br></div><p>Best regards,<br>Bob</p>"
            "<blockquote>3 x CUP-500</blockquote></body></html>"
        )
    )
    assert goods(document) == [("TS-01", 10), ("HD-L", 5)]
    assert (document.shipping.street, document.shipping.zip) == (
        "Heidestr. 17",
        "51147",
    )


def test_pasted_table_is_read_by_its_headings():
    document = one(
        html=(
            "<p>Please deliver</p>"
            "<table><tr><th>SKU</th><th>Qty</th><th>Price</th></tr>"
            "<tr><td>TS-01</td><td>12</td><td>19.90</td></tr>"
            "<tr><td>HD-L</td><td>3</td><td>5</td></tr></table>"
        )
    )
    assert goods(document) == [("TS-01", 12), ("HD-L", 3)]
    assert document.lines[0].unit_price == Decimal("19.90")
    assert document.customer.email == "bob@shop.example"


@pytest.mark.parametrize(
    "charset,text,expected",
    [
        ("gb2312", "型号 A100 要 3 个，谢谢", [("A100", 3)]),
        ("iso-2022-jp", "TS-01 10個 お願いします。\nHD-L: 5個", [("HD-L", 5)]),
        ("gb18030", "請發 A100 三個，𠮷祥", [("A100", 3)]),
        ("windows-1252", "Bitte 3 Stück TS-01 – Grüße", [("TS-01", 3)]),
    ],
)
def test_charset(charset, text, expected):
    raw = (
        "From: a@b.example\nDate: Mon, 23 Nov 2026 09:15:00 +0800\n"
        f"Content-Type: text/plain; charset={charset}\n\n"
    ).encode() + text.encode("gb18030" if charset == "gb2312" else charset)
    [document] = read(raw)
    assert set(expected) <= set(goods(document))
    assert document.note.startswith(text[:3])


@pytest.mark.parametrize(
    "charset",
    [b"nonsense", b"u\x00\x00", b"idna", b"punycode", b"unicode_escape", b"undefined",
     b"hex", b"utf-8\xff", b"x" * 900, b"\xe2\x80\xae8-ftu"],
)  # fmt: skip
def test_odd_charset_costs_no_order(charset):
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=%s\n\n" % charset
    [document] = read(raw + "2 x TS-01\n\nGrüße".encode())
    assert goods(document) == [("TS-01", 2)]


def test_charset_that_takes_quadratic_time_is_not_used():
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=PunyCode\n\n"
    [document] = read(raw + b"2 x TS-01\n\nabc-" + b"a" * 300_000)
    assert goods(document) == [("TS-01", 2)]


def test_wrong_charset_is_found_out():
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
    raw += "型号 A100 要 3 个".encode("gb18030")
    assert goods(read(raw)[0]) == [("A100", 3)]


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_two_tables_give_orders_with_different_ids():
    text = "see attachments\n收货地址：广东省深圳市南山区科技园路1号"
    documents = read(
        write(
            text,
            files=[
                ("a.xlsx", XLSX, xlsx(["sku", "qty"], ["TS-01", 1])),
                ("b.csv", "text/csv", b"sku;qty\nHD-L;2\n"),
            ],
        )
    )
    assert [goods(document) for document in documents] == [
        [("TS-01", 1)],
        [("HD-L", 2)],
    ]
    assert len({document.external_id for document in documents}) == 2
    assert documents[1].shipping.city == "深圳市"
    assert documents[1].ordered_at == SENT.astimezone(UTC)


def test_the_same_order_number_of_two_customers_is_two_orders():
    table = ("a.csv", "text/csv", b"order no,sku,qty\nPO-1,TS-01,1\n")
    first = read(write("x", files=[table]))[0]
    again = read(write("x", files=[table]))[0]
    second = read(write("x", files=[table], **{"Message-ID": "<m2@other.example>"}))[0]
    assert first.number == second.number == "PO-1"
    assert first.external_id == again.external_id != second.external_id


def test_other_attachment_is_named_for_a_person():
    document = one(
        "Our order is attached.", files=[("order.pdf", "application/pdf", b"%PDF-1.4")]
    )
    assert document.kind == "enquiry"
    assert "attachment" in document.tags
    assert "order.pdf" in document.internal_note


def test_forwarded_mail_is_named_and_not_read():
    inner = EmailMessage()
    inner["From"] = "eve@x.example"
    inner.set_content("99 x TS-01")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "bob@shop.example", "Fwd: order"
    mail.set_content("see below")
    mail.add_attachment(inner)
    [document] = read(mail.as_bytes())
    assert document.kind == "enquiry"
    assert set(document.tags) == {"attachment", "forwarded"}


def test_table_that_is_no_order_is_named_for_a_person():
    document = one(
        "Find our price list.", files=[("prices.csv", "text/csv", b"foo;bar\nx;y\n")]
    )
    assert document.kind == "enquiry"
    assert "attachment" in document.tags


# ---- broken and hostile mails --------------------------------------------


@pytest.mark.parametrize(
    "raw,code",
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x00\x01\x02", "no_mail"),
        (b'{"json": true}', "no_mail"),
    ],
)
def test_what_is_no_mail(raw, code):
    with pytest.raises(AdapterError) as caught:
        read(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.c\nSubject: =?utf-8?b?####?=\nDate: yesterday\n\n5 x TS-01",
        b"From: \xff\xfe <a@b.c>\nContent-Type: text/plain; charset=nonsense\n"
        b"\n5 x TS-01",
        b"From: a@b.c\nContent-Type: text/plain\n"
        b"Content-Transfer-Encoding: base64\n\n!!",
        b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n5 x TS-01",
        b"From: a@b.c\nContent-Type: text/html\n\n<p>5 x TS-01<table><td>\x01",
        b"Message-ID: <a@b>\n\n",
    ],
)
def test_damaged_mail_is_read_as_far_as_it_goes(raw):
    [document] = read(raw)
    assert document.kind in ("order", "enquiry")
    assert document.external_id


@pytest.mark.parametrize(
    "text",
    [
        "On " + "a " * 40000,
        "\n" * 60000 + "- " * 20000,
        "> On " * 20000,
        "From: a\n" * 8000,
        "1 x " * 15000,
        "1-" * 30000,
        "收货人" * 20000,
        "GmbH " * 15000,
        "Ship to:\n" * 8000,
        "(" * 60000,
    ],
)
def test_endless_text_is_read_in_bounds(text):
    assert len(one(text).note) <= 60_000


def test_posted_mail_needs_the_suite_signature():
    request = InboundRequest(body=write("5 x TS-01"))
    with pytest.raises(SignatureError):
        ADAPTER.verify(request, {"webhook_secret": "s"}, NOW)
