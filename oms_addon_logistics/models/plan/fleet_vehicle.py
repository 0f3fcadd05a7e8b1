from odoo import api, fields, models


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    oms_warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        string="Start Depot",
        check_company=True,
        index="btree_not_null",
        help="Warehouse where the vehicle is loaded and where its trips start and end.",
    )
    oms_capacity_weight = fields.Float(
        string="Payload (kg)",
        compute="_compute_oms_capacity",
        store=True,
        readonly=False,
        help="Load limit for route planning; 0 means no limit. Taken from the "
        "vehicle's category unless set here.",
    )
    oms_capacity_volume = fields.Float(
        string="Load Space (m³)",
        compute="_compute_oms_capacity",
        store=True,
        readonly=False,
        help="Volume limit for route planning; 0 means no limit. Taken from the "
        "vehicle's category unless set here.",
    )
    oms_max_stops = fields.Integer(
        string="Most Stops", help="Stops on one trip at most; 0 means no limit."
    )
    oms_shift_start = fields.Float(
        string="Shift Start", default=8.0, help="Hour of the day, local time."
    )
    oms_shift_end = fields.Float(
        string="Shift End", default=18.0, help="Hour of the day, local time."
    )
    oms_skill_ids = fields.Many2many(
        comodel_name="oms.route.skill",
        relation="oms_route_skill_vehicle_rel",
        column1="vehicle_id",
        column2="skill_id",
        string="Skills",
    )
    oms_trip_ids = fields.One2many(
        comodel_name="oms.trip", inverse_name="vehicle_id", string="Trips"
    )

    _oms_shift_order = models.Constraint(
        "CHECK (oms_shift_end > oms_shift_start AND oms_shift_start >= 0 "
        "AND oms_shift_end <= 24)",
        "The shift must end after it starts, both between 0:00 and 24:00.",
    )

    @api.depends(
        "category_id.weight_capacity", "category_id.volume_capacity", "category_id"
    )
    def _compute_oms_capacity(self):
        """Take the category's limits (host fields, in kg and m³) as defaults."""
        for vehicle in self:
            category = vehicle.category_id
            vehicle.oms_capacity_weight = category.weight_capacity
            vehicle.oms_capacity_volume = category.volume_capacity
