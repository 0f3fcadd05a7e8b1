"""Mails: which one is an order, an enquiry or nothing."""

import pytest
from email_samples import goods, one, read, write


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
