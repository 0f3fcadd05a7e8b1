"""What ``setup/run`` does once the host is there: database, server, day."""

import fcntl
import json
from contextlib import contextmanager

import psycopg2
import requests

from ..host.postgres import stop_dated
from ..host.server import Server
from ..paths import oms_home
from ..progress import SetupError, step
from .client import DayError
from .demo import bring_demo
from .platforms import Platforms
from .play import ADMIN, PASSWORD, play
from .summary import print_summary


def run_day(odoo, options):
    """Serve the demo database, play the day and print its summary.

    :param Odoo odoo: what starts the server.
    :param options: ``no_serve``, ``json``, ``orders``, ``fresh``, ``date``.
    :raise SetupError: with what to do.
    """
    if options.json and not options.json.resolve().parent.is_dir():
        raise SetupError(
            f"The folder of {options.json} does not exist.", "Make it, or name another."
        )
    with _alone():
        try:
            demo = bring_demo(odoo, fresh=options.fresh, date=options.date)
            with step("Server"):
                server = Server(demo.odoo, demo.name).start()
                print(f"    {server.url}, log in {server.log}")
            _run_server(demo, server, options)
        finally:
            stop_dated()


@contextmanager
def _alone():
    """Let one ``setup/run`` at a time use the demo database."""
    with open(oms_home() / "demo.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                "Another setup/run serves the demo already.",
                "Use that one, or stop it (Ctrl-C there) and start again.",
            ) from error
        yield


def _run_server(demo, server, options):
    platforms = Platforms()
    try:
        figures = _play(demo, server, platforms, options.orders)
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


def _play(demo, server, platforms, orders):
    try:
        return play(
            demo.odoo,
            server.url,
            demo.name,
            orders=orders,
            server=server,
            platforms=platforms,
            clock=demo.clock,
        )
    except (DayError, requests.RequestException, psycopg2.Error, OSError) as error:
        raise SetupError(
            f"The demo day stopped: {error}",
            f"Look into {server.log}; starting again goes on with this step, and "
            "--fresh begins the day anew.",
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
