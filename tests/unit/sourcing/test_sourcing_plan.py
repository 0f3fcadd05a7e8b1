"""Properties of warehouse assignment over seeded random instances."""

import random
from itertools import product as cross

import pytest

from oms_addon.sourcing import (
    STRATEGIES,
    Costs,
    Demand,
    Place,
    Problem,
    Warehouse,
    allocate,
    batch,
    greedy,
    milp,
)

SEEDS = range(12)
needs_highs = pytest.mark.skipif(not milp.available(), reason="highspy is missing")


def instance(seed, orders=12, warehouses=4, products=5, **costs):
    """A small tight instance: some goods run out."""
    chance = random.Random(seed)

    def place():
        return Place(chance.uniform(23, 41), chance.uniform(103, 121), "CN")

    sites = [
        Warehouse(w, place(), handling=chance.uniform(0, 1)) for w in range(warehouses)
    ]
    demands = []
    for order in range(orders):
        target = place()
        some = chance.sample(range(products), chance.randint(1, min(3, products)))
        for product in some:
            demands.append(
                Demand(
                    order,
                    (order, product),
                    product,
                    chance.randint(1, 4),
                    order,
                    target,
                )
            )
    stock = {
        (w, product): chance.randint(0, orders)
        for w, product in cross(range(warehouses), range(products))
        if chance.random() < 0.6
    }
    return demands, sites, stock, Costs(**costs)


def used(plan):
    result = {}
    for a in plan.allocations:
        key = a.warehouse, a.product
        result[key] = result.get(key, 0) + a.quantity
    return result


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_never_allocates_more_than_is_free(seed, strategy):
    demands, sites, stock, costs = instance(seed)
    plan = allocate(demands, sites, stock, costs, 2, strategy)
    for key, quantity in used(plan).items():
        assert quantity <= stock.get(key, 0) + 1e-6


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_allocated_and_unfilled_add_up_to_what_was_ordered(seed, strategy):
    demands, sites, stock, costs = instance(seed)
    plan = allocate(demands, sites, stock, costs, 2, strategy)
    for demand in demands:
        shipped = sum(a.quantity for a in plan.allocations if a.line == demand.line)
        total = shipped + plan.unfilled.get(demand.line, 0)
        assert total == pytest.approx(demand.quantity)


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_of_allocations_add_up_to_the_plans(seed):
    demands, sites, stock, costs = instance(seed)
    plan = allocate(demands, sites, stock, costs, 2)
    assert sum(a.cost.total for a in plan.allocations) == pytest.approx(
        plan.cost.shipping
    )
    assert sum(o[0].cost.total for o in plan.options.values()) == pytest.approx(
        plan.cost.total
    )


def brute_force(problem):
    """Cost of the best plan of one order: every quantity from every warehouse."""

    def ways(line):
        spots = range(len(problem.warehouses))
        for lots in cross(*(range(line.lots + 1) for _w in spots)):
            if sum(lots) <= line.lots:
                yield {w: n for w, n in zip(spots, lots, strict=True) if n}

    best = float("inf")
    for combination in cross(*(list(ways(line)) for line in problem.lines)):
        stock = problem.stock.clone()
        for line, taken in zip(problem.lines, combination, strict=True):
            if any(stock.lots(line, w) < n for w, n in taken.items()):
                break
            stock.take(line, taken)
        else:
            shipped = dict(enumerate(combination))
            opened = {w for taken in combination for w in taken}
            most = problem.costs.max_parcels
            if not most or len(opened) <= most:
                best = min(best, problem.order_cost(0, shipped))
    return best


@pytest.mark.parametrize("max_parcels", [0, 1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_exact_equals_brute_force(seed, max_parcels):
    chance = random.Random(seed)
    costs = {"max_parcels": max_parcels, "parcel": chance.choice([0.5, 3, 9])}
    problem = Problem(*instance(seed, 1, 3, 2, **costs))
    cost = problem.total_cost(greedy.in_turn(problem))
    assert cost == pytest.approx(brute_force(problem))


@needs_highs
@pytest.mark.parametrize("seed", SEEDS)
def test_the_program_of_one_order_equals_enumeration(seed):
    problem = Problem(*instance(seed, 1, 6, 4))
    shipped = milp.solve(problem, [0], problem.stock).shipped
    assert problem.total_cost(shipped) == pytest.approx(
        problem.total_cost(greedy.in_turn(problem))
    )


@pytest.mark.parametrize("fair", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_batch_is_never_dearer_than_greedy(seed, fair):
    data = instance(seed, 25, 5, 6, fair=fair)
    alone = Problem(*data)
    together = Problem(*data)
    if fair:
        alone.share_scarce()
    shipped = batch.solve(together, 3)[0]
    assert together.total_cost(shipped) <= (
        together.total_cost(greedy.in_turn(alone)) + 1e-6
    )


@needs_highs
@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_batch_is_optimal(seed):
    data = instance(seed, 15, 4, 5, fair=False)
    problem = Problem(*data)
    best = milp.solve(problem, range(15), problem.stock, seconds=20).shipped
    shipped = batch.solve(Problem(*data), 20)[0]
    assert problem.total_cost(shipped) == pytest.approx(problem.total_cost(best))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_batch_gives_the_same_plan(seed):
    demands, sites, stock, costs = instance(seed, 20)
    first = allocate(demands, sites, stock, costs, 30)
    random.Random(seed).shuffle(demands)
    shuffled = dict(sorted(stock.items(), reverse=True))
    assert allocate(demands, sites[::-1], shuffled, costs, 30) == first


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_solver_library_greedy_serves(seed, monkeypatch):
    monkeypatch.setattr(milp, "highspy", None)
    demands, sites, stock, costs = instance(seed)
    plan = allocate(demands, sites, stock, costs, 2)
    assert plan.method in ("greedy", "exact")
    assert plan.allocations


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rejected_alternative_is_cheaper(seed):
    demands, sites, stock, costs = instance(seed, 20)
    plan = allocate(demands, sites, stock, costs, 5)
    for options in plan.options.values():
        assert options[0].reason == "chosen"
        assert all(o.extra is None or o.extra > -0.005 for o in options[1:])


@pytest.mark.parametrize("seed", SEEDS)
def test_scarce_goods_go_to_the_orders_that_come_first(seed):
    chance = random.Random(seed)
    sites = [Warehouse(w, Place(30, 110 + w, "CN")) for w in range(3)]
    demands = [
        Demand(
            o,
            o,
            "p",
            chance.randint(1, 3),
            o,
            Place(chance.uniform(25, 40), chance.uniform(105, 120), "CN"),
        )
        for o in range(20)
    ]
    stock = {(w, "p"): 4 for w in range(3)}
    plan = allocate(demands, sites, stock, Costs(), 5)
    assert sum(used(plan).values()) == 12
    short = [o for o in range(20) if o in plan.unfilled]
    # Only the order at the margin may be served in part.
    assert short == list(range(short[0], 20))
    full = sum(d.quantity for d in demands[short[0] + 1 :])
    assert sum(plan.unfilled[o] for o in short[1:]) == full
