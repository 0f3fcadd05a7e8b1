from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..locks import lock_or_retry

PROOF_FIELDS = ("recipient_name", "photo", "signature", "note")


class OmsTripStop(models.Model):
    """What the driver does at a stop: the guarded doors to its state."""

    _inherit = "oms.trip.stop"

    # === ACTIONS (dispatcher's buttons) === #

    def action_arrive(self):
        """Mark as arrived by hand."""
        return self._arrive()

    def action_deliver(self):
        """Mark as delivered by hand."""
        return self._deliver()

    # === BUSINESS METHODS === #

    def _arrive(self, values=None):
        """The driver is at the door; harmless when known already.

        :param dict values: optional ``at`` (datetime UTC), ``latitude``,
            ``longitude``, ``note``
        :return: True
        :raise AccessError: another driver's trip
        :raise UserError: the trip hasn't started, or the stop is closed as failed
            or skipped
        """
        stops = self._ensure_may_work("arrived", "delivered")
        stops.write({**self._prepare_proof_values(values), "state": "arrived"})
        stops.write({"arrived_at": self._get_moment(values)})
        stops._record_events("arrived", values)
        return True

    def _deliver(self, values=None):
        """Hand over the goods: validates the transfers. Or take the return.

        A return is only noted as collected: it is on the van, and the warehouse
        receives and inspects it. Harmless when the stop is delivered already.

        :param dict values: optional ``recipient_name``, ``photo`` and
            ``signature`` (base64), ``note``, ``latitude``, ``longitude``, ``at``
            (datetime UTC)
        :return: True
        :raise AccessError: another driver's trip
        :raise UserError: the trip hasn't started, the stop is closed as failed or
            skipped, or a transfer can't be validated
        """
        stops = self._ensure_may_work("delivered")
        if not stops:
            return True
        moment = self._get_moment(values)
        stops.filtered(lambda stop: not stop.arrived_at).write({"arrived_at": moment})
        stops.write(
            {
                **self._prepare_proof_values(values),
                "state": "delivered",
                "done_at": moment,
            }
        )
        deliveries = stops.filtered(lambda stop: stop.kind == "delivery")
        deliveries.picking_ids._oms_validate_at_stop()
        deliveries.picking_ids._oms_mark_delivered(moment)
        deliveries._record_events("delivered", values)
        (stops - deliveries)._record_events("collected", values)
        return True

    def _fail(self, reason, values=None):
        """Nobody there, refused, …: the transfers can be planned again.

        :param oms.stop.failure.reason reason: why
        :param dict values: as for :meth:`_deliver`; ``note`` where the reason
            needs one
        :return: True
        :raise AccessError: another driver's trip
        :raise UserError: the trip hasn't started, or the stop is delivered or
            skipped
        :raise ValidationError: a note is missing
        """
        stops = self._ensure_may_work("failed")
        if not stops:
            return True
        if reason.needs_note and not ((values or {}).get("note") or "").strip():
            raise ValidationError(
                self.env._("Please add a note: what happened?"),
            )
        moment = self._get_moment(values)
        stops._record_events("failed", values)
        stops.write(
            {
                **self._prepare_proof_values(values),
                "state": "failed",
                "done_at": moment,
                "failure_reason_id": reason.id,
            }
        )
        stops._leave_loading_batches()
        stops.picking_ids._oms_bring_back()
        return True

    def _ensure_may_work(self, *reached):
        """Return, locked and with full rights, the stops that are still to change.

        :param str reached: states in which there is nothing left to do
        :raise AccessError: another driver's trip
        :raise UserError: the trip isn't on the road, or the stop is closed
            otherwise
        """
        self.check_access("read")
        trips = self.trip_id._ensure_may_work()
        stops = self.sudo()  # the trip's check covers its stops
        lock_or_retry(stops)
        stops = stops.filtered(lambda stop: stop.state not in reached)
        if stops and any(trip.state != "started" for trip in trips):
            raise UserError(self.env._("Start the trip first."))
        if any(stop.state == "skipped" for stop in stops):
            raise UserError(
                self.env._(
                    "This stop was taken off the trip and is closed already: please "
                    "bring the goods back."
                )
            )
        if any(stop.state not in ("planned", "arrived") for stop in stops):
            raise UserError(self.env._("This stop is closed already."))
        return stops

    def _get_moment(self, values):
        """When it happened; never later than now."""
        now = fields.Datetime.now()
        return min((values or {}).get("at") or now, now)

    def _prepare_proof_values(self, values):
        """Pick the proof out of what the page sent."""
        values = values or {}
        proof = {name: values[name] for name in PROOF_FIELDS if values.get(name)}
        if values.get("latitude") and values.get("longitude"):
            proof["proof_latitude"] = values["latitude"]
            proof["proof_longitude"] = values["longitude"]
        return proof

    def _record_events(self, code, values=None):
        """Record an event for each transfer of each stop."""
        values = values or {}
        moment = self._get_moment(values)
        # sudo: drivers don't write events, the methods above do
        return (
            self.env["oms.tracking.event"]
            .sudo()
            ._record(
                [
                    {
                        "picking_id": picking.id,
                        "stop_id": stop.id,
                        "code": code,
                        "key": f"stop/{stop.id}/{code}",
                        "occurred_at": moment,
                        "place": stop._get_place(code),
                        "text": values.get("text"),
                    }
                    for stop in self
                    for picking in stop.picking_ids
                ]
            )
        )

    def _get_place(self, code):
        """City where an event happens: at the customer's, else at the depot."""
        at_door = code in ("arrived", "delivered", "collected", "failed")
        partner = self.partner_id if at_door else self.trip_id.warehouse_id.partner_id
        return partner.city

    def _leave_loading_batches(self):
        """Take the transfers out of the batch, so that they are free again."""
        pickings = self.picking_ids.filtered(
            lambda picking: picking.state != "done" and picking.batch_id.oms_trip_id
        )
        pickings.write({"batch_id": False})
