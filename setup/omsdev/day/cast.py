"""The customers whom the day follows: what they order is written, not drawn.

Later steps need certain people: somebody with a portal account whose parcel a van
hands over, who sends it back, complains, gets another piece. So these buyers order
nothing by chance, nobody else orders what they order, and it is small, in stock near
them and carried by every van of that warehouse. `check_cast` says whether all that
is so, for a script and the demo files.
"""

import ast
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from ..messages import catalog
from ..paths import REPOSITORY

REACH = 25  # kilometres as the crow flies between customer and warehouse
SPARE = 2  # pieces that must be left, to replace a broken one
DEMO = REPOSITORY / "oms_addon/demo"
FLEET = REPOSITORY / "oms_addon_logistics/demo/fleet_demo.xml"


@dataclass(frozen=True)
class Part:
    """A customer of the play.

    :param str role: as the steps of the day call it.
    :param str login: of the portal user.
    :param str kind: of the channel. Messages of Taobao name no e-mail to be known by.
    :param str warehouse: code of the one that delivers.
    :param tuple orders: each the goods of one order, (sku, quantity).
    """

    role: str
    login: str
    email: str
    kind: str
    warehouse: str
    orders: tuple

    @property
    def buyer(self):
        """The buyer in the catalogue; None when it has none of this e-mail."""
        everybody = (*catalog.BUYERS_CN, *catalog.BUYERS_WORLD)
        return next((b for b in everybody if b.email == self.email), None)


CAST = (
    Part(
        role="customer_cn",
        login="portal_cn",
        email="buyer001@kehu.example",
        kind="csv",
        warehouse="HZ",
        orders=((("CF-T103", 2),), (("CF-T108", 2),)),
    ),
    Part(
        role="customer_de",
        login="portal_de",
        email="customer001@mail.example",
        kind="shopify",
        warehouse="DU",
        orders=((("CF-T103", 2),), (("CF-T108", 2),)),
    ),
)
EMAILS = frozenset(part.email for part in CAST)
GOODS = frozenset(sku for part in CAST for goods in part.orders for sku, _n in goods)


# ---- whether it can be played ------------------------------------------------


def check_cast(script):
    """What would keep the customers of the play from their parts.

    :param Script script: of a day.
    :return: sentences; none when all is well.
    :rtype: list[str]
    """
    problems = []
    for part in CAST:
        orders = [o for role, _kind, o in script.cast if role == part.role]
        found = [*_check_buyer(part), *_check_orders(part, orders)]
        found += _check_goods(part, orders, script.placed)
        found += _check_peace(part, orders, script)
        problems += [f"{part.role}: {problem}" for problem in found]
    return problems


def _check_buyer(part):
    buyer = part.buyer
    if not buyer:
        yield f"nobody has the e-mail {part.email}"
        return
    away = _kilometres(buyer, _warehouses()[part.warehouse])
    if away > REACH:
        yield f"lives {away:.0f} km from {part.warehouse}"


def _check_orders(part, orders):
    if len(orders) < 2:
        yield f"{len(orders)} orders: one to send back now, one in the evening"
    ordered = [tuple((line.sku, line.quantity) for line in o.lines) for o in orders]
    if sorted(ordered) != sorted(part.orders):
        yield f"ordered {ordered}"
    for order in orders:
        if order.buyer.email != part.email:
            yield f"order {order.number} is another buyer's"
        if not order.paid or order.cancelled or order.discount or order.note:
            yield f"order {order.number} is more than plain and paid"


def _check_goods(part, orders, placed):
    products = {product.sku: product for product in catalog.PRODUCTS}
    mine = Counter()
    for order in orders:
        mine.update({line.sku: line.quantity for line in order.lines})
    if odd := sorted(sku for sku in mine if sku in _fussy()):
        yield f"needs a special van, or a lot: {', '.join(odd)}"
    wanted = Counter()
    for _kind, order in placed:
        wanted.update({line.sku: line.quantity for line in order.lines})
    stock = _stock()[part.warehouse]
    for sku in mine:
        if wanted[sku] + SPARE > stock.get(sku, 0):
            yield f"{wanted[sku]} {sku} are wanted of {stock.get(sku, 0)}"
    load = [
        sum(getattr(products[sku], name) * n for sku, n in mine.items())
        for name in ("weight", "volume")
    ]
    for limits in _vans()[part.warehouse] or [(0, 0)]:
        if any(amount > limit / 2 for amount, limit in zip(load, limits, strict=True)):
            yield f"{load} is much for a van of {limits}"


