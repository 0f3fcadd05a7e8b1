import secrets

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# A transfer is taken by a stop in one of these states; a failed or skipped
# stop lets it go.
HOLDING_STATES = ("planned", "arrived", "delivered")
OPEN_STATES = ("planned", "arrived")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    oms_stop_ids = fields.Many2many(
        comodel_name="oms.trip.stop",
        relation="oms_trip_stop_picking_rel",
        column1="picking_id",
        column2="stop_id",
        string="Stops",
        copy=False,
        groups="stock.group_stock_user",
        help="Every attempt, also failed ones.",
    )
    oms_stop_id = fields.Many2one(
        comodel_name="oms.trip.stop",
        string="Stop",
        compute="_compute_oms_stop_id",
        store=True,
        index="btree_not_null",
        help="The stop that carries this transfer now.",
    )
    oms_trip_id = fields.Many2one(
        related="oms_stop_id.trip_id",
        string="Trip",
        store=True,
        index="btree_not_null",
    )
    oms_window_start = fields.Datetime(string="Deliver After", copy=False)
    oms_window_end = fields.Datetime(string="Deliver Before", copy=False)
    oms_parcel_count = fields.Integer(
        string="Parcels",
        compute="_compute_oms_parcel_count",
        help="Packages of the transfer; 1 when nothing is packed.",
    )
    oms_tracking_token = fields.Char(
        compute="_compute_oms_tracking_token", store=True, copy=False
    )
    oms_tracking_url = fields.Char(
        string="Tracking Page", compute="_compute_oms_tracking_url"
    )
    oms_tracking_event_ids = fields.One2many(
        comodel_name="oms.tracking.event", inverse_name="picking_id", string="Tracking"
    )
    oms_delivered_at = fields.Datetime(
        string="Handed Over On", readonly=True, copy=False
    )
    # Was validated when its stop was closed without delivering it.
    oms_brought_back = fields.Boolean("Brought Back", readonly=True, copy=False)

    _oms_tracking_token_unique = models.UniqueIndex(
        "(oms_tracking_token) WHERE oms_tracking_token IS NOT NULL",
        "Two transfers can't have the same tracking token.",
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_stop_ids.state")
    def _compute_oms_stop_id(self):
        """One stop at most holds a transfer: the column is the lock.

        Two plans that take the same transfer at once both write this row, so
        the database makes the second one start again and see the first.
        """
        for picking in self:
            picking.oms_stop_id = picking.oms_stop_ids.filtered(
                lambda stop: stop.state in HOLDING_STATES
            )[:1]

    @api.depends("move_line_ids.result_package_id")
    def _compute_oms_parcel_count(self):
        for picking in self:
            picking.oms_parcel_count = len(picking.move_line_ids.result_package_id) or 1

    @api.depends("picking_type_id.code")
    def _compute_oms_tracking_token(self):
        for picking in self:
            token = picking.oms_tracking_token
            if not token and picking.picking_type_id.code in ("outgoing", "incoming"):
                token = secrets.token_urlsafe(24)
            picking.oms_tracking_token = token

    @api.depends("oms_tracking_token")
    def _compute_oms_tracking_url(self):
        for picking in self:
            picking.oms_tracking_url = (
                f"{picking.get_base_url()}/oms/track/{picking.oms_tracking_token}"
                if picking.oms_tracking_token
                else False
            )

    # === ACTIONS === #

    def action_cancel(self):
        """Take cancelled transfers off their stops."""
        # sudo: the host reads the batch as whoever cancels, also a salesman who may not
        loading = self.sudo().filtered(
            lambda picking: picking.state != "done" and picking.batch_id.oms_trip_id
        )
        loading.write({"batch_id": False})
        result = super().action_cancel()
        self.filtered(lambda picking: picking.state == "cancel")._oms_leave_stop()
        return result

    def action_oms_mark_delivered(self):
        """Note by hand that a carrier has delivered.

        :raise UserError: when a transfer hasn't been shipped
        """
        self.check_access("write")
        self.env["oms.tracking.event"].check_access("create")
        if any(picking.state != "done" for picking in self):
            raise UserError(
                self.env._("Validate the transfer first: it isn't shipped.")
            )
        fresh = self._oms_mark_delivered()
        self.env["oms.tracking.event"]._record(
            [
                {"picking_id": picking.id, "code": "delivered", "key": "delivered"}
                for picking in fresh
            ]
        )
        return True

    # === BUSINESS METHODS === #

    def _oms_leave_stop(self):
        """Leave the stops; a stop that has no transfer left is skipped."""
        # sudo: whoever cancels an order need not be a dispatcher
        leaving = self.sudo().filtered(lambda p: p.oms_stop_id.state in OPEN_STATES)
        stops = leaving.oms_stop_id
        stops.write({"picking_ids": [Command.unlink(pid) for pid in leaving.ids]})
        empty = stops.filtered(lambda stop: not stop.picking_ids)
        empty.write({"state": "skipped"})
        for stop in stops - empty:
            # One UPDATE in the end: the ORM gathers these.
            stop.update(stop.picking_ids._oms_prepare_load_values())

    @api.model
    def _oms_get_plannable_domain(self, company, warehouses, until, carriers="own"):
        """Which transfers a route plan may take.

        :param res.company company: company of the plan
        :param stock.warehouse warehouses: deliveries from, and returns to, these
        :param datetime until: scheduled before this moment (UTC)
        :param str carriers: "own" (own-fleet carrier), "own_or_none", or "all"
        :return: domain on stock.picking
        :rtype: Domain
        """
        # Validated before it was loaded, then brought back: it is at the depot, though
        # no stock. What was taken back into stock isn't.
        brought_back = Domain(
            [
                ("oms_brought_back", "=", True),
                ("oms_delivered_at", "=", False),
                ("return_ids", "not any", [("state", "!=", "cancel")]),
            ]
        )
        domain = (Domain("state", "=", "assigned") | brought_back) & Domain(
            [
                ("company_id", "=", company.id),
                ("oms_stop_id", "=", False),
                ("picking_type_id.warehouse_id", "in", warehouses.ids),
                ("scheduled_date", "<", until),
            ]
        )
        outgoing = Domain("picking_type_id.code", "=", "outgoing")
        own = Domain("carrier_id.delivery_type", "=", "oms_fleet")
        if carriers == "own":
            outgoing &= own
        elif carriers == "own_or_none":
            outgoing &= own | Domain("carrier_id", "=", False)
        pickup = Domain("picking_type_id.code", "=", "incoming") & Domain(
            "oms_pickup", "=", True
        )
        return domain & (outgoing | pickup)

    def _oms_bring_back(self):
        """Note what left the stock before a stop that was closed undelivered.

        What is validated later was fetched, or left in another way.
        """
        self.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing"
        ).oms_brought_back = True

    def _create_backorder_picking(self):
        """The rest is due in the same window."""
        backorder = super()._create_backorder_picking()
        backorder.write(
            {
                "oms_window_start": self.oms_window_start,
                "oms_window_end": self.oms_window_end,
            }
        )
        return backorder

    def _oms_mark_delivered(self, moment=None):
        """Note when the customer got the goods; the first moment stays.

        Used by stops and by carriers' tracking events.

        :param datetime moment: UTC, now by default
        :return: the transfers that weren't delivered before
        """
        fresh = self.filtered(lambda picking: not picking.oms_delivered_at)
        fresh.write({"oms_delivered_at": moment or fields.Datetime.now()})
        return fresh
