"""Mails: what is an order, what is not, and what a careful person reads in them."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.message import EmailMessage

import pytest
from omsdev.messages import mail as mails
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder
from openpyxl import Workbook

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)
from oms_addon.adapters.mail_address import split_chinese
from oms_addon.adapters.mail_facts import order_number, requested_date
from oms_addon.adapters.mail_lines import find_lines

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


# ---- real mails ----------------------------------------------------------


@pytest.fixture
def fixture_mail(fixtures):
    def load(name):
        folder = fixtures / "email"
        expected = json.loads((folder / f"{name}.expected.json").read_text())
        [document] = read((folder / f"{name}.eml").read_bytes())
        return document, expected

    return load


def test_english_order_in_free_text(fixture_mail):
    document, expected = fixture_mail("en_freetext_simple")
    assert (document.kind, document.status) == ("order", "unpaid")
    assert document.external_id == "en_freetext_simple@mail.example.net"
    assert document.number == expected["customer_ref"]
    assert [list(line) for line in goods(document)] == expected["lines"]
    assert document.shipping.zip == expected["ship_zip"]
    assert document.shipping.street == "Heidestraße 17"
    assert (document.shipping.city, document.shipping.country_code) == ("Köln", "DE")
    assert document.promised_at.date().isoformat() == expected["requested_date"]
    assert "unsure" not in document.tags  # confidence: high
    assert document.customer.name == "Anna Schmidt"
    assert document.customer.phone == "+49 221 123456"
    assert document.customer.company == "Kunde GmbH"


def test_reply_that_changes_an_order_is_no_new_order(fixture_mail):
    document, expected = fixture_mail("en_reply_quoted_history")
    assert document.kind == "enquiry"
    assert expected["kind"] in document.tags
    assert document.number == "4411"
    assert [list(line) for line in goods(document)] == expected["mentions"]
    assert document.note == "Actually make that 8 instead of 6, rest unchanged."
    assert "CUP-500: 6 → 8" in document.internal_note


def test_attached_sheet_is_the_order(fixture_mail):
    document, expected = fixture_mail("xlsx_attachment")
    assert document.kind == "order"
    assert document.number == expected["customer_ref"]
    assert [
        [line.sku, line.quantity, float(line.unit_price)] for line in document.lines
    ] == expected["lines"]
    assert document.customer.email == "einkauf@firma.example"
    assert "Lager Nord" in document.note
    assert document.external_id == "xlsx_attachment@mail.example.net#B-2026-118"


def test_chinese_order_in_gb18030(fixture_mail):
    document, expected = fixture_mail("zh_freetext_gb18030")
    assert document.kind == "order"
    assert [list(line) for line in goods(document)] == expected["lines"]
    assert document.shipping.name == expected["receiver"]
    assert document.shipping.phone == expected["mobile"]
    assert document.shipping.state == expected["province"]
    assert document.shipping.district == expected["district"]
    assert document.shipping.zip == expected["zip"]
    assert document.shipping.street == "南京西路1266号恒隆广场8楼"
    assert set(expected["flags"]) <= set(document.tags)
    # 下周五 from Monday 23 November
    assert document.promised_at.date().isoformat() == "2026-12-04"


# ---- lines ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text,expected",
    [
        ("10 x SKU-123", [("SKU-123", 10)]),
        ("SKU-123: 5 pcs", [("SKU-123", 5)]),
        ("型号 A100 要 3 个", [("A100", 3)]),
        ("请发A100三个，B200五个", [("A100", 3), ("B200", 5)]),
        (
            "Please send me 10 x SKU-123 and 5 x HD-L by Friday.",
            [("SKU-123", 10), ("HD-L", 5)],
        ),
        ("2 dozen CUP-500", [("CUP-500", 24)]),
        ("1,000 pcs of TS-01", [("TS-01", 1000)]),
        ("Wir bestellen 10 Stück TS-01", [("TS-01", 10)]),
        ("TS-01 10個", [("TS-01", 10)]),
        ("我要两箱CUP-500", [("CUP-500", 2)]),
        ("SKU: TS-01, Qty: 4", [("TS-01", 4)]),
        ("1) Hoodie L (HD-L) x 3\n2) TS-01 x 4", [("HD-L", 3), ("TS-01", 4)]),
        ("5 x TS-01 by Friday", [("TS-01", 5)]),
    ],
)
def test_line_is_read(text, expected):
    assert [(line.sku, line.quantity) for line in find_lines(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "We have 3 offices",
        "We have 3 boxes left",
        "Heidestraße 17\n51147 Köln",
        "Tel: +49 221 123456",
        "call me at 10 am, room B12",
        "Room 5 B12",
        "needed by 4 Dec 2026",
        "开会3个人参加",
        "500ml",
        "10.000 km",
        "see page 3",
        "上海市静安区南京西路1266号恒隆广场8楼",
        "12:30",
        "100%",
        "HRB 12345",
    ],
)
def test_what_orders_nothing_is_no_line(text):
    assert find_lines(text) == []


@pytest.mark.parametrize(
    "text,price,currency",
    [
        ("12 x TS-01 @ 19.90 EUR each", "19.90", "EUR"),
        ("TS-01: 12 pcs, 单价 19.9元", "19.9", "CNY"),
        ("10 Stück TS-01 zu je 19,90 €", "19.90", "EUR"),
        ("10 x TS-01 at $1,250.00", "1250.00", "USD"),
    ],
)
def test_price_is_read_when_stated(text, price, currency):
    [line] = find_lines(text)
    assert (line.sku, line.price, line.currency) == ("TS-01", Decimal(price), currency)


def test_order_without_prices_says_so():
    assert "unpriced" in one("10 x TS-01").tags
    assert "unpriced" not in one("10 x TS-01 @ 5 EUR").tags


# ---- kinds of mail -------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\nwhen do you open?",
        "请问有货吗？",
        "Do you have 500 pcs TS-01 in stock?",
        "请报价：TS-01 500个",
    ],
)
def test_question_is_an_enquiry(text):
    document = one(text, subject="Question")
    assert document.kind == "enquiry"
    assert (document.subject, document.note) == ("Question", text)
    assert document.customer.email == "bob@shop.example"
    assert document.customer.name == "Bob Miller"


@pytest.mark.parametrize(
    "text,tag",
    [
        ("Please cancel order 4411.", "cancel_request"),
        ("请取消订单 4411", "cancel_request"),
        ("Please change order 4411 to 5 x TS-01", "change_request"),
        ("订单4411请改成5个 TS-01", "change_request"),
    ],
)
def test_wish_to_change_is_left_to_a_person(text, tag):
    document = one(text, subject="4411")
    assert document.kind == "enquiry"
    assert document.tags == (tag,)
    assert document.number == "4411"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"From": "MAILER-DAEMON@mx.example"},
        {"Precedence": "auto_reply"},
        {"subject": "Out of office: Order"},
        {"subject": "自动回复: 订单"},
        {"subject": "Undelivered Mail Returned to Sender"},
        {"List_Unsubscribe": "<https://news.example/u>"},
    ],
)
def test_mail_of_a_machine_is_ignored(headers):
    document = one("I am away until Monday.", **headers)
    assert document.kind == "ignored"
    assert document.note


def test_delivery_report_is_ignored():
    raw = write("5 x TS-01").replace(
        b"Content-Type: text/plain", b"Content-Type: multipart/report"
    )
    assert read(raw)[0].kind == "ignored"


def test_purchasing_system_orders_automatically():
    document = one("10 x TS-01", Auto_Submitted="auto-generated")
    assert document.kind == "order"


def test_reply_with_new_lines_is_an_order():
    document = one(
        "10 x TS-01\nThanks\nBob\n\n"
        "On Mon, Nov 16, 2026 at 10:02 AM Sales <orders@example.com> wrote:\n"
        "> TS-01: 99 pcs at 5 EUR",
        subject="Re: Quotation",
    )
    assert document.kind == "order"
    assert goods(document) == [("TS-01", 10)]


@pytest.mark.parametrize(
    "history",
    [
        "------------------ 原始邮件 ------------------\n发件人: o@e.com;\n7 x HD-L",
        "Von: Sales <o@e.com>\nGesendet: Montag\nAn: Bob\nBetreff: Angebot\n\n7 x HD-L",
        "-----Original Message-----\nFrom: a@b.c\nSent: Monday\nTo: x\n\n7 x HD-L",
        "在 2026年11月16日，Sales <o@e.com> 写道：\n> 7 x HD-L",
        "Am 16.11.2026 um 10:02 schrieb Sales <o@e.com>:\n> 7 x HD-L",
    ],
)
def test_quoted_mail_orders_nothing(history):
    document = one(f"10 x TS-01\n\n{history}")
    assert goods(document) == [("TS-01", 10)]
    assert "HD-L" not in document.note


def test_thanks_before_the_lines_is_no_signature():
    document = one("Thanks\n\nplease send\n10 x TS-01\n\nBest regards\nBob")
    assert goods(document) == [("TS-01", 10)]


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


# ---- facts ---------------------------------------------------------------


@pytest.mark.parametrize(
    "subject,text,number",
    [
        ("Order PO-7781", "", "PO-7781"),
        ("", "Our PO number is 4500012345.", "4500012345"),
        ("", "Bestellnummer: B-2026/118", "B-2026/118"),
        ("", "采购单号：CG20261123-1", "CG20261123-1"),
        ("Order", "please order 12 x TS-01", ""),
        ("", "PO Box 1234", ""),
        ("Re: Order 4411", "", "4411"),
        ("Hello", "see you", ""),
    ],
)
def test_order_number_of_the_customer(subject, text, number):
    assert order_number(subject, text) == number


@pytest.mark.parametrize(
    "text,expected,relative",
    [
        ("by Friday 5 June", "2027-06-05", False),
        ("needed by 4 Dec 2026", "2026-12-04", False),
        ("最晚6月5日", "2027-06-05", False),
        ("请在12月1日前送到", "2026-12-01", False),
        ("bis 4.12.2026", "2026-12-04", False),
        ("by Friday", "2026-11-27", True),
        ("下周五前送到", "2026-12-04", True),
        ("周五前到货", "2026-11-27", True),
        ("明天发货", "2026-11-24", True),
        ("deliver tomorrow please", "2026-11-24", True),
        ("by next Friday", None, False),
        ("we met on 5 June 2026", None, False),
        ("ordered by Bob on 1 May 2026", None, False),
        ("until further notice", None, False),
        ("本周一前", "2026-11-23", True),
        ("by 31 February", None, False),
    ],
)
def test_requested_date(text, expected, relative):
    moment, was_relative = requested_date(text, SENT)
    assert (moment and moment.date().isoformat(), was_relative) == (expected, relative)


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "Ship to:\nACME Inc\n500 Main St\nSpringfield, IL 62701\nUSA",
            ("ACME Inc", "500 Main St", "Springfield", "IL", "62701", "US"),
        ),
        (
            "Please deliver to: Anna Lee, 12 High Street, London, SW1A 1AA, UK",
            ("Anna Lee", "12 High Street", "London", "", "SW1A 1AA", "GB"),
        ),
        (
            "Lieferadresse:\nAnna Lee\nHauptstr. 5\n8010 Graz\nÖsterreich",
            ("Anna Lee", "Hauptstr. 5", "Graz", "", "8010", "AT"),
        ),
        (
            "收货地址：李雷 13900001111 广东省深圳市南山区科技园路1号",
            ("李雷", "科技园路1号", "深圳市", "广东省", "", "CN"),
        ),
        ("Lieferung bitte an unser Lager Nord.", ("", "", "", "", "", "")),
        (
            "Ship to:\nSöder Möbler AB\nSödra Förstadsgatan 40\n211 43 Malmö\nSweden",
            ("Söder Möbler AB", "Södra Förstadsgatan 40", "Malmö", "", "211 43", "SE"),
        ),
        ("Ship to: our warehouse", ("", "", "", "", "", "")),
        ("Please ship to Berlin soon", ("", "", "", "", "", "")),
    ],
)
def test_address_only_when_it_is_clear(text, expected):
    party = one(f"{text}\n\n5 x TS-01").shipping
    assert (
        party.name,
        party.street,
        party.city,
        party.state,
        party.zip,
        party.country_code,
    ) == expected


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "上海市静安区南京西路1266号",
            ("上海市", "上海市", "静安区", "南京西路1266号"),
        ),
        ("广东深圳市南山区科技园1号", ("广东省", "深圳市", "南山区", "科技园1号")),
        (
            "浙江省杭州市余杭区文一西路969号",
            ("浙江省", "杭州市", "余杭区", "文一西路969号"),
        ),
        (
            "内蒙古自治区呼和浩特市新城区中山路1号",
            ("内蒙古自治区", "呼和浩特市", "新城区", "中山路1号"),
        ),
        ("江苏省昆山市花桥镇1号", ("江苏省", "昆山市", "", "花桥镇1号")),
        (
            "云南省大理白族自治州大理市古城1号",
            ("云南省", "大理白族自治州", "大理市", "古城1号"),
        ),
        ("北京市北京市朝阳区建国路1号", ("北京市", "北京市", "朝阳区", "建国路1号")),
    ],
)
def test_chinese_address_is_cut(text, expected):
    parts = split_chinese(text)
    assert (
        parts["state"],
        parts["city"],
        parts["district"],
        parts["street"],
    ) == expected


# ---- broken and hostile mails ---------------------------------------------


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


# ---- round trips ---------------------------------------------------------

CHINESE = SampleBuyer(
    name="张伟",
    email="zhang@kehu.example",
    phone="13800138000",
    street="南京西路1266号",
    district="静安区",
    city="上海市",
    state="上海市",
    zip="200040",
)
GERMAN = SampleBuyer(
    name="Anna Schmidt",
    email="anna@kunde.example",
    phone="+49 221 1234567",
    street="Heidestraße 17",
    city="Köln",
    zip="51147",
    country_code="DE",
)
AMERICAN = SampleBuyer(
    name="Ann Lee",
    email="ann@shop.example",
    phone="+1 217 555 0100",
    street="500 Main St",
    city="Springfield",
    state="IL",
    zip="62701",
    country_code="US",
)


@pytest.mark.parametrize("number", range(1, 25))
@pytest.mark.parametrize(
    "language,buyer",
    [("zh", CHINESE), ("en", GERMAN), ("en", AMERICAN), ("en", CHINESE)],
)
def test_round_trip_of_orders(number, language, buyer):
    chinese = language == "zh"
    order = SampleOrder(
        number=number,
        placed_at=SENT,
        buyer=buyer,
        lines=(
            SampleLine(
                "TS-01", "短袖T恤" if chinese else "T-Shirt", 3, Decimal("19.9")
            ),
            SampleLine(
                "CUP-500",
                "保温杯 500ml" if chinese else "Steel cup 500 ml",
                12,
                Decimal("129"),
            ),
        ),
        note="请尽快" if chinese else "Please call before delivery.",
    )
    document = one_of(mails.build(order, {}, NOW, language))
    assert document.kind == "order"
    assert goods(document) == [("TS-01", 3), ("CUP-500", 12)]
    assert document.number == mails.order_number(order)
    assert document.customer.email == buyer.email
    assert document.customer.name == buyer.name
    assert document.ordered_at == order.placed_at
    if chinese or buyer is not CHINESE:
        for name in (
            "name",
            "phone",
            "street",
            "district",
            "city",
            "state",
            "zip",
            "country_code",
        ):
            assert getattr(document.shipping, name) == getattr(buyer, name)
    if number % 2:
        assert [line.unit_price for line in document.lines] == [
            line.unit_price for line in order.lines
        ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_round_trip_of_enquiries(number, language):
    order = SampleOrder(
        number=number,
        placed_at=SENT,
        buyer=CHINESE,
        lines=(SampleLine("TS-01", "T-Shirt"),),
    )
    document = one_of(mails.build_enquiry(order, {}, NOW, language))
    assert document.kind == "enquiry"
    assert document.lines == ()
    assert document.note


def one_of(message):
    [document] = read(message.body)
    return document
