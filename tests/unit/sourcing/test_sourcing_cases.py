"""Single cases of warehouse assignment that a person would ask about."""

import pytest

from oms_addon.sourcing import Costs, Demand, Place, Warehouse, allocate
from oms_addon.sourcing.distance import UNKNOWN_KM, great_circle, locate, road_km

SHANGHAI = Place(31.23, 121.47, "CN")
CHENGDU = Place(30.57, 104.07, "CN")
HANGZHOU = Place(30.27, 120.16, "CN")
SITES = [Warehouse("SH", SHANGHAI), Warehouse("CD", CHENGDU)]


def plan_of(stock, quantity=2, place=HANGZHOU, costs=None, **values):
    demand = Demand("O1", "L1", "P", quantity, 0, place, **values)
    return allocate([demand], SITES, stock, costs or Costs())


def shipped(plan):
    return {a.warehouse: a.quantity for a in plan.allocations}


def reasons(plan):
    return {o.warehouses: o.reason for o in plan.options["O1"]}


def test_the_near_warehouse_ships_and_the_far_one_is_explained():
    plan = plan_of({("SH", "P"): 5, ("CD", "P"): 5})
    assert shipped(plan) == {"SH": 2}
    assert reasons(plan) == {("SH",): "chosen", ("CD",): "farther"}


def test_a_far_warehouse_that_has_all_beats_a_split():
    plan = plan_of({("SH", "P"): 1, ("CD", "P"): 5})
    assert shipped(plan) == {"CD": 2}
    assert reasons(plan)["SH",] == "not_enough_stock"


def test_what_no_single_warehouse_has_is_split():
    plan = plan_of({("SH", "P"): 1, ("CD", "P"): 1})
    assert shipped(plan) == {"SH": 1, "CD": 1}
    assert not plan.unfilled


def test_with_one_parcel_at_most_the_rest_is_missing():
    plan = plan_of({("SH", "P"): 1, ("CD", "P"): 1}, costs=Costs(max_parcels=1))
    assert shipped(plan) == {"SH": 1}
    assert plan.unfilled == {"L1": 1}


def test_a_warehouse_out_of_reach_is_not_used():
    plan = plan_of({("SH", "P"): 5, ("CD", "P"): 5}, reach=frozenset(["CD"]))
    assert shipped(plan) == {"CD": 2}
    assert reasons(plan)["SH",] == "out_of_reach"


def test_a_warehouse_beyond_the_distance_limit_is_not_used():
    plan = plan_of({("CD", "P"): 5}, costs=Costs(reach_km=500))
    assert not plan.allocations
    assert plan.unfilled == {"L1": 2}


def test_goods_that_other_orders_need_are_named_as_the_reason():
    demands = [
        Demand("O0", "L0", "P", 3, 0, SHANGHAI),
        Demand("O1", "L1", "P", 2, 1, SHANGHAI),
    ]
    plan = allocate(demands, SITES, {("SH", "P"): 3, ("CD", "P"): 2}, Costs())
    assert {a.order: a.warehouse for a in plan.allocations} == {"O0": "SH", "O1": "CD"}
    assert reasons(plan)["SH",] == "taken_by_others"


def test_a_line_in_dozens_is_split_in_dozens():
    plan = plan_of({("SH", "P"): 20, ("CD", "P"): 30}, quantity=36, lot=12)
    assert shipped(plan) == {"SH": 12, "CD": 24}


def test_a_quantity_that_is_no_whole_number_of_lots_stays_together():
    plan = plan_of({("SH", "P"): 20, ("CD", "P"): 20}, quantity=30, lot=12)
    assert not plan.allocations


def test_fractions_are_allocated_to_the_last_gram():
    stock = {("SH", "P"): 1.2, ("CD", "P"): 0.3}
    plan = plan_of(stock, quantity=1.5, lot=0.01)
    assert shipped(plan) == pytest.approx({"SH": 1.2, "CD": 0.3})
    assert not plan.unfilled


def test_a_warehouse_ships_no_more_than_its_capacity():
    sites = [Warehouse("SH", SHANGHAI, capacity=3), Warehouse("CD", CHENGDU)]
    demands = [Demand(n, n, "P", 1, n, HANGZHOU) for n in range(5)]
    plan = allocate(demands, sites, {("SH", "P"): 9, ("CD", "P"): 9}, Costs())
    from_shanghai = [a for a in plan.allocations if a.warehouse == "SH"]
    assert len(from_shanghai) == 3
    assert not plan.unfilled


def test_a_line_key_that_appears_twice_is_refused():
    demand = Demand("O", "L", "P", 1)
    with pytest.raises(ValueError, match="twice"):
        allocate([demand, demand], SITES, {}, Costs())


def test_nothing_to_source_gives_an_empty_plan():
    plan = allocate([], SITES, {}, Costs())
    assert plan.allocations == ()
    assert plan.cost.total == 0


def test_without_warehouses_everything_is_missing():
    plan = allocate([Demand("O", "L", "P", 2)], [], {}, Costs())
    assert plan.unfilled == {"L": 2}


@pytest.mark.parametrize(
    "state", ["浙江省", "浙江", "浙", "ZJ", "Zhejiang", "zhejiang province"]
)
def test_a_province_is_found_by_any_of_its_names(state):
    (latitude, longitude), how = locate(Place(country="CN", state=state))
    assert how == "state"
    assert (latitude, longitude) == (30.27, 120.16)


def test_an_address_without_province_is_found_by_its_post_code():
    assert locate(Place(country="CN", zip="610000"))[0] == (30.57, 104.07)


def test_long_names_of_autonomous_regions_are_known():
    for name in (
        "广西壮族自治区",
        "新疆维吾尔自治区",
        "内蒙古自治区",
        "宁夏回族自治区",
        "香港特别行政区",
    ):
        assert locate(Place(country="CN", state=name))[1] == "state", name


def test_zero_coordinates_mean_unknown():
    assert locate(Place(0.0, 0.0, "DE"))[1] == "country"
    assert locate(Place())[0] is None
    assert road_km(Place(), SHANGHAI) == UNKNOWN_KM


def test_shanghai_to_chengdu_is_as_far_as_on_a_map():
    km = great_circle((31.23, 121.47), (30.57, 104.07))
    assert 1640 < km < 1690
