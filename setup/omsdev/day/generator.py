"""The messages of a day: made from a seed, the same every time.

Every channel sends orders in its own format. Among them are messages that come
twice, that can't be read, and orders that a check will hold. Later in the day the
channels change, cancel and refund some of them.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from ..messages import csv_file, mail, shopify, taobao, ubl, woocommerce
from . import cast, tamper
from .orders import SHARES, Customers

ORDERS_PER_FILE = 8
TWICE = 0.06  # share of messages that a platform delivers twice
BUILDERS = {
    "shopify": shopify.build,
    "woocommerce": woocommerce.build,
    "taobao": taobao.build,
    "ubl": ubl.build,
    "email": mail.build,
}


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
    :param tuple placed: those orders, each with the kind of its channel.
    :param tuple changed: orders to which something happens later, likewise.
    :param tuple cast: orders of the customers of the play: role, kind and order.
    """

    morning: tuple
    later: tuple
    orders: int
    placed: tuple = ()
    changed: tuple = ()
    cast: tuple = ()


def make_script(seed, date, orders=300):
    """Make the messages of a day.

    :param int seed: same seed and date, same messages.
    :param date date: the day.
    :param int orders: about how many orders.
    :rtype: Script
    """
    return _Author(seed, date, orders).script()


class _Author:
    """Writes one day."""

    def __init__(self, seed, date, orders):
        self.customers = Customers(seed, date)
        self.random = self.customers.random
        self.wanted = orders
        # Orders with nothing wrong, by channel.
        self.orders = {kind: [] for kind in SHARES}
        self.placed, self.changed, self.cast = [], [], []
        self.morning, self.later = [], []

    def script(self):
        """Write everything.

        :rtype: Script
        """
        for kind, share in SHARES.items():
            for _number in range(max(round(self.wanted * share), 4)):
                self.orders[kind].append(self.customers.order(kind))
        special = self._special_orders()
        self.cast = self.customers.cast_orders()
        for _role, kind, order in self.cast:
            self.orders[kind].append(order)
        for kind, orders in self.orders.items():
            self.placed += [(kind, order) for order in orders]
        for kind in BUILDERS:
            for order in self.orders[kind]:
                self._add(kind, "order", order)
        self._add_files()
        twins = [item for item in special if item.what == "possible duplicate"]
        self.morning += [item for item in special if item not in twins]
        self._add_broken()
        self.random.shuffle(self.morning)
        self.morning += twins
        self._add_enquiries()
        self._repeat_some()
        self._change_some()
        return Script(
            tuple(self.morning),
            tuple(self.later),
            len(self.placed),
            tuple(self.placed),
            tuple(self.changed),
            tuple(self.cast),
        )

    # ---- what a check will hold ------------------------------------------

    def _special_orders(self):
        """Orders that are held: each for one reason."""
        few = max(self.wanted // 100, 1)
        unpaid = [
            (kind, "unpaid", self.customers.order(kind, paid=False))
            for kind in ("woocommerce", "shopify", "taobao", "woocommerce")
            for _number in range(few)
        ]
        unknown = [
            (kind, "unknown product", self.customers.unknown(kind))
            for kind in ("woocommerce", "shopify")
            for _number in range(few)
        ]
        incomplete = [
            (
                "woocommerce",
                "no address",
                self.customers.newcomer("woocommerce", street=""),
            ),
            (
                "taobao",
                "no address",
                self.customers.newcomer("taobao", street="", phone=""),
            ),
        ]
        twins = [
            (
                kind,
                "possible duplicate",
                self.customers.twin(kind, self.random.choice(self.orders[kind])),
            )
            for kind in ("shopify", "taobao")
        ]
        large = [("ubl", "large order", self.customers.large())]
        dearer = [
            (kind, "other total", self.customers.order(kind), tamper.raise_total)
            for kind in ("woocommerce", "shopify")
        ]
        special = (*unpaid, *unknown, *incomplete, *twins, *large, *dearer)
        self.placed += [(kind, order) for kind, _what, order, *_change in special]
        return [self._item(*parts) for parts in special]

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
        order = self.customers.order("shopify")
        self.morning.append(
            self._item("shopify", "broken", order, tamper.cut_off_the_end)
        )
        for kind in ("ubl", "csv", "taobao"):
            broken = _Broken(kind, next(self.customers.numbers[kind]))
            self.morning.append(Item(kind, "broken", broken))
        order = self.customers.order("woocommerce")
        item = self._item("woocommerce", "forged", order, tamper.forge_signature)
        self.morning.append(replace(item, expected=401))

    def _add_enquiries(self):
        for _number in range(3):
            order = self.customers.order("email")
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
        safe = [o for o in self.orders[kind] if o.buyer.email not in cast.EMAILS]
        chosen = self.random.sample(safe, min(count, len(safe)))
        self.orders[kind] = [o for o in self.orders[kind] if o not in chosen]
        self.changed += [(kind, order) for order in chosen]
        return chosen

    def _later(self, kind, what, build, order):
        def write(secrets, now):
            later = order.placed_at + timedelta(hours=2)
            moment = later if kind in ("shopify", "woocommerce") else now
            return build(order, secrets, moment)

        self.later.append(Item(kind, what, write))


# ---- pieces ------------------------------------------------------------------


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
