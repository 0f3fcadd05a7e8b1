"""Times of a route whose order somebody changed by hand."""

import numpy as np

from oms_addon_logistics.routing import Depot, Problem, Stop, Vehicle, evaluate_route

LINE = [0, 10, 20, 30]  # depot and three stops on a straight road, minutes apart


def problem(stops, vehicle):
    matrix = np.array([[abs(a - b) for b in LINE] for a in LINE])
    return Problem((Depot("D"),), (vehicle,), tuple(stops), matrix * 1000, matrix * 60)


def stops(**values):
    return [Stop(name, demand=(5,), service=60, **values) for name in "abc"]


def test_times_and_metres_add_up():
    vehicle = Vehicle("v", "D", (20,), shift_start=3600)
    route = evaluate_route(problem(stops(), vehicle), vehicle, ["a", "b", "c"])
    assert [visit.arrival for visit in route.visits] == [4200, 4860, 5520]
    assert route.distance == 60_000
    assert route.end == 5520 + 60 + 1800
    assert route.is_feasible


def test_a_worse_order_is_longer_but_not_refused():
    vehicle = Vehicle("v", "D", (20,))
    route = evaluate_route(problem(stops(), vehicle), vehicle, ["c", "a", "b"])
    assert route.distance == 80_000
    assert route.is_feasible


def test_the_vehicle_leaves_late_rather_than_waiting_at_the_first_door():
    vehicle = Vehicle("v", "D", (20,), shift_start=0)
    first = stops(windows=((7200, 9000),))
    route = evaluate_route(problem(first, vehicle), vehicle, ["a"])
    assert route.start == 6600
    assert route.visits[0].arrival == route.visits[0].start == 7200


def test_it_waits_at_later_doors():
    vehicle = Vehicle("v", "D", (20,))
    a, b, c = stops()
    b = Stop("b", service=60, windows=((7200, 9000),))
    route = evaluate_route(problem([a, b, c], vehicle), vehicle, ["a", "b"])
    assert route.visits[1].arrival < route.visits[1].start == 7200


def test_late_and_overloaded_are_flagged():
    vehicle = Vehicle("v", "D", (10,), shift_start=3600, shift_end=3700, max_stops=2)
    late = stops(windows=((0, 100),))
    route = evaluate_route(problem(late, vehicle), vehicle, ["a", "b", "c"])
    assert all(visit.late > 0 for visit in route.visits)
    assert route.late > sum(visit.late for visit in route.visits)
    assert route.overload == (5, 1)
    assert not route.is_feasible


def test_pickups_load_on_the_way():
    vehicle = Vehicle("v", "D", (10,))
    a, b, _c = stops()
    back = Stop("c", demand=(5,), pickup=True)
    first = evaluate_route(problem([a, b, back], vehicle), vehicle, ["c", "a", "b"])
    last = evaluate_route(problem([a, b, back], vehicle), vehicle, ["a", "b", "c"])
    assert first.load == (15,)
    assert last.load == (10,)
