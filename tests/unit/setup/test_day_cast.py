"""The customers of the demo day can play their parts, whatever the date and seed.

All 800 dates and 5 seeds:
OMS_CAST=all setup/test unit -- tests/unit/setup/test_day_cast.py
"""

import gc
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from omsdev.day import cast
from omsdev.day.cast import CAST, check_cast
from omsdev.day.generator import make_script
from omsdev.messages import catalog

SEEDS = (1, 7, 20, 99, 2026)
# Over leap day, year's ends and clock changes.
DATES = [date(2026, 6, 1) + timedelta(days=number) for number in range(800)]
EVERY = 1 if os.environ.get("OMS_CAST") == "all" else 20
SIZES = (30, 60, 300, 2000)
DAY = date(2026, 11, 29)  # on which the play stopped


@pytest.fixture(scope="module")
def script():
    return make_script(20, DAY)


def problems_of(seed, day):
    return check_cast(make_script(seed, day))


def test_on_any_date_the_cast_can_play():
    days = {seed: DATES[number % EVERY :: EVERY] for number, seed in enumerate(SEEDS)}
    stories = [(seed, day) for seed in SEEDS for day in days[seed]]
    assert len(stories) == 800 * 5 / EVERY
    seldom = (100_000,)  # looking for garbage takes half of the time otherwise
    with ProcessPoolExecutor(os.cpu_count(), None, gc.set_threshold, seldom) as workers:
        found = workers.map(problems_of, *zip(*stories, strict=True), chunksize=20)
        wrong = {
            story: said for story, said in zip(stories, found, strict=True) if said
        }
    assert not wrong


@pytest.mark.parametrize("orders", SIZES)
def test_a_day_of_any_size_has_the_cast(orders):
    for day in (DAY, date(2028, 2, 29)):
        assert not check_cast(make_script(20, day, orders))


def test_the_cast_are_the_portal_users_of_the_demo_data():
    users = cast._records(cast.DEMO / "res_users_demo.xml", "res.users")
    partners = cast._records(cast.DEMO / "res_partner_demo.xml", "res.partner")
    by_login = {fields["login"].text: fields for fields in users.values()}
    for part in CAST:
        partner = partners[by_login[part.login]["partner_id"].get("ref")]
        assert partner["email"].text == part.email
        assert partner["street"].text.endswith(part.buyer.street)
        assert catalog.LOGINS[part.login] == "customer"


def test_nobody_draws_the_cast_or_their_goods_by_chance(script):
    drawn = [order for _kind, order in script.placed]
    for _role, _kind, order in script.cast:
        drawn.remove(order)
    assert drawn
    for order in drawn:
        assert order.buyer.email not in cast.EMAILS
        assert not {line.sku for line in order.lines} & cast.GOODS


# ---- what would keep somebody from a part is noticed -------------------------


def recast(script, change):
    """The script with a changed first order of the first customer."""
    role, kind, order = script.cast[0]
    changed = change(order)
    others = [pair for pair in script.placed if pair != (kind, order)]
    return replace(
        script,
        cast=((role, kind, changed), *script.cast[1:]),
        placed=(*others, (kind, changed)),
    )


def line_of(sku, quantity):
    def change(order):
        return replace(
            order, lines=(replace(order.lines[0], sku=sku, quantity=quantity),)
        )

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (line_of("CF-F602", 1), "needs a special van"),  # the round table
        (line_of("CF-T105", 1), "needs a special van, or a lot"),
        (line_of("CF-T101", 1), "are wanted of 0"),  # the other warehouse has it
        (line_of("CF-T103", 127), "are wanted of 127"),
        (line_of("CF-F601", 40), "is much for a van"),
        (lambda order: replace(order, paid=False), "more than plain and paid"),
        (lambda order: replace(order, cancelled=True), "more than plain and paid"),
        (
            lambda order: replace(order, buyer=catalog.BUYERS_CN[5]),
            "is another buyer's",
        ),
    ],
)
def test_an_order_that_is_not_the_part_s_is_noticed(script, change, said):
    assert any(said in problem for problem in check_cast(recast(script, change)))


def test_a_customer_without_a_second_order_is_noticed(script):
    assert any(
        "1 orders" in p for p in check_cast(replace(script, cast=script.cast[1:]))
    )


def test_an_order_that_is_cancelled_later_is_noticed(script):
    _role, kind, order = script.cast[0]
    later = replace(script, changed=((kind, order),))
    assert any("changed later" in problem for problem in check_cast(later))


def test_another_order_of_the_same_buyer_is_noticed(script):
    _role, kind, order = script.cast[0]
    more = replace(script, placed=(*script.placed, (kind, replace(order, number=1))))
    assert any("orders by chance" in problem for problem in check_cast(more))


def test_demand_of_others_is_noticed(script):
    kind, order = script.placed[0]
    sku = script.cast[0][2].lines[0].sku
    much = replace(order, lines=(replace(order.lines[0], sku=sku, quantity=500),))
    problems = check_cast(replace(script, placed=(*script.placed, (kind, much))))
    assert any(f"{sku} are wanted of" in problem for problem in problems)


def test_a_customer_far_from_the_warehouse_is_noticed(script, monkeypatch):
    far = replace(CAST[0], warehouse="SZ")
    monkeypatch.setattr(cast, "CAST", (far, *CAST[1:]))
    assert any("km from SZ" in problem for problem in check_cast(script))


def test_the_demo_files_are_read_as_they_are():
    assert ElementTree.parse(cast.FLEET)  # the file that the next lines speak of
    assert set(cast._vans()) == set(cast._stock()) == set(catalog.WAREHOUSES)
    assert all(cast._vans().values())
    assert {"CF-F602", "CF-T105"} <= cast._fussy()
