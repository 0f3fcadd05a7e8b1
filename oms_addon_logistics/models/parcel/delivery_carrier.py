from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...waybill import make_waybill
from ..locks import lock_or_retry

WAYBILL_TYPES = ("oms_generic", "oms_fleet")


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[
            ("oms_generic", "Carrier with Our Waybill Numbers"),
            ("oms_fleet", "Own Fleet"),
        ],
        ondelete={"oms_generic": "set default", "oms_fleet": "set default"},
    )
    oms_waybill_prefix = fields.Char(
        string="Waybill Prefix",
        help="Letters and leading digits that the carrier gave you.",
    )
    oms_waybill_digits = fields.Integer(
        string="Digits", default=10, help="The counter is filled up with zeros."
    )
    oms_waybill_check = fields.Selection(
        selection=[
            ("none", "None"),
            ("gs1", "GS1, modulo 10"),
            ("luhn", "Luhn, modulo 10"),
            ("s10", "Postal S10, modulo 11"),
            ("mod7", "Modulo 7"),
        ],
        string="Check Digit",
        default="luhn",
    )
    oms_waybill_sequence_id = fields.Many2one(
        comodel_name="ir.sequence",
        string="Waybill Counter",
        copy=False,
        readonly=True,
        groups="base.group_system",
    )
    oms_waybill_next = fields.Integer(
        string="Next Number",
        compute="_compute_oms_waybill_next",
        inverse="_inverse_oms_waybill_next",
        compute_sudo=True,
    )
    oms_waybill_last = fields.Integer(
        string="Last Number", help="End of the range you were given; 0 means no end."
    )

    _oms_waybill_digits_fit = models.Constraint(
        "CHECK (oms_waybill_digits BETWEEN 1 AND 18)",
        "The counter has 1 to 18 digits.",
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_waybill_sequence_id.number_next_actual")
    def _compute_oms_waybill_next(self):
        for carrier in self:
            sequence = carrier.oms_waybill_sequence_id
            carrier.oms_waybill_next = sequence.number_next_actual if sequence else 1

    def _inverse_oms_waybill_next(self):
        # sudo: the counter is a technical record of the carrier
        for carrier in self.sudo():
            sequence = carrier._oms_get_waybill_sequence()
            sequence.number_next_actual = carrier.oms_waybill_next

    # === BUSINESS METHODS === #

    def _oms_get_waybill_sequence(self):
        """The carrier's counter, made at its first use."""
        self.ensure_one()
        carrier = self.sudo()  # the counter is a technical record of the carrier
        if not carrier.oms_waybill_sequence_id:
            lock_or_retry(carrier)
            carrier.oms_waybill_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": f"Waybill {self.name}",
                        "code": "oms.waybill",
                        "company_id": self.company_id.id,
                    }
                )
            )
        return carrier.oms_waybill_sequence_id

    def _oms_next_waybills(self, count):
        """Draw numbers; a number is never given out twice, even after an error.

        :param int count: how many
        :rtype: list[str]
        :raise UserError: when the range has run out
        """
        self.ensure_one()
        sequence = self._oms_get_waybill_sequence()
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        counters = [row[0] for row in rows]
        if self.oms_waybill_last and counters[-1] > self.oms_waybill_last:
            raise UserError(
                self.env._(
                    "%(carrier)s has no waybill numbers left after %(last)s: enter "
                    "the next range on the delivery method.",
                    carrier=self.name,
                    last=self.oms_waybill_last,
                )
            )
        return [
            make_waybill(
                self.oms_waybill_prefix or "",
                counter,
                self.oms_waybill_digits,
                self.oms_waybill_check or "none",
            )
            for counter in counters
        ]

    # Carrier with our waybill numbers (the host calls these by name)

    @api.private  # for the host only: it takes records
    def oms_generic_rate_shipment(self, order):
        """Fixed price; see the host's ``fixed`` provider."""
        return self.fixed_rate_shipment(order)

    @api.private  # for the host only: it takes records
    def oms_generic_send_shipping(self, pickings):
        """Give each transfer its waybill number.

        :return: one dict with exact_price and tracking_number per transfer
        :rtype: list[dict]
        """
        pickings._oms_assign_waybills()
        return [
            {"exact_price": self.fixed_price, "tracking_number": picking.oms_waybill}
            for picking in pickings
        ]

    @api.private  # for the host only: it takes records
    def oms_generic_get_tracking_link(self, picking):
        """The carrier's own page, from the template in Tracking Link."""
        return self.fixed_get_tracking_link(picking)

    @api.private  # for the host only: it takes records
    def oms_generic_cancel_shipment(self, pickings):
        """Void the numbers; they aren't used again."""
        pickings.write({"oms_waybill": False})

    # Own fleet

    @api.private  # for the host only: it takes records
    def oms_fleet_rate_shipment(self, order):
        """Fixed price; see the host's ``fixed`` provider."""
        return self.fixed_rate_shipment(order)

    @api.private  # for the host only: it takes records
    def oms_fleet_send_shipping(self, pickings):
        """As for a carrier: a waybill number for each transfer."""
        return self.oms_generic_send_shipping(pickings)

    @api.private  # for the host only: it takes records
    def oms_fleet_get_tracking_link(self, picking):
        """Our own tracking page."""
        return picking.oms_tracking_url

    @api.private  # for the host only: it takes records
    def oms_fleet_cancel_shipment(self, pickings):
        """Void the numbers; they aren't used again."""
        return self.oms_generic_cancel_shipment(pickings)
