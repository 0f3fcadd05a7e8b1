"""The batch with everything numbered, and the state of a solution.

Solvers work in whole lots (the smallest quantity of a line that may ship
alone) on lists and small dicts. Orders are numbered as they are served:
order 0 comes first.
"""

from dataclasses import dataclass
from math import floor

from .distance import Distances
from .model import CostParts

# Quantities closer than this are the same.
TINY = 1e-6


@dataclass(slots=True)
class Line:
    """A demand in lots; ``unit`` is warehouse → cost of shipping one lot."""

    demand: object
    order: int
    product: int
    lots: int
    lot: float
    penalty: float
    unit: dict


@dataclass(slots=True)
class Order:
    """Line numbers of an order; ``parcel`` is warehouse → cost of its parcel."""

    key: object
    lines: list
    parcel: dict
    km: dict


class Stock:
    """What is still free, by product and warehouse, and capacity left."""

    __slots__ = ("capacity", "free")

    def __init__(self, free, capacity):
        self.free, self.capacity = free, capacity

    def clone(self):
        """Return a copy that can be taken from."""
        return Stock([dict(row) for row in self.free], dict(self.capacity))

    def lots(self, line, warehouse):
        """Return how many lots of ``line`` the warehouse can ship."""
        quantity = self.free[line.product].get(warehouse, 0.0)
        if warehouse in self.capacity:
            quantity = min(quantity, self.capacity[warehouse])
        return max(0, floor(quantity / line.lot + TINY))

    def take(self, line, shipped, sign=1):
        """Take (or, with ``sign`` -1, put back) ``shipped``: warehouse → lots."""
        row = self.free[line.product]
        for warehouse, lots in shipped.items():
            row[warehouse] = row.get(warehouse, 0.0) - sign * lots * line.lot
            if warehouse in self.capacity:
                self.capacity[warehouse] -= sign * lots * line.lot


