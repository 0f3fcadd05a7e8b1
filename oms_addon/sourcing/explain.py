"""Why an order ships as it does: the plan's costs and what was rejected."""

from .exact import best_order
from .greedy import stock_after
from .model import (
    CHOSEN,
    DEARER,
    EQUAL,
    FARTHER,
    NOT_ENOUGH_STOCK,
    OUT_OF_REACH,
    TAKEN_BY_OTHERS,
    TOO_MANY_PARCELS,
    Allocation,
    CostParts,
    Option,
)
from .problem import TINY

# Differences below this are no reason.
CENT = 0.005


def allocations(problem, shipped):
    """Return the plan's `Allocation` tuple; parcel costs shared by quantity."""
    result = []
    for order in range(len(problem.orders)):
        result += _order_allocations(problem, order, shipped)
    return tuple(result)


def _order_allocations(problem, order, shipped):
    record = problem.orders[order]
    units = {}
    for number in record.lines:
        for warehouse, lots in shipped[number].items():
            quantity = lots * problem.lines[number].lot
            units[warehouse] = units.get(warehouse, 0.0) + quantity
    split = problem.costs.split * max(0, len(units) - 1) / max(1, len(units))
    for number in record.lines:
        line = problem.lines[number]
        for warehouse, lots in sorted(shipped[number].items()):
            share = lots * line.lot / units[warehouse]
            whole = problem.parcel_parts(order, warehouse)
            cost = problem.line_parts(order, line, warehouse, lots) + CostParts(
                parcel=share * whole.parcel,
                distance=share * whole.distance,
                split=share * split,
            )
            yield Allocation(
                order=record.key,
                line=line.demand.line,
                product=line.demand.product,
                warehouse=problem.warehouses[warehouse].key,
                quantity=lots * line.lot,
                cost=cost,
                km=record.km[warehouse],
            )


def options(problem, shipped, most=0):
    """Return order key → tuple of `Option`, the chosen one first.

    Each warehouse alone is weighed, and the best way without the chosen main
    warehouse. Stock counts as the plan leaves it: an alternative may use the
    order's own goods and what nobody took.

    :param int most: rejected options to keep per order, 0 for all.
    """
    stock = stock_after(problem, shipped)
    result = {}
    for order, record in enumerate(problem.orders):
        for number in record.lines:
            stock.take(problem.lines[number], shipped[number], -1)
        result[record.key] = _order_options(problem, order, shipped, stock, most)
        for number in record.lines:
            stock.take(problem.lines[number], shipped[number])
    return result


def _order_options(problem, order, shipped, stock, most):
    own = {number: shipped[number] for number in problem.orders[order].lines}
    chosen = _option(problem, order, own, CHOSEN, None)
    seen = {frozenset(chosen.warehouses)}
    rejected = []
    for warehouse in range(len(problem.warehouses)):
        option = _single(problem, order, warehouse, stock, chosen)
        if frozenset(option.warehouses) not in seen:
            seen.add(frozenset(option.warehouses))
            rejected.append(option)
    if chosen.warehouses and len(problem.warehouses) > 1:
        keys = [w.key for w in problem.warehouses]
        others = set(range(len(keys))) - {keys.index(chosen.warehouses[0])}
        ways = best_order(problem, order, stock, only=others)
        option = _option(problem, order, ways, None, chosen)
        if option.warehouses and frozenset(option.warehouses) not in seen:
            rejected.append(option)
    rejected.sort(key=lambda o: (o.extra is None, -o.filled, o.extra or 0.0, o.km))
    return (chosen, *(rejected[:most] if most else rejected))


def _single(problem, order, warehouse, stock, chosen):
    """Weigh shipping the whole order from one warehouse."""
    key = problem.warehouses[warehouse].key
    km = problem.orders[order].km[warehouse]
    lines = [problem.lines[n] for n in problem.orders[order].lines]
    if not any(warehouse in line.unit for line in lines):
        return Option(
            problem.orders[order].key,
            (key,),
            OUT_OF_REACH,
            0.0,
            chosen.wanted,
            km,
            CostParts(),
        )
    ways = best_order(problem, order, stock, only={warehouse})
    option = _option(problem, order, ways, None, chosen)
    if option.warehouses:
        if option.reason == NOT_ENOUGH_STOCK:
            at_first = best_order(problem, order, problem.stock, only={warehouse})
            if _filled(problem, at_first) >= chosen.filled - TINY:
                return _replace(option, TAKEN_BY_OTHERS)
        return option
    at_first = best_order(problem, order, problem.stock, only={warehouse})
    had = _filled(problem, at_first) >= chosen.filled - TINY and chosen.filled
    reason = TAKEN_BY_OTHERS if had else NOT_ENOUGH_STOCK
    return Option(
        problem.orders[order].key, (key,), reason, 0.0, chosen.wanted, km, option.cost
    )


def _option(problem, order, ways, reason, chosen):
    record = problem.orders[order]
    units = {}
    for number, taken in ways.items():
        for warehouse, lots in taken.items():
            quantity = lots * problem.lines[number].lot
            units[warehouse] = units.get(warehouse, 0.0) + quantity
    members = sorted(units, key=lambda w: (-units[w], record.parcel[w], w))
    cost = problem.order_parts(order, ways)
    filled = sum(units.values())
    km = max((record.km[w] for w in members), default=0.0)
    extra = cost.total - chosen.cost.total if chosen else None
    if chosen:
        reason = _reason(chosen, cost, filled, len(members))
        if filled < chosen.filled - TINY:
            extra = None
    return Option(
        order=record.key,
        warehouses=tuple(problem.warehouses[w].key for w in members),
        reason=reason,
        filled=filled,
        wanted=sum(problem.lines[n].lots * problem.lines[n].lot for n in record.lines),
        km=km,
        cost=cost,
        extra=extra,
    )


def _reason(chosen, cost, filled, parcels):
    if filled < chosen.filled - TINY:
        return NOT_ENOUGH_STOCK
    extra = cost.total - chosen.cost.total
    if extra <= CENT:
        return EQUAL
    if parcels > len(chosen.warehouses):
        return TOO_MANY_PARCELS
    by_distance = cost.distance - chosen.cost.distance
    return FARTHER if by_distance >= extra - CENT else DEARER


def _filled(problem, ways):
    return sum(
        lots * problem.lines[number].lot
        for number, taken in ways.items()
        for lots in taken.values()
    )


def _replace(option, reason):
    return Option(
        option.order,
        option.warehouses,
        reason,
        option.filled,
        option.wanted,
        option.km,
        option.cost,
        None,
    )
