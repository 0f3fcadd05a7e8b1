"""The demo day, small: from channel messages to delivered, returned and rated."""

import os

import pytest
from conftest import Server
from omsdev.day.play import play
from omsdev.host import databases

ORDERS = 60


@pytest.fixture(scope="module")
def days(odoo, tmp_path_factory):
    """Figures of the same day played twice, with a new server the second time."""
    name = f"oms_e2e_{os.getpid()}_day"
    databases.copy(databases.suite_template(odoo, demo=True), name)
    figures = []
    try:
        for number in range(2):
            log = tmp_path_factory.mktemp("log") / f"{number}.log"
            server = Server(odoo, name, 8550, log).start()
            try:
                figures.append(
                    play(odoo, server.url, name, orders=ORDERS, server=server)
                )
            finally:
                server.stop()
        yield figures
    finally:
        databases.drop(name)


def plain(figures):
    """Figures without times and without what counts the sending itself."""
    leave = {"seconds", "earlier_seconds", "log_errors", "logins"}
    kept = {name: value for name, value in figures.items() if name not in leave}
    kept["messages"] = {**kept["messages"], "duplicates": None}
    return kept


def test_every_step_of_the_day_left_its_mark(days):
    first = days[0]
    assert not first["missed"], "the cast does not depend on luck"
    assert first["orders"]["confirmed"] > ORDERS / 2
    assert first["reserved"] > 0
    assert first["routes"]["delivered_stops"] > 0
    assert first["routes"]["km"] <= first["routes"]["km_by_zip"]
    assert first["orders"]["delivered"] > 0
    assert first["returns"]["refunded"] >= 1 and first["returns"]["exchanged"] >= 1
    assert first["returns"]["cases_solved"] >= 1
    assert first["satisfaction"]["answers"] >= 1
    assert first["told"]["parcels"] > 0
    assert first["told"]["waiting"] == first["told"]["failed"] == 0


def test_a_day_played_twice_doubles_nothing(days):
    assert plain(days[0]) == plain(days[1])
    assert days[1]["messages"]["duplicates"] > days[0]["messages"]["duplicates"]


def test_the_server_logged_no_error(days):
    assert not days[0]["log_errors"]
    assert not days[1]["log_errors"]
