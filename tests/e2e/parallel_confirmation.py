"""Confirm orders at the same moment in transactions of their own.

Fed to ``setup/odoo shell`` by ``test_parallel_confirmation.py``; ``env`` is the
shell's. Prints one line of JSON for each way of confirming. It commits: use a
database made for the test.
"""

import json
import threading
import time

from odoo import api
from odoo.service.model import retrying

ORDERS, PIECES = 20, 5


def make_orders():
    """Create ``ORDERS`` quotations of one piece over ``PIECES`` in stock."""
    product = env["product.product"].create(  # noqa: F821
        {"name": "Last pieces", "type": "consu", "is_storable": True}
    )
    domain = [("company_id", "=", env.company.id)]  # noqa: F821
    warehouse = env["stock.warehouse"].search(domain, limit=1)  # noqa: F821
    env["stock.quant"]._update_available_quantity(  # noqa: F821
        product, warehouse.lot_stock_id, PIECES
    )
    partner = env["res.partner"].create({"name": "Everybody"})  # noqa: F821
    line = {"product_id": product.id, "product_uom_qty": 1}
    orders = env["sale.order"].create(  # noqa: F821
        [{"partner_id": partner.id, "order_line": [(0, 0, line)]}] * ORDERS
    )
    env.cr.commit()  # noqa: F821 - the other transactions have to see them
    return product, orders


def confirm_all_at_once(orders, method, size):
    """Call ``method`` on ``size`` orders each in threads and transactions of their own.

    :return: the orders of failed transactions: list of what a user would have seen
    """
    groups = [orders.ids[at : at + size] for at in range(0, len(orders), size)]
    start, errors = threading.Barrier(len(groups)), []

    def confirm(ids):
        start.wait()
        try:
            with env.registry.cursor() as cr:  # noqa: F821
                own = api.Environment(cr, env.uid, {})  # noqa: F821
                mine = own["sale.order"].browse(ids)
                retrying(lambda: getattr(mine, method)(), own)
        except Exception as error:  # what it is decides whether the test passes
            errors.extend([f"{type(error).__name__}: {error}"] * len(ids))

    threads = [threading.Thread(target=confirm, args=(ids,)) for ids in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def outcome(product, orders, errors, seconds):
    """Return what the database holds after all transactions."""
    env.cr.rollback()  # noqa: F821 - a new snapshot
    env.invalidate_all()  # noqa: F821
    quants = env["stock.quant"].search(  # noqa: F821
        [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
    )
    moves = orders.order_line.move_ids
    return {
        "confirmed": len(orders.filtered(lambda order: order.state == "sale")),
        "errors": errors,
        "quants": len(quants),
        "quantity": sum(quants.mapped("quantity")),
        "quant_reserved": sum(quants.mapped("reserved_quantity")),
        "lowest_free": min(q.quantity - q.reserved_quantity for q in quants),
        "lines_reserved": sum(moves.move_line_ids.mapped("quantity_product_uom")),
        "assigned": len(moves.filtered(lambda move: move.state == "assigned")),
        "waiting": len(moves.filtered(lambda move: move.state == "confirmed")),
        "seconds": round(seconds, 1),
    }


WAYS = {
    "button": ("action_confirm", 1),
    "batch of one": ("_oms_confirm", 1),
    "batches of five": ("_oms_confirm", 5),
}

for way, (method, size) in WAYS.items():
    product, orders = make_orders()
    begun = time.monotonic()
    errors = confirm_all_at_once(orders, method, size)
    result = outcome(product, orders, errors, time.monotonic() - begun)
    print("RESULT", json.dumps({"way": way, **result}))
