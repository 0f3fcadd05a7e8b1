from odoo import models
from odoo.fields import Domain

_OF_TRIP = "stop_ids.picking_ids.sale_id.oms_channel_id"


class OmsOverview(models.AbstractModel):
    _inherit = "oms.overview"

    def _get_sections(self, scope):
        """Add trips, stops and kilometres."""
        sections = super()._get_sections(scope)
        sections["now"]["figures"] += self._get_open_trip_figures(scope)
        sections["delivery"]["figures"] += [
            *self._get_trip_figures(scope),
            *self._get_stop_figures(scope),
        ]
        return sections

    def _get_open_trip_figures(self, scope):
        """Trips that won't make it in time."""
        late = (
            Domain("state", "in", ("dispatched", "started"))
            & Domain("is_late", "=", True)
            & self._channel_domain(scope, _OF_TRIP, every=True)
        )
        return [
            self._figure(
                "late_trips",
                self.env._("Late trips"),
                self.env["oms.trip"].search_count(late),
                "oms.trip",
                late,
                tone="danger",
            )
        ]

    def _get_trip_figures(self, scope):
        """Trips of the period, and their way against the zip-code order."""
        since = self._since(scope, "date", is_date=True)
        trips = (
            since
            & Domain("state", "!=", "cancel")
            & self._channel_domain(scope, _OF_TRIP, every=True)
        )
        plans = (
            since
            & Domain("km_zip", ">", 0)
            & self._channel_domain(scope, f"trip_ids.{_OF_TRIP}", every=True)
        )
        [(km, km_zip)] = self.env["oms.route.plan"]._read_group(
            plans, aggregates=["km:sum", "km_zip:sum"]
        )
        hint = km_zip and self.env._(
            "%(saved)s%% less than the %(km)s km by zip code",
            saved=round(100 * (1 - km / km_zip)),
            km=round(km_zip),
        )
        return [
            self._figure(
                "trips",
                self.env._("Trips"),
                self.env["oms.trip"].search_count(trips),
                "oms.trip",
                trips,
            ),
            {
                **self._figure(
                    "km",
                    self.env._("Kilometres planned"),
                    km or 0.0,
                    "oms.route.plan",
                    plans,
                    hint=hint,
                ),
                "unit": self.env._("km"),
            },
        ]

    def _get_stop_figures(self, scope):
        """Stops of the period."""
        stops = (
            self._since(scope, "date", is_date=True)
            & Domain("trip_id.state", "!=", "cancel")
            & self._channel_domain(
                scope, "picking_ids.sale_id.oms_channel_id", every=True
            )
        )
        counts = dict(
            self.env["oms.trip.stop"]._read_group(stops, ["state"], ["__count"])
        )
        total, done = sum(counts.values()), counts.get("delivered", 0)
        return [
            self._figure(
                "stops",
                self.env._("Stops"),
                total,
                "oms.trip.stop",
                stops,
                hint=total and self.env._("%(count)s done", count=done),
            ),
            self._figure(
                "failed_stops",
                self.env._("Failed stops"),
                counts.get("failed", 0),
                "oms.trip.stop",
                stops & Domain("state", "=", "failed"),
                tone="danger",
            ),
        ]
