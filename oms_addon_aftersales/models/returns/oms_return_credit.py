from odoo import Command, models

from ..people import in_language_of


class OmsReturn(models.Model):
    _inherit = "oms.return"

    # === BUSINESS METHODS - CREDIT NOTE === #

    def _credit(self):
        """Make and post the credit notes for the accepted goods.

        :return: what the customer gets back, in the order's currency: the total
            of the credit notes and the value of what was never invoiced.
        :rtype: float
        """
        self.ensure_one()
        # The service settles returns without being an accountant; the customer
        # reads the credit note.
        rma = in_language_of(self.sudo(), self.partner_id)
        wanted = rma._get_quantities_to_credit()
        plan, left = rma._share_over_invoices(wanted)
        notes = rma.env["account.move"]
        if rma.amount_fixed and not plan:
            # money without goods: credited on the last invoice
            plan = dict.fromkeys(rma._get_posted_invoices()[:1], {})
        for invoice, quantities in plan.items():
            notes |= rma._reverse_invoice(invoice, quantities)
        if notes:
            rma._add_adjustments(notes[:1])
            notes.write({"oms_return_id": self.id})
            notes.action_post()
            rma._reconcile_with_invoices(notes, rma.env["account.move"].concat(*plan))
        credited = sum(notes.mapped("amount_total"))
        if notes and any(left.values()):
            amount = credited + sum(x._oms_get_value(q) for x, q in left.items())
        else:
            amount = credited if notes else rma.amount_refund
        self._write_guarded({"amount_credited": credited})
        return amount

    def _get_quantities_to_credit(self):
        """Accepted quantity per order line, with the lines it had replaced.

        :rtype: dict of sale.order.line to float
        """
        wanted = {}
        for line in self.line_ids:
            quantity = line._get_effective_quantity()
            for paid in line.sale_line_id._oms_get_paid_chain():
                if quantity and not paid._oms_is_free_replacement():
                    wanted[paid] = wanted.get(paid, 0.0) + quantity
        return wanted

    def _share_over_invoices(self, wanted):
        """Say which invoice lines give back which quantity, the latest first.

        :param dict wanted: sale.order.line to quantity.
        :return: quantities per invoice line per invoice, and what is not invoiced.
        :rtype: tuple of two dicts
        """
        plan, left = {}, {}
        for sale_line, quantity in wanted.items():
            invoice_lines = sale_line.invoice_lines.filtered(
                lambda x: x.move_id.state == "posted"
            )
            bills = invoice_lines.filtered(
                lambda x: x.move_id.move_type == "out_invoice" and x.quantity > 0
            )
            credited = {
                bill: sum(
                    x.quantity
                    for x in invoice_lines
                    if x.move_id.reversed_entry_id == bill.move_id
                )
                for bill in bills
            }
            for bill in bills.sorted("id", reverse=True):
                unit = bill.product_uom_id
                need = sale_line.product_uom_id._compute_quantity(quantity, unit)
                taken = min(need, bill.quantity - credited[bill])
                if unit.compare(taken, 0) <= 0:
                    continue
                plan.setdefault(bill.move_id, {})[bill] = taken
                quantity -= unit._compute_quantity(taken, sale_line.product_uom_id)
            left[sale_line] = max(quantity, 0.0)
        return plan, left

    def _get_posted_invoices(self):
        return self.order_id.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        ).sorted("id", reverse=True)

    def _reverse_invoice(self, invoice, quantities):
        """Reverse ``invoice`` for some quantities only; the note stays a draft.

        :param dict quantities: invoice line to quantity.
        :rtype: account.move
        """
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.with_company(invoice.company_id).create(
            {"reason": self.name, "journal_id": invoice.journal_id.id}
        )
        wizard.refund_moves()
        note = wizard.new_move_ids
        left = dict(quantities)
        commands = []
        for line in note.invoice_line_ids:
            bill = next(
                (b for b in left if b.sale_line_ids == line.sale_line_ids), None
            )
            if bill:
                commands.append(
                    Command.update(
                        line.id, {"quantity": left.pop(bill), "extra_tax_data": False}
                    )
                )
            else:
                commands.append(Command.delete(line.id))
        note.write({"invoice_line_ids": commands})
        return note

    def _add_adjustments(self, note):
        """Add what lessens the refund: order-wide discounts and the fee.

        A refund that the channel fixed gets one line that makes it exact.
        """
        commands = [Command.create(v) for v in self._prepare_discount_lines(note)]
        if self.fee_percent:
            commands += [Command.create(v) for v in self._prepare_fee_lines(note)]
        if commands:
            note.write({"invoice_line_ids": commands})
        if self.amount_fixed:
            difference = self.amount_fixed - note.amount_total
            if not self.currency_id.is_zero(difference):
                vals = self._prepare_difference_line(note, difference)
                note.write({"invoice_line_ids": [Command.create(vals)]})

    def _prepare_discount_lines(self, note):
        """Share of each discount line on the whole order.

        Counted from the sum of all returns so far, so that cents neither
        appear nor vanish over several partial returns.
        """
        order = self.order_id
        total = order._oms_get_goods_total()
        earlier = order.oms_return_ids.filtered(
            lambda r: r.kind == "refund" and r.state == "done" and r.amount_credited
        )
        before = sum(line._get_goods_value() for line in earlier.line_ids)
        now = sum(line._get_goods_value() for line in self.line_ids)
        account = note.invoice_line_ids[:1].account_id
        values = []
        for line in order._oms_get_discount_lines():
            price = line.price_unit * line.product_uom_qty * (1 - line.discount / 100)
            share = self.currency_id.round(price * (before + now) / total)
            share -= self.currency_id.round(price * before / total)
            if self.currency_id.is_zero(share):
                continue
            values.append(
                {
                    "name": self.env._("Share of: %(name)s", name=line.name),
                    "quantity": 1,
                    "price_unit": share,
                    "tax_ids": [Command.set(line.tax_ids.ids)],
                    "account_id": account.id,
                }
            )
        return values

    def _prepare_fee_lines(self, note):
        """The fee takes a percentage off each credited line, taxes included."""
        return [
            {
                "name": self.env._(
                    "Restocking fee %(percent)s%%: %(name)s",
                    percent=f"{self.fee_percent:g}",
                    name=line.product_id.display_name or line.name,
                ),
                "quantity": 1,
                "price_unit": -self.currency_id.round(
                    line.price_unit
                    * line.quantity
                    * (1 - line.discount / 100)
                    * self.fee_percent
                    / 100
                ),
                "tax_ids": [Command.set(line.tax_ids.ids)],
                "account_id": line.account_id.id,
            }
            for line in note.invoice_line_ids
            if line.display_type == "product"
        ]

    def _prepare_difference_line(self, note, difference):
        """One line that brings a note to the amount that the channel refunded."""
        lines = note.invoice_line_ids or note.reversed_entry_id.invoice_line_ids
        model = lines.filtered(lambda x: x.display_type == "product")[:1]
        details = model.tax_ids._get_tax_details(
            difference, 1.0, special_mode="total_included"
        )
        is_included = any(model.tax_ids.mapped("price_include"))
        return {
            "name": self.env._("Adjustment to the amount refunded by the channel"),
            "quantity": 1,
            "price_unit": difference if is_included else details["total_excluded"],
            "tax_ids": [Command.set(model.tax_ids.ids)],
            "account_id": model.account_id.id,
        }

    def _reconcile_with_invoices(self, notes, invoices):
        """Set the notes against what is still open on the invoices."""
        lines = (notes | invoices).line_ids.filtered(
            lambda x: x.account_type == "asset_receivable" and not x.reconciled
        )
        for account_lines in lines.grouped("account_id").values():
            if len(account_lines.move_id) > 1:
                account_lines.reconcile()
