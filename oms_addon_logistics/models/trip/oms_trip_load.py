from datetime import timedelta

from odoo import Command, models
from odoo.exceptions import UserError

from ...routing import UNLIMITED, Depot, Vehicle, build_problem, evaluate_route


class OmsTrip(models.Model):
    """Loading batches, and the times of a trip whose stops were moved by hand."""

    _inherit = "oms.trip"

    # === BUSINESS METHODS === #

    def _prepare_route_values(self, route, midnight):
        """Values of a trip that follow from its route.

        :param Route route: of the routing package
        :param datetime midnight: beginning of the day, UTC
        """
        return {
            "planned_start": midnight + timedelta(seconds=route.start),
            "planned_end": midnight + timedelta(seconds=route.end),
            "km": route.distance / 1000,
            "load_weight": route.load[0] / 1000,
            "load_volume": route.load[1] / 1000,
            "is_late": bool(route.late),
            "is_overloaded": any(route.overload),
        }

    def _evaluate(self):
        """Re-compute times, kilometres and load for the stops as ordered now.

        :raise UserError: when a trip isn't a draft or dispatched
        """
        if any(trip.state not in ("draft", "dispatched") for trip in self):
            raise UserError(
                self.env._("Times can be computed until the trip has started.")
            )
        for trip in self:
            trip._evaluate_one()
        return True

    def _evaluate_one(self):
        plan = self.plan_id or self.env["oms.route.plan"].new(
            {"date": self.date, "company_id": self.company_id.id}
        )
        midnight = plan._to_utc(0.0, self.warehouse_id)
        stops = self.stop_ids.filtered(lambda s: s.state != "skipped").sorted(
            lambda stop: (stop.sequence, stop.id)
        )
        vehicle = self._prepare_vehicle(plan)
        depot = Depot(
            self.warehouse_id.id, *self.warehouse_id.partner_id._oms_get_position()[0]
        )
        places = [stop._prepare_routing_stop(midnight) for stop in stops]
        problem = build_problem([depot], [vehicle], places, plan.speed, plan.detour)
        route = evaluate_route(problem, vehicle, stops.ids)
        self.write(self._prepare_route_values(route, midnight))
        for rank, (stop, visit) in enumerate(zip(stops, route.visits, strict=True), 1):
            # One UPDATE in the end: the ORM gathers these.
            stop.sequence = rank
            stop.planned_arrival = midnight + timedelta(seconds=visit.start)
            stop.planned_departure = midnight + timedelta(seconds=visit.departure)
            stop.is_late = bool(visit.late)
            stop.km_from_previous = visit.distance / 1000

    def _prepare_vehicle(self, plan):
        """The trip's vehicle for the routing package.

        :param oms.route.plan plan: of the trip's day
        """
        vehicle, depot = self.vehicle_id, self.warehouse_id
        return Vehicle(
            id=vehicle.id,
            depot=depot.id,
            capacity=(
                round(vehicle.oms_capacity_weight * 1000) or UNLIMITED,
                round(vehicle.oms_capacity_volume * 1000) or UNLIMITED,
            ),
            shift_start=plan._to_seconds(vehicle.oms_shift_start, depot),
            shift_end=plan._to_seconds(vehicle.oms_shift_end, depot),
            max_stops=vehicle.oms_max_stops,
        )

    def _create_loading_batches(self):
        """Create a host batch per trip and operation type, in the trip's order.

        The host sorts a new batch by zip code, so the order is written afterwards:
        transfers with the same place in their trips in one go.
        """
        self._drop_loading_batches()
        values_list, ranks = [], {}
        for trip in self:
            for stop in trip.stop_ids:
                ranks.update(dict.fromkeys(stop.picking_ids, stop.sequence))
            waiting = trip.stop_ids.picking_ids.filtered(lambda p: p.state != "done")
            by_type = waiting.grouped("picking_type_id")
            values_list += [
                trip._prepare_batch_values(picking_type, pickings)
                for picking_type, pickings in by_type.items()
            ]
        batches = self.env["stock.picking.batch"].create(values_list)
        for batch in batches:
            batch.action_confirm()
        for rank, same in batches.picking_ids.grouped(ranks.get).items():
            same.write({"batch_sequence": rank})
        return batches

    def _prepare_batch_values(self, picking_type, pickings):
        """Values of the loading batch of one operation type."""
        return {
            "oms_trip_id": self.id,
            "company_id": self.company_id.id,
            "picking_type_id": picking_type.id,
            "vehicle_id": self.vehicle_id.id,
            "driver_id": self.driver_id.id,
            "description": self.name,
            "picking_ids": [Command.set(pickings.ids)],
        }

    def _drop_loading_batches(self):
        """Free transfers that didn't go from their loading batch."""
        waiting = self.batch_ids.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        waiting.write({"batch_id": False})
        self.batch_ids.filtered(lambda b: not b.picking_ids).write({"state": "cancel"})
