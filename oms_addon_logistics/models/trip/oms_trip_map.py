from datetime import timedelta

from odoo import models

from .oms_trip import OPEN_STOPS

TILE_URL = "oms_addon_logistics.tile_url"
TILE_ATTRIBUTION = "oms_addon_logistics.tile_attribution"


class OmsTrip(models.Model):
    """Trips on the map, and how they go at this moment."""

    _inherit = "oms.trip"

    # === BUSINESS METHODS === #

    def oms_map_data(self):
        """Return what the map of these trips shows; reads as the user.

        :return: tiles, depots, trips with line and stops, loose stops, and how many
            stops are missing for want of coordinates
        :rtype: dict
        :raise AccessError: a trip that the user may not read
        """
        self.check_access("read")
        trips = self.filtered(lambda trip: trip.state != "cancel")
        stops = trips.stop_ids
        return {
            "tiles": self._get_map_tiles(),
            "depots": trips._get_map_depots(),
            "trips": [trip._get_map_trip(index) for index, trip in enumerate(trips)],
            "loose": [],
            "missing": len(stops.filtered(lambda stop: not stop._has_position())),
        }

    def _get_map_tiles(self):
        """Return the tile server that the administrator chose, or False."""
        parameters = self.env["ir.config_parameter"].sudo()  # not a secret
        url = parameters.get_param(TILE_URL)
        if not url:
            return False
        return {
            "url": url,
            "attribution": parameters.get_param(TILE_ATTRIBUTION, ""),
        }

    def _get_map_depots(self):
        """Return each depot once, where the trips start."""
        depots = {}
        for trip in self:
            if trip.depot_latitude or trip.depot_longitude:
                warehouse = trip.warehouse_id.sudo()  # drivers read no warehouses
                depots[warehouse.id] = {
                    "id": warehouse.id,
                    "name": warehouse.name,
                    "lat": trip.depot_latitude,
                    "lon": trip.depot_longitude,
                }
        return list(depots.values())

    def _get_map_trip(self, color):
        """Return one trip for the map.

        :param int color: index into the map's colours
        """
        self.ensure_one()
        stops = self.stop_ids.sorted(lambda stop: (stop.sequence, stop.id))
        points = [stop._get_map_point() for stop in stops if stop._has_position()]
        line = [[point["lat"], point["lon"]] for point in points]
        if line and (self.depot_latitude or self.depot_longitude):
            depot = [self.depot_latitude, self.depot_longitude]
            line = [depot, *line, depot]
        return {
            "id": self.id,
            "name": self.name,
            "summary": self._get_map_summary(),
            "note": "\n".join(filter(None, (self.vehicle_name, self.driver_id.name))),
            "color": color,
            "line": line,
            "stops": points,
        }

    def _get_map_summary(self):
        km = f"{self.km:.0f}"
        if self.stop_count == 1:
            return self.env._("1 stop, %(km)s km", km=km)
        return self.env._("%(stops)s stops, %(km)s km", stops=self.stop_count, km=km)

    def _get_last_closed_stop(self):
        """Return the stop where the driver was last, or none."""
        closed = self.stop_ids.filtered(
            lambda stop: stop.state not in OPEN_STOPS and stop.done_at
        )
        return closed.sorted("done_at")[-1:]

    def _get_delay(self):
        """Return by how much the trip runs late now, judged by its last stop.

        :rtype: timedelta
        """
        last = self._get_last_closed_stop()
        if last and last.planned_departure:
            return max(last.done_at - last.planned_departure, timedelta())
        if self.started_at and self.planned_start:
            return max(self.started_at - self.planned_start, timedelta())
        return timedelta()
