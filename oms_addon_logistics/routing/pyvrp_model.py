"""Our problem as PyVRP sees it.

PyVRP has no skills: a vehicle kind that may not serve a stop has a profile where
the roads to that stop are forbidden. Forbidden is a *cost*, and a moderate one:
values like 2^44 make the solver hang.
"""

import time

import numpy as np

from .evaluate import evaluate_route
from .problem import DAY, UNLIMITED
from .screen import vehicles_by_kind

INFEASIBLE = 2**62  # the solver reports its largest integer while it has nothing
FORBIDDEN_LEAST, FORBIDDEN_MOST = 10**6, 10**9
GIVE_UP_SHARE = 0.4  # of the budget, when no stop may be left out
CLOCKS = {"wall": time.perf_counter, "cpu": time.thread_time}
FINEST = np.iinfo(np.int64).max


def is_available():
    """Whether PyVRP can be imported."""
    try:
        import pyvrp  # noqa: F401
    except ImportError:
        return False
    return True


class Budget:
    """Stopping criterion: so many seconds or so many iterations.

    :param float seconds: from the first call
    :param int iterations: instead of seconds, when above 0
    :param float give_up: share after which to stop when nothing is feasible yet
    :param clock: function that returns seconds
    """

    def __init__(self, seconds, iterations, give_up=1.0, clock=time.perf_counter):
        self.clock = clock
        self.seconds = seconds
        self.iterations = iterations
        self.give_up = give_up
        self.begin = None
        self.done = 0

    def __call__(self, best_cost):
        if self.begin is None:
            self.begin = self.clock()
        share = 1.0 if best_cost < INFEASIBLE else self.give_up
        if self.iterations:
            self.done += 1
            return self.done > self.iterations * share
        return self.clock() - self.begin >= self.seconds * share


def solve_pyvrp(problem, options):
    """Search with every stop required; if that fails, with stops left out.

    :param Problem problem: part of a problem, every stop possible alone
    :param Options options: limits and seed
    :return: routes, ids of the stops left out
    :rtype: tuple[list[Route], list]
    """
    clock = CLOCKS[options.clock]
    begin = clock()
    if _may_all_fit(problem):
        solution = _search(problem, options, options.seconds, required=True)
        routes, left = _read(problem, solution)
        if solution.is_feasible() and not left:
            return routes, left
    spent = clock() - begin
    seconds = max(options.seconds - spent, options.seconds * (1 - GIVE_UP_SHARE))
    solution = _search(problem, options, seconds, required=False)
    return _read(problem, solution)


def _may_all_fit(problem):
    """Whether the vehicles together are large enough, at first sight."""
    for dimension in range(problem.dimensions):
        for pickup in (False, True):
            need = sum(
                stop.demand[dimension]
                for stop in problem.stops
                if stop.pickup == pickup and dimension < len(stop.demand)
            )
            if need > sum(
                vehicle.capacity[dimension]
                if dimension < len(vehicle.capacity)
                else UNLIMITED
                for vehicle in problem.vehicles
            ):
                return False
    places = [vehicle.max_stops or len(problem.stops) for vehicle in problem.vehicles]
    return sum(places) >= len(problem.stops)


def _search(problem, options, seconds, required):
    from pyvrp import solve

    data = _build(problem, options, required)
    budget = Budget(
        seconds,
        options.max_iterations,
        GIVE_UP_SHARE if required else 1.0,
        CLOCKS[options.clock],
    )
    result = solve(
        data, stop=budget, seed=options.seed, collect_stats=False, display=False
    )
    return result.best


def _build(problem, options, required):
    """Make PyVRP's data; clients keep the order of :func:`_client_rows`."""
    from pyvrp import Depot, Location, ProblemData

    places = (*problem.depots, *problem.stops)
    locations = [
        Location(x=place.longitude or 0.0, y=place.latitude or 0.0) for place in places
    ]
    depots = [Depot(location=row) for row in range(len(problem.depots))]
    prize = _prize(problem, options)
    clients, groups = _clients(problem, required, prize)
    kinds = vehicles_by_kind(problem)
    types, distances, durations = _vehicle_types(problem, kinds, options, prize)
    return ProblemData(
        locations, clients, depots, types, distances, durations, groups, []
    )


