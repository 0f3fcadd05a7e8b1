"""What can be told before and after the search: impossible stops and reasons."""

from collections import defaultdict

import numpy as np

from .evaluate import evaluate_route
from .problem import Reason, Unserved


def vehicles_by_kind(problem):
    """Group interchangeable vehicles.

    :return: lists of vehicles, in order of first appearance
    :rtype: list[list[Vehicle]]
    """
    kinds = defaultdict(list)
    for vehicle in problem.vehicles:
        kinds[vehicle.kind].append(vehicle)
    return list(kinds.values())


def screen(problem):
    """Set aside the stops that no vehicle can serve even alone.

    :return: the stops that are left, the others with their reason
    :rtype: tuple[list[Stop], list[Unserved]]
    """
    samples = [vehicles[0] for vehicles in vehicles_by_kind(problem)]
    left, unserved = [], []
    for stop in problem.stops:
        if problem.is_geographic and stop.latitude is None:
            reason = Reason.NO_POSITION
        else:
            reason = _why_impossible(problem, samples, stop)
        if reason:
            unserved.append(Unserved(stop.id, reason))
        else:
            left.append(stop)
    return left, unserved


def _why_impossible(problem, vehicles, stop):
    """Reason why not even an empty vehicle can serve the stop, or ``None``."""
    near = [v for v in vehicles if stop.depot in (None, v.depot)]
    if not near:
        return Reason.NO_VEHICLE
    able = [v for v in near if problem.can_serve(v, stop)]
    if not able:
        return Reason.SKILL
    alone = [evaluate_route(problem, v, [stop.id]) for v in able]
    fitting = [route for route in alone if not any(route.overload)]
    if not fitting:
        return Reason.TOO_BIG
    if any(not route.late for route in fitting):
        return None
    away = (route.end - route.start - _waiting(route) for route in fitting)
    shifts = (vehicle.shift_end - vehicle.shift_start for vehicle in able)
    if stop.windows and min(away) <= max(shifts):
        return Reason.WINDOW
    return Reason.TIME


def _waiting(route):
    """Seconds spent at doors before their window opens."""
    return sum(visit.start - visit.arrival for visit in route.visits)


def explain_left(problem, routes, stops):
    """Say why stops are left after the search: no room, or no time.

    :param routes: the routes found
    :param stops: the stops left out
    :rtype: list[Unserved]
    """
    used = {route.vehicle: route for route in routes}
    result = []
    for stop in stops:
        room = any(
            _has_room(vehicle, used.get(vehicle.id), stop)
            for vehicle in problem.vehicles
            if problem.can_serve(vehicle, stop)
        )
        result.append(Unserved(stop.id, Reason.TIME if room else Reason.CAPACITY))
    return result


def _has_room(vehicle, route, stop):
    """Whether the vehicle could carry the stop's goods besides its load."""
    if route is None:
        return True
    if vehicle.max_stops and len(route.visits) >= vehicle.max_stops:
        return False
    return all(
        load + amount <= capacity
        for load, amount, capacity in zip(
            route.load, stop.demand, vehicle.capacity, strict=False
        )
    )


def split(problem, stops):
    """Split into parts that share no vehicle, which are solved one by one.

    :param stops: the stops to serve
    :return: (vehicles, stops) of each part that has stops
    :rtype: list[tuple[list[Vehicle], list[Stop]]]
    """
    kinds = vehicles_by_kind(problem)
    parent = list(range(len(kinds)))

    def root(kind):
        while parent[kind] != kind:
            kind = parent[kind]
        return kind

    first = []
    fits = {}  # stops of one depot and skill set fit the same kinds
    for stop in stops:
        key = (stop.depot, stop.skills)
        if key not in fits:
            fits[key] = [
                kind
                for kind, vehicles in enumerate(kinds)
                if problem.can_serve(vehicles[0], stop)
            ]
            for kind in fits[key][1:]:
                parent[root(kind)] = root(fits[key][0])
        first.append(fits[key][0])
    parts = defaultdict(lambda: ([], []))
    for kind, vehicles in enumerate(kinds):
        parts[root(kind)][0].extend(vehicles)
    for stop, kind in zip(stops, first, strict=True):
        parts[root(kind)][1].append(stop)
    return [part for part in parts.values() if part[1]]


def restrict(problem, vehicles, stops):
    """The problem with only these vehicles and stops.

    :rtype: Problem
    """
    depots = [d for d in problem.depots if d.id in {v.depot for v in vehicles}]
    rows = [problem.depot_index[d.id] for d in depots]
    rows += [problem.node(problem.stop_index[s.id]) for s in stops]
    grid = np.ix_(rows, rows)
    return type(problem)(
        tuple(depots),
        tuple(vehicles),
        tuple(stops),
        np.ascontiguousarray(problem.distance[grid]),
        np.ascontiguousarray(problem.duration[grid]),
    )
