"""Route planning: what a dispatcher may rely on, with either method."""

import random

import numpy as np
import pytest

from oms_addon_logistics.routing import (
    UNLIMITED,
    Depot,
    Options,
    Problem,
    Reason,
    Stop,
    Vehicle,
    build_problem,
    great_circle,
    metres_by_zip,
    solve,
    solve_by_zip,
)

HOUR = 3600
SHANGHAI = Depot("SH", 31.23, 121.47)
BEIJING = Depot("BJ", 39.90, 116.40)
METHODS = ["pyvrp", "greedy"]


@pytest.fixture(params=METHODS)
def method(request):
    if request.param == "pyvrp":
        pytest.importorskip("pyvrp")
    return request.param


def van(name="van", depot="SH", **values):
    values = {
        "capacity": (1000,),
        "shift_start": 8 * HOUR,
        "shift_end": 18 * HOUR,
        **values,
    }
    return Vehicle(name, depot, **values)


def around(depot, count, seed=1, spread=0.1, **values):
    chance = random.Random(seed)
    return [
        Stop(
            f"{depot.id}{index}",
            depot.latitude + chance.uniform(-spread, spread),
            depot.longitude + chance.uniform(-spread, spread),
            **{
                "demand": (10,),
                "service": 300,
                "zip_code": str(chance.randint(200000, 201999)),
                **values,
            },
        )
        for index in range(count)
    ]


def plan(stops, vehicles, method, depots=(SHANGHAI,), **options):
    problem = build_problem(depots, vehicles, stops)
    options = {"max_iterations": 200, **options}
    return problem, solve(problem, Options(method=method, **options))


def reasons(solution):
    return {item.stop: item.reason for item in solution.unserved}


def served(solution):
    return [visit.stop for route in solution.routes for visit in route.visits]


def test_every_stop_is_on_exactly_one_feasible_route(method):
    stops = around(SHANGHAI, 40)
    _problem, solution = plan(stops, [van("a"), van("b")], method)
    assert sorted(served(solution)) == sorted(stop.id for stop in stops)
    assert not solution.unserved
    assert all(route.is_feasible for route in solution.routes)


def test_routes_are_shorter_than_the_zip_code_order(method):
    problem, solution = plan(around(SHANGHAI, 40), [van("a"), van("b")], method)
    assert solution.distance < metres_by_zip(problem, solution)
    assert solution.distance < solve_by_zip(problem).distance


def test_capacity_is_kept_and_the_rest_is_told_as_capacity(method):
    stops = around(SHANGHAI, 10, demand=(300,))
    _problem, solution = plan(stops, [van("a"), van("b")], method)
    assert all(route.load[0] <= 1000 for route in solution.routes)
    assert len(served(solution)) == 6
    assert set(reasons(solution).values()) == {Reason.CAPACITY}


def test_short_shifts_leave_stops_out_for_lack_of_time(method):
    stops = around(SHANGHAI, 12, service=HOUR)
    _problem, solution = plan(
        stops, [van(shift_end=12 * HOUR, capacity=(UNLIMITED,))], method
    )
    assert 1 <= len(served(solution)) <= 3
    assert set(reasons(solution).values()) == {Reason.TIME}
    assert all(route.end <= 12 * HOUR for route in solution.routes)


def test_important_stops_are_left_out_last(method):
    stops = around(SHANGHAI, 6, demand=(400,))
    stops[4] = Stop(**{**vars(stops[4]), "priority": 3})
    _problem, solution = plan(stops, [van()], method)
    assert stops[4].id in served(solution)
    assert len(served(solution)) == 2


def test_impossible_stops_carry_their_own_reason(method):
    here = {"latitude": 31.2, "longitude": 121.4}
    stops = [
        Stop("lost"),
        Stop("elsewhere", **here, depot="BJ"),
        Stop("cold", **here, skills=frozenset({"cooling"})),
        Stop("heavy", **here, demand=(5000,)),
        Stop("night", **here, windows=((20 * HOUR, 21 * HOUR),)),
        Stop("far", 39.9, 116.4),
        Stop("fine", **here),
    ]
    _problem, solution = plan(stops, [van()], method, depots=(SHANGHAI, BEIJING))
    assert served(solution) == ["fine"]
    assert reasons(solution) == {
        "lost": Reason.NO_POSITION,
        "elsewhere": Reason.NO_VEHICLE,
        "cold": Reason.SKILL,
        "heavy": Reason.TOO_BIG,
        "night": Reason.WINDOW,
        "far": Reason.TIME,
    }


