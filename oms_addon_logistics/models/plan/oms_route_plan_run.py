import math
from datetime import timedelta

from odoo import Command, models
from odoo.exceptions import UserError

from ...routing import (
    UNLIMITED,
    Depot,
    Options,
    Stop,
    Vehicle,
    metres_by_zip,
    solve_doors,
)

# Minutes between two trips of the same vehicle, to unload and load.
TURNAROUND = 20 * 60


class OmsRoutePlan(models.Model):
    """Records → routing problem → trips."""

    _inherit = "oms.route.plan"

    # === BUSINESS METHODS === #

    def _plan(self):
        """Plan the routes of one plan; write trips, stops and what is left out.

        :raise UserError: when there is nothing to plan or no vehicle
        """
        self.ensure_one()
        self._discard_drafts()
        if not self.picking_ids:
            self.action_collect()
        doors = self._group_pickings()
        vehicles = self.vehicle_ids.filtered(
            lambda vehicle: vehicle.oms_warehouse_id in self.warehouse_ids
        )
        if not doors:
            raise UserError(
                self.env._(
                    "No transfer is ready for this day: reserve the stock first, or "
                    "choose other warehouses or carriers."
                )
            )
        if not vehicles:
            raise UserError(
                self.env._(
                    "Choose at least one vehicle whose start depot is one of the "
                    "plan's warehouses."
                )
            )
        self._write_solution(self._solve(doors, vehicles))

    def _get_options(self):
        """How the solver searches; a hook for other addons.

        :rtype: Options
        """
        return Options(
            seconds=self.seconds,
            max_iterations=self.max_iterations,
            seed=self.seed,
        )

    def _group_pickings(self):
        """Transfers to the same door at the same time: one stop where a vehicle can
        carry them all.

        :return: transfers by (warehouse, kind, partner, window)
        :rtype: dict
        """
        free = self.picking_ids.filtered(
            lambda picking: (
                not picking.oms_stop_id
                and not picking.oms_delivered_at
                and (picking.state == "assigned" or picking.oms_brought_back)
            )
        )
        return free.sorted("id").grouped(
            lambda picking: (
                picking.picking_type_id.warehouse_id,
                "delivery" if picking.picking_type_code == "outgoing" else "pickup",
                picking.partner_id,
                picking.oms_window_start,
                picking.oms_window_end,
            )
        )

    def _solve(self, doors, vehicles):
        """Translate records into the routing package's words, and have it search.

        :param dict doors: see :meth:`_group_pickings`
        :param fleet.vehicle vehicles: who drives
        :rtype: DoorPlan
        """
        depots = [
            Depot(warehouse.id, *self._get_depot_position(warehouse))
            for warehouse in vehicles.oms_warehouse_id
        ]
        stops = [
            [self._prepare_stop(key, picking) for picking in pickings]
            for key, pickings in doors.items()
        ]
        return solve_doors(
            depots,
            self._prepare_vehicles(vehicles),
            stops,
            self._get_options(),
            self.speed,
            self.detour,
        )

    def _get_depot_position(self, warehouse):
        """Latitude and longitude of a warehouse.

        :raise UserError: when it has no usable address
        """
        position, _approximate = warehouse.partner_id._oms_get_position()
        if position[0] is None:
            raise UserError(
                self.env._(
                    "%(warehouse)s has no position: enter the coordinates or the "
                    "province of its address.",
                    warehouse=warehouse.name,
                )
            )
        return position

    def _prepare_vehicles(self, vehicles):
        """Vehicles with what is left of their shift.

        :rtype: list[Vehicle]
        """
        busy = self._get_busy_until(vehicles)
        result = []
        for vehicle in vehicles:
            depot = vehicle.oms_warehouse_id
            opening = max(vehicle.oms_shift_start, self.earliest_departure)
            start = max(self._to_seconds(opening, depot), busy.get(vehicle, 0))
            closing = self._to_seconds(vehicle.oms_shift_end, depot)
            result.append(
                Vehicle(
                    id=vehicle.id,
                    depot=depot.id,
                    capacity=(
                        round(vehicle.oms_capacity_weight * 1000) or UNLIMITED,
                        round(vehicle.oms_capacity_volume * 1000) or UNLIMITED,
                    ),
                    shift_start=start,
                    shift_end=max(closing, start),
                    skills=frozenset(vehicle.oms_skill_ids.ids),
                    max_stops=vehicle.oms_max_stops,
                )
            )
        return result

    def _get_busy_until(self, vehicles):
        """When vehicles are back from other trips of the day.

        :return: seconds since midnight by vehicle
        :rtype: dict
        """
        rows = self.env["oms.trip"]._read_group(
            [
                ("vehicle_id", "in", vehicles.ids),
                ("date", "=", self.date),
                ("state", "in", ("draft", "dispatched", "started")),
                ("planned_end", "!=", False),
            ],
            ["vehicle_id"],
            ["planned_end:max"],
        )
        return {
            vehicle: round(
                (end - self._to_utc(0.0, vehicle.oms_warehouse_id)).total_seconds()
            )
            + TURNAROUND
            for vehicle, end in rows
        }

    def _prepare_stop(self, key, picking):
        """One transfer as the routing package knows it.

        :param tuple key: its door, see :meth:`_group_pickings`
        :rtype: Stop
        """
        warehouse, kind, partner, _start, _end = key
        (latitude, longitude), _approximate = partner._oms_get_position()
        products = picking.move_ids.product_id
        return Stop(
            id=picking.id,
            latitude=latitude,
            longitude=longitude,
            demand=tuple(map(self._to_thousandths, picking._oms_get_load())),
            service=round(self.service_minutes * 60),
            windows=self._prepare_windows(picking),
            pickup=kind == "pickup",
            skills=frozenset(products.product_tmpl_id.oms_skill_ids.ids),
            priority=1 if picking.priority == "1" else 0,
            depot=warehouse.id,
            zip_code=partner.zip or "",
        )

    @staticmethod
    def _to_thousandths(amount):
        """Grams of kilograms, litres of cubic metres: whole, and never too little.

        What binary fractions add (0.1 + 0.2) is no gram.
        """
        return math.ceil(round(amount * 1000, 6))

    def _prepare_windows(self, picking):
        """The transfer's window in seconds of the plan's day at its warehouse.

        A window that ended before the day is overdue: any time is right then.
        """
        warehouse = picking.picking_type_id.warehouse_id
        midnight = self._to_utc(0.0, warehouse)
        day = self._to_seconds(24.0, warehouse)
        early, late = (
            round((moment - midnight).total_seconds()) if moment else default
            for moment, default in (
                (picking.oms_window_start, 0),
                (picking.oms_window_end, day),
            )
        )
        if late <= 0 or (early <= 0 and late >= day) or late < early:
            return ()
        return ((max(early, 0), late),)

    def _write_solution(self, found):
        """Create the trips with their stops, and the list of what is left out.

        :param DoorPlan found: of the routing package
        """
        Picking = self.env["stock.picking"]
        known = self.picking_ids.ids  # read together
        pickings = {
            stop: Picking.browse(ids).with_prefetch(known)
            for stop, ids in found.members.items()
        }
        trips = self.env["oms.trip"].create(
            [
                self._prepare_trip_values(found.problem, route, pickings)
                for route in found.solution.routes
            ]
        )
        self.env["oms.route.unserved"].create(
            [
                {
                    "plan_id": self.id,
                    "picking_id": picking.id,
                    "reason": item.reason.value,
                }
                for item in found.solution.unserved
                for picking in pickings[item.stop]
            ]
        )
        self.write(
            {
                "state": "planned",
                "km_zip": metres_by_zip(found.problem, found.solution) / 1000,
                "solver": found.solution.method,
                "solve_seconds": found.solution.seconds,
            }
        )
        return trips

    def _prepare_trip_values(self, problem, route, pickings):
        """Values of a trip with its stops, from a route."""
        vehicle = self.env["fleet.vehicle"].browse(route.vehicle)
        midnight = self._to_utc(0.0, vehicle.oms_warehouse_id)
        stops = {stop.id: stop for stop in problem.stops}
        return {
            "plan_id": self.id,
            "company_id": self.company_id.id,
            "date": self.date,
            "warehouse_id": vehicle.oms_warehouse_id.id,
            "vehicle_id": vehicle.id,
            **self.env["oms.trip"]._prepare_route_values(route, midnight),
            "stop_ids": [
                Command.create(
                    {
                        **self._prepare_trip_stop_values(
                            pickings[visit.stop], stops[visit.stop], visit
                        ),
                        "sequence": rank,
                    }
                )
                for rank, visit in enumerate(route.visits, 1)
            ],
        }

    def _prepare_trip_stop_values(self, pickings, stop, visit):
        """Values of a trip's stop, from a visit of the route.

        :param stock.picking pickings: of one door
        """
        partner, first = pickings.partner_id, pickings[0]
        (latitude, longitude), approximate = partner._oms_get_position()
        midnight = self._to_utc(0.0, first.picking_type_id.warehouse_id)
        return {
            "partner_id": partner.id,
            "picking_ids": [Command.set(pickings.ids)],
            "kind": "pickup" if stop.pickup else "delivery",
            "window_start": first.oms_window_start,
            "window_end": first.oms_window_end,
            "service_minutes": stop.service / 60,
            **pickings._oms_prepare_load_values(),
            "latitude": latitude,
            "longitude": longitude,
            "position_approximate": approximate,
            "planned_arrival": midnight + timedelta(seconds=visit.start),
            "planned_departure": midnight + timedelta(seconds=visit.departure),
            "is_late": bool(visit.late),
            "km_from_previous": visit.distance / 1000,
        }
