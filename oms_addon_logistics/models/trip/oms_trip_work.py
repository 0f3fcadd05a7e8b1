from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..locks import lock_or_retry
from .oms_trip import OPEN_STOPS


class OmsTrip(models.Model):
    _inherit = "oms.trip"

    # === BUSINESS METHODS === #

    def _start(self, values=None):
        """Put dispatched trips on the road; harmless when they are already.

        :param dict values: optional ``at`` (datetime UTC)
        :return: True
        :raise AccessError: not the driver's own trip
        :raise UserError: not dispatched yet, finished or cancelled
        """
        trips = self._ensure_may_work()._lock()
        trips = trips.filtered(lambda trip: trip.state != "started")
        if any(trip.state != "dispatched" for trip in trips):
            raise UserError(self.env._("Only a dispatched trip can be started."))
        if len(trips.vehicle_id) < len(trips) or self.sudo().search_count(
            [("vehicle_id", "in", trips.vehicle_id.ids), ("state", "=", "started")],
            limit=1,
        ):  # sudo: the trip on the road may be another driver's
            raise UserError(
                self.env._(
                    "This vehicle is on the road already: finish its trip first."
                )
            )
        moment = (values or {}).get("at") or fields.Datetime.now()
        trips.write({"state": "started", "started_at": moment})
        trips._record_events("started")
        return True

    def _finish(self, values=None):
        """Close started trips; stops not reached let their transfers go.

        :param dict values: optional ``at`` (datetime UTC)
        :return: True
        :raise AccessError: not the driver's own trip
        :raise UserError: not started
        """
        trips = self._ensure_may_work()._lock()
        trips = trips.filtered(lambda trip: trip.state != "done")
        if any(trip.state != "started" for trip in trips):
            raise UserError(self.env._("Only a started trip can be finished."))
        left = trips.stop_ids.filtered(lambda stop: stop.state in OPEN_STOPS)
        left._record_events("removed")
        left.write({"state": "skipped"})
        left.picking_ids._oms_bring_back()
        moment = (values or {}).get("at") or fields.Datetime.now()
        trips.write({"state": "done", "finished_at": moment})
        trips._drop_loading_batches()
        trips.plan_id._close_when_done()
        return True

    def _drop_unready(self):
        """Take transfers off that lost their reservation since the planning."""
        pickings = self.stop_ids.picking_ids.filtered(
            lambda picking: picking.state not in ("assigned", "done")
        )
        for trip, unready in pickings.grouped("oms_trip_id").items():
            trip.message_post(
                body=self.env._(
                    "Not ready any more, so taken off: %(names)s",
                    names=", ".join(unready.mapped("name")),
                )
            )
        pickings._oms_leave_stop()

    def _ensure_may_work(self):
        """Return the trips with full rights if the user may drive or dispatch them.

        :raise AccessError: another driver's trip
        """
        self.check_access("read")
        user = self.env.user
        if (
            not self.env.su
            and not user.has_group("oms_addon_logistics.group_oms_dispatcher")
            and any(trip.user_id != user for trip in self)
        ):
            raise AccessError(self.env._("This is another driver's trip."))
        return self.sudo()  # checked above; drivers have no write access

    def _lock(self):
        """Lock the rows, so that two people change the state one after the other."""
        lock_or_retry(self)
        return self

    def _record_events(self, code, trips=None):
        """Record one event per transfer of the open stops."""
        trips = self if trips is None else trips
        stops = trips.stop_ids.filtered(lambda stop: stop.state in OPEN_STOPS)
        return stops._record_events(code)