def _check_peace(part, orders, script):
    """Nothing else happens to these orders, and no other order is like them."""
    numbers = {order.number for order in orders}
    others = [
        order.number
        for _kind, order in script.placed
        if order.buyer.email == part.email and order.number not in numbers
    ]
    if others:
        yield f"orders by chance: {others}"
    touched = numbers & {
        order.number for kind, order in script.changed if kind == part.kind
    }
    if touched:
        yield f"changed later: {sorted(touched)}"


# ---- what the demo files say -------------------------------------------------


@dataclass(frozen=True)
class _Place:
    latitude: float
    longitude: float


def _kilometres(one, other):
    east = (other.longitude - one.longitude) * math.cos(math.radians(one.latitude))
    return 111.2 * math.hypot(other.latitude - one.latitude, east)


def _records(path, model):
    """Fields of the records of a demo file, by XML id without module.

    :return: elements by field name; of a record and its translation, the last.
    :rtype: dict[str, dict]
    """
    found = {}
    for node in ElementTree.parse(path).iter("record"):
        if node.get("model") == model:
            fields = {field.get("name"): field for field in node}
            key = node.get("id").rpartition(".")[2]
            found.setdefault(key, {}).update(fields)
    return found


def _reference(field):
    return field.get("ref").rpartition(".")[2]


def _code(warehouse):
    """Code of the warehouse with an XML id."""
    name = warehouse.rpartition(".")[2]
    return next(
        code
        for code, (xmlid, _city) in catalog.WAREHOUSES.items()
        if xmlid.rpartition(".")[2] == name
    )


@cache
def _warehouses():
    """Place of each warehouse, by code."""
    path = DEMO / "company_demo.xml"
    partners = _records(path, "res.partner")
    places = {}
    for name, fields in _records(path, "stock.warehouse").items():
        partner = partners[_reference(fields["partner_id"])]
        places[_code(name)] = _Place(
            float(partner["partner_latitude"].text),
            float(partner["partner_longitude"].text),
        )
    return places


@cache
def _stock():
    """Pieces of each product in each warehouse; those in lots are left out."""
    skus = {product.xmlid: product.sku for product in catalog.PRODUCTS}
    (value,) = (
        node.find("value")
        for node in ElementTree.parse(DEMO / "stock_demo.xml").iter("function")
        if node.get("name") == "_stock_up"
    )
    return {
        _code(warehouse): {
            skus[xmlid]: count for xmlid, count in goods.items() if xmlid in skus
        }
        for warehouse, goods in ast.literal_eval(value.get("eval").strip()).items()
    }


@cache
def _fussy():
    """Products that are tracked, or that not every van can take."""
    names = {p.xmlid.rpartition(".")[2]: p.sku for p in catalog.PRODUCTS}
    tracked = _records(DEMO / "product_demo.xml", "product.product")
    skilled = _records(FLEET, "product.product")
    return frozenset(
        names[name]
        for records, field in ((tracked, "tracking"), (skilled, "oms_skill_ids"))
        for name, fields in records.items()
        if name in names and field in fields and fields[field].text != "none"
    )


@cache
def _vans():
    """Payload and load space of the vans of each warehouse."""
    categories = _records(FLEET, "fleet.vehicle.model.category")
    models = _records(FLEET, "fleet.vehicle.model")
    vans = {code: [] for code in catalog.WAREHOUSES}
    for fields in _records(FLEET, "fleet.vehicle").values():
        model = models[_reference(fields["model_id"])]
        category = categories[_reference(model["category_id"])]
        limits = tuple(
            float(category[name].text)
            for name in ("weight_capacity", "volume_capacity")
        )
        vans[_code(_reference(fields["oms_warehouse_id"]))].append(limits)
    return vans
