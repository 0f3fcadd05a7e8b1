"""Mails: what the sample builder writes is what is read."""

from decimal import Decimal

import pytest
from email_samples import NOW, SENT, goods, read
from omsdev.messages import mail as mails
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

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
