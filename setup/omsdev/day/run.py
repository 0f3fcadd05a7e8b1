"""What ``setup/run`` does once the host is there: database, server, day."""

import fcntl
import json
import shutil
from contextlib import contextmanager

import psycopg2
import requests

from .. import databases
from ..paths import oms_home
from ..progress import SetupError, step
from ..server import Server
from .client import DayError
from .platforms import Platforms
from .play import ADMIN, PASSWORD, play
from .summary import print_summary

DATABASE = "oms_demo"


def run_day(odoo, options):
    """Serve the demo database, play the day and print its summary.

    :param Odoo odoo: what starts the server.
    :param options: ``no_serve``, ``json``, ``orders``.
    :raise SetupError: with what to do.
    """
    if options.json and not options.json.resolve().parent.is_dir():
        raise SetupError(
            f"The folder of {options.json} does not exist.", "Make it, or name another."
        )
    with _alone():
        bring_demo_database(odoo)
        with step("Server"):
            server = Server(odoo, DATABASE).start()
            print(f"    {server.url}, log in {server.log}")
        _run_server(odoo, server, options)


@contextmanager
def _alone():
    """Let one ``setup/run`` at a time use the demo database."""
    with open(oms_home() / f"{DATABASE}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                "Another setup/run serves the demo already.",
                "Use that one, or stop it (Ctrl-C there) and start again.",
            ) from error
        yield


def _run_server(odoo, server, options):
    platforms = Platforms()
    try:
        figures = _play(odoo, server, platforms, options.orders)
        print_summary(figures)
        if options.json:
            options.json.write_text(
                json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
            )
            print(f"\nThe figures are in {options.json}")
        if not options.no_serve:
            _serve(server, figures)
    finally:
        server.stop()
        platforms.stop()


def bring_demo_database(odoo):
    """Make sure that the demo database exists and fits the present code.

    It is kept, with what was played and tried in it, until the code of the
    addons changes; then a new one is made.
    """
    template = databases.suite_template(odoo, demo=True)
    stamp = oms_home() / f"{DATABASE}.template"
    known = stamp.read_text() if stamp.exists() else ""
    if databases.whole(DATABASE) and known == template:
        return
    with step("Demo database"):
        if known and known != template:
            print("    The addons have changed: the demo database is made anew.")
        stamp.unlink(missing_ok=True)
        shutil.rmtree(oms_home() / "mails" / DATABASE, ignore_errors=True)
        databases.copy(template, DATABASE)
        stamp.write_text(template)


def _play(odoo, server, platforms, orders):
    try:
        return play(
            odoo,
            server.url,
            DATABASE,
            orders=orders,
            server=server,
            platforms=platforms,
        )
    except (DayError, requests.RequestException, psycopg2.Error, OSError) as error:
        raise SetupError(
            f"The demo day stopped: {error}",
            f"Look into {server.log}; starting again goes on with this step. To "
            f"begin anew, remove {oms_home() / (DATABASE + '.template')}.",
        ) from error


def _serve(server, figures):
    print()
    print(f"    Address    {server.url}")
    print(f"    User       {ADMIN}")
    print(f"    Password   {PASSWORD}")
    for login, role in figures["logins"].items():
        print(f"    {login:<10} {role} (the password is the login)")
    print(f"    Mails      {server.mailbox.folder}")
    print("\nCtrl-C stops the server.", flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        print("\nStopped.")
        return
    raise SetupError("The server has stopped.", f"Look into {server.log}.")
