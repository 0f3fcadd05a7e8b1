"""Which warehouse ships what: a pure function over frozen values.

>>> plan = allocate(demands, warehouses, stock, Costs(), time_limit=10)
>>> plan.allocations, plan.unfilled, plan.options[order]
"""

from . import batch, explain, greedy
from .model import (
    REASONS,
    Allocation,
    CostParts,
    Costs,
    Demand,
    Option,
    Place,
    Plan,
    Warehouse,
)
from .problem import TINY, Problem

STRATEGIES = ("batch", "exact", "nearest", "fewest")

__all__ = [
    "REASONS",
    "STRATEGIES",
    "Allocation",
    "CostParts",
    "Costs",
    "Demand",
    "Option",
    "Place",
    "Plan",
    "Problem",
    "Warehouse",
    "allocate",
]


def allocate(
    demands, warehouses, stock, costs, time_limit=10.0, strategy="batch", most_options=0
):
    """Choose the warehouse, or warehouses, that ship each line.

    :param demands: iterable of `Demand`; their stock is shared.
    :param warehouses: iterable of `Warehouse`.
    :param stock: mapping (warehouse key, product key) → free quantity.
    :param Costs costs: what shipping costs.
    :param float time_limit: seconds for improving a batch. The result is the
        same each time unless the limit cuts the search short.
    :param str strategy: 'batch' weighs all orders together; 'exact' gives each
        its cheapest way in order of service; 'nearest' and 'fewest' are the
        plain rules that others use.
    :param int most_options: rejected options kept per order, 0 for all.
    :rtype: Plan
    :raise ValueError: for an unknown strategy, a line key that appears twice, or
        a quantity or lot that isn't above zero.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"unknown strategy {strategy!r}")
    problem = Problem(demands, warehouses, stock, costs)
    bound = None
    if strategy == "batch":
        shipped, method, bound = batch.solve(problem, time_limit)
    else:
        rule = {
            "exact": greedy.in_turn,
            "nearest": greedy.nearest,
            "fewest": greedy.fewest_parcels,
        }[strategy]
        shipped, method = rule(problem), strategy
    return Plan(
        allocations=explain.allocations(problem, shipped),
        unfilled=_unfilled(problem, shipped),
        options=explain.options(problem, shipped, most_options),
        cost=sum(
            (problem.order_parts(o, shipped) for o in range(len(problem.orders))),
            CostParts(),
        ),
        method=method,
        bound=bound,
    )


def _unfilled(problem, shipped):
    """Return line key → quantity that isn't shipped, where there is any."""
    result = {}
    for number, line in enumerate(problem.lines):
        missing = (line.lots - sum(shipped[number].values())) * line.lot
        if missing > TINY:
            result[line.demand.line] = missing
    return result
