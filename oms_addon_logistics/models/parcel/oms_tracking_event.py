from odoo import api, fields, models

EVENT_CODES = [
    ("waybill", "Waybill number assigned"),
    ("dispatched", "Handed to the driver"),
    ("in_transit", "In transit"),
    ("started", "Out for delivery"),
    ("arrived", "The driver has arrived"),
    ("delivered", "Delivered"),
    ("collected", "Return collected"),
    ("failed", "Delivery attempt failed"),
    ("removed", "Taken off the trip, will be planned again"),
]


class OmsTrackingEvent(models.Model):
    _name = "oms.tracking.event"
    _description = "Tracking Event"
    _order = "occurred_at desc, id desc"
    _check_company_auto = True
    _rec_name = "code"

    picking_id = fields.Many2one(
        comodel_name="stock.picking",
        string="Transfer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    order_id = fields.Many2one(
        related="picking_id.sale_id", string="Order", store=True, index="btree_not_null"
    )
    stop_id = fields.Many2one(
        comodel_name="oms.trip.stop",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    code = fields.Selection(selection=EVENT_CODES, string="Event", required=True)
    occurred_at = fields.Datetime(
        string="Time", required=True, default=fields.Datetime.now
    )
    place = fields.Char(help="Where it happened, as the customer may read it.")
    text = fields.Char(string="Remark", help="What the customer reads besides.")
    label = fields.Char(
        compute="_compute_label", help="The event in the reader's language."
    )
    remark = fields.Char(
        string="Reason or Remark",
        compute="_compute_remark",
        compute_sudo=True,
        help="Why it failed, or the remark, in the reader's language.",
    )
    key = fields.Char(
        required=True,
        copy=False,
        help="Tells events apart, so that none is recorded twice.",
    )

    _key_unique = models.UniqueIndex(
        "(picking_id, key)", "This event is recorded already."
    )

    # === COMPUTE METHODS === #

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for event in self:
            event.label = labels.get(event.code)

    @api.depends("text", "code", "stop_id.failure_reason_id.name")
    @api.depends_context("lang")
    def _compute_remark(self):
        for event in self:
            reason = event.code == "failed" and event.stop_id.failure_reason_id.name
            event.remark = event.text or reason

    # === BUSINESS METHODS === #

    @api.model
    def _record(self, values_list):
        """Record events once; a known key is passed over.

        :param list[dict] values_list: picking_id, key and code; optional
            occurred_at, stop_id, place, text
        :return: the new events
        """
        if not values_list:
            return self
        known = {
            (event.picking_id.id, event.key)
            for event in self.search(
                [
                    ("picking_id", "in", [v["picking_id"] for v in values_list]),
                    ("key", "in", list({v["key"] for v in values_list})),
                ]
            )
        }
        return self.create(
            [v for v in values_list if (v["picking_id"], v["key"]) not in known]
        )
