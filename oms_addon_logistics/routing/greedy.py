"""Routes without a solver library: cheapest insertion, then 2-opt.

Used where PyVRP isn't installed. The result is feasible, just longer.
"""

from .evaluate import evaluate_route
from .problem import Route

ROUNDS = 20  # of 2-opt per route


def solve_greedy(problem, _options=None):
    """Insert stop after stop where it costs least, urgent and far ones first.

    :param Problem problem: part of a problem, every stop possible alone
    :return: routes, ids of the stops left out
    :rtype: tuple[list[Route], list]
    """
    plans = {vehicle.id: [] for vehicle in problem.vehicles}
    left = []
    for stop in sorted(problem.stops, key=lambda stop: _urgency(problem, stop)):
        best = min(
            (
                option
                for vehicle in problem.vehicles
                if problem.can_serve(vehicle, stop)
                for option in _insertions(problem, vehicle, plans[vehicle.id], stop)
            ),
            default=None,
            key=lambda option: option[0],
        )
        if best is None:
            left.append(stop.id)
        else:
            _cost, vehicle_id, position = best
            plans[vehicle_id].insert(position, stop.id)
    return _improve(problem, plans), left


def _urgency(problem, stop):
    """Sort key: high priority, narrow and early windows, then far away."""
    narrow = min((late - early for early, late in stop.windows), default=10**9)
    node = problem.node(problem.stop_index[stop.id])
    far = int(problem.distance[: len(problem.depots), node].min())
    return (-stop.priority, narrow, -far)


def _insertions(problem, vehicle, plan, stop):
    """Feasible places for the stop in the vehicle's plan, with added metres.

    The cheapest by distance is checked first; later ones only if it fails.
    """
    depot = problem.depot_index[vehicle.depot]
    node = problem.node(problem.stop_index[stop.id])
    nodes = [problem.node(problem.stop_index[stop_id]) for stop_id in plan]
    chain = [depot, *nodes, depot]
    distance = problem.distance
    opening = 0 if plan else vehicle.fixed_cost
    places = sorted(
        (
            int(distance[a, node] + distance[node, b] - distance[a, b]) + opening,
            position,
        )
        for position, (a, b) in enumerate(zip(chain, chain[1:], strict=False))
    )
    for cost, position in places:
        order = [*plan[:position], stop.id, *plan[position:]]
        if evaluate_route(problem, vehicle, order).is_feasible:
            yield cost, vehicle.id, position
            return


def _improve(problem, plans):
    """Straighten each route by turning pieces round while that shortens it."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    return [
        _two_opt(problem, vehicles[vehicle_id], plan)
        for vehicle_id, plan in plans.items()
        if plan
    ]


def _two_opt(problem, vehicle, plan) -> Route:
    best = evaluate_route(problem, vehicle, plan)
    for _round in range(ROUNDS):
        candidate = _shorter(problem, vehicle, plan, best)
        if candidate is None:
            break
        plan, best = candidate
    return best


def _shorter(problem, vehicle, plan, best):
    """The first feasible order that is shorter by one reversal, or ``None``."""
    depot = problem.depot_index[vehicle.depot]
    nodes = [problem.node(problem.stop_index[stop_id]) for stop_id in plan]
    chain = [depot, *nodes, depot]
    distance = problem.distance
    for first in range(1, len(chain) - 2):
        for last in range(first + 1, len(chain) - 1):
            a, b, c, d = chain[first - 1], chain[first], chain[last], chain[last + 1]
            gain = distance[a, b] + distance[c, d] - distance[a, c] - distance[b, d]
            if gain <= 0:
                continue
            order = [
                *plan[: first - 1],
                *reversed(plan[first - 1 : last]),
                *plan[last:],
            ]
            route = evaluate_route(problem, vehicle, order)
            if route.is_feasible and route.distance < best.distance:
                return order, route
    return None