class Problem:
    """One batch of demands, numbered.

    :param demands: iterable of `Demand`.
    :param warehouses: iterable of `Warehouse`.
    :param stock: mapping (warehouse key, product key) → free quantity.
    :param Costs costs: what shipping costs.
    :raise ValueError: for a line key that appears twice or a quantity or lot
        that isn't above zero.
    """

    def __init__(self, demands, warehouses, stock, costs):
        self.costs = costs
        self.warehouses = sorted(warehouses, key=lambda w: w.key)
        self.demands = sorted(demands, key=lambda d: (d.priority, d.order, d.line))
        self._check()
        self._measure = Distances(costs.detour)
        self.products = {}
        self.lines, self.orders, self.order_index = [], [], {}
        for demand in self.demands:
            self._add(demand)
        self.stock = self._number_stock(stock)
        # Lots that a line may get; fairness lowers it for scarce products.
        self.want = [line.lots for line in self.lines]

    def _check(self):
        seen = set()
        for demand in self.demands:
            if demand.line in seen:
                raise ValueError(f"line {demand.line!r} appears twice")
            if demand.quantity <= 0 or demand.lot <= 0:
                raise ValueError(f"line {demand.line!r}: quantity and lot must be > 0")
            seen.add(demand.line)

    def _add(self, demand):
        index = self.order_index.setdefault(demand.order, len(self.orders))
        if index == len(self.orders):
            self.orders.append(self._new_order(demand))
        order = self.orders[index]
        lot = demand.lot
        lots = round(demand.quantity / lot)
        if not lots or abs(lots * lot - demand.quantity) > TINY:
            lot, lots = demand.quantity, 1
        unit = {}
        costs = self.costs
        for number, warehouse in enumerate(self.warehouses):
            km = order.km[number]
            if demand.reach is not None and warehouse.key not in demand.reach:
                continue
            if costs.reach_km and km > costs.reach_km:
                continue
            unit[number] = lot * (costs.unit + warehouse.handling + costs.unit_km * km)
        product = self.products.setdefault(demand.product, len(self.products))
        penalty = self._penalty(demand, order, lot, unit)
        order.lines.append(len(self.lines))
        self.lines.append(Line(demand, index, product, lots, lot, penalty, unit))

    def _new_order(self, demand):
        parcel, km = {}, {}
        costs = self.costs
        for number, warehouse in enumerate(self.warehouses):
            km[number] = self._measure(warehouse.place, demand.place)
            border = (
                costs.border if warehouse.place.country != demand.place.country else 0.0
            )
            parcel[number] = (
                costs.parcel + warehouse.parcel + border + costs.parcel_km * km[number]
            )
        return Order(demand.order, [], parcel, km)

    def _penalty(self, demand, order, lot, unit):
        """Cost of a lot left out, high enough that shipping it always pays."""
        costs = self.costs
        each = costs.unfilled if demand.unfilled is None else demand.unfilled
        penalty = lot * (each + costs.margins.get(demand.product, 0.0))
        if not costs.fill_first:
            return penalty
        dearest = max((order.parcel[w] + cost for w, cost in unit.items()), default=0)
        return max(penalty, 1.05 * (dearest + costs.split))

    def _number_stock(self, stock):
        numbers = {w.key: number for number, w in enumerate(self.warehouses)}
        free = [{} for _product in self.products]
        for (warehouse, product), quantity in stock.items():
            if quantity > TINY and product in self.products and warehouse in numbers:
                free[self.products[product]][numbers[warehouse]] = float(quantity)
        capacity = {
            number: w.capacity
            for number, w in enumerate(self.warehouses)
            if w.capacity is not None
        }
        return Stock(free, capacity)

    def share_scarce(self):
        """Limit later orders to what the earlier ones leave of scarce products.

        Counts units only, so it never promises too little to an early order; what
        it keeps back for one that can't use it is handed out afterwards.
        """
        left = [sum(row.values()) for row in self.stock.free]
        for number, line in enumerate(self.lines):
            row = self.stock.free[line.product]
            near = sum(row.get(warehouse, 0.0) for warehouse in line.unit)
            lots = floor(min(left[line.product], near) / line.lot + TINY)
            self.want[number] = min(line.lots, max(0, lots))
            left[line.product] -= self.want[number] * line.lot

    def scarce(self, stock=None, lines=None):
        """Return the (product, warehouse) pairs that may run out.

        :param Stock stock: what is free; the whole stock by default.
        :param lines: numbers of the lines that compete; all by default.
        """
        stock = stock or self.stock
        asked = {}
        for number in range(len(self.lines)) if lines is None else lines:
            line = self.lines[number]
            for warehouse in line.unit:
                pair = line.product, warehouse
                asked[pair] = asked.get(pair, 0.0) + self.want[number] * line.lot
        return {
            (product, warehouse)
            for (product, warehouse), quantity in asked.items()
            if quantity > stock.free[product].get(warehouse, 0.0) + TINY
        }

    def order_cost(self, order, shipped, split=None):
        """Return what the order costs in solution ``shipped``.

        :param int order: number of the order.
        :param shipped: mapping line number → {warehouse: lots}.
        """
        order = self.orders[order]
        cost, opened = 0.0, set()
        for number in order.lines:
            line, ways = self.lines[number], shipped[number]
            missing = line.lots
            for warehouse, lots in ways.items():
                cost += lots * line.unit[warehouse]
                missing -= lots
                opened.add(warehouse)
            cost += missing * line.penalty
        cost += sum(order.parcel[warehouse] for warehouse in sorted(opened))
        split = self.costs.split if split is None else split
        return cost + split * max(0, len(opened) - 1)

    def total_cost(self, shipped):
        """Return the cost of a whole solution, unfilled units included."""
        return sum(self.order_cost(o, shipped) for o in range(len(self.orders)))

    def order_parts(self, order, shipped):
        """Return the `CostParts` of an order in solution ``shipped``."""
        parts = CostParts()
        opened = {}
        for number in self.orders[order].lines:
            line, ways = self.lines[number], shipped[number]
            for warehouse, lots in ways.items():
                opened.setdefault(warehouse, None)
                parts += self.line_parts(order, line, warehouse, lots)
            missing = line.lots - sum(ways.values())
            parts += CostParts(unfilled=missing * line.penalty)
        for warehouse in opened:
            parts += self.parcel_parts(order, warehouse)
        return parts + CostParts(split=self.costs.split * max(0, len(opened) - 1))

    def line_parts(self, order, line, warehouse, lots):
        """Return what depends on the quantity, as `CostParts`."""
        units = lots * line.lot
        handling = self.costs.unit + self.warehouses[warehouse].handling
        km = self.orders[order].km[warehouse]
        return CostParts(
            handling=units * handling, distance=units * self.costs.unit_km * km
        )

    def parcel_parts(self, order, warehouse):
        """Return what a parcel costs however much is in it, as `CostParts`."""
        order = self.orders[order]
        distance = self.costs.parcel_km * order.km[warehouse]
        return CostParts(parcel=order.parcel[warehouse] - distance, distance=distance)
