"""The messages of a day: made from a seed, the same every time.

Every channel sends orders in its own format. Among them are messages that come
twice, that can't be read, and orders that a check will hold. Later in the day the
channels change, cancel and refund some of them.
"""

import itertools
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from ..messages import catalog, csv_file, mail, shopify, taobao, ubl, woocommerce
from ..messages.spec import SampleLine, SampleOrder, cents
from . import tamper

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
ORDERS_PER_FILE = 8
TWICE = 0.06  # share of messages that a platform delivers twice
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
BUILDERS = {
    "shopify": shopify.build,
    "woocommerce": woocommerce.build,
    "taobao": taobao.build,
    "ubl": ubl.build,
    "email": mail.build,
}
# In stock wherever a regular customer lives.
REGULAR_GOODS = ("CF-T103", "CF-T108")
# Few people order a wardrobe every day.
_WEIGHTS = {"furniture": 0.12, "storage": 0.7, "light": 0.8}


@dataclass(frozen=True)
class Item:
    """One message to send.

    :param str kind: kind of the channel.
    :param str what: what it is, e.g. ``'order'``, ``'broken'``.
    :param callable build: takes the channel's secrets and the time, returns a
        `Message`.
    :param int expected: HTTP status that the sender expects.
    """

    kind: str
    what: str
    build: object
    expected: int = 200


@dataclass(frozen=True)
class Script:
    """The messages of a day, in the order in which they are sent.

    :param tuple morning: orders, and what comes with them.
    :param tuple later: changes, cancellations, refunds of those.
    :param int orders: number of different orders.
    """

    morning: tuple
    later: tuple
    orders: int


def make_script(seed, date, orders=300, regulars=()):
    """Make the messages of a day.

    :param int seed: same seed and date, same messages.
    :param date date: the day.
    :param int orders: about how many orders.
    :param regulars: e-mails of buyers who order for certain (they have a portal
        account and will send something back).
    :rtype: Script
    """
    return _Author(seed, date, orders, regulars).script()


