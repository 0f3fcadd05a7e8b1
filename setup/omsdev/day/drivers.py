"""The drivers' day: the rounds, stop by stop, on the phone."""

import base64
import uuid
import zlib

from . import cast
from .client import DayError
from .delivery import plan_routes


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
    failing = _nobody_at_home(stops) if fail_one else None
    for stop in stops:
        if stop["partner_name"] and stop["partner_name"] not in page:
            raise DayError(f"{stop['partner_name']} is missing on the driver's page")
        if stop["id"] != failing:
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


def _nobody_at_home(stops):
    """The stop in the middle of those whose customers have no part to play.

    :return: its id, None without one.
    """
    needed = {part.buyer.name for part in cast.CAST}
    spare = [stop["id"] for stop in stops if stop["partner_name"] not in needed]
    return spare[len(spare) // 2] if spare else None


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
