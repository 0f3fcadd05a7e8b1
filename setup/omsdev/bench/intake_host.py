"""Create, confirm and reserve orders: the plain host's way and the suite's.

The functions run inside ``setup/odoo shell``, on a database with ``oms_addon``:
they create their own products, customers and stock, and commit.
"""

import random
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """What a number of orders cost.

    :param int orders: how many.
    :param float seconds: wall clock, commits included.
    :param int queries: SQL statements.
    """

    orders: int
    seconds: float
    queries: int

    @property
    def per_second(self):
        """Orders per second."""
        return self.orders / self.seconds

    @property
    def queries_per_order(self):
        """SQL statements per order."""
        return self.queries / self.orders


def host_one_by_one(env, n, world=None):
    """Create, confirm and reserve one order per transaction, as connectors do.

    :param env: environment of the shell.
    :param int n: how many orders of two storable lines.
    :param World world: products and customers; made when missing.
    :return: dict of Measure with the key ``all``.
    """
    world = world or World(env)
    # Only Odoo's process can import it: the host's way knows no locks of ours.
    from odoo.addons.oms_addon.models.fulfil.confirm_batch import HostPath

    orders = env["sale.order"].with_context(oms_host_path=HostPath())
    values = world.order_values(n)
    with _Clock(env) as clock:
        for vals in values:
            orders.create(vals).action_confirm()
            env.cr.commit()  # one transaction per order is what is measured
    return {"all": clock.measure(n)}


def suite_confirm(env, n, world=None, batch=100):
    """Create, confirm and reserve orders in the suite's batches.

    :param env: environment of the shell.
    :param int n: how many orders of two storable lines.
    :param World world: products and customers; made when missing.
    :param int batch: orders per transaction.
    :return: dict of Measure with the keys ``create``, ``confirm`` and ``all``.
    :raise RuntimeError: an order was not confirmed.
    """
    world = world or World(env)
    values = world.order_values(n)
    created, confirmed = [], []
    for start in range(0, n, batch):
        chunk = values[start : start + batch]
        with _Clock(env) as clock:
            orders = env["sale.order"]._oms_create_batch(chunk)
            env.cr.commit()  # orders and reservations are two steps of the intake
        created.append(clock.measure(len(chunk)))
        with _Clock(env) as clock:
            failures = orders._oms_confirm()
            env.cr.commit()  # the batch is one transaction
        confirmed.append(clock.measure(len(chunk)))
        if failures:
            raise RuntimeError(f"Orders not confirmed: {failures}")
    return {
        "create": _total(created),
        "confirm": _total(confirmed),
        "all": _total(created + confirmed, orders=n),
    }


def compare(env, host_orders=60, suite_orders=400, batch=100):
    """Measure both ways in one world, after a warm-up of each.

    :param env: environment of the shell.
    :param int host_orders: orders confirmed one by one.
    :param int suite_orders: orders confirmed in batches.
    :param int batch: orders per transaction of the suite.
    :return: figures ready for a table or JSON: orders per second and queries per order
        of ``host``, ``create``, ``confirm`` and ``all``, and the ``ratio`` of the last
        to the first.
    :rtype: dict
    """
    world = World(env)
    host_one_by_one(env, 3, world)
    suite_confirm(env, 20, world, batch)
    host = host_one_by_one(env, host_orders, world)["all"]
    suite = suite_confirm(env, suite_orders, world, batch)
    figures = {
        name: {
            "orders_per_second": round(measure.per_second, 1),
            "queries_per_order": round(measure.queries_per_order, 2),
        }
        for name, measure in {"host": host, **suite}.items()
    }
    return {**figures, "ratio": round(suite["all"].per_second / host.per_second, 1)}


class World:
    """Products with plenty of stock and customers to sell to.

    :param env: environment of the shell.
    :param int products: how many storable products.
    :param int customers: how many customers.
    :param int seed: the same seed gives the same orders.
    """

    def __init__(self, env, products=40, customers=60, seed=19):
        self.random = random.Random(seed)
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", env.company.id)], limit=1
        )
        self.products = env["product.product"].create(
            [
                {
                    "name": f"Bench product {number}",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 10 + number,
                }
                for number in range(products)
            ]
        )
        env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": product.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "inventory_quantity": 100_000,
                }
                for product in self.products
            ]
        ).action_apply_inventory()
        self.customers = env["res.partner"].create(
            [{"name": f"Bench customer {number}"} for number in range(customers)]
        )
        env.cr.commit()  # the orders of every way are made in this same world

    def order_values(self, n):
        """Values of ``n`` orders of two lines, as an adapter would give them.

        :rtype: list of dict
        """
        return [self._one_order() for _number in range(n)]

    def _one_order(self):
        return {
            "partner_id": self.random.choice(self.customers).id,
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": product.id,
                        "product_uom_qty": self.random.randint(1, 3),
                        "price_unit": 12.5,
                    },
                )
                for product in self.random.sample(list(self.products), 2)
            ],
        }


class _Clock:
    """Counts seconds and SQL statements of a block, from an empty cache."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.invalidate_all()
        self.queries = self.env.cr.sql_log_count
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_exception):
        self.seconds = time.perf_counter() - self.start
        self.queries = self.env.cr.sql_log_count - self.queries

    def measure(self, orders):
        return Measure(orders, self.seconds, self.queries)


def _total(measures, orders=None):
    return Measure(
        sum(m.orders for m in measures) if orders is None else orders,
        sum(m.seconds for m in measures),
        sum(m.queries for m in measures),
    )
