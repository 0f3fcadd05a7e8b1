"""All orders of a batch together, where they compete for the same goods.

Orders that compete for nothing are solved alone, exactly. The others go in
groups that share scarce products: the linear relaxation says what a unit of
scarce stock is worth; at these prices orders choose one after the other; a
program over the promising parcels only improves that; and while time is left,
neighbouring orders are taken out and put back optimally. A plan is kept only
when it is cheaper than the one before.
"""

import random
from time import monotonic

from . import milp
from .greedy import in_turn, polish, stock_after
from .problem import Problem

# Orders up to which one program has every parcel, and up to which one program over
# the promising parcels is tried before neighbourhoods.
FEW_ORDERS = 300
MOST_ORDERS_AT_ONCE = 1500
NEIGHBOURS = 80
# Good enough: cost above the bound, as a share.
CLOSE = 1e-4


class Search:
    """Best solution so far of one batch, and where it came from."""

    def __init__(self, problem: Problem, time_limit):
        self.problem = problem
        self.until = monotonic() + time_limit
        self.shipped, self.cost, self.method = None, float("inf"), ""
        self.bound = None

    def left(self):
        """Return the seconds that are left."""
        return self.until - monotonic()

    def offer(self, shipped, method):
        """Keep a solution when it is better; tell whether it was."""
        cost = self.problem.total_cost(shipped)
        if cost >= self.cost - 1e-6:
            return False
        self.shipped, self.cost, self.method = dict(shipped), cost, method
        return True

    def close(self):
        """Tell whether no time is left or nothing can be won any more."""
        if self.left() <= 0.05:
            return True
        return self.bound is not None and self.cost - self.bound <= CLOSE * self.cost


def solve(problem, time_limit):
    """Return ``(shipped, method, bound)`` for a batch.

    :param Problem problem: the batch.
    :param float time_limit: seconds; how good the plan gets depends on it.
    """
    search = Search(problem, time_limit)
    if problem.costs.fair:
        problem.share_scarce()
    search.offer(in_turn(problem), "greedy")
    groups = competing(problem)
    if not groups:
        return _finish(search, "exact")
    if milp.available():
        _improve(search, sorted(n for group in groups for n in group))
    return _finish(search, search.method)


def _finish(search, method):
    """Hand out what fairness kept back for orders that can't use it."""
    problem = search.problem
    problem.want = [line.lots for line in problem.lines]
    shipped = polish(problem, search.shipped)
    bound = search.cost if method == "exact" else search.bound
    return shipped, method, bound


def competing(problem):
    """Return groups of order numbers that share products which may run out."""
    leader = list(range(len(problem.orders)))

    def find(order):
        while leader[order] != order:
            leader[order] = order = leader[leader[order]]
        return order

    scarce = problem.scarce()
    first, involved = {}, set()
    for line in problem.lines:
        for warehouse in line.unit:
            pair = line.product, warehouse
            if pair in scarce or warehouse in problem.stock.capacity:
                key = warehouse if warehouse in problem.stock.capacity else pair
                leader[find(line.order)] = find(first.setdefault(key, line.order))
                involved.add(line.order)
    groups = {}
    for order in sorted(involved):
        groups.setdefault(find(order), []).append(order)
    return [group for group in groups.values() if len(group) > 1]


def _improve(search, orders):
    """Prices, kernel and neighbourhoods over the orders that compete."""
    problem = search.problem
    everyone = range(len(problem.orders))
    answer = milp.relax(problem, everyone, problem.stock, search.left() * 0.5)
    if answer:
        search.bound = answer.bound
        for sequence in _sequences(problem, answer):
            if search.close():
                return
            search.offer(in_turn(problem, sequence, answer.prices), "prices")
    if search.close():
        return
    search.offer(polish(problem, dict(search.shipped), 1), search.method)
    if len(orders) <= MOST_ORDERS_AT_ONCE and not search.close():
        _kernel(search, orders, answer)
    _neighbourhoods(search, orders, answer)


def _sequences(problem, answer):
    """Yield orders of service: those the relaxation ships whole come first."""
    numbers = range(len(problem.orders))
    torn = dict.fromkeys(numbers, 0.0)
    for (order, _warehouse), value in answer.opened.items():
        torn[order] += min(value, 1.0 - value)
    yield sorted(numbers, key=lambda o: (round(torn[o], 6), o))
    yield list(numbers)
    yield sorted(numbers, key=lambda o: (-len(problem.orders[o].lines), o))


def _arcs(search, orders, answer, slack):
    """Return the parcels worth a thought: in use, in the relaxation, or near."""
    if answer is None:
        return None
    members = set(orders)
    arcs = {
        (order, warehouse)
        for order in orders
        for number in search.problem.orders[order].lines
        for warehouse in search.shipped[number]
    }
    arcs.update(
        pair
        for pair, value in answer.opened.items()
        if pair[0] in members and (value > 1e-6 or answer.reduced[pair] <= slack)
    )
    return arcs


def _stock_for(search, orders):
    """Return what is free for ``orders`` when all others keep their goods."""
    problem = search.problem
    stock = stock_after(problem, search.shipped)
    for order in orders:
        for number in problem.orders[order].lines:
            stock.take(problem.lines[number], search.shipped[number], -1)
    return stock


def _kernel(search, orders, answer):
    """Solve one program over the promising parcels, or all when orders are few."""
    few = len(orders) <= FEW_ORDERS
    found = milp.solve(
        search.problem,
        orders,
        _stock_for(search, orders),
        start=search.shipped,
        arcs=None if few else _arcs(search, orders, answer, slack=1.0),
        seconds=search.left() * 0.7,
    )
    if found.shipped:
        search.offer({**search.shipped, **found.shipped}, "kernel")
        if few and found.optimal:
            # Proven; the orders that don't compete are at their best anyway.
            search.bound = search.cost


def _neighbourhoods(search, orders, answer):
    """Take out neighbouring orders and put them back optimally, while it helps."""
    problem = search.problem
    if not orders:
        return
    chance = random.Random(1)
    by_pair = {}
    scarce = problem.scarce()
    for line in problem.lines:
        for warehouse in sorted(line.unit):
            if (line.product, warehouse) in scarce:
                by_pair.setdefault(line.product, {})[line.order] = None
    failures, most = 0, max(12, 3 * len(orders) // NEIGHBOURS)
    while failures < most and not search.close():
        some = _neighbours(problem, orders, by_pair, chance)
        found = milp.solve(
            problem,
            some,
            _stock_for(search, some),
            start=search.shipped,
            arcs=_arcs(search, some, answer, slack=4.0),
            seconds=min(4.0, search.left()),
        ).shipped
        better = found and search.offer({**search.shipped, **found}, "neighbourhood")
        failures = 0 if better else failures + 1


def _neighbours(problem, orders, by_product, chance):
    """Return orders that want the same scarce goods as a random one."""
    queue = [chance.choice(orders)]
    some = dict.fromkeys(queue)
    while queue and len(some) < NEIGHBOURS:
        order = queue.pop(0)
        near = {}
        for number in problem.orders[order].lines:
            near.update(by_product.get(problem.lines[number].product, {}))
        fresh = [o for o in near if o not in some]
        fresh = chance.sample(fresh, min(len(fresh), 12))
        some.update(dict.fromkeys(fresh))
        queue.extend(fresh)
    return sorted(some)
