"""One order after the other: quick plans, and the start of the better ones."""

from .exact import best_order

# Far above any cost, so that the order of aims is: fill, fewest parcels, cost.
_HUGE_SPLIT, _HUGE_FILL = 1e4, 1e7


def nearest(problem):
    """Ship each line from the nearest warehouse that has any, then the next."""
    stock, shipped = problem.stock.clone(), {}
    for number, line in enumerate(problem.lines):
        km = problem.orders[line.order].km
        left, taken = problem.want[number], {}
        for warehouse in sorted(line.unit, key=lambda w: (km[w], w)):
            if lots := min(left, stock.lots(line, warehouse)):
                taken[warehouse] = lots
                left -= lots
        stock.take(line, taken)
        shipped[number] = taken
    return shipped


def fewest_parcels(problem):
    """Ship each order in as few parcels as possible, then as cheaply."""
    return in_turn(problem, split=_HUGE_SPLIT, fill=_HUGE_FILL)


def in_turn(problem, sequence=None, prices=None, **options):
    """Give each order its cheapest shipment from what is left.

    :param sequence: order numbers; as they are served by default.
    :param prices: see `best_order`.
    """
    stock, shipped = problem.stock.clone(), {}
    for order in range(len(problem.orders)) if sequence is None else sequence:
        ways = best_order(problem, order, stock, prices, **options)
        for number, taken in ways.items():
            stock.take(problem.lines[number], taken)
        shipped.update(ways)
    return shipped


def stock_after(problem, shipped):
    """Return the `Stock` that a solution leaves."""
    stock = problem.stock.clone()
    for number, taken in shipped.items():
        stock.take(problem.lines[number], taken)
    return stock


def polish(problem, shipped, rounds=3):
    """Ship each order anew from its own goods and what is left, while it helps.

    Afterwards no order has a cheaper way with the stock as it is.
    """
    stock = stock_after(problem, shipped)
    for _round in range(rounds):
        better = False
        for order in range(len(problem.orders)):
            better |= _again(problem, order, shipped, stock)
        if not better:
            break
    return shipped


def _again(problem, order, shipped, stock):
    lines = problem.orders[order].lines
    for number in lines:
        stock.take(problem.lines[number], shipped[number], -1)
    ways = best_order(problem, order, stock)
    better = problem.order_cost(order, ways) < problem.order_cost(order, shipped) - 1e-6
    if better:
        shipped.update(ways)
    for number in lines:
        stock.take(problem.lines[number], shipped[number])
    return better
