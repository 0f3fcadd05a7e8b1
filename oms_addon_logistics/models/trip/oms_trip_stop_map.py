from odoo import models
from odoo.tools import format_datetime

from .oms_trip import OPEN_STOPS

# How the map draws the states.
MAP_STATES = {"delivered": "done", "failed": "failed", "skipped": "failed"}


class OmsTripStop(models.Model):
    """Stops on the map."""

    _inherit = "oms.trip.stop"

    # === BUSINESS METHODS === #

    def _has_position(self):
        self.ensure_one()
        return bool(self.latitude or self.longitude)

    def _get_map_point(self):
        """Return one stop for the map."""
        self.ensure_one()
        moment = self.planned_arrival and format_datetime(
            self.env, self.planned_arrival, tz=self.trip_id.tz, dt_format="short"
        )
        return {
            "id": self.id,
            "number": self.number,
            "name": self.partner_name or "",
            "note": "\n".join(filter(None, (self.address, moment, self.order_names))),
            "state": MAP_STATES.get(self.state, "planned"),
            "lat": self.latitude,
            "lon": self.longitude,
        }

    def _get_stops_ahead(self):
        """Count the open stops that the driver visits before this one.

        :rtype: int
        """
        self.ensure_one()
        return len(
            self.trip_id.stop_ids.filtered(
                lambda stop: (
                    stop.state in OPEN_STOPS
                    and (stop.sequence, stop.id) < (self.sequence, self.id)
                )
            )
        )
