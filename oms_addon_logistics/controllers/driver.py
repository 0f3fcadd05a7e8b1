import base64
import binascii
import logging
from datetime import UTC, datetime, timedelta

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import file_open

from .navigation import navigation_url, phone_url

_logger = logging.getLogger(__name__)

DRIVER_GROUPS = (
    "oms_addon_logistics.group_oms_driver,oms_addon_logistics.group_oms_dispatcher"
)
WORKER = "oms_addon_logistics/static/src/driver/driver_worker.js"
TRIPS_ORDER = ("started", "dispatched", "done")  # what is to do comes first
TRIP_ACTIONS = ("start", "finish")
STOP_ACTIONS = ("arrive", "deliver", "fail")
MAX_PICTURE_BYTES = 5 * 1024 * 1024
# First bytes of what a browser's canvas makes: JPEG, PNG. Nothing else is a proof.
PICTURE_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MAX_NAME, MAX_NOTE = 120, 2000
OLDEST = timedelta(days=3)  # an action that waited longer has lost its time of day


class OmsDriver(http.Controller):
    """The driver's phone page: own trips, stop by stop."""

    # === ROUTES === #

    @http.route("/oms/driver", type="http", auth="user", methods=["GET"])
    def driver_trips(self, **_kwargs):
        """Today's trips of the user, and what is still open from other days."""
        self._ensure_driver()
        trips = request.env["oms.trip"].search(
            self._get_trips_domain(), order="date, planned_start, id"
        )
        trips = trips.sorted(lambda trip: TRIPS_ORDER.index(trip.state))
        return self._render(
            "oms_addon_logistics.driver_trips",
            {"trips": trips, "today": fields.Date.context_today(trips)},
        )

    @http.route(
        "/oms/driver/trip/<int:trip_id>", type="http", auth="user", methods=["GET"]
    )
    def driver_trip(self, trip_id, **_kwargs):
        """One trip with its stops in order."""
        trip = self._get_trip(trip_id)
        reasons = request.env["oms.stop.failure.reason"].search([])
        return self._render(
            "oms_addon_logistics.driver_trip",
            {
                "trip": trip,
                "stops": trip.stop_ids.sorted(lambda stop: (stop.sequence, stop.id)),
                # sudo: drivers read no warehouses, only where the trip starts
                "depot_name": trip.sudo().warehouse_id.name,
                "reasons": reasons,
                "phone_url": phone_url,
                "navigation_url": self._get_navigation_url,
                "rendered_at": self._milliseconds(),
            },
        )

    @http.route("/oms/driver/do", type="jsonrpc", auth="user")
    def driver_do(self, key, action, trip, stop=None, at=None, values=None, **_kwargs):
        """Do one action of the driver; a key that was done before is passed over.

        :param str key: random, one per action; sent again when the answer was lost
        :param str action: start, finish, arrive, deliver, or fail
        :param int trip: id of the trip
        :param int stop: id of the stop, for the last three actions
        :param str at: when it was done, ISO 8601 with time zone
        :param dict values: recipient_name, note, photo, signature (base64), reason
            (id), latitude, longitude
        :return: the states of the trip and its stops; ``error`` when refused
        :rtype: dict
        :raise NotFound: not the user's trip, or no such stop or action
        """
        record = self._get_trip(trip)
        stops = record.stop_ids.filtered(lambda one: one.id == stop)
        if action not in TRIP_ACTIONS + STOP_ACTIONS or (
            action in STOP_ACTIONS and not stops
        ):
            raise NotFound()
        error = None
        try:
            with request.env.cr.savepoint():
                if request.env["oms.driver.action"]._claim(key, action, record, stops):
                    self._do(action, record, stops, self._read_values(values, at))
        except LockError as locked:
            # A double tap, or the office at the same moment: Odoo tries again.
            raise ConcurrencyError(str(locked)) from locked
        except UserError as refused:
            _logger.info("Driver action %s on %s refused: %s", action, record, refused)
            error = str(refused)
        return {**self._get_states(record), "error": error}

    @http.route("/oms/driver/worker.js", type="http", auth="public", methods=["GET"])
    def driver_worker(self, **_kwargs):
        """The script that lets the page open without network."""
        with file_open(WORKER) as file:
            return request.make_response(
                file.read(),
                headers=[
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Cache-Control", "no-cache"),
                    ("Service-Worker-Allowed", "/oms/driver"),
                ],
            )

    # === ACCESS === #

    def _ensure_driver(self):
        """Show the page to drivers and dispatchers only."""
        if not request.env.user.has_groups(DRIVER_GROUPS):
            raise NotFound()

    def _get_trip(self, trip_id):
        """Return the trip if the user drives it, or is a dispatcher.

        :raise NotFound: otherwise, so that nobody can tell which trips exist
        """
        self._ensure_driver()
        if not isinstance(trip_id, int) or not 0 < trip_id < 2**31:
            raise NotFound()
        domain = Domain("id", "=", trip_id)
        if not request.env.user.has_group("oms_addon_logistics.group_oms_dispatcher"):
            # Whoever works in the warehouse too may read other trips, not drive them.
            domain &= Domain("user_id", "=", request.env.uid)
        trip = request.env["oms.trip"].search(domain)
        if not trip:
            raise NotFound()
        return trip

    def _get_trips_domain(self):
        today = fields.Date.context_today(request.env.user)
        return Domain("user_id", "=", request.env.uid) & (
            Domain("state", "in", ("dispatched", "started"))
            | (Domain("state", "=", "done") & Domain("date", "=", today))
        )

    # === ACTIONS === #

    def _do(self, action, trip, stop, values):
        if trip.state in ("done", "cancel") and action != "finish":
            raise UserError(
                request.env._("This trip is closed already. Ask your dispatcher.")
            )
        if action == "start":
            trip._start(values)
        elif action == "finish":
            trip._finish(values)
        elif action == "arrive":
            stop._arrive(values)
        elif action == "deliver":
            stop._deliver(values)
        else:
            reason = request.env["oms.stop.failure.reason"].search(
                [("id", "=", values.pop("reason", 0))]
            )
            if not reason:
                raise UserError(request.env._("Please choose a reason."))
            stop._fail(reason, values)

    def _read_values(self, values, moment):
        """Take what the page may send, and no more.

        :raise UserError: a picture that can't be read
        """
        values = values if isinstance(values, dict) else {}
        clean = {
            "recipient_name": self._read_text(values, "recipient_name", MAX_NAME),
            "note": self._read_text(values, "note", MAX_NOTE),
            "photo": self._read_picture(values.get("photo")),
            "signature": self._read_picture(values.get("signature")),
            "at": self._read_moment(moment),
        }
        for name, limit in (("latitude", 90), ("longitude", 180)):
            degrees = values.get(name)
            if isinstance(degrees, int | float) and abs(degrees) <= limit:
                clean[name] = degrees
        if isinstance(values.get("reason"), int):
            clean["reason"] = values["reason"]
        return {name: value for name, value in clean.items() if value}

    def _read_text(self, values, name, limit):
        text = str(values.get(name) or "").replace("\0", "")
        return text[:limit].strip()

    def _read_picture(self, text):
        if not text:
            return None
        picture = b""
        if isinstance(text, str) and len(text) <= MAX_PICTURE_BYTES * 4 / 3:
            try:
                picture = base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                picture = b""
        if not picture.startswith(PICTURE_HEADS):
            raise UserError(
                request.env._(
                    "The picture can't be used: take a photo of at most 5 MB."
                )
            )
        return text

    def _read_moment(self, text):
        """When the driver tapped; None when the phone's clock can't be believed."""
        try:
            moment = datetime.fromisoformat(str(text)).astimezone(UTC)
        except ValueError:
            return None
        moment = moment.replace(tzinfo=None, microsecond=0)
        now = fields.Datetime.now()
        return moment if now - OLDEST < moment <= now else None

    def _get_states(self, trip):
        """What the page needs to know after an action."""
        return {
            "at": self._milliseconds(),
            "trip": trip.id,
            "trip_state": trip.state,
            "stops": [[stop.id, stop.state] for stop in trip.stop_ids],
        }

    # === RENDERING === #

    def _get_navigation_url(self, stop):
        exact = not stop.position_approximate
        return navigation_url(
            stop.latitude if exact else 0.0,
            stop.longitude if exact else 0.0,
            stop.address,
            # sudo: drivers read their customers' country through the stop only
            stop.sudo().partner_id.country_id.code or "",
        )

    def _milliseconds(self):
        return int(datetime.now(UTC).timestamp() * 1000)

    def _render(self, template, values):
        response = request.render(template, values)
        # The back button shows the present state, not a page of an hour ago.
        response.headers["Cache-Control"] = "no-store"
        return response
