"""Transfers to one door: together as far as one vehicle can carry them."""

import random

import pytest

from oms_addon_logistics.routing import (
    Depot,
    Options,
    Reason,
    Stop,
    Vehicle,
    pack,
    solve_doors,
)

HOUR = 3600
DEPOT = Depot("SH", 31.23, 121.47)
LIFT, COOLING, GLASS = "lift", "cooling", "glass"
METHODS = ["pyvrp", "greedy"]


@pytest.fixture(params=METHODS)
def method(request):
    if request.param == "pyvrp":
        pytest.importorskip("pyvrp")
    return request.param


def van(name, capacity=500, skills=(), **values):
    values = {"shift_start": 8 * HOUR, "shift_end": 18 * HOUR, **values}
    return Vehicle(name, "SH", capacity=(capacity,), skills=frozenset(skills), **values)


def transfer(name, demand=100, skills=(), place=0, **values):
    values = {"service": 300, "depot": "SH", **values}
    return Stop(
        name,
        31.2 + place / 100,
        121.4,
        demand=(demand,),
        skills=frozenset(skills),
        **values,
    )


def plan(doors, vehicles, method):
    options = Options(method=method, max_iterations=50)
    return solve_doors([DEPOT], vehicles, doors, options)


def left_out(found):
    return {
        name: item.reason
        for item in found.solution.unserved
        for name in found.members[item.stop]
    }


def handed_over(found):
    return [
        found.members[visit.stop]
        for route in found.solution.routes
        for visit in route.visits
    ]


# ---- the faults that were found ---------------------------------------------


def test_more_than_one_van_carries_goes_on_several(method):
    door = [transfer(name, 300) for name in "abc"]
    found = plan([door], [van(n) for n in range(3)], method)
    assert not left_out(found)
    assert sorted(handed_over(found)) == [("a",), ("b",), ("c",)]


def test_needs_of_different_vans_are_no_need_for_one_van_with_both(method):
    door = [transfer("a", skills=[LIFT]), transfer("b", skills=[COOLING])]
    found = plan([door], [van(1, skills=[LIFT]), van(2, skills=[COOLING])], method)
    assert not left_out(found)


def test_only_what_no_van_can_carry_is_left_out(method):
    door = [transfer(name) for name in "abc"] + [transfer("d", skills=[GLASS])]
    found = plan([door], [van(1, skills=[LIFT]), van(2)], method)
    assert left_out(found) == {"d": Reason.SKILL}
    assert handed_over(found) == [("a", "b", "c")]


def test_what_is_too_heavy_alone_keeps_nothing_else_back(method):
    door = [transfer("a", 900), transfer("b", 100)]
    found = plan([door], [van(1)], method)
    assert left_out(found) == {"a": Reason.TOO_BIG}
    assert handed_over(found) == [("b",)]


# ---- what must stay ---------------------------------------------------------


def test_what_fits_on_one_van_is_one_stop(method):
    found = plan([[transfer("a"), transfer("b"), transfer("c")]], [van(1)], method)
    assert handed_over(found) == [("a", "b", "c")]
    (visit,) = found.solution.routes[0].visits
    assert visit.departure - visit.start == 300, "one stop takes its time once"


def test_full_vans_share_a_door_rather_than_leave_somebody_out():
    """Each van has room for a half of the door and for one neighbour."""
    pytest.importorskip("pyvrp")  # inserting one after the other is not so clever
    doors = [
        [transfer("a1", 200), transfer("a2", 200)],
        [transfer("b", 300, place=1)],
        [transfer("c", 300, place=2)],
    ]
    found = plan(doors, [van(1), van(2)], "pyvrp")
    assert not left_out(found)
    assert all(route.is_feasible for route in found.solution.routes)


def test_a_door_is_visited_once_by_each_van_that_comes(method):
    """Tried one by one, and met again: six transfers are two stops."""
    doors = [
        [transfer(f"a{n}", 100) for n in range(6)],
        [transfer("b", 200, place=1)],
        [transfer("c", 200, place=2)],
    ]
    found = plan(doors, [van(1), van(2)], method)
    assert not left_out(found)
    at_door = [names for names in handed_over(found) if names[0].startswith("a")]
    assert len(at_door) == 2
    assert sorted(sum(at_door, ())) == [f"a{n}" for n in range(6)]


def test_an_urgent_transfer_is_not_dropped_for_two_others(method):
    doors = [
        [transfer("a", 500, priority=3)],
        [transfer("b1", 250, place=1), transfer("b2", 250, place=1)],
    ]
    assert set(left_out(plan(doors, [van(1)], method))) == {"b1", "b2"}


# ---- whatever is ordered ----------------------------------------------------


def by_chance(seed):
    """A fleet, and doors with transfers of any load and need."""
    chance = random.Random(seed)
    skills = [LIFT, COOLING, GLASS]

    def some(most):
        return chance.sample(skills, chance.randint(0, most))

    fleet = [
        (chance.choice((200, 500, 500, 800)), some(3))
        for _number in range(chance.randint(1, 3))
    ]
    doors = [
        [
            transfer(f"{door}.{n}", chance.randint(1, 900), some(2), place=door)
            for n in range(chance.randint(1, 6))
        ]
        for door in range(chance.randint(1, 3))
    ]
    return fleet, doors


def carries(vehicle, stops):
    """Whether one vehicle can carry all of these; written anew, not the code's."""
    load = sum(stop.demand[0] for stop in stops)
    needs = {skill for stop in stops for skill in stop.skills}
    return load <= vehicle.capacity[0] and not needs - vehicle.skills


@pytest.mark.parametrize("part", range(10))
def test_whatever_is_ordered_a_bundle_is_what_one_vehicle_carries(part):
    for seed in range(part * 200, part * 200 + 200):
        fleet, doors = by_chance(seed)
        vehicles = [van(n, *kind) for n, kind in enumerate(fleet)]
        for door in doors:
            bundles = pack(door, vehicles)
            assert sorted(s.id for b in bundles for s in b) == [s.id for s in door]
            for bundle in bundles:
                possible = any(carries(vehicle, bundle) for vehicle in vehicles)
                assert possible or len(bundle) == 1
            if any(carries(vehicle, door) for vehicle in vehicles):
                assert bundles == [door], "one vehicle does, and comes once"


@pytest.mark.parametrize("part", range(6))
def test_with_vans_enough_only_what_none_can_carry_is_left_out(part, method):
    for seed in range(part * 5, part * 5 + 5):
        fleet, doors = by_chance(seed)
        # One van of each kind for every transfer: there is always a free one.
        count = sum(map(len, doors))
        vehicles = [
            van(f"{n}/{copy}", *kind)
            for n, kind in enumerate(fleet)
            for copy in range(count)
        ]
        found = plan(doors, vehicles, method)
        for door in doors:
            for stop in door:
                possible = any(carries(vehicle, [stop]) for vehicle in vehicles)
                assert possible == (stop.id not in left_out(found)), (seed, stop.id)
        assert all(route.is_feasible for route in found.solution.routes)
