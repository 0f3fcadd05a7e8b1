from pytz import UTC, timezone

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

# What a channel refunded is recorded by the system; how a line begins.
_OF_CHANNEL = {"qty_by_channel": 0.0, "is_undelivered": False}


class OmsReturnLine(models.Model):
    _name = "oms.return.line"
    _description = "Return Line"
    _order = "return_id, id"
    _check_company_auto = True
    _rec_name = "product_id"

    return_id = fields.Many2one(
        comodel_name="oms.return", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    order_id = fields.Many2one(related="return_id.order_id", store=True)
    currency_id = fields.Many2one(related="return_id.currency_id")
    state = fields.Selection(related="return_id.state", store=True)
    kind = fields.Selection(related="return_id.kind", store=True)
    channel_id = fields.Many2one(related="return_id.channel_id", store=True)
    reason_id = fields.Many2one(related="return_id.reason_id", store=True)
    requested_at = fields.Datetime(related="return_id.requested_at", store=True)
    sale_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Order Line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('order_id', '=', order_id), ('oms_qty_returnable', '>', 0)]",
    )
    # The line that was paid for: differs when a replacement is returned.
    root_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        compute="_compute_root_line_id",
        store=True,
        index=True,
        groups="base.group_user",
    )
    product_id = fields.Many2one(related="sale_line_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="sale_line_id.product_uom_id")
    quantity = fields.Float(string="Asked", digits="Product Unit", default=1.0)
    qty_received = fields.Float(
        string="Received",
        digits="Product Unit",
        compute="_compute_qty_received",
        store=True,
    )
    qty_accepted = fields.Float(
        string="Good",
        digits="Product Unit",
        copy=False,
        help="Accepted, and can be sold again.",
    )
    qty_damaged = fields.Float(
        string="Damaged",
        digits="Product Unit",
        copy=False,
        help="Accepted, but goes to scrap.",
    )
    qty_refused = fields.Float(
        string="Refused",
        digits="Product Unit",
        compute="_compute_qty_refused",
        store=True,
        help="Received but not accepted: goes back to the customer.",
    )
    qty_claimed = fields.Float(
        digits="Product Unit",
        compute="_compute_quantities",
        store=True,
        help="Part of the delivered quantity that cannot be returned again.",
        groups="base.group_user",
    )
    qty_refunded = fields.Float(
        string="Quantity Refunded",
        digits="Product Unit",
        compute="_compute_quantities",
        store=True,
        groups="base.group_user",
    )
    qty_kept = fields.Float(
        digits="Product Unit",
        compute="_compute_quantities",
        store=True,
        help="Refunded, but not received.",
        groups="base.group_user",
    )
    qty_by_channel = fields.Float(
        string="Refunded by Channel",
        digits="Product Unit",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    is_undelivered = fields.Boolean(
        copy=False,
        readonly=True,
        help="Refunded before shipping: the channel lowered the order line instead.",
        groups="base.group_user",
    )
    inspection_note = fields.Char(copy=False, groups="base.group_user")
    exchange_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Replace By",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help="Empty: the same product.",
    )
    exchange_line_id = fields.Many2one(
        comodel_name="sale.order.line", readonly=True, copy=False
    )
    move_ids = fields.One2many(
        comodel_name="stock.move",
        inverse_name="oms_return_line_id",
        groups="stock.group_stock_user,sales_team.group_sale_salesman",
    )
    amount = fields.Monetary(
        string="Value",
        compute="_compute_amount",
        store=True,
        help="What was paid for the quantity, with taxes and discounts.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity to return must be more than zero."
    )
    _inspection_not_negative = models.Constraint(
        "CHECK(qty_accepted >= 0 AND qty_damaged >= 0)",
        "Inspected quantities cannot be negative.",
    )
    _line_once = models.UniqueIndex(
        "(return_id, sale_line_id)", "This order line is already in the return."
    )

    # === COMPUTE METHODS === #

    @api.depends("sale_line_id.oms_exchange_origin_line_id")
    def _compute_root_line_id(self):
        for line in self:
            line.root_line_id = line.sale_line_id._oms_get_paid_chain()[-1:]

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.product_uom")
    def _compute_qty_received(self):
        for line in self:
            done = line.move_ids.filtered(lambda m: m.state == "done")
            line.qty_received = sum(
                move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
                for move in done
            )

    @api.depends("qty_received", "qty_accepted", "qty_damaged", "state")
    def _compute_qty_refused(self):
        for line in self:
            refused = line.qty_received - line.qty_accepted - line.qty_damaged
            is_inspected = line.state in ("received", "done")
            line.qty_refused = max(refused, 0.0) if is_inspected else 0.0

    @api.depends(
        "state",
        "kind",
        "quantity",
        "qty_received",
        "qty_accepted",
        "qty_damaged",
        "qty_by_channel",
        "is_undelivered",
        "return_id.is_goods_kept",
    )
    def _compute_quantities(self):
        for line in self:
            taken = line.qty_accepted + line.qty_damaged
            is_refund = line.kind == "refund"
            is_kept = line.return_id.is_goods_kept
            if line.is_undelivered:
                line.qty_claimed = line.qty_refunded = line.qty_kept = 0.0
                continue
            # A received refund has already lowered the delivered quantity.
            if line.state in ("draft", "review", "approved"):
                gone = line.qty_received if is_refund else 0.0
                line.qty_claimed = max(line.quantity - gone, 0.0)
            elif line.state == "received" and is_kept:
                line.qty_claimed = taken
            elif line.state == "received":
                line.qty_claimed = 0.0 if is_refund else line.qty_received
            elif line.state == "done" and (line.kind == "exchange" or is_kept):
                line.qty_claimed = taken
            else:
                line.qty_claimed = 0.0
            if is_refund and line.state == "done":
                line.qty_refunded = max(taken, line.qty_by_channel)
            else:
                line.qty_refunded = line.qty_by_channel
            line.qty_kept = max(line.qty_refunded - line.qty_received, 0.0)

    @api.depends(
        "state",
        "quantity",
        "qty_accepted",
        "qty_damaged",
        "sale_line_id.price_unit",
        "sale_line_id.discount",
        "sale_line_id.tax_ids",
        "sale_line_id.price_total",
        "order_id.amount_total",
    )
    def _compute_amount(self):
        for line in self:
            value = line._get_goods_value()
            share = line.order_id._oms_get_discount_share(value)
            line.amount = value - share

    # === CONSTRAINT METHODS === #

    @api.constrains("sale_line_id", "return_id")
    def _check_order(self):
        for line in self:
            if line.sale_line_id.order_id != line.return_id.order_id:
                raise ValidationError(
                    self.env._("The product to return is not part of this order.")
                )

    @api.constrains("qty_accepted", "qty_damaged")
    def _check_inspection(self):
        for line in self:
            if line.return_id.is_goods_kept:
                continue
            taken = line.qty_accepted + line.qty_damaged
            if line.product_uom_id.compare(taken, line.qty_received) > 0:
                raise ValidationError(
                    self.env._(
                        "%(product)s: more was accepted than received.",
                        product=line.product_id.display_name,
                    )
                )

    @api.onchange("sale_line_id")
    def _onchange_sale_line_id(self):
        if self.sale_line_id:
            self.quantity = self.sale_line_id.oms_qty_returnable or 1.0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_guarded(vals)
        if not self.env.su:
            # Defaults of users and calls are no way around.
            vals_list = [{**vals, **_OF_CHANNEL} for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_open(("draft", "review"))
        return lines

    def write(self, vals):
        """What was asked for is fixed by the approval, what was found by settling."""
        self._check_guarded(vals)
        if vals.keys() & {"return_id", "sale_line_id", "quantity"}:
            self._check_open(("draft", "review"))
        if vals.keys() & {"qty_accepted", "qty_damaged", "exchange_product_id"}:
            self._check_open(("draft", "review", "approved", "received"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_open(self):
        self._check_open(("draft", "review"))

    def _check_guarded(self, vals):
        if not self.env.su and vals.keys() & _OF_CHANNEL.keys():
            raise UserError(self.env._("Only the channel tells what it refunded."))

    def _check_open(self, states):
        for line in self.filtered(lambda x: x.state not in states):
            raise UserError(
                self.env._(
                    "%(name)s has gone too far: its goods cannot be changed any more.",
                    name=line.return_id.name,
                )
            )

    # === BUSINESS METHODS === #

    def _get_effective_quantity(self):
        """Accepted quantity once inspected, before that what is asked for."""
        self.ensure_one()
        if self.state in ("received", "done"):
            return self.qty_accepted + self.qty_damaged
        return self.quantity

    def _get_goods_value(self):
        """What was paid for the effective quantity, order-wide discounts not
        taken off yet."""
        self.ensure_one()
        quantity = self._get_effective_quantity()
        chain = self.sale_line_id._oms_get_paid_chain()
        return sum(paid._oms_get_value(quantity) for paid in chain)

    def _get_days_since_delivery(self):
        """Days on the customer's calendar since the last delivery of the line.

        :return: None when it is not delivered.
        :rtype: int or None
        """
        self.ensure_one()
        moment = self.sale_line_id._oms_get_delivered_at()
        if not moment:
            return None
        asked = self.return_id.requested_at or fields.Datetime.now()
        company = self.company_id.partner_id
        place = timezone(self.return_id.partner_id.tz or company.tz or "UTC")
        first, last = (
            UTC.localize(when).astimezone(place).date() for when in (moment, asked)
        )
        return max((last - first).days, 0)

    def _prepare_exchange_line(self):
        """Values of the order line that replaces the accepted goods.

        Its price is what the replacement costs more (or less, negative) per unit
        than what was paid.

        :rtype: dict
        """
        self.ensure_one()
        old = self.sale_line_id
        product = self.exchange_product_id or self.product_id
        is_same = product == self.product_id
        vals = {
            "order_id": old.order_id.id,
            "product_id": product.id,
            # read by the customer; the caller set the language
            "name": self.env._(
                "%(product)s (replacement, %(return)s)",
                product=product.display_name,
                **{"return": self.return_id.name},
            ),
            "product_uom_qty": self._get_effective_quantity(),
            "product_uom_id": old.product_uom_id.id if is_same else product.uom_id.id,
            "price_unit": 0.0 if is_same else self._get_price_difference(product),
            "discount": 0.0,
            "tax_ids": [Command.set(old.tax_ids.ids)],
            "sequence": old.sequence,
            "oms_exchange_origin_line_id": old.id,
            "oms_warehouse_id": old.oms_warehouse_id.id,
        }
        return vals

    def _get_price_difference(self, product):
        """Price of ``product`` less what was paid for a unit of the goods.

        :rtype: float
        """
        order = self.order_id
        price = order.pricelist_id._get_product_price(
            product, self.quantity, currency=order.currency_id, date=order.date_order
        )
        if not order.pricelist_id:
            price = product.lst_price
        paid = sum(
            line.price_unit * (1 - line.discount / 100)
            for line in self.sale_line_id._oms_get_paid_chain()
        )
        return order.currency_id.round(price - paid)

    def _prepare_repair(self):
        """Values of the repair of the received goods.

        :rtype: dict
        """
        self.ensure_one()
        move = self.move_ids.filtered(lambda m: m.state == "done")[:1]
        warehouse = move.picking_id.picking_type_id.warehouse_id
        vals = {
            "oms_return_line_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.return_id.partner_id.id,
            "product_id": self.product_id.id,
            "product_qty": self._get_effective_quantity(),
            "product_uom": self.product_uom_id.id,
            "lot_id": move.lot_ids[:1].id,
            "picking_id": move.picking_id.id,
            "repair_request": self.return_id.note,
            "under_warranty": self.return_id.reason_id.is_our_fault,
        }
        if warehouse.repair_type_id:
            vals["picking_type_id"] = warehouse.repair_type_id.id
        return vals