def _clients(problem, required, prize):
    """One client per row; several windows of a stop exclude each other.

    :return: clients, groups of clients
    """
    from pyvrp import Client, ClientGroup

    clients, groups = [], {}
    for index, early, late, several in _client_rows(problem):
        stop = problem.stops[index]
        load = _demand(problem, stop)
        nothing = [0] * len(load)
        if several:
            group = groups.setdefault(index, ClientGroup(required=required))
            group.add_client(len(clients))
        clients.append(
            Client(
                location=problem.node(index),
                delivery=nothing if stop.pickup else load,
                pickup=load if stop.pickup else nothing,
                service_duration=stop.service,
                tw_early=early,
                tw_late=late,
                prize=0 if required else prize * (1 + stop.priority),
                required=required and not several,
                group=list(groups).index(index) if several else None,
            )
        )
    return clients, list(groups.values())


def _client_rows(problem):
    """One client per stop and window.

    :return: (index of the stop, earliest, latest, whether it has other windows)
    """
    rows = []
    for index, stop in enumerate(problem.stops):
        windows = stop.windows or ((0, FINEST),)
        rows += [(index, early, late, len(windows) > 1) for early, late in windows]
    return rows


def _demand(problem, stop):
    """Load per dimension; the last one counts stops where a vehicle limits them."""
    load = [*stop.demand, *[0] * (problem.dimensions - len(stop.demand))]
    if problem.limits_stops:
        load.append(1)
    return load


def _capacity(problem, vehicle):
    capacity = [
        *vehicle.capacity,
        *[UNLIMITED] * (problem.dimensions - len(vehicle.capacity)),
    ]
    if problem.limits_stops:
        capacity.append(vehicle.max_stops or UNLIMITED)
    return capacity


def _prize(problem, options):
    """More than any detour to a stop can cost."""
    longest = int(problem.distance.max(initial=0))
    slowest = int(problem.duration.max(initial=0))
    service = max((stop.service for stop in problem.stops), default=0)
    opening = max((vehicle.fixed_cost for vehicle in problem.vehicles), default=0)
    on_road = min(2 * slowest + service, DAY) * options.duration_cost
    return min(3 * longest + on_road + opening + 1000, FORBIDDEN_MOST // 80)


def _vehicle_types(problem, kinds, options, prize):
    """Vehicle types with a profile (pair of matrices) for each set of stops.

    :return: vehicle types, distance matrices, duration matrices
    """
    from pyvrp import VehicleType

    forbidden = min(max(20 * prize, FORBIDDEN_LEAST), FORBIDDEN_MOST)
    profiles, distances, durations, types = {}, [], [], []
    for vehicles in kinds:
        vehicle = vehicles[0]
        barred = tuple(
            index
            for index, stop in enumerate(problem.stops)
            if not problem.can_serve(vehicle, stop)
        )
        if barred not in profiles:
            profiles[barred] = len(distances)
            distances.append(_bar(problem, barred, forbidden))
            durations.append(problem.duration)
        depot = problem.depot_index[vehicle.depot]
        types.append(
            VehicleType(
                num_available=len(vehicles),
                capacity=_capacity(problem, vehicle),
                start_depot=depot,
                end_depot=depot,
                fixed_cost=vehicle.fixed_cost,
                tw_early=vehicle.shift_start,
                tw_late=vehicle.shift_end,
                unit_distance_cost=1,
                unit_duration_cost=options.duration_cost,
                profile=profiles[barred],
            )
        )
    return types, distances, durations


def _bar(problem, barred, forbidden):
    """The distance matrix with the roads to and from some stops forbidden."""
    if not barred:
        return problem.distance
    matrix = problem.distance.copy()
    nodes = [problem.node(index) for index in barred]
    matrix[nodes, :] = forbidden
    matrix[:, nodes] = forbidden
    np.fill_diagonal(matrix, 0)
    return matrix


def _read(problem, solution):
    """Routes of the solution; stops on a forbidden vehicle count as left out.

    :return: routes, ids of the stops left out
    """
    kinds = [list(vehicles) for vehicles in vehicles_by_kind(problem)]
    rows = _client_rows(problem)
    routes, served = [], set()
    for route in solution.routes():
        free = kinds[route.vehicle_type()]
        vehicle = free[0]
        order = [
            problem.stops[rows[activity.idx][0]]
            for activity in route.schedule()
            if activity.is_client()
        ]
        order = [stop.id for stop in order if problem.can_serve(vehicle, stop)]
        if order:
            free.pop(0)
            routes.append(evaluate_route(problem, vehicle, order))
            served.update(order)
    left = [stop.id for stop in problem.stops if stop.id not in served]
    return routes, left
