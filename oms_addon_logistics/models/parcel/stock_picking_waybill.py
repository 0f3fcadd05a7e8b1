from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .delivery_carrier import WAYBILL_TYPES


class StockPicking(models.Model):
    """Waybill numbers, load, and what happens at the customer's door."""

    _inherit = "stock.picking"

    oms_waybill = fields.Char(string="Waybill", readonly=True, copy=False)

    _oms_waybill_unique = models.UniqueIndex(
        "(carrier_id, oms_waybill) WHERE oms_waybill IS NOT NULL",
        "This waybill number is in use already.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """A number belongs to its carrier: with another one it is void."""
        if "carrier_id" in vals:
            self._oms_void_waybills(vals["carrier_id"])
        return super().write(vals)

    # === ACTIONS === #

    def action_oms_assign_waybill(self):
        """Give the transfers their waybill numbers, before they are validated.

        Transfers that have one keep it.

        :raise AccessError: for who doesn't work in the warehouse
        :raise UserError: when none of them has a carrier that gives numbers
        """
        self._oms_check_may_label()
        if not self._oms_needs_waybill() and not any(p.oms_waybill for p in self):
            raise UserError(
                self.env._(
                    "Choose a delivery method of type own fleet, or one with our "
                    "waybill numbers, first."
                )
            )
        self._oms_assign_waybills()
        return True

    def action_oms_print_labels(self):
        """Print a shipping label for each parcel; missing numbers are assigned.

        :raise AccessError: for who doesn't work in the warehouse
        """
        self._oms_check_may_label()
        self._oms_assign_waybills()
        return self.env.ref(
            "oms_addon_logistics.action_report_shipping_label"
        ).report_action(self, data={})  # not None: the answer goes over RPC, too

    # === BUSINESS METHODS === #

    def _oms_check_may_label(self):
        """The host lets salespeople and accountants change transfers, too.

        :raise AccessError: for who doesn't work in the warehouse
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("The warehouse prints labels and waybills."))

    def _oms_void_waybills(self, carrier_id):
        """Take the numbers of other carriers off what isn't shipped yet.

        :param int carrier_id: the new carrier
        """
        void = self.filtered(
            lambda picking: (
                picking.oms_waybill
                and picking.state != "done"
                and picking.carrier_id.id != carrier_id
            )
        )
        void.filtered(lambda p: p.carrier_tracking_ref == p.oms_waybill).write(
            {"carrier_tracking_ref": False}
        )
        void.write({"oms_waybill": False})

    def _oms_needs_waybill(self):
        """Those that should have a number and have none."""
        return self.filtered(
            lambda picking: (
                picking.carrier_id.delivery_type in WAYBILL_TYPES
                and picking.picking_type_code == "outgoing"
                and picking.state != "cancel"
                and not picking.oms_waybill
            )
        )

    def _oms_assign_waybills(self):
        """Draw a number for each transfer without one, one query per carrier."""
        lacking = self._oms_needs_waybill()
        if not lacking:
            return lacking
        lacking.check_access("write")
        numbers = {}
        for carrier, pickings in lacking.grouped("carrier_id").items():
            drawn = carrier._oms_next_waybills(len(pickings))
            numbers.update(zip(pickings, drawn, strict=True))
        lacking._oms_write_waybills(numbers)
        self.env["oms.tracking.event"].sudo()._record(  # the system's own record
            [
                {
                    "picking_id": picking.id,
                    "code": "waybill",
                    "key": f"waybill/{number}",
                    "text": number,
                }
                for picking, number in numbers.items()
            ]
        )
        return lacking

    def _oms_write_waybills(self, numbers):
        """Write a different number on each transfer with a single UPDATE.

        ``write`` of this model is long (batches, docks, messages), and hundreds
        of labels are printed at once.

        :param dict numbers: number by transfer
        """
        names = ["oms_waybill", "carrier_tracking_ref"]
        self.flush_recordset(names)
        values = [
            {
                "oms_waybill": numbers[picking],
                "carrier_tracking_ref": picking.carrier_tracking_ref
                or numbers[picking],
            }
            for picking in self
        ]
        self._write_multi(values)
        self.invalidate_recordset(names, flush=False)
        self.modified(names)

    def _oms_get_load(self):
        """Weight and volume that the transfers put on a vehicle.

        :return: kilograms, cubic metres
        :rtype: tuple[float, float]
        """
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        return (
            sum(picking.shipping_weight or picking.weight for picking in self),
            sum(
                move.product_uom._compute_quantity(
                    move._oms_get_quantity(), move.product_id.uom_id, round=False
                )
                * move.product_id.volume
                for move in moves
            ),
        )

    def _oms_prepare_load_values(self):
        """What a stop says of the load of these transfers.

        :rtype: dict
        """
        weight, volume = self._oms_get_load()
        return {
            "weight": weight,
            "volume": volume,
            "parcel_count": sum(self.mapped("oms_parcel_count")),
        }

    def _oms_validate_at_stop(self):
        """Validate the transfers that a driver handed over.

        Those that the warehouse validated before are left alone; a part that
        wasn't reserved becomes a backorder, as in the host.

        :raise UserError: when a transfer was cancelled or can't be validated
        """
        waiting = self.filtered(lambda picking: picking.state != "done")
        cancelled = waiting.filtered(lambda picking: picking.state == "cancel")
        if cancelled:
            raise UserError(
                self.env._(
                    "%(names)s was cancelled: please bring the goods back.",
                    names=", ".join(cancelled.mapped("name")),
                )
            )
        if not waiting:
            return
        lost = waiting.filtered(lambda picking: picking.state != "assigned")
        if lost:  # somebody took the reservation while the goods were on the road
            lost.action_assign()
        # The driver answers no wizards: backorders are made, no SMS is confirmed.
        waiting.with_context(skip_backorder=True, skip_sms=True).button_validate()
        stuck = waiting.filtered(lambda picking: picking.state != "done")
        if stuck:
            raise UserError(
                self.env._(
                    "%(names)s can't be validated; please call the dispatcher.",
                    names=", ".join(stuck.mapped("name")),
                )
            )
