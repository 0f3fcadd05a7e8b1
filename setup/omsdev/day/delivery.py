"""Parcels and own vans: carriers, route plans, the drivers' day."""

import base64
import math
import uuid
import zlib

from ..messages import catalog
from .client import DayError

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
            dispatcher.call("stock.picking", "action_oms_assign_waybill", pickings)
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
        dispatcher.call("oms.route.plan", "action_collect", [plan])
        if not _take_early_ones(day, dispatcher, plan, late):
            return None
        dispatcher.call("oms.route.plan", "action_plan", [plan])
    if state in ("draft", "planned"):
        dispatcher.call("oms.route.plan", "action_dispatch", [plan])
    return plan


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
        raise DayError("no delivery is ready for a route plan")
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


def begin_late_round(day):
    """A last round is on the road when the day ends: after each driver's first stop.

    So there are open trips to look at, of Chinese and of other drivers.
    """
    plan = plan_routes(day, "late", 14.5, late=True)
    if not plan:
        return "nothing to drive"
    trips = _open_trips(day, plan)
    for driver, trip in trips:
        _tap(driver, trip["id"], "start")
        for stop in _open_stops(driver, trip)[:1]:
            _deliver_on_the_phone(driver, trip, stop)
    return f"{len(trips)} trips on the road"


def drive_trips(day, name, *, fail_one=False):
    """The drivers do their trips: the first on the phone page, stop by stop.

    :param str name: of the plan.
    :param bool fail_one: nobody opens at one door.
    :return: number of stops done.
    """
    done = 0
    trips = _open_trips(day, day.state["plans"].get(name))
    for number, (driver, trip) in enumerate(trips):
        drive = _drive_on_the_phone if not number else _drive_by_methods
        done += drive(driver, trip, fail_one and not number)
    return done


def _open_trips(day, plan):
    """The plan's trips that are not finished, each with its driver logged in."""
    trips = day.person("dispatcher").search(
        "oms.trip",
        [("plan_id", "=", plan), ("state", "in", ("dispatched", "started"))],
        ["user_id", "stop_ids", "state"],
        order="id",
    )
    logins = day.db.pairs("SELECT id, login FROM res_users")
    result = []
    for trip in trips:
        login = logins[trip["user_id"][0]]
        result.append((day.login(login, login), trip))  # in the demo both are the same
    return result


def drive_morning(day):
    """The big round; nobody is at home at one address."""
    return f"{drive_trips(day, 'morning', fail_one=True)} stops done"


def drive_again(day, name, departure):
    """A later, small round: what is ready by now.

    :rtype: str
    """
    if not plan_routes(day, name, departure):
        return "nothing to drive"
    return f"{drive_trips(day, name)} stops done"


def _drive_on_the_phone(driver, trip, fail_one):
    """Tap through the trip on the driver's page, as the phone sends it."""
    driver.page("/oms/driver")
    page = driver.page(f"/oms/driver/trip/{trip['id']}")
    _tap(driver, trip["id"], "start")
    stops = _open_stops(driver, trip)
    failing = len(stops) // 2 if fail_one and len(stops) > 1 else -1
    for number, stop in enumerate(stops):
        if stop["partner_name"] and stop["partner_name"] not in page:
            raise DayError(f"{stop['partner_name']} is missing on the driver's page")
        if number != failing:
            _deliver_on_the_phone(driver, trip, stop)
        else:
            place = _place(stop)
            _tap(driver, trip["id"], "arrive", stop["id"], place)
            reason = driver.ids(
                "oms.stop.failure.reason", [("needs_note", "=", False)], limit=1
            )
            values = {**place, "reason": reason[0], "note": "Nobody opened the door."}
            _tap(driver, trip["id"], "fail", stop["id"], values)
    _tap(driver, trip["id"], "finish")
    return len(stops)


def _open_stops(driver, trip):
    return driver.search(
        "oms.trip.stop",
        [("trip_id", "=", trip["id"]), ("state", "in", ("planned", "arrived"))],
        ["partner_name", "kind", "latitude", "longitude"],
        order="sequence, id",
    )


def _place(stop):
    return {"latitude": stop["latitude"], "longitude": stop["longitude"]}


def _deliver_on_the_phone(driver, trip, stop):
    place = _place(stop)
    _tap(driver, trip["id"], "arrive", stop["id"], place)
    values = {**place, "recipient_name": stop["partner_name"]}
    values["signature"] = signature_picture(stop["id"])
    _tap(driver, trip["id"], "deliver", stop["id"], values)


def _tap(driver, trip, action, stop=None, values=None):
    """One action of the page; its key makes it count once."""
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{trip}/{stop}/{action}"))
    answer = driver.route(
        "/oms/driver/do", key=key, action=action, trip=trip, stop=stop, values=values
    )
    if answer.get("error"):
        raise DayError(f"driver's page, {action}: {answer['error']}")


def _drive_by_methods(driver, trip, _fail_one):
    """The same through the methods of the dispatcher's buttons."""
    if trip["state"] == "dispatched":
        driver.call("oms.trip", "action_start", [trip["id"]])
    stops = driver.ids(
        "oms.trip.stop",
        [("trip_id", "=", trip["id"]), ("state", "in", ("planned", "arrived"))],
    )
    if stops:
        driver.call("oms.trip.stop", "action_arrive", stops)
        driver.call("oms.trip.stop", "action_deliver", stops)
    driver.call("oms.trip", "action_finish", [trip["id"]])
    return len(stops)


def signature_picture(number):
    """A scribble as PNG, different for each number.

    :param int number: makes the scribble.
    :return: base64.
    :rtype: str
    """
    width, height = 160, 60
    rows = [bytearray(b"\xff" * width) for _row in range(height)]
    value = number * 2654435761 % 2**32
    level = height // 2
    for column in range(10, width - 10):
        value = (value * 1103515245 + 12345) % 2**31
        level = min(max(level + value // 65536 % 7 - 3, 8), height - 9)
        for thick in range(3):
            rows[level + thick][column] = 40
    raw = b"".join(b"\x00" + bytes(row) for row in rows)

    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    picture += chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return base64.b64encode(picture).decode()


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
