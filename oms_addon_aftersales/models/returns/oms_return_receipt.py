from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class OmsReturn(models.Model):
    """The goods of a return: receipt, scrap, and back to the customer."""

    _inherit = "oms.return"

    picking_ids = fields.One2many(
        comodel_name="stock.picking",
        inverse_name="oms_return_id",
        string="Transfers",
        groups="stock.group_stock_user,sales_team.group_sale_salesman",
    )
    picking_count = fields.Integer(compute="_compute_picking_count", compute_sudo=True)
    scrap_ids = fields.One2many(
        comodel_name="stock.scrap",
        inverse_name="oms_return_id",
        groups="stock.group_stock_user",
    )
    is_goods_kept = fields.Boolean(
        string="Customer Keeps the Goods",
        copy=False,
        help="Nothing is sent back: the refund is made without a receipt.",
    )

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for rma in self:
            rma.picking_count = len(rma.picking_ids)

    # === ACTION METHODS === #

    def action_receive_all(self):
        """Validate the receipts with everything that was asked for.

        :return: the host's window where it needs an answer (lots, serial numbers).
        """
        self.ensure_one()
        self.check_access("write")
        receipts = self._get_open_receipts()
        if not receipts and self.state == "approved":
            if any(self.line_ids.mapped("qty_received")):
                self._on_goods_received()
                return True
            # the warehouse cancelled the receipt, and the goods came after all
            self.activity_unlink(["mail.mail_activity_data_todo"])
            self._create_receipts()
            receipts = self._get_open_receipts()
        for move in receipts.move_ids:
            move.quantity = move.product_uom_qty
        receipts.move_ids.picked = True
        return receipts.button_validate()

    def action_view_pickings(self):
        """Open the transfers of the return."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["domain"] = [("oms_return_id", "=", self.id)]
        action["context"] = {}
        if len(self.picking_ids) == 1:
            action.update(res_id=self.picking_ids.id, views=[(False, "form")])
        return action

    # === BUSINESS METHODS === #

    def _get_open_receipts(self):
        return self.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel") and not p._oms_is_send_back()
        )

    def _create_receipts(self):
        """Make the return transfers, one per delivery the goods came with.

        Uses the host's return wizard, so its rules for locations and links hold.
        """
        for rma in self:
            if rma.is_goods_kept:
                rma._accept_without_receipt()
                continue
            for picking, shares in rma._split_by_delivery().items():
                receipt = rma._return_picking(picking, shares)
                receipt.write({"oms_return_id": rma.id, "oms_pickup": rma.is_pickup})

    def _split_by_delivery(self):
        """Share the asked quantities over the deliveries, the latest first.

        :return: what to return of each delivery's moves, in the move's unit.
        :rtype: dict of stock.picking to dict of stock.move to (line, quantity)
        :raise UserError: when fewer goods were delivered than asked.
        """
        self.ensure_one()
        plan = defaultdict(dict)
        for line in self.line_ids:
            left = line.quantity
            for move in line.sale_line_id._oms_get_delivered_moves():
                free = move._oms_get_quantity_to_return()
                free = move.product_uom._compute_quantity(free, line.product_uom_id)
                taken = min(left, free)
                if line.product_uom_id.compare(taken, 0) <= 0:
                    continue
                left -= taken
                plan[move.picking_id][move] = (
                    line,
                    line.product_uom_id._compute_quantity(taken, move.product_uom),
                )
            if line.product_uom_id.compare(left, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s: %(quantity)s of the return were never delivered.",
                        product=line.product_id.display_name,
                        quantity=left,
                    )
                )
        return plan

    def _return_picking(self, picking, shares):
        """Make one return transfer of ``picking``.

        :param dict shares: stock.move to (oms.return.line, quantity).
        :rtype: stock.picking
        """
        # The service makes receipts without being a member of the warehouse.
        wizard = (
            self.env["stock.return.picking"].sudo().create({"picking_id": picking.id})
        )
        for item in wizard.product_return_moves:
            line, quantity = shares.get(item.move_id, (self.env["oms.return.line"], 0))
            item.write(
                {
                    "quantity": quantity,
                    "oms_return_line_id": line.id,
                    # a replacement or repair leaves the delivered quantity alone
                    "to_refund": self.kind == "refund",
                }
            )
        receipt = wizard._create_return().sudo(False)
        return receipt.with_env(self.env)

    def _cancel_receipts(self):
        for rma in self:
            # Receipts that this return made; the service may lack stock rights.
            rma._get_open_receipts().sudo().action_cancel()

    def _accept_without_receipt(self):
        for line in self.line_ids:
            line.qty_accepted = line.quantity
        self._transition("received")

    def _on_goods_received(self):
        """Called when a receipt is done: goes on once none is open."""
        for rma in self:
            if rma.state != "approved" or rma._get_open_receipts():
                continue
            for line in rma.line_ids:
                # more than that is accepted by hand only
                line.qty_accepted = min(line.qty_received, line.quantity)
            rma._transition("received")

    def _on_receipt_cancelled(self):
        """Called when the warehouse cancels a receipt: the rest will not come."""
        for rma in self.filtered(lambda r: r.state == "approved"):
            if any(rma.line_ids.mapped("qty_received")):
                rma._on_goods_received()
            elif not rma._get_open_receipts():
                rma._oms_ask_role(
                    "service",
                    "receipt_cancelled",
                    lambda env: env._(
                        "The receipt was cancelled. Cancel the return as well?"
                    ),
                )

    def _check_accepted(self):
        """Refuse to accept more than the customer has: not in another return.

        :raise UserError: naming the product.
        """
        for line in self.line_ids:
            sale_line = line.sale_line_id
            # what is refused goes back and counts as delivered again
            free = sale_line.qty_delivered + line.qty_refused
            free -= sale_line.oms_qty_claimed
            if line.product_uom_id.compare(free, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(product)s: only %(quantity)s can be accepted.",
                        product=line.product_id.display_name,
                        quantity=max(line._get_effective_quantity() + free, 0),
                    )
                )

    def _get_received_moves(self):
        return self.line_ids.move_ids.filtered(
            lambda m: m.state == "done" and not m.picking_id._oms_is_send_back()
        )

    def _scrap_damaged(self):
        """Scrap what arrived damaged, from where it was received."""
        values = [
            vals
            for line in self.line_ids.filtered("qty_damaged")
            for vals in self._prepare_scraps(line)
        ]
        # Part of the return; inspecting needs no right to scrap other things.
        for scrap in self.env["stock.scrap"].sudo().create(values):
            scrap.do_scrap()
            # Now and alone: of several, mrp works out the first and sets the rest to 1.
            scrap.flush_recordset(["scrap_qty"])

    def _prepare_scraps(self, line):
        """Values of the scraps of a line: one per place and serial number.

        :rtype: list of dict
        """
        values = []
        left = line.qty_damaged
        unit = line.product_uom_id
        moves = self._get_received_moves() & line.move_ids
        for item in moves.move_line_ids:
            there = item.product_uom_id._compute_quantity(item.quantity, unit)
            taken = min(left, there)
            if unit.compare(taken, 0) <= 0:
                continue
            left -= taken
            values.append(
                {
                    "oms_return_id": self.id,
                    "company_id": self.company_id.id,
                    "product_id": line.product_id.id,
                    "product_uom_id": unit.id,
                    "scrap_qty": taken,
                    "picking_id": item.picking_id.id,
                    "location_id": item.location_dest_id.id,
                    "lot_id": item.lot_id.id,
                    "origin": self.name,
                }
            )
        return values

    def _send_back(self, quantities):
        """Deliver goods of this return back to the customer.

        :param dict quantities: oms.return.line to quantity in the line's unit.
        :return: the new transfers.
        :rtype: stock.picking
        """
        self.ensure_one()
        sent = self.env["stock.picking"]
        left = dict(quantities)
        moves = self._get_received_moves()
        for receipt, receipt_moves in moves.grouped("picking_id").items():
            shares = {}
            for move in receipt_moves:
                line = move.oms_return_line_id
                unit = line.product_uom_id
                there = move.product_uom._compute_quantity(move.quantity, unit)
                taken = min(left.get(line, 0.0), there)
                if unit.compare(taken, 0) > 0:
                    left[line] -= taken
                    shares[move] = (
                        self.env["oms.return.line"],
                        unit._compute_quantity(taken, move.product_uom),
                    )
            if shares:
                sent |= self._return_picking(receipt, shares)
        sent.write({"oms_return_id": self.id, "oms_is_send_back": True})
        return sent
