from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..locks import lock_or_retry


class OmsRoutePlan(models.Model):
    _name = "oms.route.plan"
    _description = "Route Plan"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, copy=False, default="New", readonly=True)
    date = fields.Date(
        required=True, index=True, default=fields.Date.context_today, tracking=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    warehouse_ids = fields.Many2many(
        comodel_name="stock.warehouse",
        string="Warehouses",
        compute="_compute_warehouse_ids",
        store=True,
        readonly=False,
        check_company=True,
    )
    vehicle_ids = fields.Many2many(
        comodel_name="fleet.vehicle",
        string="Vehicles",
        compute="_compute_vehicle_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('oms_warehouse_id', 'in', warehouse_ids)]",
    )
    picking_ids = fields.Many2many(
        comodel_name="stock.picking",
        relation="oms_route_plan_picking_rel",
        column1="plan_id",
        column2="picking_id",
        string="Transfers",
        copy=False,
        check_company=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("dispatched", "Dispatched"),
            ("done", "Done"),
        ],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )
    # Parameters
    carriers = fields.Selection(
        selection=[
            ("own", "Own-fleet carrier only"),
            ("own_or_none", "Own-fleet carrier or none"),
            ("all", "All carriers"),
        ],
        string="Transfers With",
        required=True,
        default="own_or_none",
    )
    include_pickups = fields.Boolean(
        string="Collect Returns",
        default=True,
        help="Also plan the returns that are marked to be collected at the customer.",
    )
    speed = fields.Float(string="Speed (km/h)", default=30.0, required=True)
    detour = fields.Float(
        string="Detour Factor",
        default=1.35,
        required=True,
        help="Road kilometres for one kilometre as the crow flies.",
    )
    service_minutes = fields.Float(
        string="Minutes per Stop", default=5.0, required=True
    )
    earliest_departure = fields.Float(
        help="Hour of the day; no vehicle leaves before, whatever its shift.",
    )
    seconds = fields.Float(
        string="Seconds to Search",
        default=10.0,
        required=True,
        help="The search stops after this time; longer finds shorter routes.",
    )
    max_iterations = fields.Integer(
        string="Most Iterations",
        help="When set, the search stops after this many steps and the same input "
        "gives the same routes every time.",
    )
    seed = fields.Integer(default=1)
    # Result
    trip_ids = fields.One2many(
        comodel_name="oms.trip", inverse_name="plan_id", string="Trips", copy=False
    )
    unserved_ids = fields.One2many(
        comodel_name="oms.route.unserved",
        inverse_name="plan_id",
        string="Left Out",
        copy=False,
    )
    picking_count = fields.Integer(
        string="Transfers Found", compute="_compute_picking_count"
    )
    trip_count = fields.Integer(compute="_compute_result")
    stop_count = fields.Integer(compute="_compute_result")
    unserved_count = fields.Integer(compute="_compute_result")
    km = fields.Float(
        string="Kilometres", digits=(10, 1), compute="_compute_km", store=True
    )
    km_zip = fields.Float(
        string="Kilometres by Zip Code",
        digits=(10, 1),
        readonly=True,
        copy=False,
        help="The same stops on the same vehicles in zip-code order, as Odoo's "
        "batches have them.",
    )
    km_saved = fields.Float(
        string="Saved (%)",
        compute="_compute_km",
        store=True,
        digits=(5, 1),
        help="Against the zip-code order.",
    )
    solver = fields.Char(readonly=True, copy=False)
    solve_seconds = fields.Float(string="Searched (s)", readonly=True, copy=False)

    _positive_parameters = models.Constraint(
        "CHECK (speed > 0 AND detour >= 1 AND service_minutes >= 0 AND seconds > 0)",
        "Speed and seconds must be above 0, the detour factor at least 1.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_warehouse_ids(self):
        Warehouse = self.env["stock.warehouse"]
        for company, plans in self.grouped("company_id").items():
            plans.warehouse_ids = Warehouse.search([("company_id", "=", company.id)])

    @api.depends("warehouse_ids")
    def _compute_vehicle_ids(self):
        vehicles = self.env["fleet.vehicle"].search(
            [("oms_warehouse_id", "in", self.warehouse_ids.ids)]
        )
        for plan in self:
            plan.vehicle_ids = vehicles.filtered(
                lambda v, plan=plan: v.oms_warehouse_id in plan.warehouse_ids._origin
            )

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for plan in self:
            plan.picking_count = len(plan.picking_ids)

    @api.depends("trip_ids.stop_count", "trip_ids.state", "unserved_ids")
    def _compute_result(self):
        for plan in self:
            trips = plan.trip_ids.filtered(lambda trip: trip.state != "cancel")
            plan.trip_count = len(trips)
            plan.stop_count = sum(trips.mapped("stop_count"))
            plan.unserved_count = len(plan.unserved_ids)

    @api.depends("trip_ids.km", "trip_ids.state", "km_zip")
    def _compute_km(self):
        for plan in self:
            trips = plan.trip_ids.filtered(lambda trip: trip.state != "cancel")
            plan.km = sum(trips.mapped("km"))
            plan.km_saved = 100 * (1 - plan.km / plan.km_zip) if plan.km_zip else 0.0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            if values.get("name", "New") == "New":
                company = values.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                values["name"] = sequence.next_by_code("oms.route.plan") or "New"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_dispatched(self):
        if any(plan.state in ("dispatched", "done") for plan in self):
            raise UserError(
                self.env._("A dispatched plan can't be deleted; its trips are real.")
            )

    def unlink(self):
        """Delete the trips first, so that their transfers are free again."""
        self.trip_ids.unlink()
        return super().unlink()

    # === ACTIONS === #

    def action_collect(self):
        """Find the transfers of the day that are ready, and the returns to collect.

        Overdue ones count as of the day too. Replaces the list.
        """
        self._ensure_state("draft", "planned")
        for plan in self:
            plan.picking_ids = self.env["stock.picking"].search(
                plan._get_candidate_domain()
            )
        return True

    def action_plan(self):
        """Make trips with ordered stops; earlier drafts of the plan are replaced.

        :raise UserError: when there is nothing to plan or no vehicle
        """
        self._ensure_state("draft", "planned")
        for plan in self:
            plan._plan()
        return True

    def action_dispatch(self):
        """Hand all draft trips of the plan to their drivers."""
        self._ensure_state("planned", "dispatched")
        self.trip_ids.action_dispatch()
        self.write({"state": "dispatched"})
        return True

    def action_reset(self):
        """Throw the draft trips away and begin again."""
        self._ensure_state("draft", "planned")
        self._discard_drafts()
        self.write({"state": "draft"})
        return True

    def action_view_trips(self):
        """Open the plan's trips."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon_logistics.oms_trip_action"
        )
        action["domain"] = [("plan_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _ensure_state(self, *states):
        """Check that the step fits the plan's state, one dispatcher at a time.

        :raise AccessError: for who doesn't plan routes
        :raise UserError: when it doesn't
        """
        self.check_access("write")
        lock_or_retry(self)
        if any(plan.state not in states for plan in self):
            raise UserError(
                self.env._("This isn't possible any more: the plan has moved on.")
            )

    def _get_candidate_domain(self):
        """Which transfers :meth:`action_collect` finds; extend with ``&``."""
        self.ensure_one()
        Picking = self.env["stock.picking"]
        # The day ends at another moment where the clocks differ.
        ends = self.warehouse_ids.grouped(lambda house: self._to_utc(24.0, house))
        domain = Domain.OR(
            Picking._oms_get_plannable_domain(
                self.company_id, warehouses, until=end, carriers=self.carriers
            )
            for end, warehouses in ends.items()
        )
        if not self.include_pickups:
            domain &= Domain("picking_type_id.code", "=", "outgoing")
        return domain

    def _to_utc(self, hour, warehouse):
        """Turn an hour of the plan's day at a warehouse into a naive UTC datetime.

        :param float hour: 0 to 24, local time
        :param stock.warehouse warehouse: where
        :rtype: datetime
        """
        return warehouse._oms_to_utc(self.date, hour)

    def _to_seconds(self, hour, warehouse):
        """Turn an hour of the plan's day at a warehouse into seconds since midnight.

        On the days when the clocks change, an hour is missing or comes twice.

        :rtype: int
        """
        span = self._to_utc(hour, warehouse) - self._to_utc(0.0, warehouse)
        return round(span.total_seconds())

    def _discard_drafts(self):
        """Remove what an earlier run of the planning left."""
        self.unserved_ids.unlink()
        self.trip_ids.filtered(lambda trip: trip.state == "draft").unlink()

    def _close_when_done(self):
        """Mark plans as done whose trips are all done or cancelled."""
        self.filtered(
            lambda plan: (
                plan.state == "dispatched"
                and all(trip.state in ("done", "cancel") for trip in plan.trip_ids)
            )
        ).write({"state": "done"})
