"""What goes to one door: one stop as far as one vehicle can carry it.

Handing over together saves the way, but it must never cost a delivery. So the
transfers to a door are put together only where some vehicle can carry them, and
when vehicles are full or late all the same, they are also tried one by one.
"""

from dataclasses import dataclass, replace

from .evaluate import evaluate_route
from .matrix import build_problem
from .problem import Problem, Solution
from .screen import screen
from .solve import solve


@dataclass(frozen=True, eq=False)
class DoorPlan:
    """Routes over doors.

    :param Problem problem: whose stops are what is handed over together
    :param Solution solution: its routes, and what is left out
    :param dict members: ids of the transfers, by the id of the problem's stop
    """

    problem: Problem
    solution: Solution
    members: dict


def solve_doors(depots, vehicles, doors, options, speed_kmh=30.0, detour=1.35):
    """Plan routes for transfers of which some go to the same door.

    A transfer is left out only where no vehicle could carry it alone, or where
    there is no room or time for it even by itself.

    :param doors: for each door a list of `Stop`, one per transfer; those of one
        door have the same place, windows, depot and direction
    :param Options options: of the search; a second one, over single transfers, has
        half of the time
    :rtype: DoorPlan
    """

    def build(bundles):
        stops = [join(bundle) for bundle in bundles]
        return build_problem(depots, vehicles, stops, speed_kmh, detour)

    bundles = [bundle for door in doors for bundle in pack(door, vehicles)]
    problem = build(bundles)
    solution = solve(problem, options)
    if _may_serve_more(problem, solution, bundles):
        singles = [[stop] for bundle in bundles for stop in bundle]
        loose = build(singles)
        found = solve(loose, replace(options, seconds=options.seconds / 2))
        if _weight(loose, found) < _weight(problem, solution, bundles):
            bundles, orders = _meet_again(loose, found, doors)
            problem = build(bundles)
            found, solution = solution, _drive(problem, found, orders)
        solution = replace(solution, seconds=solution.seconds + found.seconds)
    members = {bundle[0].id: tuple(s.id for s in bundle) for bundle in bundles}
    return DoorPlan(problem, solution, members)


def pack(stops, vehicles):
    """Put the transfers to one door together, as far as one vehicle can carry them.

    What no vehicle can carry stays alone, so that the others don't suffer for it
    and the reason is its own. The rest: first fit, the choosiest and largest first.

    :param stops: one per transfer, of one door
    :param vehicles: that may come
    :return: the transfers of each stop, in the order given
    :rtype: list[list[Stop]]
    """
    rank = {stop.id: place for place, stop in enumerate(stops)}
    able = {stop.id: carriers([stop], vehicles) for stop in stops}
    bundles = [[stop] for stop in stops if not able[stop.id]]
    open_ones = []
    for stop in sorted(
        (stop for stop in stops if able[stop.id]),
        key=lambda s: (len(able[s.id]), [-amount for amount in s.demand], rank[s.id]),
    ):
        for bundle in open_ones:
            if carriers([*bundle, stop], vehicles):
                bundle.append(stop)
                break
        else:
            open_ones.append([stop])
    for bundle in open_ones:
        bundle.sort(key=lambda stop: rank[stop.id])
    return sorted(bundles + open_ones, key=lambda bundle: rank[bundle[0].id])


def carriers(stops, vehicles):
    """The vehicles that can carry all of these at once: depot, skills and load.

    :rtype: list[Vehicle]
    """
    stop = join(stops)
    return [
        vehicle
        for vehicle in vehicles
        if stop.depot in (None, vehicle.depot)
        and stop.skills <= vehicle.skills
        and all(
            amount <= capacity
            for amount, capacity in zip(stop.demand, vehicle.capacity, strict=False)
        )
    ]


def join(stops):
    """One stop for several transfers to the same door; it has the first one's id.

    :rtype: Stop
    """
    size = max(len(stop.demand) for stop in stops)
    demands = [(*s.demand, *[0] * (size - len(s.demand))) for s in stops]
    return replace(
        stops[0],
        demand=tuple(map(sum, zip(*demands, strict=True))),
        skills=frozenset().union(*(stop.skills for stop in stops)),
        priority=max(stop.priority for stop in stops),
    )


def _may_serve_more(problem, solution, bundles):
    """Whether something is left that single transfers might make room for."""
    if all(len(bundle) == 1 for bundle in bundles):
        return False
    several = {bundle[0].id for bundle in bundles if len(bundle) > 1}
    hopeless = {item.stop for item in screen(problem)[1]} - several
    return any(item.stop not in hopeless for item in solution.unserved)


def _weight(problem, solution, bundles=()):
    """How much is left out: the number of transfers, urgent ones count more."""
    count = {bundle[0].id: len(bundle) for bundle in bundles}
    left = {item.stop for item in solution.unserved}
    return sum(
        (1 + stop.priority) * count.get(stop.id, 1)
        for stop in problem.stops
        if stop.id in left
    )


def _meet_again(problem, solution, doors):
    """Transfers to one door that a vehicle hands over one after the other.

    :return: all bundles, and for each route the ids of its bundles in order
    """
    door_of = {stop.id: number for number, door in enumerate(doors) for stop in door}
    stops = {stop.id: stop for stop in problem.stops}
    bundles, orders = [], []
    for route in solution.routes:
        order, door = [], None
        for visit in route.visits:
            if door_of[visit.stop] == door:
                order[-1].append(stops[visit.stop])
            else:
                order.append([stops[visit.stop]])
            door = door_of[visit.stop]
        bundles += order
        orders.append([bundle[0].id for bundle in order])
    bundles += [[stops[item.stop]] for item in solution.unserved]
    return bundles, orders


def _drive(problem, solution, orders):
    """The same routes over the stops of another problem."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    routes = tuple(
        evaluate_route(problem, vehicles[route.vehicle], order)
        for route, order in zip(solution.routes, orders, strict=True)
    )
    return replace(solution, routes=routes)
