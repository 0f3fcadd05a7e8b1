"""The orders that customers place on a day: who, what, when, at which price."""

import itertools
import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache

from ..host.clock import COMPANY_ZONE
from ..messages import catalog
from ..messages.spec import SampleLine, SampleOrder, cents
from . import cast

# Share of each channel among the orders.
SHARES = {
    "shopify": 0.22,
    "woocommerce": 0.17,
    "taobao": 0.31,
    "ubl": 0.07,
    "csv": 0.15,
    "email": 0.08,
}
_FIRST = (
    ("shopify", 11_001),
    ("woocommerce", 12_001),
    ("taobao", 13_001),
    ("ubl", 14_001),
    ("csv", 15_001),
    ("email", 16_001),
)
EURO_CHANNELS = ("shopify", "woocommerce", "ubl")
TAX_RATES = {
    "CN": 13,
    "DE": 19,
    "NL": 21,
    "BE": 21,
    "FR": 20,
    "AT": 20,
    "IT": 22,
    "ES": 21,
    "PL": 23,
    "DK": 25,
    "SE": 25,
}
# What anybody may order; the rest is kept for the customers of the play.
_GOODS = tuple(p for p in catalog.PRODUCTS if p.sku not in cast.GOODS)
# Few people order a wardrobe every day.
_WEIGHTS = {"furniture": 0.12, "storage": 0.7, "light": 0.8}
_CHANCES = tuple(
    itertools.accumulate(_WEIGHTS.get(product.category, 1) for product in _GOODS)
)


