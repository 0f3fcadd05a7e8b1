"""Plays the demo day on a running server, as the people in it would."""

import time
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

from ..host.clock import REAL
from ..messages import catalog
from ..progress import Meter
from . import aftersales, delivery, desk, drivers
from .cast import CAST, check_cast
from .client import DayError
from .generator import make_script
from .platforms import KINDS, Platforms
from .send import Sender
from .state import Day
from .summary import collect

ADMIN, PASSWORD = "admin", "admin"
SEED = 20
ORDERS = 300
MAIL_DOMAIN = "chenfan-home.example"

# Role in the play: role in the catalogue.
ROLES = {
    "clerk": "sales",
    "manager": "manager",
    "accountant": "accountant",
    "warehouse": "warehouse",
    "dispatcher": "dispatcher",
    "service": "service",
    "driver": "driver",
}
CUSTOMERS = {part.role: part.login for part in CAST}


def play(
    odoo,
    base_url,
    database,
    *,
    orders=None,
    seed=SEED,
    server=None,
    platforms=None,
    clock=REAL,
):
    """Play the demo day and return its figures.

    The first play writes seed, date and number of orders into the database; a
    later one sends the very same messages, which the suite counts as duplicates,
    and passes over the steps that were done.

    :param Odoo odoo: not used for anything but the environment; may be None when
        the PG* variables lead to the database.
    :param str base_url: of the running server, e.g. ``http://127.0.0.1:8069``; it
        must do background work (crons).
    :param str database: made with demo data.
    :param int orders: about how many orders the channels send, 30 or more; without,
        as many as before, or `ORDERS`.
    :param int seed: of the messages.
    :param server: `Server` to look after, or None.
    :param Platforms platforms: take what the channels are told; without them some
        are made for the time of the play.
    :param Clock clock: says which day it is, and when a message is signed.
    :return: figures as in `summary.collect`; besides ``seconds`` of each step of
        this play, ``earlier_seconds`` of those done before, ``missed`` (what could
        not be played), ``log_errors`` (lines in the server's log), ``seed``,
        ``date``, ``clock`` (who knew the date) and ``logins``.
    :rtype: dict
    :raise DayError: when a step is refused, with what the system said.
    """
    start = time.monotonic()
    day = Day(base_url, database, _logins(), server)
    own = None if platforms else Platforms()
    try:
        _connect_platforms(day, platforms or own)
        _begin(day, seed, orders, clock)
        _play(day, clock)
        figures = collect(database)
    finally:
        day.db.close()
        if own:
            own.stop()
    figures["seconds"] = {**day.seconds, "all": round(time.monotonic() - start, 1)}
    figures["earlier_seconds"] = day.earlier
    figures["log_errors"] = len(server.errors()) if server else 0
    figures["seed"], figures["date"] = day.state["seed"], day.state["date"]
    figures["clock"], figures["missed"] = clock.kind, day.missed
    figures["logins"] = {
        login: role for login, role in catalog.LOGINS.items() if login != ADMIN
    }
    return figures


def _logins():
    first = {}
    for login, role in catalog.LOGINS.items():
        first.setdefault(role, (login, login))
    logins = {role: first[name] for role, name in ROLES.items()}
    logins.update({role: (login, login) for role, login in CUSTOMERS.items()})
    logins["admin"] = (ADMIN, PASSWORD)
    return logins


def _begin(day, seed, orders, clock=REAL):
    """Fix what makes the day; a day that was begun keeps it."""
    today = clock.day().isoformat()
    if "seed" not in day.state:
        day.state = {"seed": seed, "date": today, "orders": orders or ORDERS}
        _set_up_mail(day)
        day.save()
        return
    if day.state["date"] != today:
        print(
            f"    This database has the day of {day.state['date']}, which goes on; "
            "--fresh begins a new one.",
            flush=True,
        )
    if orders and orders != day.state["orders"]:
        raise DayError(
            f"this database has a day of {day.state['orders']} orders already, not of "
            f"{orders}"
        )


def _set_up_mail(day):
    """The administrator gives the company's mails a domain, once."""
    admin = day.person("admin")
    domains = admin.ids("mail.alias.domain", [], limit=1)
    domain = (
        domains[0]
        if domains
        else admin.call("mail.alias.domain", "create", {"name": MAIL_DOMAIN})
    )
    alias = day.db.value(
        "SELECT alias_id FROM oms_channel WHERE id = %s", day.channels.ids["email"]
    )
    name = {"alias_name": "orders", "alias_domain_id": domain}
    admin.call("mail.alias", "write", [alias], name)


def _connect_platforms(day, platforms):
    """Tell the channels where the platforms of this play listen.

    Calls go over http to this machine there, which the administrator allows, and
    enters the secrets again, as they are for the address they were entered for.
    """
    admin = day.person("admin")
    for kind in KINDS:
        channel = day.channels.ids[kind]
        address = platforms.address(kind)
        host = {"base_url": address, "allowed_host": urlsplit(address).hostname}
        admin.call("oms.channel", "write", [channel], host)
        secrets = admin.call(
            "oms.channel.secret",
            "search_read",
            [("channel_id", "=", channel)],
            ["value"],
        )
        for secret in secrets:
            value = {"value": secret["value"]}
            admin.call("oms.channel.secret", "write", [secret["id"]], value)


def _play(day, clock):
    script = make_script(
        day.state["seed"], date.fromisoformat(day.state["date"]), day.state["orders"]
    )
    for problem in check_cast(script):
        day.miss(problem)
    once = day.once
    with day.step("messages", f"Channels send {len(script.morning)} messages"):
        print(f"    {_send(day, script.morning, clock)}", flush=True)
    with day.step("intake", "Intake: read, check, assign, confirm, reserve, book"):
        day.wait_quiet()
    with day.step("changes", f"Channels send {len(script.later)} changes"):
        print(f"    {_send(day, script.later, clock)}", flush=True)
        day.wait_quiet()
    once("desk", "Order desk: corrections, payments, releases", desk.work_the_desk)
    once("places", "Places of the customers", delivery.find_places)
    once("carriers", "Carriers, waybills, parcels", delivery.choose_carriers)
    once("routes", "Route plan", delivery.plan_day)
    once("drive", "Drivers", drivers.drive_morning)
    once("returns", "Customers send something back", aftersales.ask_for_returns)
    once("complaint", "A complaint", aftersales.complain)
    once("receive", "Returns come in", aftersales.bring_back)
    once("settle", "Refund and replacement", aftersales.settle_returns)
    once("late", "A late round leaves", drivers.begin_late_round)
    once("open", "Customers write in the evening", aftersales.leave_for_tomorrow)
    once("survey", "How satisfied are the customers?", aftersales.ask_satisfaction)
    with day.step("outbox", "Channels are told of parcels"):
        day.wait_quiet()
        day.wait_outbox()


def _send(day, items, clock):
    """Send messages one after the other.

    :return: how many of which kind.
    :rtype: str
    """
    address = day.db.value(
        "SELECT a.alias_full_name FROM mail_alias a JOIN oms_channel c "
        "ON c.alias_id = a.id WHERE c.id = %s",
        day.channels.ids["email"],
    )
    sender = Sender(
        day.url, day.name, day.channels, address, day.logins["admin"], clock
    )
    meter = Meter("sending", len(items))
    for number, item in enumerate(items):
        meter.update(number, item.kind)
        sender.send(item)
    counts = Counter(item.what for item in items)
    return ", ".join(f"{count} {what}" for what, count in counts.most_common())
