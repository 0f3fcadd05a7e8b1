from odoo import Command, fields, models

from ..people import in_language_of


class OmsReturn(models.Model):
    """Replacement and repair."""

    _inherit = "oms.return"

    repair_ids = fields.One2many(
        comodel_name="repair.order",
        inverse_name="oms_return_id",
        string="Repairs",
        groups="stock.group_stock_user",
    )

    # === BUSINESS METHODS - EXCHANGE === #

    def _settle_exchange(self):
        """Order the replacements as new lines; the host delivers them.

        The same product costs nothing; another one costs the difference, which
        is invoiced with the order, or credited here when it is in our debt.
        """
        self.ensure_one()
        # The service adds lines to orders of other sales people.
        order = self.order_id.sudo()
        taken = self.line_ids.filtered(lambda x: x._get_effective_quantity())
        was_locked = order.locked
        if was_locked:
            order.action_unlock()  # a locked order would deliver nothing
        speakers = in_language_of(taken, self.partner_id)
        values = [line._prepare_exchange_line() for line in speakers]
        new_lines = self.env["sale.order.line"].sudo().create(values)
        for line, new_line in zip(taken, new_lines, strict=True):
            line.exchange_line_id = new_line
        if was_locked:
            order.action_lock()
        self._refund_price_differences(new_lines.filtered(lambda x: x.price_unit < 0))

    def _refund_price_differences(self, lines):
        """Give back what the replacements cost less."""
        if not lines:
            return
        amount = -sum(lines.mapped("price_total"))
        # The difference follows from the two prices; no accountant is needed.
        note = self._prepare_difference_note(lines)
        if note:
            move = self.env["account.move"].sudo().create(note)
            move.action_post()
            self._write_guarded({"amount_credited": move.amount_total})
        self._refund_money_of_exchange(amount)

    def _prepare_difference_note(self, lines):
        # Invoices are closed to the service; the note follows from the exchange.
        order = in_language_of(self.order_id.sudo(), self.partner_id)
        if not order.invoice_ids.filtered(lambda m: m.state == "posted"):
            return None
        vals = order._prepare_invoice()
        vals.update(move_type="out_refund", oms_return_id=self.id, ref=self.name)
        vals["invoice_line_ids"] = [
            Command.create(line._prepare_invoice_line(quantity=-line.product_uom_qty))
            for line in lines
        ]
        return vals

    def _refund_money_of_exchange(self, amount):
        # The order's total has fallen by the new line already.
        currency = self.currency_id
        self.order_id.oms_return_ids._drop_needless_payments()
        paid = self.order_id._oms_get_paid_amount()
        refunded = self.order_id.oms_return_ids.filtered(
            lambda r: r.kind == "refund" and r.state == "done"
        )
        worth = self.order_id.amount_total - sum(refunded.mapped("amount_settled"))
        due = min(amount, paid - worth)
        if currency.compare_amounts(due, 0) > 0:
            self._write_guarded({"amount_paid_back": due})
            left = self._refund_by_providers(due)
            if currency.compare_amounts(left, 0) > 0:
                self._propose_payment(left)

    # === BUSINESS METHODS - REPAIR === #

    def _settle_repair(self):
        """Make one repair per line; the return stays open until they are done.

        :return: False while a repair is open.
        """
        self.ensure_one()
        taken = self.line_ids.filtered(lambda x: x._get_effective_quantity())
        if not self.repair_ids and taken:
            values = [line._prepare_repair() for line in taken]
            # The workshop's records; the service only asks for them.
            self.env["repair.order"].sudo().create(values)
        return self._are_repairs_done()

    def _are_repairs_done(self):
        # Repairs are read by the workshop; the service only needs their state.
        return all(r.state in ("done", "cancel") for r in self.sudo().repair_ids)

    def _on_repaired(self):
        """Send repaired goods back once the last repair is done."""
        for rma in self:
            if rma.state == "received" and rma._are_repairs_done():
                rma._send_back({x: x._get_effective_quantity() for x in rma.line_ids})
                rma._transition("done")

    def action_view_repairs(self):
        """Open the repairs of the return."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs"),
            "res_model": "repair.order",
            "view_mode": "list,form",
            "domain": [("oms_return_id", "=", self.id)],
        }
