from odoo import api, fields, models
from odoo.tools import SQL

from ..readers import SEES_RETURNS


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oms_return_line_ids = fields.One2many(
        comodel_name="oms.return.line",
        inverse_name="sale_line_id",
        groups=SEES_RETURNS,
    )
    oms_root_return_line_ids = fields.One2many(
        comodel_name="oms.return.line",
        inverse_name="root_line_id",
        groups=SEES_RETURNS,
    )
    oms_exchange_origin_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Replaces",
        index="btree_not_null",
        copy=False,
        help="The order line that was paid for and whose goods this line replaces.",
    )
    oms_qty_claimed = fields.Float(
        string="In Returns",
        digits="Product Unit",
        compute="_compute_oms_return_quantities",
        store=True,
    )
    oms_qty_refunded = fields.Float(
        string="Quantity Refunded",
        digits="Product Unit",
        compute="_compute_oms_return_quantities",
        store=True,
        help="Given back or refunded: not invoiced again.",
    )
    oms_qty_kept = fields.Float(
        digits="Product Unit",
        compute="_compute_oms_return_quantities",
        store=True,
        help="Refunded although this line's goods did not come back.",
    )
    oms_qty_returnable = fields.Float(
        string="Can Be Returned",
        digits="Product Unit",
        compute="_compute_oms_qty_returnable",
        search="_search_oms_qty_returnable",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "oms_return_line_ids.qty_claimed",
        "oms_return_line_ids.qty_refunded",
        "oms_return_line_ids.qty_kept",
        "oms_root_return_line_ids.qty_refunded",
    )
    def _compute_oms_return_quantities(self):
        for line in self:
            own = line.oms_return_line_ids
            # returns of goods that replaced this line's goods
            replaced = line.oms_root_return_line_ids - own
            line.oms_qty_claimed = sum(own.mapped("qty_claimed"))
            line.oms_qty_refunded = sum((own | replaced).mapped("qty_refunded"))
            line.oms_qty_kept = sum(own.mapped("qty_kept")) + sum(
                replaced.mapped("qty_refunded")
            )

    @api.depends("qty_delivered", "oms_qty_claimed", "display_type", "product_id")
    def _compute_oms_qty_returnable(self):
        for line in self:
            if line.display_type or line.product_id.type != "consu":
                line.oms_qty_returnable = 0.0
            else:
                line.oms_qty_returnable = max(
                    line.qty_delivered - line.oms_qty_claimed, 0.0
                )

    def _search_oms_qty_returnable(self, operator, value):
        if operator != ">":
            return NotImplemented
        query = self._search(
            [("product_id.type", "=", "consu"), ("display_type", "=", False)]
        )
        query.add_where(
            SQL(
                "sale_order_line.qty_delivered - "
                "COALESCE(sale_order_line.oms_qty_claimed, 0) > %s",
                value,
            )
        )
        return [("id", "in", query)]

    @api.depends("oms_qty_refunded", "oms_qty_kept", "oms_exchange_origin_line_id")
    def _compute_qty_to_invoice(self):
        result = super()._compute_qty_to_invoice()
        for line in self:
            if line._oms_is_free_replacement():
                line.qty_to_invoice = 0.0
            else:
                line.qty_to_invoice -= line._oms_get_qty_not_invoiced()
        return result

    @api.depends("oms_qty_refunded", "oms_qty_kept", "oms_exchange_origin_line_id")
    def _compute_invoice_status(self):
        result = super()._compute_invoice_status()
        for line in self:
            if line.state != "sale" or line.invoice_status not in ("no", "upselling"):
                continue
            billed = line.qty_invoiced + line.oms_qty_refunded
            if line._oms_is_free_replacement() or (
                line.oms_qty_refunded
                and line.product_uom_id.compare(billed, line.product_uom_qty) >= 0
            ):
                line.invoice_status = "invoiced"
        return result

    @api.depends("oms_qty_refunded", "oms_qty_kept")
    def _compute_amount_to_invoice(self):
        result = super()._compute_amount_to_invoice()
        for line in self:
            if line.product_uom_qty and line._oms_get_qty_not_invoiced():
                unit_total = line.price_total / line.product_uom_qty
                line.amount_to_invoice -= unit_total * line._oms_get_qty_not_invoiced()
        return result

    # === BUSINESS METHODS === #

    def _oms_is_free_replacement(self):
        return bool(self.oms_exchange_origin_line_id) and not self.price_unit

    def _oms_get_qty_not_invoiced(self):
        """Quantity that the host would invoice again although it was refunded.

        Under policy *delivery* a receipt has lowered the delivered quantity
        already, so only refunds without a receipt count.
        """
        self.ensure_one()
        if self.state != "sale" or self.display_type:
            return 0.0
        if self.product_id.invoice_policy == "order":
            return self.oms_qty_refunded
        return self.oms_qty_kept

    def _oms_is_divided(self, quantity):
        """Whether ``quantity`` would cut a piece in two.

        :param float quantity: in the line's unit.
        :rtype: bool
        """
        self.ensure_one()
        unit = self.product_uom_id
        piece = self.env.ref("uom.product_uom_unit")
        if not unit._has_common_reference(piece):
            return False
        pieces = unit._compute_quantity(quantity, piece, round=False)
        is_all = unit.compare(quantity, self.oms_qty_returnable) == 0
        return not is_all and piece.compare(pieces, round(pieces)) != 0

    def _oms_lock_for_return(self):
        """Make parallel returns of these lines follow one another.

        Rows are rewritten, not only locked: a transaction that waited must fail
        and be played again, because its snapshot misses the other's return.
        """
        self.flush_recordset()
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order_line SET write_uid = write_uid WHERE id IN %s",
                    tuple(sorted(self.ids)),
                )
            )

    def _oms_get_paid_chain(self):
        """This line and those it replaces: together they are what was paid."""
        chain = line = self
        while line.oms_exchange_origin_line_id:
            line = line.oms_exchange_origin_line_id
            chain += line
        return chain

    def _oms_get_value(self, quantity):
        """Return what ``quantity`` of the line costs, with discount and taxes.

        :param float quantity: in the line's unit.
        :return: amount in the order's currency, rounded as on an invoice.
        :rtype: float
        """
        self.ensure_one()
        if not quantity:
            return 0.0
        AccountTax = self.env["account.tax"]
        company = self.company_id or self.env.company
        base_line = self._prepare_base_line_for_taxes_computation(quantity=quantity)
        AccountTax._add_tax_details_in_base_line(base_line, company)
        AccountTax._round_base_lines_tax_details([base_line], company)
        return base_line["tax_details"]["total_included_currency"]

    def _oms_get_delivered_moves(self):
        """Return the done moves to the customer, the latest first."""
        moves = self.move_ids.filtered(
            lambda m: (
                m.state == "done"
                and m.location_dest_id.usage == "customer"
                and not m.origin_returned_move_id
            )
        )
        return moves.sorted(lambda m: (m.date, m.id), reverse=True)

    def _oms_get_delivered_at(self):
        """Return when the goods were last delivered; False when they were not.

        Extended by what knows better than the transfer (a driver's stop).
        """
        self.ensure_one()
        moment = self._oms_get_delivered_moves()[:1].date
        return moment and max(moment, self.order_id.oms_delivered_at or moment)
