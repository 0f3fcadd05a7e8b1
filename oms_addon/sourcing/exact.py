"""The cheapest way to ship one order from what is free.

Sets of warehouses are tried by size. For a fixed set each line takes its lots
from the cheapest members first, which is the optimum for that set; sizes whose
lower bound is above the best set found are not tried at all.
"""

from itertools import combinations
from types import SimpleNamespace

from . import milp
from .problem import TINY

# Sets to look at before a mixed integer program is quicker.
MOST_SETS = 4000


def best_order(problem, order, stock, prices=None, only=None, split=None, fill=0.0):
    """Return the cheapest shipment of one order.

    :param Problem problem: the batch.
    :param int order: number of the order.
    :param Stock stock: what is free for it; not changed.
    :param prices: (product, warehouse) → value of one unit to other orders,
        added to the cost of taking it; None for none.
    :param only: warehouses that may be used; None for all in reach.
    :param split: cost of a further parcel instead of the costs' own.
    :param float fill: added to the penalty of each lot left out.
    :return: line number → {warehouse: lots}
    :rtype: dict
    """
    task = _task(problem, order, stock, prices, only, split, fill)
    best = _cheapest_set(task)
    if best is None and not (prices or fill) and split is None and milp.available():
        shipped = milp.solve(problem, [order], stock, only=only, seconds=10.0).shipped
        if shipped is not None:
            return shipped
    return _fill(task, task.best_set)[1]


def _task(problem, order, stock, prices, only, split, fill):
    """Gather what is looked at again and again for each set."""
    prices = prices or {}
    numbers = sorted(
        problem.orders[order].lines,
        key=lambda n: (-problem.lines[n].penalty / problem.lines[n].lot, n),
    )
    rows, products, useful = [], set(), set()
    for number in numbers:
        line = problem.lines[number]
        ways = []
        for warehouse, cost in line.unit.items():
            lots = stock.lots(line, warehouse)
            if lots and (only is None or warehouse in only):
                price = prices.get((line.product, warehouse), 0.0)
                ways.append((cost + line.lot * price, warehouse, lots))
        ways.sort()
        products.add(line.product)
        useful.update(warehouse for _cost, warehouse, _lots in ways)
        rows.append((number, line, problem.want[number], line.penalty + fill, ways))
    parcel = problem.orders[order].parcel
    split = problem.costs.split if split is None else split
    return SimpleNamespace(
        rows=rows,
        parcel=parcel,
        split=split,
        stock=stock,
        # Lines that draw on the same stock or capacity must see each other.
        coupled=len(products) < len(rows) or bool(stock.capacity),
        candidates=sorted(useful, key=lambda w: (parcel[w], w)),
        most=problem.costs.max_parcels or len(useful),
        best_set=(),
        best_cost=sum(want * penalty for _n, _l, want, penalty, _w in rows),
    )


def _cheapest_set(task):
    """Find ``task.best_set``; return None when there were too many sets."""
    base = _fill(task, frozenset(task.candidates), parcels=False)[0]
    parcel, split = task.parcel, task.split
    tried = 0
    for size in range(1, min(len(task.candidates), task.most) + 1):
        floor = base + sum(parcel[w] for w in task.candidates[:size])
        if floor + split * (size - 1) >= task.best_cost - TINY:
            break
        for chosen in combinations(task.candidates, size):
            tried += 1
            if tried > MOST_SETS:
                return None
            least = base + sum(parcel[w] for w in chosen) + split * (size - 1)
            if least >= task.best_cost - TINY:
                continue
            cost = _fill(task, frozenset(chosen))[0]
            if cost < task.best_cost - TINY:
                task.best_cost, task.best_set = cost, frozenset(chosen)
    return task.best_set


def _fill(task, chosen, parcels=True):
    """Ship from the set ``chosen``, each line from its cheapest member first.

    :return: the cost and line number → {warehouse: lots}
    """
    cost, shipped, opened = 0.0, {}, set()
    stock = task.stock.clone() if task.coupled and parcels else None
    for number, line, want, penalty, ways in task.rows:
        taken = shipped[number] = {}
        for each, warehouse, lots in ways:
            if not want or each >= penalty:
                break
            if warehouse not in chosen:
                continue
            if stock:
                lots = stock.lots(line, warehouse)
            if lots := min(lots, want):
                taken[warehouse] = lots
                want -= lots
                cost += each * lots
                opened.add(warehouse)
        cost += want * penalty
        if stock:
            stock.take(line, taken)
    if parcels:
        cost += sum(task.parcel[w] for w in sorted(opened))
        cost += task.split * max(0, len(opened) - 1)
    return cost, shipped
