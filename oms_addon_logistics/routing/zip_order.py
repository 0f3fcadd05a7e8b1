"""Routes as the host makes them: stops sorted by zip code, vehicles filled in turn.

This is the baseline to compare kilometres with.
"""

import time

from .evaluate import evaluate_route
from .problem import Solution
from .screen import explain_left, screen


def solve_by_zip(problem, options=None):
    """Fill the vehicles one after the other in the order of zip codes.

    Capacity and skills are respected; times are not (the host knows none).

    :param Problem problem: what to serve with what
    :param Options options: not used, for the same signature as :func:`solve`
    :rtype: Solution
    """
    del options
    begin = time.perf_counter()
    stops, unserved = screen(problem)
    waiting = sorted(stops, key=lambda stop: (stop.zip_code, str(stop.id)))
    routes = []
    for vehicle in problem.vehicles:
        taken, route = [], None
        rest = []
        for stop in waiting:
            if problem.can_serve(vehicle, stop):
                longer = evaluate_route(
                    problem, vehicle, [*(s.id for s in taken), stop.id]
                )
                if not any(longer.overload):
                    taken.append(stop)
                    route = longer
                    continue
            rest.append(stop)
        waiting = rest
        if route:
            routes.append(route)
    unserved += explain_left(problem, routes, waiting)
    return Solution(tuple(routes), tuple(unserved), "zip", time.perf_counter() - begin)


def metres_by_zip(problem, solution):
    """Length of the same stops on the same vehicles, each in zip-code order.

    :param Solution solution: who serves what
    :return: metres
    :rtype: int
    """
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    total = 0
    for route in solution.routes:
        stops = [problem.stops[problem.stop_index[v.stop]] for v in route.visits]
        stops.sort(key=lambda stop: (stop.zip_code, str(stop.id)))
        order = [stop.id for stop in stops]
        total += evaluate_route(problem, vehicles[route.vehicle], order).distance
    return total
