from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_time

OPEN_STOPS = ("planned", "arrived")


class OmsTrip(models.Model):
    _name = "oms.trip"
    _description = "Trip"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, planned_start, id"
    _check_company_auto = True

    name = fields.Char(required=True, copy=False, default="New", readonly=True)
    active = fields.Boolean(default=True)
    plan_id = fields.Many2one(
        comodel_name="oms.route.plan",
        string="Route Plan",
        index=True,
        ondelete="cascade",
        check_company=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        string="Depot",
        required=True,
        check_company=True,
    )
    vehicle_id = fields.Many2one(
        comodel_name="fleet.vehicle",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    driver_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_driver_id",
        store=True,
        readonly=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Driver's User",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Sees the trip on the phone page.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("dispatched", "Dispatched"),
            ("started", "On the Road"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )
    stop_ids = fields.One2many(
        comodel_name="oms.trip.stop", inverse_name="trip_id", string="Stops"
    )
    batch_ids = fields.One2many(
        comodel_name="stock.picking.batch",
        inverse_name="oms_trip_id",
        string="Loading Batches",
        groups="stock.group_stock_user",
    )
    planned_start = fields.Datetime(string="Planned Departure")
    planned_end = fields.Datetime(string="Planned Return")
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    km = fields.Float(string="Kilometres", digits=(10, 1))
    duration = fields.Float(
        string="Hours", compute="_compute_duration", store=True, help="As planned."
    )
    load_weight = fields.Float(string="Load (kg)", help="Heaviest load on the way.")
    load_volume = fields.Float(string="Load (m³)", help="Largest load on the way.")
    load_percentage = fields.Float(
        string="Load",
        compute="_compute_load_percentage",
        help="The fuller of weight and volume.",
    )
    is_late = fields.Boolean(
        string="Late", help="A stop or the return comes after its time, as planned."
    )
    is_overloaded = fields.Boolean(string="Overloaded")
    stop_count = fields.Integer(compute="_compute_stop_counts", store=True)
    open_count = fields.Integer(
        string="Open Stops", compute="_compute_stop_counts", store=True
    )
    delivered_count = fields.Integer(
        string="Delivered Stops", compute="_compute_stop_counts", store=True
    )
    failed_count = fields.Integer(
        string="Failed Stops", compute="_compute_stop_counts", store=True
    )
    progress = fields.Float(compute="_compute_stop_counts", store=True)
    vehicle_name = fields.Char(compute="_compute_vehicle_name", compute_sudo=True)
    plate = fields.Char(
        compute="_compute_vehicle_name",
        compute_sudo=True,
        help="License plate, by which drivers know their vehicle; else its name.",
    )
    tz = fields.Char(
        string="Time Zone",
        compute="_compute_tz",
        compute_sudo=True,
        help="Local time of the depot, in which the driver reads the times.",
    )
    local_times = fields.Char(
        compute="_compute_local_times",
        help="Departure and return as the clock at the depot shows them.",
    )
    depot_latitude = fields.Float(
        digits=(10, 7), compute="_compute_depot", compute_sudo=True
    )
    depot_longitude = fields.Float(
        digits=(10, 7), compute="_compute_depot", compute_sudo=True
    )

    # One tour at a time: a vehicle that is on the road can't start another.
    _one_started_trip = models.UniqueIndex(
        "(vehicle_id) WHERE state = 'started'",
        "This vehicle is on the road already: finish its trip first.",
    )

    # === COMPUTE METHODS === #

    @api.depends("vehicle_id")
    def _compute_driver_id(self):
        for trip in self:
            trip.driver_id = trip.vehicle_id.driver_id

    @api.depends("driver_id")
    def _compute_user_id(self):
        users = dict(
            self.env["res.users"]._read_group(
                [
                    ("partner_id", "in", self.driver_id.ids),
                    *self._get_driver_domain(),
                ],
                ["partner_id"],
                ["id:recordset"],
            )
        )
        for trip in self:
            trip.user_id = users.get(trip.driver_id, self.env["res.users"])[:1]

    @api.model
    def _get_driver_domain(self):
        """Users who can work on a trip: drivers, and people of the office who drive.

        :rtype: Domain
        """
        drivers = self.env.ref("oms_addon_logistics.group_oms_driver")
        return Domain("share", "=", False) | Domain("all_group_ids", "in", drivers.ids)

    @api.depends("planned_start", "planned_end")
    def _compute_duration(self):
        for trip in self:
            span = (
                trip.planned_end - trip.planned_start
                if trip.planned_start and trip.planned_end
                else timedelta()
            )
            trip.duration = span.total_seconds() / 3600

    @api.depends("vehicle_id", "load_weight", "load_volume")
    def _compute_load_percentage(self):
        for trip in self:
            vehicle = trip.vehicle_id.sudo()  # drivers may not read vehicles
            trip.load_percentage = max(
                100 * load / capacity if capacity else 0.0
                for load, capacity in (
                    (trip.load_weight, vehicle.oms_capacity_weight),
                    (trip.load_volume, vehicle.oms_capacity_volume),
                )
            )

    @api.depends("stop_ids.state")
    def _compute_stop_counts(self):
        for trip in self:
            states = trip.stop_ids.mapped("state")
            trip.stop_count = len(states)
            trip.open_count = sum(state in OPEN_STOPS for state in states)
            trip.delivered_count = states.count("delivered")
            trip.failed_count = states.count("failed")
            trip.progress = 100 * (1 - trip.open_count / len(states)) if states else 0.0

    @api.depends("vehicle_id")
    def _compute_vehicle_name(self):
        for trip in self:
            trip.vehicle_name = trip.vehicle_id.display_name
            trip.plate = trip.vehicle_id.license_plate or trip.vehicle_name

    @api.depends(
        "warehouse_id.partner_id.tz",
        "warehouse_id.partner_id.country_id",
        "company_id.partner_id.tz",
    )
    def _compute_tz(self):
        for trip in self:
            trip.tz = trip.warehouse_id and trip.warehouse_id._oms_get_timezone()

    @api.depends("tz", "planned_start", "planned_end")
    @api.depends_context("tz")
    def _compute_local_times(self):
        """Only where the reader's clock shows another time."""
        for trip in self:
            times = [
                format_time(self.env, moment, tz=trip.tz, time_format="HH:mm")
                for moment in (trip.planned_start, trip.planned_end)
                if moment
            ]
            elsewhere = times and trip.tz != self.env.tz.zone
            trip.local_times = elsewhere and f"{' – '.join(times)} ({trip.tz})"

    @api.depends("warehouse_id")
    def _compute_depot(self):
        for trip in self:
            depot = trip.warehouse_id.partner_id
            (latitude, longitude), _rough = depot._oms_get_position()
            trip.depot_latitude = latitude or 0.0
            trip.depot_longitude = longitude or 0.0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            if values.get("name", "New") == "New":
                company = values.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                values["name"] = sequence.next_by_code("oms.trip") or "New"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(trip.state not in ("draft", "cancel") for trip in self):
            raise UserError(
                self.env._("Only trips that are draft or cancelled can be deleted.")
            )

    def unlink(self):
        """Delete the stops first, so that their transfers are free again."""
        self._drop_loading_batches()
        self.stop_ids.unlink()
        return super().unlink()

    # === ACTIONS === #

    def action_dispatch(self):
        """Hand draft trips to their drivers and make the loading batches.

        A trip that isn't a draft is passed over, so calling twice is harmless. Of
        several, those that lost all their stops are cancelled, unless all have.

        :raise UserError: when a trip has no driver or no stops
        """
        self.check_access("write")
        trips = self._lock().filtered(lambda trip: trip.state == "draft")
        trips._drop_unready()
        if len(trips) > 1:
            # One that lost all its stops doesn't hold up the others.
            empty = trips.filtered(lambda trip: not trip.open_count)
            if empty != trips:
                empty.action_cancel()
                trips -= empty
        for trip in trips:
            if not trip.open_count:
                raise UserError(self.env._("%(trip)s has no stops.", trip=trip.name))
            if not trip.user_id:
                raise UserError(
                    self.env._(
                        "Choose a driver with a user account for %(trip)s "
                        "(%(vehicle)s).",
                        trip=trip.name,
                        vehicle=trip.vehicle_id.display_name,
                    )
                )
        trips.write({"state": "dispatched"})
        trips._create_loading_batches()
        trips._record_events("dispatched")
        return True

    def action_start(self):
        """Start dispatched trips (button of the dispatcher)."""
        return self._start()

    def action_finish(self):
        """Finish started trips (button of the dispatcher)."""
        return self._finish()

    def action_cancel(self):
        """Cancel trips that haven't started; their transfers can be planned again.

        :raise UserError: when a trip is on the road or done
        """
        self.check_access("write")
        trips = self._lock().filtered(lambda trip: trip.state != "cancel")
        if any(trip.state in ("started", "done") for trip in trips):
            raise UserError(
                self.env._("A trip that has started is finished, not cancelled.")
            )
        trips._record_events("removed", trips.filtered(lambda t: t.state != "draft"))
        trips.write({"state": "cancel"})
        trips.stop_ids.write({"state": "skipped"})
        trips.stop_ids.picking_ids._oms_bring_back()
        trips._drop_loading_batches()
        return True

    def action_evaluate(self):
        """Compute arrival times, kilometres and load anew, in the present order."""
        self.check_access("write")
        return self._evaluate()
