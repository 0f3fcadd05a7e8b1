"""A step of the day that lacks its people is passed over; the day goes on."""

import pytest
from omsdev.day import aftersales, delivery, drivers
from omsdev.day.client import Absent, DayError
from omsdev.day.state import Day
from omsdev.day.summary import CLOCKS, _table


class Quiet(Day):
    """A day without server and database."""

    def __init__(self, **state):
        self.state = state
        self.seconds, self.earlier, self.missed = {}, {}, []

    def save(self):
        pass


def missing(_day):
    raise Absent("customer_de has no delivered order to send back")


def refused(_day):
    raise DayError("the server said no")


def test_the_day_goes_on_without_a_step_and_says_so(capsys):
    day = Quiet()
    day.once("returns", "Customers send something back", missing)
    day.once("late", "A late round leaves", lambda day: "2 trips")
    assert list(day.state["done"]) == ["late"], "the next play tries the other again"
    assert day.missed == [
        "Customers send something back: customer_de has no delivered order to send back"
    ]
    assert "not played: Customers send something back" in capsys.readouterr().out


def test_what_the_system_refuses_still_stops_the_day():
    day = Quiet()
    with pytest.raises(DayError, match="said no"):
        day.once("routes", "Route plan", refused)
    assert "routes" not in day.state.get("done", {})


def test_one_customer_without_a_parcel_does_not_stop_the_other(monkeypatch):
    def ask(day, name, role, kind, reason, book="returns"):
        if role == "customer_cn":
            raise Absent(f"{role} has no delivered order to send back")
        return 7

    monkeypatch.setattr(aftersales, "_ask", ask)
    day = Quiet()
    assert aftersales.ask_for_returns(day) == "asked in the portal: exchange 7"
    assert day.missed == ["customer_cn has no delivered order to send back"]


def test_with_nothing_to_send_back_the_later_steps_are_passed_over(monkeypatch):
    monkeypatch.setattr(aftersales, "_ask", lambda day, *words: missing(day))
    monkeypatch.setattr(aftersales, "_complain", lambda *words: 1)
    monkeypatch.setattr(Quiet, "person", lambda day, role: None)
    day = Quiet()
    for step in (
        aftersales.ask_for_returns,
        aftersales.bring_back,
        aftersales.settle_returns,
    ):
        day.once(step.__name__, step.__name__, step)
    assert aftersales.leave_for_tomorrow(day) == "a complaint"
    assert len(day.missed) == 2 + 3 + 2
    assert not day.state.get("done")


def test_no_delivery_at_all_is_no_reason_to_stop(monkeypatch):
    monkeypatch.setattr(delivery, "plan_routes", lambda *words, **options: None)
    day = Quiet(kept=[])
    day.once("routes", "Route plan", delivery.plan_day)
    assert day.missed == ["Route plan: no delivery is ready for a route plan"]


def test_nobody_opens_only_where_nobody_plays():
    names = ["Lena Hoffmann", "Jonas Weber", "陈雨桐", "王浩然", "Eva Kern"]
    stops = [{"id": number, "partner_name": name} for number, name in enumerate(names)]
    assert drivers._nobody_at_home(stops) == 3
    assert drivers._nobody_at_home(stops[:1]) is None
    assert drivers._nobody_at_home([]) is None


def test_the_summary_names_who_was_missing_and_who_knew_the_date():
    class Figures(dict):
        def __missing__(self, key):
            return Figures()

        def __format__(self, spec):
            return "0"

    figures = Figures(
        date="2028-02-29", clock="messages", missed=["one", "two"], log_errors=0
    )
    rows = list(_table(figures))
    assert rows[0] == ("day", "2028-02-29" + CLOCKS["messages"])
    assert ("not played", "one") in rows and ("not played", "two") in rows
