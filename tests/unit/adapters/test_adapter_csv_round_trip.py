"""Order files: what the sample builder writes is what is read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from csv_samples import NOW, goods, read
from omsdev.messages import csv_file
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

from oms_addon.adapters.base import ChannelSettings


def sample(number, **values):
    return SampleOrder(
        **{
            "number": number,
            "placed_at": datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
            "buyer": SampleBuyer(
                name="张伟",
                email="zhang@kunde.example",
                phone="+8613800138000",
                street="南京西路1266号",
                district="静安区",
                city="上海市",
                state="上海市",
                zip="200040",
            ),
            "lines": (
                SampleLine("TS-01", 'T-Shirt, "red"', 3, Decimal("19.90")),
                SampleLine("CUP-500", "Becher", 1200, Decimal("1234.50")),
            ),
            "shipping": Decimal("8.00"),
            "discount": Decimal("5.00"),
            "tax_rate": Decimal(13),
            "note": "bitte klingeln",
            **values,
        }
    )


@pytest.mark.parametrize(
    "language,encoding,delimiter",
    [
        ("en", "utf-8", ","),
        ("en", "utf-8-sig", "\t"),
        ("de", "utf-8", ";"),
        ("zh", "gb18030", ","),
        ("zh", "utf-8", ";"),
    ],
)
def test_round_trip_of_csv(language, encoding, delimiter):
    orders = [
        sample(1),
        sample(2, paid=False, prices_include_tax=False),
        sample(3, cancelled=True),
    ]
    message = csv_file.build_many(orders, {}, NOW, encoding, delimiter, language)
    documents = read(message.body, message.filename)
    check_round_trip(orders, documents)


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_round_trip_of_xlsx(language):
    orders = [sample(1), sample(2, paid=False), sample(3, cancelled=True)]
    message = csv_file.build_xlsx(orders, {}, NOW, language)
    settings = ChannelSettings(currency="EUR", timezone="UTC")
    check_round_trip(orders, read(message.body, message.filename, settings))


def check_round_trip(orders, documents):
    assert len(orders) == len(documents)
    for order, document in zip(orders, documents, strict=True):
        assert document.number == csv_file.order_number(order)
        assert goods(document) == [
            (line.sku, line.quantity, line.unit_price) for line in order.lines
        ]
        assert [line.name for line in document.product_lines] == [
            line.name for line in order.lines
        ]
        assert document.ordered_at == order.placed_at
        assert document.currency == order.currency
        assert document.prices_include_tax == order.prices_include_tax
        assert document.status == (
            "cancelled" if order.cancelled else "paid" if order.paid else "unpaid"
        )
        if order.prices_include_tax:
            assert sum(line.total for line in document.lines) == document.total
        assert document.customer.email == order.buyer.email
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
            assert getattr(document.shipping, name) == getattr(order.buyer, name)
        assert document.note == order.note
