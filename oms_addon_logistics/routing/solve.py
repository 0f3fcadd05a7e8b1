"""The door to route planning: one problem in, one solution out."""

import time
from dataclasses import replace

from .greedy import solve_greedy
from .problem import Options, Solution
from .pyvrp_model import is_available, solve_pyvrp
from .screen import explain_left, restrict, screen, split

SHORTEST_SEARCH = 0.2  # seconds, for a part with few stops


def solve(problem, options=None):
    """Plan routes.

    Stops that are impossible alone are set aside with their reason; what is left
    is split into parts that share no vehicle, and each part is searched for its
    share of the time.

    :param Problem problem: what to serve with what
    :param Options options: limits, seed, method
    :return: routes of used vehicles, and each unserved stop with its reason
    :rtype: Solution
    :raise ImportError: when method is "pyvrp" and it isn't installed
    """
    options = options or Options()
    begin = time.perf_counter()
    method = options.method
    if method == "auto":
        method = "pyvrp" if is_available() else "greedy"
    search = {"pyvrp": solve_pyvrp, "greedy": solve_greedy}[method]
    stops, unserved = screen(problem)
    routes, left = [], []
    for vehicles, members in split(problem, stops):
        part = restrict(problem, vehicles, members)
        share = len(members) / len(stops)
        found, missing = search(
            part,
            replace(options, seconds=max(options.seconds * share, SHORTEST_SEARCH)),
        )
        routes += found
        left += missing
    waiting = [problem.stops[problem.stop_index[stop_id]] for stop_id in left]
    unserved += explain_left(problem, routes, waiting)
    order = {vehicle.id: rank for rank, vehicle in enumerate(problem.vehicles)}
    routes.sort(key=lambda route: order[route.vehicle])
    return Solution(tuple(routes), tuple(unserved), method, time.perf_counter() - begin)
