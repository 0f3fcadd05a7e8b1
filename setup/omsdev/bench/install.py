"""Benchmark of installing the suite into a database that is in use.

Installing may cost no work by the row, send no mail and change no document.
"""

import argparse
import os
import re
import subprocess
import sys
import time

from ..host import databases
from ..host.odoo import bring_odoo
from ..host.postgres import psql
from ..paths import suite_addons
from .large import TABLES, make_large

# Records of our own tell in their chatter that they were made; documents must not.
COUNTED = {
    "mails": "mail_mail",
    "messages": "mail_message WHERE model IN ('sale.order', 'stock.picking', "
    "'account.move', 'crm.lead', 'res.partner')",
    "activities": "mail_activity",
    "entries": "account_move",
}
UNCHANGED = (*TABLES, "stock_quant", "res_partner")


def main(argv=None):
    """Make the database, install and print what it took.

    :param list[str] argv: ``[ORDERS]``, by default 100,000.
    :return: seconds, queries, and what changed that must not.
    :rtype: dict
    """
    parser = argparse.ArgumentParser(prog="setup/bench install", description=__doc__)
    parser.add_argument("orders", nargs="?", type=int, default=100_000)
    options = parser.parse_args(argv or [])
    odoo = bring_odoo()
    name = f"oms_bench_{os.getpid()}"
    databases.copy(databases.host_template(odoo), name)
    try:
        return measure(odoo, name, options.orders)
    finally:
        databases.drop(name)


def measure(odoo, database, orders):
    """Fill a database of the host, install the suite and compare.

    :rtype: dict
    """
    start = time.monotonic()
    orders = make_large(odoo, database, orders)
    filled = time.monotonic() - start
    columns = {table: _columns(database, table) for table in UNCHANGED}
    before = _state(database, columns)
    seconds, log = _install(odoo, database)
    after = _state(database, columns)
    modules = re.findall(r"Module (oms_\w+) loaded in ([\d.]+)s, (\d+) queries", log)
    figures = {
        "orders": orders,
        "seconds_to_fill": round(filled, 1),
        "seconds": round(seconds, 1),
        "modules": {name: float(taken) for name, taken, _queries in modules},
        "queries": sum(int(queries) for *_rest, queries in modules),
        "row_by_row": re.findall(r"Prepare computation of (\S+)", log),
        "changed": [table for table in before if before[table] != after[table]],
    }
    _print(figures)
    return figures


def _print(figures):
    print(f"{figures['orders']} orders of the host")
    for name, seconds in figures["modules"].items():
        print(f"  {name:24}{seconds:>8.1f} s")
    print(f"  {'all':24}{figures['seconds']:>8.1f} s, {figures['queries']} queries")
    for name in ("row_by_row", "changed"):
        print(f"  {name.replace('_', ' ')}: {', '.join(figures[name]) or 'nothing'}")


def _install(odoo, database):
    """Install the suite.

    :return: seconds, and what Odoo logged.
    :rtype: tuple[float, str]
    """
    start = time.monotonic()
    process = subprocess.run(
        odoo.command(
            *("-d", database, "-i", ",".join(suite_addons()), "--stop-after-init"),
            *("--skip-auto-install", "--no-http", "--log-level=info"),
        ),
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        sys.exit(f"Installing failed:\n{process.stderr[-3000:]}")
    return time.monotonic() - start, process.stderr


def _state(database, columns):
    """Number of mails and entries, and a digest of every document.

    :param dict columns: table -> the columns that it had before.
    :rtype: dict[str, str]
    """
    state = {
        name: psql(f"SELECT count(*) FROM {rows}", database)
        for name, rows in COUNTED.items()
    }
    for table, names in columns.items():
        # Users get roles, which the host notes on their contact.
        listed = ", ".join(
            f't."{name}"'
            for name in names
            if table != "res_partner" or not name.startswith("write_")
        )
        state[table] = psql(
            f"SELECT count(*), sum(hashtextextended(ROW({listed})::text, 0)) "
            f"FROM {table} t",
            database,
        )
    return state


def _columns(database, table):
    return psql(
        "SELECT column_name FROM information_schema.columns "
        f"WHERE table_name = '{table}' ORDER BY ordinal_position",
        database,
    ).split()