class Customers:
    """Places orders, the same ones for the same seed and day.

    :param int seed: of the choices.
    :param date date: the day; orders come in before it begins.
    """

    def __init__(self, seed, date):
        self.random = random.Random(f"{seed}/{date.isoformat()}")
        self.midnight = datetime.combine(date, time.min, tzinfo=COMPANY_ZONE)
        self.numbers = {kind: itertools.count(first) for kind, first in _FIRST}
        self.known = set()

    def order(self, kind, buyer=None, **values):
        """An order with nothing wrong.

        :param str kind: of the channel.
        :param SampleBuyer buyer: somebody, when missing.
        :param values: fields of `SampleOrder` that are set in any case.
        :rtype: SampleOrder
        """
        buyer = buyer or self.random.choice(_buyers(kind))
        rate = TAX_RATES.get(buyer.country_code, 0)
        net = kind == "ubl"
        if net and buyer.country_code != "DE":
            rate = 0  # the customer in another country pays the tax
        lines = self._lines(kind, buyer, rate if net else 0)
        order = SampleOrder(
            number=next(self.numbers[kind]),
            placed_at=self._moment(),
            buyer=buyer,
            lines=lines,
            currency="EUR" if kind in EURO_CHANNELS else "CNY",
            tax_rate=Decimal(rate),
            prices_include_tax=not net,
            shipping=self._shipping(kind),
            paid=kind not in ("ubl", "email"),
        )
        if kind in ("shopify", "woocommerce", "taobao") and self.random.random() < 0.15:
            order = replace(order, discount=cents(order.goods / 10))
        if self.random.random() < 0.08:
            order = replace(order, note=self._note(buyer))
        return replace(order, **values) if values else order

    def _lines(self, kind, buyer, net_rate):
        """Goods that this buyer has not ordered in the same way yet."""
        count = self.random.choice((1, 1, 1, 2, 2, 3))
        if buyer.business:
            count += 1
        most = 6 if buyer.business else 2
        while True:
            drawn = self.random.choices(_GOODS, cum_weights=_CHANCES, k=count)
            chosen = {product.sku: product for product in drawn}
            lines = tuple(
                _line(
                    kind,
                    product,
                    self.random.randint(1, most),
                    net_rate,
                    chinese=buyer.country_code == "CN",
                )
                for product in chosen.values()
            )
            key = (
                buyer.email,
                frozenset((line.sku, line.quantity) for line in lines),
            )
            if key not in self.known:
                self.known.add(key)
                return lines

    def _shipping(self, kind):
        if kind == "email":
            return Decimal(0)
        choices = ("0", "4.90", "6.90") if kind in EURO_CHANNELS else ("0", "0", "12")
        return Decimal(self.random.choice(choices))

    def _moment(self):
        """Between the afternoon before and midnight, whole seconds."""
        return self.midnight - timedelta(seconds=self.random.randint(60, 9 * 3600))

    def _note(self, buyer):
        if buyer.country_code == "CN":
            return self.random.choice(
                ("请放在门口快递柜", "送货前请电话联系", "礼物，请勿附发票")
            )
        return self.random.choice(
            ("Please ring twice.", "A gift: no invoice in the parcel, please.")
        )

    def cast_orders(self):
        """What the customers of the play order: plain, paid, nothing by chance.

        :return: role, kind of the channel and order.
        :rtype: list[tuple]
        """
        products = {product.sku: product for product in catalog.PRODUCTS}
        placed = []
        for part in cast.CAST:
            chinese = part.buyer.country_code == "CN"
            for goods in part.orders:
                lines = tuple(
                    _line(part.kind, products[sku], count, 0, chinese=chinese)
                    for sku, count in goods
                )
                order = self.order(
                    part.kind,
                    part.buyer,
                    lines=lines,
                    discount=Decimal(0),
                    note="",
                    paid=True,
                )
                placed.append((part.role, part.kind, order))
        return placed

    def twin(self, kind, order):
        """The same buyer orders the same goods again after twenty minutes.

        :rtype: SampleOrder
        """
        return replace(
            order,
            number=next(self.numbers[kind]),
            placed_at=order.placed_at + timedelta(minutes=20),
        )

    def newcomer(self, kind, **fields):
        """An order of somebody who is not known yet.

        :param fields: what differs from a complete address.
        :rtype: SampleOrder
        """
        names = ("周明", "林小雨") if kind == "taobao" else ("Ada Stein", "Eva Kern")
        buyer = replace(
            self.random.choice(_buyers(kind)),
            name=self.random.choice(names),
            email=f"newcomer.{kind}@post.example",
            **fields,
        )
        return self.order(kind, buyer)

    def unknown(self, kind):
        """An order of something that the shop calls by an old number.

        :rtype: SampleOrder
        """
        order = self.order(kind)
        first, *rest = order.lines
        first = replace(
            first, sku=f"OLD-{first.sku}", listing_id="999000" + str(order.number)
        )
        return replace(order, lines=(first, *rest))

    def large(self):
        """More than the customer may owe.

        :rtype: SampleOrder
        """
        order = self.order("ubl")
        lines = tuple(
            replace(line, quantity=line.quantity + 60) for line in order.lines
        )
        return replace(order, lines=lines)


@cache
def _line(kind, product, quantity, net_rate, *, chinese):
    euro = kind in EURO_CHANNELS
    price = product.price_eur if euro else product.price
    if net_rate:
        price = cents(price * 100 / (100 + net_rate))
    return SampleLine(
        sku=product.sku,
        name=product.name_zh if chinese else product.name_en,
        quantity=quantity,
        unit_price=price,
        listing_id=catalog.listing_id(kind, product),
    )


@cache
def _buyers(kind):
    """Who orders by chance on a channel."""
    chinese = [b for b in catalog.BUYERS_CN if b.email not in cast.EMAILS]
    foreign = [b for b in catalog.BUYERS_WORLD if b.email not in cast.EMAILS]
    private_cn = [b for b in chinese if not b.business]
    private_world = [b for b in foreign if not b.business]
    business_cn = [b for b in chinese if b.business]
    business_world = [b for b in foreign if b.business]
    return {
        "shopify": private_world,
        "woocommerce": private_world,
        "taobao": private_cn,
        "ubl": business_world,
        "csv": business_cn + private_cn,
        "email": business_cn + business_world,
    }[kind]
