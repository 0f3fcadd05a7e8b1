"""What sourcing reads and returns: frozen, and free of Odoo.

Money is ``float`` in one currency (the company's), distances are kilometres,
quantities are ``float`` in the product's own unit of measure. Keys may be any
hashable, sortable value; Odoo uses record ids.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields

# Why an alternative was not taken.
CHOSEN = "chosen"
OUT_OF_REACH = "out_of_reach"
NOT_ENOUGH_STOCK = "not_enough_stock"
TAKEN_BY_OTHERS = "taken_by_others"
TOO_MANY_PARCELS = "too_many_parcels"
FARTHER = "farther"
DEARER = "dearer"
EQUAL = "equal"
REASONS = (
    CHOSEN,
    OUT_OF_REACH,
    NOT_ENOUGH_STOCK,
    TAKEN_BY_OTHERS,
    TOO_MANY_PARCELS,
    FARTHER,
    DEARER,
    EQUAL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer or a warehouse is, as exactly as is known.

    :param latitude: degrees, None when unknown.
    :param str country: ISO 3166-1 alpha-2.
    :param str state: name or code of the state or province.
    """

    latitude: float | None = None
    longitude: float | None = None
    country: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """One order line to source.

    :param order: key of the order; its lines travel together.
    :param line: key of the line, unique in the batch.
    :param float quantity: in the product's unit.
    :param priority: sortable; the smaller is served first.
    :param Place place: where the order goes.
    :param frozenset reach: keys of the warehouses that may ship the line;
        None for all of them.
    :param float lot: the smallest quantity that may ship alone, e.g. 12 when a
        line counts in dozens. A quantity that is no multiple of it stays whole.
    :param unfilled: cost per unit that is not shipped; None for the costs' own.
    """

    order: Hashable
    line: Hashable
    product: Hashable
    quantity: float
    priority: object = 0
    place: Place = Place()
    reach: frozenset | None = None
    lot: float = 1.0
    unfilled: float | None = None


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A place that ships.

    :param float handling: cost of picking one unit.
    :param float parcel: fixed cost of a parcel leaving this warehouse, added to
        the costs' own.
    :param capacity: units that it can still ship in this batch; None: no limit.
    """

    key: Hashable
    place: Place = Place()
    handling: float = 0.0
    parcel: float = 0.0
    capacity: float | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """What shipping costs, and how the choice is made.

    A parcel of an order costs ``parcel + parcel_km * km + warehouse.parcel``
    (plus ``border`` into another country); each unit in it ``unit + unit_km *
    km + warehouse.handling``; each parcel after the first ``split`` more.

    :param float unfilled: cost of a unit left out. It is raised to where filling
        always pays, unless ``fill_first`` is off.
    :param margins: lost margin per product key, added to ``unfilled``.
    :param int max_parcels: warehouses per order, 0 for no limit.
    :param float detour: road kilometres per kilometre of great circle.
    :param float reach_km: warehouses farther than this are out of reach, 0: none.
    :param bool fair: scarce units go to the orders that come first; without it,
        to where they are cheapest to ship.
    """

    parcel: float = 8.0
    parcel_km: float = 0.002
    unit: float = 0.5
    unit_km: float = 0.0005
    border: float = 0.0
    split: float = 1.5
    unfilled: float = 50.0
    margins: Mapping = field(default_factory=dict)
    max_parcels: int = 0
    detour: float = 1.3
    reach_km: float = 0.0
    fill_first: bool = True
    fair: bool = True


@dataclass(frozen=True, slots=True)
class CostParts:
    """A cost and what it is made of, in money."""

    parcel: float = 0.0
    distance: float = 0.0
    handling: float = 0.0
    split: float = 0.0
    unfilled: float = 0.0

    @property
    def total(self):
        """The sum of the parts."""
        return self.shipping + self.unfilled

    @property
    def shipping(self):
        """The total without what is not shipped."""
        return self.parcel + self.distance + self.handling + self.split

    def __add__(self, other):
        return CostParts(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        )


@dataclass(frozen=True, slots=True)
class Allocation:
    """A quantity of a line that ships from a warehouse.

    ``cost`` has what depends on the quantity and the line's share, by quantity,
    of the parcel it travels in; the allocations of an order sum to its cost
    (without what is unfilled).
    """

    order: Hashable
    line: Hashable
    product: Hashable
    warehouse: Hashable
    quantity: float
    cost: CostParts
    km: float


@dataclass(frozen=True, slots=True)
class Option:
    """One way to ship an order: the chosen one, or one that was rejected.

    :param tuple warehouses: keys of the warehouses that ship, main one first.
    :param str reason: one of `REASONS`.
    :param float filled: units that ship; ``wanted`` is what was ordered.
    :param float km: of the farthest parcel.
    :param float extra: cost above the chosen option, None when not comparable.
    """

    order: Hashable
    warehouses: tuple
    reason: str
    filled: float
    wanted: float
    km: float
    cost: CostParts
    extra: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The result of `allocate`.

    :param tuple allocations: by order of service, then line, then warehouse.
    :param dict unfilled: line key → quantity that no warehouse has.
    :param dict options: order key → tuple of `Option`, the chosen one first.
    :param str method: what made the plan: 'exact', 'greedy', 'prices', 'kernel',
        'neighbourhood'.
    :param bound: a cost that no plan can be below; None when it wasn't computed.
    """

    allocations: tuple
    unfilled: dict
    options: dict
    cost: CostParts
    method: str
    bound: float | None = None
