"""The demo day's messages: the same every time, and what they claim to be."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from omsdev.day.cast import CAST
from omsdev.day.client import DayError
from omsdev.day.generator import make_script
from omsdev.messages import catalog

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)

play = import_module("omsdev.day.play")  # its function has the same name
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def script():
    return make_script(7, DAY, 120)


def message_of(item, now=NOW):
    return item.build(catalog.CHANNELS[item.kind].secrets, now)


def request_of(item):
    message = message_of(item)
    return InboundRequest(
        body=message.body,
        headers={name.lower(): value for name, value in message.headers.items()},
        query=message.query,
        content_type=message.content_type,
        filename=message.filename,
    )


def documents_of(item):
    adapter = get_adapter(item.kind)
    channel = catalog.CHANNELS[item.kind]
    settings = ChannelSettings(
        currency=channel.currency, country_code="CN", timezone="Asia/Shanghai"
    )
    parts = adapter.split(request_of(item), settings)
    # A mail's table would be read as a file; a part says who reads it.
    return [get_adapter(part.kind or item.kind).parse(part, settings) for part in parts]


class NoDay:
    """A database on which no day was played."""

    def __init__(self):
        self.state = {}

    def save(self):
        pass


def test_a_day_keeps_its_size_and_says_so(monkeypatch):
    monkeypatch.setattr(play, "_set_up_mail", lambda day: None)
    day = NoDay()
    play._begin(day, 7, None)
    assert day.state["orders"] == play.ORDERS
    play._begin(day, 7, None)
    play._begin(day, 7, play.ORDERS)
    with pytest.raises(DayError, match="300 orders already, not of 1000"):
        play._begin(day, 7, 1000)


def test_the_same_seed_and_day_make_the_same_bytes(script):
    again = make_script(7, DAY, 120)
    first = [message_of(item).body for item in script.morning + script.later]
    later = NOW + timedelta(hours=30)
    second = [message_of(item, later).body for item in again.morning + again.later]
    assert first == second


def test_another_seed_makes_another_day(script):
    other = make_script(8, DAY, 120)
    bodies = {message_of(item).body for item in script.morning}
    assert not bodies & {message_of(i).body for i in other.morning if i.what == "order"}


def test_every_order_is_read_as_an_order_of_its_own(script):
    seen, enquiries = set(), 0
    for item in script.morning:
        if item.what in ("broken", "forged", "repeated"):
            continue
        for document in documents_of(item):
            key = (item.kind, document.external_id)
            assert key not in seen
            seen.add(key)
            enquiries += document.kind == "enquiry"
            assert document.kind == ("enquiry" if item.what == "enquiry" else "order")
    assert enquiries == 3
    assert len(seen) - enquiries == script.orders
    assert script.orders >= 120


def test_repeated_messages_are_byte_for_byte_the_same(script):
    bodies = [message_of(item).body for item in script.morning]
    repeated = [item for item in script.morning if item.what == "repeated"]
    assert len(bodies) - len(set(bodies)) == len(repeated) >= 2


def test_platform_messages_carry_their_platform_s_signature(script):
    for item in script.morning + script.later:
        if item.kind in ("shopify", "woocommerce", "taobao", "ubl"):
            secrets = catalog.CHANNELS[item.kind].secrets
            if item.what == "forged":
                with pytest.raises(SignatureError):
                    get_adapter(item.kind).verify(request_of(item), secrets, NOW)
            else:
                get_adapter(item.kind).verify(request_of(item), secrets, NOW)


def test_broken_messages_are_refused_with_a_reason(script):
    broken = [item for item in script.morning if item.what == "broken"]
    assert {item.kind for item in broken} == {"shopify", "ubl", "csv", "taobao"}
    for item in broken:
        with pytest.raises(AdapterError):
            documents_of(item)


def test_later_messages_speak_of_orders_of_the_morning(script):
    ordered = {
        (item.kind, document.external_id)
        for item in script.morning
        if item.what not in ("broken", "forged")
        for document in documents_of(item)
    }
    kinds = set()
    for item in script.later:
        for document in documents_of(item):
            assert (item.kind, document.external_id) in ordered
            kinds.add((item.what, document.kind))
    assert ("cancellation", "cancel") in kinds or ("cancellation", "order") in kinds
    assert {what for what, _kind in kinds} == {"change", "cancellation", "refund"}


def test_customers_of_the_play_have_two_paid_orders_each(script):
    mails = [
        document.customer.email
        for item in script.morning
        if item.what in ("order", "file")
        for document in documents_of(item)
        if document.status == "paid"
    ]
    assert all(mails.count(part.email) == 2 for part in CAST)


def test_a_change_of_address_is_newer_than_the_order_it_changes(script):
    """Also of an order that came in the last hour before midnight."""
    kinds = {"woocommerce"}
    for seed in range(8):
        day = make_script(seed, DAY, 60)
        first = {
            document.external_id: document.revision
            for item in day.morning
            if item.kind in kinds and item.what == "order"
            for document in documents_of(item)
        }
        for item in day.later:
            if item.kind in kinds and item.what == "change":
                for document in documents_of(item):
                    assert document.revision > first[document.external_id]


def test_orders_come_in_before_the_day_begins(script):
    begin = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in Hangzhou
    for item in script.morning:
        if item.what == "order":
            assert all(d.ordered_at <= begin for d in documents_of(item))