class _Author:
    """Writes one day."""

    def __init__(self, seed, date, orders, regulars):
        self.random = random.Random(f"{seed}/{date.isoformat()}")
        self.midnight = datetime.combine(date, time.min, tzinfo=UTC)
        self.wanted = orders
        self.regulars = regulars
        # Orders with nothing wrong, by channel; numbers are given out in sequence.
        self.orders = {kind: [] for kind in SHARES}
        self.numbers = {kind: itertools.count(first) for kind, first in _FIRST}
        self.known = set()
        self.morning, self.later = [], []

    def script(self):
        """Write everything.

        :rtype: Script
        """
        for kind, share in SHARES.items():
            for _number in range(max(round(self.wanted * share), 4)):
                self.orders[kind].append(self._order(kind))
        self._give_regulars_orders()
        special = self._special_orders()
        for kind in BUILDERS:
            for order in self.orders[kind]:
                self._add(kind, "order", order)
        self._add_files()
        self.morning += special
        self._add_broken()
        self.random.shuffle(self.morning)
        self._add_enquiries()
        self._repeat_some()
        count = sum(map(len, self.orders.values())) + len(special)
        self._change_some()
        return Script(tuple(self.morning), tuple(self.later), count)

    # ---- orders ----------------------------------------------------------

    def _order(self, kind, buyer=None, **values):
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
        return replace(order, **values)

    def _lines(self, kind, buyer, net_rate):
        """Goods that this buyer has not ordered in the same way yet."""
        count = self.random.choice((1, 1, 1, 2, 2, 3))
        if buyer.business:
            count += 1
        most = 6 if buyer.business else 2
        products = catalog.PRODUCTS
        weights = [_WEIGHTS.get(product.category, 1) for product in products]
        while True:
            chosen = {p.sku: p for p in self.random.choices(products, weights, k=count)}
            lines = tuple(
                self._line(
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

    def _line(self, kind, product, quantity, net_rate, chinese):
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

    def _give_regulars_orders(self):
        """Buyers with a portal account have two paid orders each."""
        everybody = (*catalog.BUYERS_CN, *catalog.BUYERS_WORLD)
        by_email = {buyer.email: buyer for buyer in everybody}
        for email in self.regulars:
            buyer = by_email.get(email)
            if not buyer:
                continue
            # Messages of Taobao name no e-mail to be known by.
            kind = "csv" if buyer.country_code == "CN" else "shopify"
            for sku in REGULAR_GOODS:
                product = next(p for p in catalog.PRODUCTS if p.sku == sku)
                chinese = buyer.country_code == "CN"
                line = self._line(kind, product, 2, 0, chinese)
                self.known.add((email, frozenset({(sku, 2)})))
                order = self._order(kind, buyer, lines=(line,), discount=Decimal(0))
                self.orders[kind].append(order)

    # ---- what a check will hold ------------------------------------------

    def _special_orders(self):
        """Orders that are held: each for one reason."""
        few = max(self.wanted // 100, 1)
        unpaid = [
            (kind, "unpaid", self._order(kind, paid=False))
            for kind in ("woocommerce", "shopify", "taobao", "woocommerce")
            for _number in range(few)
        ]
        unknown = [
            (kind, "unknown product", self._unknown(kind))
            for kind in ("woocommerce", "shopify")
            for _number in range(few)
        ]
        incomplete = [
            ("woocommerce", "no address", self._newcomer("woocommerce", street="")),
            ("taobao", "no address", self._newcomer("taobao", street="", phone="")),
        ]
        twins = [
            (kind, "possible duplicate", self._twin(kind))
            for kind in ("shopify", "taobao")
        ]
        large = [("ubl", "large order", self._large())]
        items = [
            self._item(*parts)
            for parts in (*unpaid, *unknown, *incomplete, *twins, *large)
        ]
        return items + [
            self._item(kind, "other total", self._order(kind), tamper.raise_total)
            for kind in ("woocommerce", "shopify")
        ]

    def _twin(self, kind):
        """The same buyer orders the same goods again after twenty minutes."""
        order = self.random.choice(self.orders[kind])
        return replace(
            order,
            number=next(self.numbers[kind]),
            placed_at=order.placed_at + timedelta(minutes=20),
        )

    def _newcomer(self, kind, **fields):
        """An order of somebody who is not known yet.

        :param fields: what differs from a complete address.
        """
        names = ("周明", "林小雨") if kind == "taobao" else ("Ada Stein", "Eva Kern")
        buyer = replace(
            self.random.choice(_buyers(kind)),
            name=self.random.choice(names),
            email=f"newcomer.{kind}@post.example",
            **fields,
        )
        return self._order(kind, buyer)

    def _unknown(self, kind):
        order = self._order(kind)
        first, *rest = order.lines
        first = replace(
            first, sku=f"OLD-{first.sku}", listing_id="999000" + str(order.number)
        )
        return replace(order, lines=(first, *rest))

    def _large(self):
        """More than the customer may owe."""
        order = self._order("ubl")
        lines = tuple(
            replace(line, quantity=line.quantity + 60) for line in order.lines
        )
        return replace(order, lines=lines)

    # ---- messages --------------------------------------------------------

    def _add(self, kind, what, order):
        self.morning.append(self._item(kind, what, order))

    def _item(self, kind, what, order, change=None):
        options = {}
        if kind == "email" and order.buyer.country_code == "CN":
            options["language"] = "zh"
        build = BUILDERS[kind]

        def write(secrets, now):
            moment = self._body_time(kind, order, now)
            message = build(order, secrets, moment, **options)
            return change(kind, message, secrets) if change else message

        return Item(kind, what, write)

    def _body_time(self, kind, order, now):
        """The time a message is built for.

        Where it is written into the message, it must be the same every time; where
        it only goes into the signature, it must be the present.
        """
        if kind in ("shopify", "woocommerce"):
            return order.placed_at + timedelta(minutes=1)
        return now

    def _add_files(self):
        """Order files: a few orders each, in the forms that people use."""
        orders = self.orders["csv"]
        forms = (
            ("en", "utf-8", ","),
            ("zh", "gb18030", ","),
            ("de", "cp1252", ";"),
            None,
        )
        for start in range(0, len(orders), ORDERS_PER_FILE):
            form = forms[start // ORDERS_PER_FILE % len(forms)]
            part = orders[start : start + ORDERS_PER_FILE]
            if form and form[0] == "de":
                form = ("en", "utf-8", ";")  # Chinese names don't fit into cp1252
            self.morning.append(Item("csv", "file", _file_writer(part, form)))

    def _add_broken(self):
        """Messages that can't be read, signed all the same."""
        order = self._order("shopify")
        self.morning.append(
            self._item("shopify", "broken", order, tamper.cut_off_the_end)
        )
        for kind in ("ubl", "csv", "taobao"):
            broken = _Broken(kind, next(self.numbers[kind]))
            self.morning.append(Item(kind, "broken", broken))
        order = self._order("woocommerce")
        item = self._item("woocommerce", "forged", order, tamper.forge_signature)
        self.morning.append(replace(item, expected=401))

    def _add_enquiries(self):
        for _number in range(3):
            order = self._order("email")
            language = "zh" if order.buyer.country_code == "CN" else "en"
            self.morning.append(Item("email", "enquiry", _enquiry(order, language)))

    def _repeat_some(self):
        """A platform that got no answer in time sends again."""
        usable = [item for item in self.morning if item.what in ("order", "file")]
        usable = [item for item in usable if item.kind != "email"]
        again = self.random.sample(usable, max(round(len(usable) * TWICE), 2))
        for item in again:
            place = self.morning.index(item)
            place = self.random.randint(place + 1, len(self.morning))
            self.morning.insert(place, replace(item, what="repeated"))

    # ---- later in the day ------------------------------------------------

    def _change_some(self):
        few = max(self.wanted // 150, 1)
        for order in self._take("ubl"):
            first, *rest = order.lines
            more = replace(first, quantity=first.quantity + 1)
            changed = replace(order, lines=(more, *rest))
            self._later("ubl", "change", ubl.build_change, changed)
        for order in self._take("woocommerce"):
            item = self._item("woocommerce", "change", order, tamper.move_house)
            self.later.append(item)
        for kind, builders, count in (
            ("ubl", ubl, 1),
            ("shopify", shopify, few),
            ("woocommerce", woocommerce, few),
            ("taobao", taobao, few),
        ):
            for order in self._take(kind, count):
                self._later(kind, "cancellation", builders.build_cancel, order)
        for kind, builders in (
            ("shopify", shopify),
            ("woocommerce", woocommerce),
            ("taobao", taobao),
        ):
            for order in self._take(kind):
                self._later(kind, "refund", builders.build_refund, order)

    def _take(self, kind, count=1):
        """Choose orders to which something happens; each is chosen once."""
        safe = [o for o in self.orders[kind] if o.buyer.email not in self.regulars]
        chosen = self.random.sample(safe, min(count, len(safe)))
        self.orders[kind] = [o for o in self.orders[kind] if o not in chosen]
        return chosen

    def _later(self, kind, what, build, order):
        def write(secrets, now):
            later = order.placed_at + timedelta(hours=2)
            moment = later if kind in ("shopify", "woocommerce") else now
            return build(order, secrets, moment)

        self.later.append(Item(kind, what, write))


# ---- pieces ------------------------------------------------------------------


def _buyers(kind):
    """Who orders on a channel."""
    private_cn = [b for b in catalog.BUYERS_CN if not b.business]
    private_world = [b for b in catalog.BUYERS_WORLD if not b.business]
    business_cn = [b for b in catalog.BUYERS_CN if b.business]
    business_world = [b for b in catalog.BUYERS_WORLD if b.business]
    return {
        "shopify": private_world,
        "woocommerce": private_world,
        "taobao": private_cn,
        "ubl": business_world,
        "csv": business_cn + private_cn,
        "email": business_cn + business_world,
    }[kind]


def _file_writer(orders, form):
    """Builder of a file; ``form`` is language, encoding and delimiter, or None."""

    def write(secrets, now):
        if form is None:
            message = csv_file.build_xlsx(orders, secrets, now)
            return replace(message, body=tamper.timeless_archive(message.body))
        language, encoding, delimiter = form
        return csv_file.build_many(
            orders,
            secrets,
            now,
            encoding=encoding,
            delimiter=delimiter,
            language=language,
        )

    return write


def _enquiry(order, language):
    return lambda secrets, now: mail.build_enquiry(order, secrets, now, language)


@dataclass(frozen=True)
class _Broken:
    """Builder of a message that no adapter can read."""

    kind: str
    number: int

    def __call__(self, secrets, now):
        return tamper.unreadable(self.kind, self.number, secrets, now)
