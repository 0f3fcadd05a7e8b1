from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_time

from ..stock_picking import HOLDING_STATES


class OmsTripStop(models.Model):
    _name = "oms.trip.stop"
    _description = "Stop of a Trip"
    _order = "trip_id, sequence, id"
    _check_company_auto = True
    _rec_name = "partner_id"

    trip_id = fields.Many2one(
        comodel_name="oms.trip",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="trip_id.company_id", store=True)
    trip_state = fields.Selection(related="trip_id.state", string="State of the Trip")
    user_id = fields.Many2one(
        related="trip_id.user_id", store=True, index="btree_not_null"
    )
    date = fields.Date(related="trip_id.date", store=True)
    sequence = fields.Integer(default=10)
    number = fields.Integer(
        string="No.", compute="_compute_number", help="1 is the first stop."
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True
    )
    picking_ids = fields.Many2many(
        comodel_name="stock.picking",
        relation="oms_trip_stop_picking_rel",
        column1="stop_id",
        column2="picking_id",
        string="Transfers",
        check_company=True,
        groups="stock.group_stock_user,sales_team.group_sale_salesman",
    )
    kind = fields.Selection(
        selection=[("delivery", "Delivery"), ("pickup", "Pickup")],
        required=True,
        default="delivery",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("arrived", "Arrived"),
            ("delivered", "Delivered"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
    )
    # Plan
    planned_arrival = fields.Datetime()
    planned_departure = fields.Datetime()
    local_arrival = fields.Char(
        compute="_compute_local_arrival",
        help="Planned arrival as the clock at the depot shows it.",
    )
    window_start = fields.Datetime(string="Not Before")
    window_end = fields.Datetime(string="Not After")
    service_minutes = fields.Float(string="Minutes at the Stop")
    is_late = fields.Boolean(string="Late", help="Planned after its time window.")
    km_from_previous = fields.Float(string="Kilometres", digits=(10, 1))
    weight = fields.Float(string="Weight (kg)")
    volume = fields.Float(string="Volume (m³)")
    parcel_count = fields.Integer(string="Parcels")
    latitude = fields.Float(digits=(10, 7), help="Where the stop is planned.")
    longitude = fields.Float(digits=(10, 7))
    position_approximate = fields.Boolean(
        help="The address has no coordinates: the centre of the city or province "
        "was used.",
    )
    # What happened
    arrived_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    failure_reason_id = fields.Many2one(
        comodel_name="oms.stop.failure.reason", readonly=True, copy=False
    )
    recipient_name = fields.Char(string="Received By", readonly=True, copy=False)
    photo = fields.Image(max_width=1600, max_height=1600, readonly=True, copy=False)
    signature = fields.Image(max_width=1024, max_height=1024, readonly=True, copy=False)
    proof_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    proof_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    note = fields.Text(readonly=True, copy=False)
    # For the driver, who may not read transfers and orders
    partner_name = fields.Char(compute="_compute_contact", compute_sudo=True)
    phone = fields.Char(compute="_compute_contact", compute_sudo=True)
    address = fields.Char(compute="_compute_contact", compute_sudo=True)
    order_names = fields.Char(
        string="Orders", compute="_compute_contents", compute_sudo=True
    )
    waybills = fields.Char(compute="_compute_contents", compute_sudo=True)
    contents = fields.Text(compute="_compute_contents", compute_sudo=True)

    # === COMPUTE METHODS === #

    @api.depends("trip_id.stop_ids.sequence")
    def _compute_number(self):
        for trip, stops in self.grouped("trip_id").items():
            order = trip.stop_ids.sorted(lambda stop: (stop.sequence, stop._origin.id))
            numbers = {stop: index for index, stop in enumerate(order, 1)}
            for stop in stops:
                stop.number = numbers.get(stop, 0)

    @api.depends("planned_arrival", "trip_id.tz")
    def _compute_local_arrival(self):
        for stop in self:
            stop.local_arrival = stop.planned_arrival and format_time(
                self.env, stop.planned_arrival, tz=stop.trip_id.tz, time_format="HH:mm"
            )

    @api.depends("partner_id")
    @api.depends_context("lang")  # the country
    def _compute_contact(self):
        for stop in self:
            partner = stop.partner_id
            stop.partner_name = partner.name or partner.parent_id.name
            stop.phone = partner.phone or partner.parent_id.phone
            lines = partner._display_address(without_company=True).splitlines()
            stop.address = ", ".join(line.strip() for line in lines if line.strip())

    @api.depends("picking_ids")
    @api.depends_context("lang")
    def _compute_contents(self):
        for stop in self:
            pickings = stop.picking_ids
            stop.order_names = ", ".join(
                dict.fromkeys(p.sale_id.name or p.origin or p.name for p in pickings)
            )
            stop.waybills = ", ".join(
                filter(None, pickings.mapped("carrier_tracking_ref"))
            )
            stop.contents = "\n".join(
                f"{move._oms_get_quantity():g} × {move.product_id.display_name}"
                for move in pickings.move_ids
                if move.state != "cancel"
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("picking_ids", "state")
    def _check_one_active_trip(self):
        """A transfer rides on one trip at a time."""
        held = self.filtered(lambda stop: stop.state in HOLDING_STATES).picking_ids
        for picking in held:
            holders = picking.oms_stop_ids.filtered(
                lambda stop: stop.state in HOLDING_STATES
            )
            if len(holders) > 1:
                raise ValidationError(
                    self.env._(
                        "%(transfer)s is on %(trips)s already.",
                        transfer=picking.name,
                        trips=", ".join(holders.trip_id.mapped("name")),
                    )
                )
