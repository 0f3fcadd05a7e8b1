"""Parcels and own vans: places, carriers, route plans."""

import math

from ..messages import catalog
from . import cast
from .client import Absent, DayError

ITERATIONS = 400  # of the route search: the same input gives the same routes
FLEET_CARRIER = "oms_addon_logistics.demo_carrier_fleet"
PARCEL_CARRIER = "oms_addon_logistics.demo_carrier_parcel"
VAN_REACH = 80  # kilometres as the crow flies
LATE_STOPS = 4  # of each warehouse that has at least twice as many ready


def choose_carriers(day):
    """The dispatcher: own vans where they reach, the parcel service elsewhere.

    Every parcel gets its waybill number, and the warehouse hands over those of the
    parcel service.
    """
    dispatcher = day.person("dispatcher")
    near, far = _by_reach(day)
    for xmlid, pickings in ((FLEET_CARRIER, near), (PARCEL_CARRIER, far)):
        carrier = day.db.ref(xmlid)
        if not carrier:
            raise DayError(f"the database has no {xmlid}")
        if pickings:
            values = {"carrier_id": carrier}
            dispatcher.call("stock.picking", "write", pickings, values)
    # Also those of a play that was cut off in between.
    if unlabelled := _without_waybill(day):
        dispatcher.call("stock.picking", "action_oms_assign_waybill", unlabelled)
    parcels = day.db.column(
        "SELECT id FROM stock_picking WHERE carrier_id = %s AND state = 'assigned' "
        "ORDER BY id",
        day.db.ref(PARCEL_CARRIER),
    )
    if parcels:
        day.person("warehouse").call(
            "stock.picking",
            "button_validate",
            parcels,
            context={"skip_backorder": True, "skip_sms": True},
        )
    return f"{len(near)} for own vans, {len(parcels)} handed to the parcel service"


def _without_waybill(day):
    """Reserved deliveries that have their carrier and no number yet."""
    return day.db.column(
        "SELECT id FROM stock_picking WHERE carrier_id = ANY(%s) "
        "AND state = 'assigned' AND oms_waybill IS NULL ORDER BY id",
        [day.db.ref(FLEET_CARRIER), day.db.ref(PARCEL_CARRIER)],
    )


def _by_reach(day):
    """Reserved deliveries without carrier: within a van's reach, and beyond.

    :rtype: tuple[list[int], list[int]]
    """
    rows = day.db.rows(
        """
        SELECT p.id, a.partner_latitude AS lat, a.partner_longitude AS lon,
               c.partner_latitude AS to_lat, c.partner_longitude AS to_lon
          FROM stock_picking p
          JOIN stock_picking_type t ON t.id = p.picking_type_id
          JOIN stock_warehouse w ON w.id = t.warehouse_id
          JOIN res_partner a ON a.id = w.partner_id
          JOIN res_partner c ON c.id = p.partner_id
         WHERE p.state = 'assigned' AND t.code = 'outgoing'
           AND p.carrier_id IS NULL
         ORDER BY p.id
        """
    )
    near = [row["id"] for row in rows if _kilometres(row) <= VAN_REACH]
    return near, [row["id"] for row in rows if row["id"] not in set(near)]


def _kilometres(row):
    """As the crow flies; far away when a place is not known."""
    if not row["to_lat"] or not row["lat"]:
        return math.inf
    lat, to_lat = float(row["lat"]), float(row["to_lat"])
    east = float(row["to_lon"]) - float(row["lon"])
    east *= math.cos(math.radians((lat + to_lat) / 2))
    return 111.2 * math.hypot(to_lat - lat, east)


def plan_routes(day, name, departure, *, late=False):
    """The dispatcher plans the day's trips and hands them to the drivers.

    :param str name: key under which the plan is remembered.
    :param float departure: hour of the day.
    :param bool late: also what is kept for the late round.
    :return: id of the plan, None when nothing was ready.
    """
    dispatcher = day.person("dispatcher")
    plans = day.state.setdefault("plans", {})
    plan = plans.get(name)
    if not plan:
        plan = dispatcher.call(
            "oms.route.plan",
            "create",
            {
                "date": day.state["date"],
                "earliest_departure": departure,
                "seconds": 20,
                "max_iterations": ITERATIONS,
                "seed": day.state["seed"],
            },
        )
        plans[name] = plan
        day.save()
    state = _plan_state(dispatcher, plan)
    if state == "draft":
        _favour_the_cast(day, dispatcher)
        dispatcher.call("oms.route.plan", "action_collect", [plan])
        if not _take_early_ones(day, dispatcher, plan, late):
            return None
        dispatcher.call("oms.route.plan", "action_plan", [plan])
    if state in ("draft", "planned"):
        dispatcher.call("oms.route.plan", "action_dispatch", [plan])
    return plan


