"""Dispatchers, drivers and the warehouse work on the same transfers at one moment.

Fed to ``setup/odoo shell`` by ``test_parallel_dispatch.py``; ``env`` is the shell's.
Prints one line of JSON for each situation. It commits: use a database made for the
test.
"""

import json
import threading

from odoo import Command, api, fields
from odoo.service.model import retrying

STOPS, PIECES = 6, 100
China = env.ref("base.cn")  # noqa: F821


def create(model, *values):
    return env[model].create(list(values))  # noqa: F821


def make_world():
    """A warehouse, a product, reserved orders, and three plans for the same ones."""
    domain = [("company_id", "=", env.company.id)]  # noqa: F821
    depot = env["stock.warehouse"].search(domain, limit=1)  # noqa: F821
    place = {"country_id": China.id, "street": "1 Nanjing Road"}
    depot.partner_id.write(
        {**place, "partner_latitude": 31.2, "partner_longitude": 121.4, "tz": "UTC"}
    )
    kettle = create("product.product", {"name": "Kettle", "is_storable": True})
    Quant = env["stock.quant"]  # noqa: F821
    Quant._update_available_quantity(kettle, depot.lot_stock_id, PIECES)
    brand = create("fleet.vehicle.model.brand", {"name": "Brand"})
    van = create("fleet.vehicle.model", {"name": "Van", "brand_id": brand.id})
    vans = create(
        "fleet.vehicle",
        *(
            {"model_id": van.id, "license_plate": plate, "oms_warehouse_id": depot.id}
            for plate in ("A", "B", "C")
        ),
    )
    customers = create(
        "res.partner",
        *(
            {
                **place,
                "name": f"Customer {number}",
                "partner_latitude": 31.2 + number / 100,
                "partner_longitude": 121.4 + number / 100,
            }
            for number in range(STOPS)
        ),
    )
    line = Command.create({"product_id": kettle.id, "product_uom_qty": 1})
    orders = create(
        "sale.order",
        *(
            {"partner_id": who.id, "warehouse_id": depot.id, "order_line": [line]}
            for who in customers
        ),
    )
    orders.action_confirm()
    orders.picking_ids.action_assign()
    plans = create(
        "oms.route.plan",
        *(
            {
                "date": fields.Date.today(),
                "warehouse_ids": [Command.set(depot.ids)],
                "vehicle_ids": [Command.set(vehicle.ids)],
                "picking_ids": [Command.set(orders.picking_ids.ids)],
                "max_iterations": 100,
            }
            for vehicle in vans
        ),
    )
    return kettle, orders, plans


def at_once(*calls):
    """Call methods in threads and transactions of their own, as requests do.

    :param calls: (records, name of the method)
    :return: what users would have seen of errors
    """
    env.cr.commit()  # noqa: F821 - the other transactions have to see the records
    start, errors = threading.Barrier(len(calls)), []

    def work(records, method):
        start.wait()
        try:
            with env.registry.cursor() as cr:  # noqa: F821
                own = records.with_env(api.Environment(cr, env.uid, {}))  # noqa: F821
                retrying(lambda: getattr(own, method)(), own.env)
        except Exception as error:  # what it is decides whether the test passes
            errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    env.cr.rollback()  # noqa: F821 - a new snapshot
    env.invalidate_all()  # noqa: F821
    return errors


def tell(situation, **result):
    print("RESULT", json.dumps({"situation": situation, **result}))


kettle, orders, plans = make_world()
pickings = orders.picking_ids

errors = at_once(*((plan, "action_plan") for plan in plans))
stops = plans.trip_ids.stop_ids
taken = [picking for stop in stops for picking in stop.picking_ids.ids]
tell("plan", errors=errors, taken=len(taken), different=len(set(taken)))

service = create("product.product", {"name": "Delivery", "type": "service"})
pickings.carrier_id = create(
    "delivery.carrier",
    {"name": "Vans", "delivery_type": "oms_fleet", "product_id": service.id},
)
calls = [(picking, "action_oms_assign_waybill") for picking in pickings]
errors = at_once(*calls, *[(pickings, "action_oms_assign_waybill")] * 2)
numbers = [number for number in pickings.mapped("oms_waybill") if number]
tell(
    "waybill",
    errors=errors,
    numbers=len(numbers),
    different=len(set(numbers)),
    events=len(pickings.oms_tracking_event_ids),
)

trip = plans.trip_ids[:1]
trip.user_id = env.user  # noqa: F821
trip.action_dispatch()
trip.action_start()
stop = trip.stop_ids[0]
calls = [(stop, "action_deliver")] * 4 + [(stop.picking_ids, "button_validate")] * 2
errors = at_once(*calls)
events = stop.picking_ids.oms_tracking_event_ids.mapped("code")
tell(
    "deliver",
    errors=errors,
    state=stop.state,
    delivered=stop.picking_ids.sale_id.order_line.qty_delivered,
    left=kettle.qty_available,
    events=events.count("delivered"),
)
