"""Benchmark of the intake: from stored message to reserved picking.

In the same run and database, the plain host makes, confirms and reserves the same
kind of orders one per transaction, as a connector does. Orders have two storable
lines; stock is plenty and in one warehouse; customers exist. Booking the money comes
after that: it is shown, but is no part of the ratio, as the host's way has none.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from ..host import databases
from ..host.odoo import bring_odoo

MARK = "BENCH "


def main(argv=None):
    """Run the benchmark on a database of its own and print a table.

    :param list[str] argv: ``--orders 400 --host-orders 100 --profile``
    :return: orders per second and queries per order by way, and their ratio.
    :rtype: dict
    """
    parser = argparse.ArgumentParser(prog="setup/bench intake", description=__doc__)
    parser.add_argument("--orders", type=int, default=400)
    parser.add_argument("--host-orders", type=int, default=100)
    parser.add_argument("--profile", action="store_true", help="show where time goes")
    options = parser.parse_args(argv or [])
    odoo = bring_odoo()
    name = f"oms_bench_{os.getpid()}"
    databases.copy(databases.suite_template(odoo), name)
    try:
        figures = _run(odoo, name, options)
    finally:
        databases.drop(name)
    if figures:
        _print(figures)
    return figures


def _run(odoo, database, options):
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from omsdev.bench.intake import measure\n"
        f"measure(env, {options.orders}, {options.host_orders}, {options.profile})\n"
    )
    process = subprocess.run(
        odoo.command("shell", "-d", database, "--no-http", "--log-level=error"),
        input=script,
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    for line in process.stdout.splitlines():
        if line.startswith(MARK):
            return json.loads(line[len(MARK) :])
        print(line)
    if options.profile and not process.returncode:
        return None
    sys.exit(f"The benchmark failed:\n{process.stderr[-3000:]}")


def _print(figures):
    print(f"{'way':34}{'orders/s':>10}{'queries/order':>15}")
    for way in ("host", "suite", "read", "fulfil", "settle"):
        row = figures[way]
        label = {
            "host": "host, one order per transaction",
            "suite": "suite, message to reserved picking",
            "read": "  of it: message to checked order",
            "fulfil": "  of it: assign, confirm, reserve",
            "settle": "then: payment, invoice, matching",
        }[way]
        print(f"{label:34}{row['per_second']:>10.1f}{row['queries']:>15.1f}")
    print(f"ratio suite / host: {figures['ratio']:.2f}")


def measure(env, orders, host_orders, profile=False):
    """Measure both ways inside ``odoo shell`` and print the figures.

    :param env: environment of the shell.
    :param int orders: orders through the suite.
    :param int host_orders: orders through the plain host.
    """
    from .intake_host import World, _Clock, host_one_by_one

    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    world = World(env)
    for number, customer in enumerate(world.customers):
        customer.write(_address(env, number))
    for number, product in enumerate(world.products):
        product.default_code = f"BENCH-{number}"
    env.cr.commit()  # both ways sell in the same world
    host_one_by_one(env, 5, world)
    host = host_one_by_one(env, host_orders, world)["all"]
    channel = _channel(env)
    _store(env, channel, world, 5, "warm")
    _work(env)
    _store(env, channel, world, orders, "bench")
    if profile:
        _profile(env)
        return
    with _Clock(env) as clock:
        env["oms.inbox.message"]._cron_process()
    read = clock.measure(orders)
    with _Clock(env) as clock:
        env["sale.order"]._cron_oms_fulfil()
    fulfil = clock.measure(orders)
    _expect(env, channel, orders + 5)
    with _Clock(env) as clock:
        env["sale.order"]._cron_oms_settle()
    settle = clock.measure(orders)
    _expect_settled(env, channel)
    suite_seconds = read.seconds + fulfil.seconds
    figures = {
        "orders": orders,
        "host": {"per_second": host.per_second, "queries": host.queries_per_order},
        "suite": {
            "per_second": orders / suite_seconds,
            "queries": read.queries_per_order + fulfil.queries_per_order,
        },
        "read": {"per_second": read.per_second, "queries": read.queries_per_order},
        "fulfil": {
            "per_second": fulfil.per_second,
            "queries": fulfil.queries_per_order,
        },
        "settle": {
            "per_second": settle.per_second,
            "queries": settle.queries_per_order,
        },
        "ratio": orders / suite_seconds / host.per_second,
    }
    print(MARK + json.dumps(figures))


def _address(env, number):
    return {
        "email": f"bench{number}@example.com",
        "street": f"Benchstraße {number}",
        "city": "Berlin",
        "zip": "10115",
        "country_id": env.ref("base.de").id,
        "phone": f"+49 30 55500{number:02d}",
    }


def _channel(env):
    channel = env["oms.channel"].create(
        {
            "name": "Bench shop",
            "kind": "api",
            "country_id": env.ref("base.de").id,
            "decides_payment": True,
        }
    )
    channel.duplicate_hours = 0  # random orders of few customers repeat themselves
    env.cr.commit()  # the channel is there before the messages
    return channel


def _store(env, channel, world, number, prefix):
    """Store messages, as the webhook does."""
    from odoo.addons.oms_addon.adapters.base import InboundRequest

    requests = []
    for index in range(number):
        customer = world.random.choice(world.customers)
        products = world.random.sample(list(world.products), 2)
        lines = [
            {
                "external_id": f"{position}",
                "sku": product.default_code,
                "name": product.name,
                "quantity": world.random.randint(1, 3),
                "unit_price": "12.50",
                "tax_rate": "0",
            }
            for position, product in enumerate(products)
        ]
        total = sum(12.5 * line["quantity"] for line in lines)
        requests.append(
            InboundRequest(
                body=json.dumps(
                    {
                        "external_id": f"{prefix}-{index}",
                        "revision": "1",
                        "status": "paid",
                        "customer": {
                            "name": customer.name,
                            "email": customer.email,
                            "street": customer.street,
                            "city": customer.city,
                            "zip": customer.zip,
                            "phone": customer.phone,
                            "country_code": "DE",
                        },
                        "lines": lines,
                        "payments": [
                            {"external_id": f"p{prefix}{index}", "amount": str(total)}
                        ],
                        "total": str(total),
                    }
                ).encode()
            )
        )
    env["oms.inbox.message"]._receive(channel, requests)
    env.cr.commit()  # acknowledged messages are committed ones


def _work(env):
    env["oms.inbox.message"]._cron_process()
    env["sale.order"]._cron_oms_fulfil()
    env["sale.order"]._cron_oms_settle()


def _expect(env, channel, number):
    """Every message must have become a reserved order, or the figure is void."""
    stages = dict(
        env["sale.order"]._read_group(
            [("oms_channel_id", "=", channel.id)], ["oms_stage"], ["__count"]
        )
    )
    if stages != {"reserved": number}:
        holds = env["oms.hold"].search([("channel_id", "=", channel.id)], limit=3)
        raise RuntimeError(f"not all reserved: {stages} {holds.mapped('reason')}")


def _expect_settled(env, channel):
    """Every order must have been invoiced and paid, too."""
    orders = env["sale.order"].search([("oms_channel_id", "=", channel.id)])
    states = {order.invoice_ids.payment_state for order in orders}
    if states != {"paid"}:
        raise RuntimeError(f"not all invoiced and paid: {states}")


def _profile(env):
    import cProfile
    import pstats

    steps = {
        "message to checked order": env["oms.inbox.message"]._cron_process,
        "assign, confirm, reserve": env["sale.order"]._cron_oms_fulfil,
        "payment, invoice, matching": env["sale.order"]._cron_oms_settle,
    }
    for title, step in steps.items():
        print(f"=== {title}")
        env.invalidate_all()
        profiler = cProfile.Profile()
        profiler.runcall(step)
        stats = pstats.Stats(profiler, stream=sys.stdout)
        stats.sort_stats("cumulative").print_stats(90)
        stats.sort_stats("tottime").print_stats(30)