def _favour_the_cast(day, dispatcher):
    """The dispatcher stars what the customers of the play get or give back: when the
    vans are full, they are left out last.
    """
    pickings = dispatcher.ids(
        "stock.picking",
        [
            ("partner_id.commercial_partner_id.email", "in", sorted(cast.EMAILS)),
            ("state", "=", "assigned"),
            ("priority", "=", "0"),
        ],
    )
    if pickings:
        dispatcher.call("stock.picking", "write", pickings, {"priority": "1"})


def _take_early_ones(day, dispatcher, plan, late):
    """Also take what is promised for later days and lies ready: the vans have room.

    What is kept for the late round waits until then.

    :return: number of transfers on the plan.
    """
    found = dispatcher.call("oms.route.plan", "read", [plan], ["picking_ids"])
    early = dispatcher.ids(
        "stock.picking",
        [
            ("carrier_id", "=", day.db.ref(FLEET_CARRIER)),
            ("state", "=", "assigned"),
            ("oms_stop_id", "=", False),
        ],
    )
    kept = () if late else day.state.get("kept", ())
    pickings = sorted({*found[0]["picking_ids"], *early} - set(kept))
    values = {"picking_ids": [(6, 0, pickings)]}
    dispatcher.call("oms.route.plan", "write", [plan], values)
    return len(pickings)


def _plan_state(dispatcher, plan):
    return dispatcher.call("oms.route.plan", "read", [plan], ["state"])[0]["state"]


def plan_day(day):
    """Plan and dispatch the morning's routes."""
    if "kept" not in day.state:
        day.state["kept"] = _keep_for_the_late_round(day)
        day.save()
    plan = plan_routes(day, "morning", 8.0)
    if not plan:
        raise Absent("no delivery is ready for a route plan")
    found = day.person("dispatcher").call(
        "oms.route.plan",
        "read",
        [plan],
        ["trip_count", "stop_count", "unserved_count", "km", "km_zip"],
    )[0]
    return (
        f"{found['trip_count']} trips, {found['stop_count']} stops, "
        f"{found['km']:.1f} km instead of {found['km_zip']:.1f} km, "
        f"{found['unserved_count']} left out"
    )


def _keep_for_the_late_round(day):
    """Some deliveries near each warehouse, so that a trip is open when the day ends.

    Not those of customers with a portal account: they send something back today.

    :return: ids of transfers.
    :rtype: list[int]
    """
    rows = day.db.rows(
        """
        SELECT p.id, t.warehouse_id, a.partner_latitude AS lat,
               a.partner_longitude AS lon, c.partner_latitude AS to_lat,
               c.partner_longitude AS to_lon,
               EXISTS (SELECT FROM res_users u JOIN res_partner r
                           ON r.id = u.partner_id
                        WHERE r.commercial_partner_id = c.commercial_partner_id)
                   AS has_user
          FROM stock_picking p
          JOIN stock_picking_type t ON t.id = p.picking_type_id
          JOIN stock_warehouse w ON w.id = t.warehouse_id
          JOIN res_partner a ON a.id = w.partner_id
          JOIN res_partner c ON c.id = p.partner_id
         WHERE p.state = 'assigned' AND t.code = 'outgoing' AND p.carrier_id = %s
         ORDER BY p.id
        """,
        day.db.ref(FLEET_CARRIER),
    )
    kept = []
    for warehouse in sorted({row["warehouse_id"] for row in rows}):
        ready = [row for row in rows if row["warehouse_id"] == warehouse]
        near = sorted((r for r in ready if not r["has_user"]), key=_kilometres)
        if len(ready) >= 2 * LATE_STOPS:
            kept += [row["id"] for row in near[:LATE_STOPS]]
    return kept


def find_places(day):
    """The dispatcher looks up where the delivery addresses are.

    A geocoding service would do it; the demo has no network and knows its people.
    """
    dispatcher = day.person("dispatcher")
    known = {
        buyer.street: buyer for buyer in (*catalog.BUYERS_CN, *catalog.BUYERS_WORLD)
    }
    partners = day.db.rows(
        """
        SELECT DISTINCT c.id, c.street FROM stock_picking p
          JOIN res_partner c ON c.id = p.partner_id
         WHERE c.street IS NOT NULL AND coalesce(c.partner_latitude, 0) = 0
         ORDER BY c.id
        """
    )
    found = 0
    for partner in partners:
        buyer = next((known[s] for s in known if s in partner["street"]), None)
        if buyer:
            found += 1
            place = {
                "partner_latitude": buyer.latitude,
                "partner_longitude": buyer.longitude,
            }
            dispatcher.call("res.partner", "write", [partner["id"]], place)
    return f"{found} of {len(partners)} addresses found"