def test_a_window_that_closes_before_anyone_can_come_is_told(method):
    stop = Stop("early", 31.2, 121.4, windows=((6 * HOUR, 7 * HOUR),))
    _problem, solution = plan([stop], [van()], method)
    assert reasons(solution) == {"early": Reason.WINDOW}


def test_time_windows_are_met(method):
    stops = around(SHANGHAI, 12)
    stops = [
        Stop(**{**vars(stop), "windows": ((9 * HOUR, 11 * HOUR),)})
        if index % 2
        else Stop(**{**vars(stop), "windows": ((14 * HOUR, 16 * HOUR),)})
        for index, stop in enumerate(stops)
    ]
    _problem, solution = plan(stops, [van("a"), van("b")], method)
    assert not solution.unserved
    windows = {stop.id: stop.windows[0] for stop in stops}
    for route in solution.routes:
        for visit in route.visits:
            early, late = windows[visit.stop]
            assert early <= visit.start <= late


def test_the_second_of_two_windows_may_be_used(method):
    stop = Stop(
        "two", 31.2, 121.4, windows=((6 * HOUR, 7 * HOUR), (15 * HOUR, 16 * HOUR))
    )
    _problem, solution = plan([stop, *around(SHANGHAI, 3)], [van()], method)
    visit = next(
        v for route in solution.routes for v in route.visits if v.stop == "two"
    )
    assert not solution.unserved
    assert 15 * HOUR <= visit.start <= 16 * HOUR


def test_skills_decide_the_vehicle(method):
    stops = around(SHANGHAI, 10)
    stops[3] = Stop(**{**vars(stops[3]), "skills": frozenset({"cooling"})})
    vehicles = [van("plain"), van("cooled", skills=frozenset({"cooling"}))]
    _problem, solution = plan(stops, vehicles, method)
    route = next(
        r for r in solution.routes if stops[3].id in [v.stop for v in r.visits]
    )
    assert route.vehicle == "cooled"
    assert not solution.unserved


def test_each_depot_serves_its_own_stops(method):
    stops = [
        Stop(**{**vars(stop), "depot": depot.id})
        for depot in (SHANGHAI, BEIJING)
        for stop in around(depot, 8)
    ]
    _problem, solution = plan(
        stops, [van("s"), van("b", depot="BJ")], method, depots=(SHANGHAI, BEIJING)
    )
    assert not solution.unserved
    for route in solution.routes:
        prefix = "SH" if route.vehicle == "s" else "BJ"
        assert all(visit.stop.startswith(prefix) for visit in route.visits)


def test_pickups_use_the_room_that_deliveries_left(method):
    stops = [
        *around(SHANGHAI, 4, demand=(250,)),
        *[
            Stop(**{**vars(s), "id": f"back{s.id}", "pickup": True})
            for s in around(SHANGHAI, 3, seed=9, demand=(250,))
        ],
    ]
    _problem, solution = plan(stops, [van()], method)
    assert not solution.unserved
    assert solution.routes[0].load == (1000,)


def test_a_vehicle_stops_at_its_most_stops(method):
    _problem, solution = plan(around(SHANGHAI, 9), [van(max_stops=4)], method)
    assert len(served(solution)) == 4
    assert set(reasons(solution).values()) == {Reason.CAPACITY}


def test_no_vehicle_at_all_leaves_everything_with_a_reason(method):
    _problem, solution = plan(around(SHANGHAI, 3), [], method)
    assert not solution.routes
    assert set(reasons(solution).values()) == {Reason.NO_VEHICLE}


def test_no_stops_give_no_routes(method):
    _problem, solution = plan([], [van()], method)
    assert solution.routes == solution.unserved == ()


def test_the_same_seed_and_iterations_give_the_same_routes(method):
    first = plan(around(SHANGHAI, 30), [van("a"), van("b")], method)[1]
    second = plan(around(SHANGHAI, 30), [van("a"), van("b")], method)[1]
    assert first.routes == second.routes


def test_the_time_limit_is_kept():
    pytest.importorskip("pyvrp")
    problem = build_problem([SHANGHAI], [van("a")], around(SHANGHAI, 60))
    assert solve(problem, Options(seconds=0.5)).seconds < 2


def test_matrices_of_the_wrong_size_are_refused():
    with pytest.raises(ValueError, match="matrices"):
        Problem((SHANGHAI,), (), (), np.zeros((3, 3)), np.zeros((3, 3)))


def test_great_circle_from_shanghai_to_beijing_is_1068_km():
    metres = great_circle(
        [SHANGHAI.latitude, BEIJING.latitude], [SHANGHAI.longitude, BEIJING.longitude]
    )
    assert metres[0, 1] == pytest.approx(1_068_000, rel=0.01)
    assert metres[0, 0] == 0
