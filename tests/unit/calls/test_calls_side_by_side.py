"""Channels take turns, side by side; a conversation stops at the first failure."""

import json
import threading
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    LOCKED,
    AdapterError,
    ChannelSettings,
    Shipment,
    SignatureError,
    StockLevel,
)
from oms_addon.calls import client, desk
from oms_addon.calls.addresses import Policy
from oms_addon.calls.client import Answer
from oms_addon.calls.conversation import LONGEST_WAIT, Line, PlatformAway, wanted_wait

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRETS = {
    "access_token": "key-1",
    "consumer_key": "key-2",
    "consumer_secret": "key-3",
    "app_key": "key-4",
    "app_secret": "key-5",
    "session": "key-6",
}


def line(kind="woocommerce", secrets=SECRETS):
    settings = ChannelSettings(address="https://shop.example", options={})
    return Line(get_adapter(kind), settings, secrets, Policy(), NOW)


@pytest.fixture
def answers(monkeypatch):
    """Answers to give, one after the other; the calls that were made."""
    made, given = [], []

    def call(request, policy, limits):
        made.append((request, limits))
        return given.pop(0) if given else Answer(200, {}, b"{}")

    monkeypatch.setattr(client, "call", call)
    return made, given


# ---- the desk ------------------------------------------------------------


def test_a_piece_of_work_that_hangs_delays_no_other():
    release = threading.Event()
    with desk.Desk(3) as own:
        own.put("slow", release.wait, 30)
        for number in range(2):
            own.put(number, lambda: "told")
        assert not own.has_room()
        done = {own.next_done()[:2] for _time in range(2)}
        assert done == {(0, "told"), (1, "told")}
        release.set()
        assert own.next_done() == ("slow", True, None)
        assert own.next_done() is None


def test_what_goes_wrong_in_a_piece_comes_back_with_it():
    error = ValueError("odd")
    with desk.Desk(1) as own:
        own.put("bad", desk.raise_it, error)
        assert own.next_done() == ("bad", None, error)


def test_channels_take_turns_and_have_one_message_at_a_time():
    rounds = desk.Rounds({"a": ["a1", "a2"], "b": ["b1"]})
    assert [rounds.next(), rounds.next(), rounds.next()] == ["a1", "b1", None]
    rounds.free("b1")
    assert rounds.next() is None
    rounds.free("a1")
    assert rounds.next() == "a2"


def test_a_channel_that_had_its_share_of_time_waits_for_the_next_run(monkeypatch):
    clock = count(step=10)
    monkeypatch.setattr(desk.time, "monotonic", lambda: next(clock))
    rounds = desk.Rounds({"a": ["a1", "a2"], "b": ["b1", "b2"]}, seconds=5)
    assert [rounds.next(), rounds.next()] == ["a1", "b1"]
    rounds.free("a1")
    rounds.free("b1")
    assert rounds.next() is None


# ---- the conversation ----------------------------------------------------


def test_the_second_call_is_not_made_when_the_first_is_refused(answers):
    made, given = answers
    given += [Answer(404, {}, b'{"message": "no such order"}')]
    with pytest.raises(AdapterError) as caught:
        line().tell("shipment", Shipment("7", "T-1"))
    assert caught.value.details["value"] == "HTTP 404 no such order"
    assert len(made) == 1


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "taobao"])
def test_a_locked_secret_makes_no_call(answers, kind):
    made, _given = answers
    locked = dict.fromkeys(SECRETS, LOCKED)
    for work in (
        lambda one: one.ask(""),
        lambda one: one.tell("shipment", Shipment("7", "T-1")),
        lambda one: one.tell("stock", [StockLevel("1", "S", Decimal(1), "9")]),
    ):
        with pytest.raises(SignatureError) as caught:
            work(line(kind, locked))
        assert caught.value.locked
    assert not made


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_platform_is_left_alone_as_long_as_it_asks(answers, status):
    answers[1].append(Answer(status, {"retry-after": "120"}, b""))
    with pytest.raises(PlatformAway) as caught:
        line().ask("")
    assert caught.value.wait == 120


@pytest.mark.parametrize(
    "told, seconds",
    [
        ("", 0),
        ("120", 120),
        ("-5", 0),
        ("soon", 0),
        ("99999999999999", LONGEST_WAIT),
        ("\u0661\u0662", 0),
        ("Mon, 23 Nov 2026 08:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 08:05:00 GMT", LONGEST_WAIT),
        ("1e9", 0),
    ],
)
def test_how_long_a_platform_may_make_us_wait(told, seconds):
    assert wanted_wait({"retry-after": told}, NOW) == seconds


def test_a_secret_that_a_platform_says_again_is_hidden(answers):
    body = json.dumps({"message": "unknown key-2 and key-3"}).encode()
    answers[1].append(Answer(401, {}, body))
    with pytest.raises(AdapterError) as caught:
        line().ask("")
    assert caught.value.details["value"] == "HTTP 401 unknown *** and ***"


def test_the_time_for_one_call_is_short_and_shrinks_with_that_for_all(answers):
    line().tell("shipment", Shipment("7", "T-1"))
    seconds = [limits.seconds for _request, limits in answers[0]]
    assert max(seconds) <= 10


def test_nothing_that_is_printed_of_a_call_holds_a_secret(answers):
    spoken = line()
    spoken.tell("shipment", Shipment("7", "T-1"))
    printed = repr(spoken) + repr(answers[0])
    assert not [value for value in SECRETS.values() if value in printed]
