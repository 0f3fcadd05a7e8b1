"""Mails: a clerk reads the words of a mail and corrects them."""

import pytest
from email_samples import ADAPTER, goods, read, write


def corrected(raw, old, new):
    """What the mail says after a clerk replaced some words."""
    text = ADAPTER.text_of(raw)
    assert old in text
    return read(ADAPTER.with_text(raw, text.replace(old, new)))


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_the_words_are_shown_decoded(charset):
    raw = write("型号 A100 要 3 个，谢谢")
    if charset == "gb18030":
        raw = (
            b"From: a@b.example\nMessage-ID: <1@b>\nContent-Transfer-Encoding: 8bit\n"
            b"Content-Type: text/plain; charset=gb18030\n\n"
            + "型号 A100 要 3 个，谢谢".encode("gb18030")
        )
    assert ADAPTER.text_of(raw) == "型号 A100 要 3 个，谢谢"


def test_a_correction_keeps_sender_subject_and_number():
    raw = write("10 x TS-01\n\nRegards\nBob", subject="Bestellung für Köln")
    [before] = read(raw)
    [after] = corrected(raw, "10 x TS-01", "12 x TS-02")
    assert goods(after) == [("TS-02", 12)]
    for name in ("external_id", "subject", "customer", "ordered_at", "currency"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_correction_keeps_attached_tables():
    raw = write(
        "Please see the table. Our number is 7.",
        files=[("order.csv", "text/csv", b"SKU;Qty\nTS-01;4\n")],
    )
    documents = corrected(raw, "number is 7", "number is 8")
    assert [goods(document) for document in documents] == [[("TS-01", 4)]]


def test_an_attached_mail_stays_whole():
    inner = write("3 x HD-L", subject="inner")
    raw = (
        b"From: a@b.example\r\nMessage-ID: <1@b>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed;\r\n boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: text/plain\r\n\r\nSee below.\r\n--x\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--x--\r\n"
    )
    after = ADAPTER.with_text(raw, "See the mail.")
    assert b"Subject: inner" in after
    assert ADAPTER.text_of(after) == "See the mail."
    assert after.count(b"Content-Type: multipart/mixed") == 1


def test_folded_heads_and_line_ends_of_servers_survive():
    raw = (
        b"Received: from a\r\n by b;\r\n\tMon, 23 Nov 2026 09:15:00 +0800\r\n"
        b"From: Bob <bob@b.example>\r\nSubject: Order\r\n of Monday\r\n"
        b"Message-ID: <1@b>\r\nContent-Type: text/html;\r\n charset=utf-8\r\n\r\n"
        b"<p>2 x TS-01</p>\r\n"
    )
    [after] = corrected(raw, "2 x TS-01", "3 x TS-01")
    assert goods(after) == [("TS-01", 3)]
    assert after.subject == "Order of Monday"
    assert after.customer.email == "bob@b.example"


def test_what_is_no_mail_is_replaced_by_the_text():
    assert ADAPTER.text_of(b"hello") == "hello"
    assert ADAPTER.with_text(b"hello", "世界") == "世界".encode()
    assert ADAPTER.text_of(b"\xff\x00") is None
