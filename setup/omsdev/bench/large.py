"""A large database: orders of the host in every situation, copied with SQL."""

import re
import subprocess
import sys

import psycopg2

from ..paths import REPOSITORY

# What is copied, with everything that refers to it inside these tables.
TABLES = (
    "sale_order",
    "stock_reference",
    "stock_picking",
    "sale_order_line",
    "stock_move",
    "stock_reference_sale_rel",
    "stock_reference_move_rel",
)
MARK = "SAMPLES "
FOREIGN_KEYS = """
    SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
           a.attname, pg_get_constraintdef(c.oid)
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%(tables)s)
"""
INDEXES = """
    SELECT i.indexname, i.indexdef
      FROM pg_indexes i
     WHERE i.tablename = ANY(%(tables)s)
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
"""


def make_large(odoo, database, orders):
    """Fill a database of the host with about so many orders.

    :return: number of orders.
    :rtype: int
    """
    samples = _samples(odoo, database)
    with psycopg2.connect(dbname=database) as connection:
        _Copier(connection).copy(max(orders // samples - 1, 0))
    connection.close()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()
    return samples * max(orders // samples, 1)


def _samples(odoo, database):
    """Make an order in each situation with the host itself.

    :rtype: int
    """
    script = (
        f"import sys; sys.path.insert(0, {str(REPOSITORY / 'setup')!r})\n"
        "from omsdev.bench.large import make_samples\n"
        f"print({MARK!r} + str(make_samples(env)))\nenv.cr.commit()\n"
    )
    process = subprocess.run(
        odoo.command("shell", "-d", database, "--no-http", "--log-level=error"),
        input=script,
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(rf"{MARK}(\d+)", process.stdout)
    if not found:
        sys.exit(f"No sample orders could be made:\n{process.stderr[-3000:]}")
    return int(found[1])


def make_samples(env):
    """Twenty orders of three lines: drafts, cancelled, services, at every step.

    Runs inside Odoo's shell.

    :return: number of orders.
    :rtype: int
    """
    partner = env["res.partner"].create({"name": "Customer", "city": "Duisburg"})
    goods, service = env["product.product"].create(
        [
            {"name": "Goods", "type": "consu", "is_storable": True, "list_price": 5},
            {"name": "Service", "type": "service", "list_price": 5},
        ]
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 2})
                    for product in (service if number == 1 else goods, goods, service)
                    if number != 1 or product == service
                ],
            }
            for number in range(20)
        ]
    )
    env["stock.quant"]._update_available_quantity(goods, warehouse.lot_stock_id, 60)
    orders[1:].action_confirm()
    orders.picking_ids.action_assign()
    for move in orders[4:].picking_ids.move_ids.filtered(
        lambda move: move.state == "assigned"
    ):
        move.write({"quantity": move.product_uom_qty, "picked": True})
    orders[4:].picking_ids.filtered(
        lambda picking: picking.state == "assigned"
    ).button_validate()
    orders[2]._action_cancel()
    return len(orders)


class _Copier:
    """Copies the rows of `TABLES`; references among them move along.

    :param connection: to the database; foreign keys and indexes are away meanwhile.
    """

    def __init__(self, connection):
        self.cursor = connection.cursor()
        names = {"tables": list(TABLES)}
        self.foreign_keys = self._rows(FOREIGN_KEYS, names)
        self.indexes = self._rows(INDEXES, names)
        self.span = {
            table: self._rows(f"SELECT max(id) FROM {table}")[0][0]
            for table in TABLES
            if not table.endswith("_rel")
        }

    def _rows(self, query, values=None):
        self.cursor.execute(query, values)
        return self.cursor.fetchall()

    def copy(self, copies):
        """Add so many copies of each row."""
        for name, table, *_rest in self.foreign_keys:
            self.cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in self.indexes:
            self.cursor.execute(f'DROP INDEX "{name}"')
        for table in TABLES:
            self._copy_table(table, copies)
        for _name, definition in self.indexes:
            self.cursor.execute(definition)
        for name, table, _target, _column, definition in self.foreign_keys:
            self.cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            )

    def _copy_table(self, table, copies):
        spans = {
            column: self.span[target]
            for _name, source, target, column, _definition in self.foreign_keys
            if source == table and target in self.span
        }
        if table in self.span:
            spans["id"] = self.span[table]
        columns = [
            row[0]
            for row in self._rows(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
        ]
        values = [self._value(table, column, spans) for column in columns]
        listed = ", ".join(f'"{column}"' for column in columns)
        self.cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {', '.join(values)} "
            f"FROM {table} t, generate_series(1, {int(copies)}) copy"
        )
        if table in self.span:
            self.cursor.execute(
                f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
            )

    @staticmethod
    def _value(table, column, spans):
        """SQL of a copy's value."""
        if column in spans:
            return f't."{column}" + copy * {spans[column]}'
        if column == "access_token":  # unlocks one document
            return "NULL"
        if (table, column) == ("stock_picking", "name"):  # unique
            return "t.name || '-' || copy"
        return f't."{column}"'
