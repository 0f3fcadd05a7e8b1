"""Mails that name goods and order nothing, in English, German and Chinese."""

import pytest
from email_samples import one

NO_ORDERS = {
    "complaint": (
        "Yesterday we received 12 x TS-01 instead of 10, and 3 x HD-L were damaged.",
        "5 x TS-01 have not arrived yet.",
        "Where is my order? 5 x TS-01, paid last week.",
        "You sent the wrong article: 5 x TS-01.",
        "2 x HD-L are missing from the parcel.",
        "We want our money back for 5 x TS-01.",
        "5 x TS-01 sind beschädigt angekommen.",
        "Reklamation: 5 x TS-01 defekt",
        "Es fehlen 2 x HD-L in der Lieferung.",
        "5 x TS-01 wurden noch nicht geliefert.",
        "收到的 TS-01 5个 坏了",
        "TS-01 少发 2个",
        "发错了，TS-01 5个",
        "TS-01 5个 还没收到",
    ),
    "return": (
        "I want to return 5 x TS-01.",
        "I am sending 5 x TS-01 back.",
        "RMA for 5 x TS-01 please",
        "Please exchange the 5 x TS-01 for size L.",
        "Ich möchte 5 x TS-01 zurückschicken.",
        "Retoure: 5 x TS-01",
        "Umtausch von 5 x TS-01",
        "TS-01 5个 要退货",
        "想换货：TS-01 5个",
    ),
    "refusal": (
        "Please do NOT send 5 x TS-01 any more. We need 2 x HD-L.",
        "Don't ship 5 x TS-01.",
        "We no longer need 5 x TS-01.",
        "Please cancel 5 x TS-01.",
        "Bitte liefern Sie 5 x TS-01 nicht.",
        "Bitte 5 x TS-01 nicht mehr liefern.",
        "5 x TS-01 stornieren",
        "Wir brauchen keine 5 x TS-01 mehr.",
        "不要发 TS-01 5个",
        "先别发货：TS-01 5个",
        "TS-01 5个 不需要",
        "取消 TS-01 5个",
    ),
    "correction": (
        "5 x TS-01.\nSorry, I meant 3 x TS-01.",
        "Correction: 3 x TS-01",
        "5 x TS-01\nIt should be 3 x TS-01",
        "5 x TS-01 statt 3",
        "Korrektur: 3 x TS-01",
        "5 x TS-01\nIch meinte 3 x TS-01",
        "TS-01 5个 写错了，应该是3个",
        "更正：TS-01 3个",
    ),
    "alternative": (
        "Please send 5 x TS-01 or, if not in stock, 5 x HD-L.",
        "Either 5 x TS-01 or 5 x HD-L",
        "5 x TS-01 oder 5 x HD-L",
        "5 x TS-01, falls nicht da 5 x HD-L",
        "TS-01 5个 或者 HD-L 5个",
        "TS-01 5个，没货的话 HD-L 5个",
    ),
    "recurring": (
        "2 x TS-01 every week until Christmas",
        "2 x TS-01 monthly",
        "2 x TS-01 jede Woche",
        "每周 TS-01 2个",
    ),
    "question": (
        "Is 5 x TS-01 available?",
        "Do you have 5 x TS-01?",
        "What is the price of 5 x TS-01?",
        "Haben Sie 5 x TS-01?",
        "Was kosten 5 x TS-01?",
        "TS-01 5个 有货吗",
        "TS-01 5个 多少钱？",
    ),
}
CASES = [(name, text) for name, texts in NO_ORDERS.items() for text in texts]


@pytest.mark.parametrize("name,text", CASES)
def test_it_goes_to_a_person_with_the_words_that_told(name, text):
    document = one(text, subject="TS-01")
    assert document.kind == "enquiry"
    assert document.status == "unpaid" and not document.payments
    if document.tags[:1] == (name,):
        assert document.doubts[0].words in ("TS-01", *text.split("\n"))


@pytest.mark.parametrize("name,text", CASES)
def test_a_table_attached_to_it_orders_nothing_either(name, text):
    table = ("order.csv", "text/csv", b"SKU,Quantity\nTS-01,5\n")
    document = one(text, subject="TS-01", files=[table])
    assert document.kind == "enquiry"


@pytest.mark.parametrize(
    "text",
    [
        "Please send 5 x TS-01.",
        "Could you please send us 5 x TS-01?",
        "Can we get 5 x TS-01 by Friday?",
        "Hello,\nwe need:\n- 5 x TS-01\n- 2 x HD-L\nThanks",
        "Please send 5 x TS-01, but do not deliver before Monday.",
        "5 x TS-01, please don't hesitate to call.",
        "Bitte senden Sie uns 5 x TS-01, nicht vor Montag.",
        "Könnten Sie uns bitte 5 x TS-01 schicken?",
        "Wir bestellen 5 x TS-01 und 2 x HD-L.",
        "您好，请发 TS-01 5个，谢谢！",
        "我们需要 TS-01 5个",
        "Our new catalogue is nice. 5 x TS-01\nOrder colour: blue",
    ],
)
def test_an_order_is_still_one(text):
    assert one(text).kind == "order"


@pytest.mark.parametrize(
    "headers,kind",
    [
        ({"subject": "Out of office: 5 x TS-01"}, "ignored"),
        ({"subject": "Automatische Antwort: Bestellung"}, "ignored"),
        ({"subject": "自动回复：订单"}, "ignored"),
        ({"Auto_Submitted": "auto-replied"}, "ignored"),
        ({"From": "MAILER-DAEMON@mx.example"}, "ignored"),
        ({"List_Unsubscribe": "<https://news.example/u>"}, "enquiry"),
        ({"Precedence": "bulk"}, "enquiry"),
    ],
)
def test_machines_and_newsletters_order_nothing(headers, kind):
    assert one("Buy now: 5 x TS-01", **headers).kind == kind


def test_order_shows_the_words_it_was_read_from_and_those_it_was_not():
    document = one("Please send:\n5 x TS-01\n10 m cable CB-10\n3箱 杯子")
    doubts = {(d.code, d.words) for d in document.doubts}
    assert ("free_text", "5 x TS-01") in doubts
    told = {words for code, words in doubts if code in ("unread", "unsure")}
    read = {line.text for line in ()} | {words for _code, words in doubts}
    assert {"10 m cable CB-10", "3箱 杯子"} <= told | read
