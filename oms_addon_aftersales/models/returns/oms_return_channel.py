from datetime import UTC

from odoo import Command, api, fields, models


class OmsReturn(models.Model):
    """Refunds that a channel has already made."""

    _inherit = "oms.return"

    channel_refund_id = fields.Char(
        string="Channel's Refund Number",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    _channel_refund_once = models.UniqueIndex(
        "(order_id, channel_refund_id) WHERE channel_refund_id IS NOT NULL",
        "This refund of the channel is recorded already.",
    )

    @api.model
    def _from_document_refund(self, order, refunds):
        """Record what a channel has refunded; what is known already is left out.

        Makes a return, its credit note and the refund transaction. When the goods
        come back (``restock``) and were delivered, the receipt waits to be done;
        otherwise the return is closed at once.

        :param sale.order order: the order of the refunds.
        :param refunds: iterable of `oms_addon.document.Refund`.
        :return: the new returns.
        :rtype: oms.return
        """
        order.ensure_one()
        order.order_line._oms_lock_for_return()
        by_number = {refund.external_id: refund for refund in refunds}
        known = self.search(
            [("order_id", "=", order.id), ("channel_refund_id", "in", [*by_number])]
        )
        for number in known.mapped("channel_refund_id"):
            by_number.pop(number)
        # Nobody may enter what a channel refunded; only its messages may.
        returns = self.sudo().create(
            [
                self._prepare_from_document_refund(order, refund)
                for refund in by_number.values()
            ]
        )
        returns = returns.with_env(self.env)
        for rma, refund in zip(returns, by_number.values(), strict=True):
            rma._apply_document_refund(refund)
        return returns

    @api.model
    def _prepare_from_document_refund(self, order, refund):
        """Values of the return that records ``refund``.

        :rtype: dict
        """
        by_external_id = {
            line.oms_external_id: line
            for line in order.order_line
            if line.oms_external_id
        }
        quantities = {}
        for item in refund.lines:
            line = by_external_id.get(item.line_external_id)
            if line and item.quantity > 0:
                quantities[line] = quantities.get(line, 0.0) + float(item.quantity)
        undelivered = {
            line
            for line, quantity in quantities.items()
            if line.product_uom_id.compare(quantity, line.oms_qty_returnable) > 0
        }
        comes_back = bool(quantities) and refund.restock and not undelivered
        reason = self.env.ref("oms_addon_aftersales.oms_return_reason_channel")
        return {
            "order_id": order.id,
            "kind": "refund",
            "reason_id": reason.id,
            "note": refund.reason or False,
            "channel_refund_id": refund.external_id,
            "amount_fixed": order._oms_in_own_currency(
                float(refund.amount), *self._get_currency_and_day(order, refund)
            ),
            "is_goods_kept": not comes_back,
            "requested_at": self._to_naive(refund.refunded_at),
            "line_ids": [
                Command.create(
                    {
                        "sale_line_id": line.id,
                        "quantity": quantity,
                        "qty_by_channel": quantity,
                        "is_undelivered": line in undelivered,
                    }
                )
                for line, quantity in quantities.items()
            ],
        }

    @api.model
    def _get_currency_and_day(self, order, refund):
        """Currency of ``refund`` (the order's when not told) and day of its rate."""
        told = self.env["res.currency"].search([("name", "=", refund.currency)])
        day = fields.Date.context_today(order, self._to_naive(refund.refunded_at))
        return told or order.currency_id, day

    @api.model
    def _to_naive(self, moment):
        if not moment:
            return fields.Datetime.now()
        return fields.Datetime.to_datetime(
            moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        )

    def _apply_document_refund(self, refund):
        self.ensure_one()
        self._transition("approved", decision_code="channel")
        credited = 0.0
        if self.amount_fixed or self.order_id._oms_get_paid_amount() <= 0:
            # Nothing given back for what nobody paid: the debt is cancelled.
            credited = self._credit()
        self._write_guarded({"amount_settled": self.amount_fixed or credited})
        self._record_channel_payment(refund)
        if self.is_goods_kept:
            self._transition("done")

    def _record_channel_payment(self, refund):
        """Book the refund that the channel made as a refund of its payment."""
        order = self.order_id
        currency, day = self._get_currency_and_day(order, refund)
        left = float(refund.amount)
        # The money has moved; transactions are closed to who runs the intake.
        transactions = self.sudo().order_id._oms_get_transactions()
        for tx in transactions:
            refunds = tx.child_transaction_ids.filtered(
                lambda t: t.operation == "refund" and t.state not in ("cancel", "error")
            )
            own = tx.currency_id
            wanted = currency._convert(left, own, self.company_id, day)
            share = min(wanted, tx.amount + sum(refunds.mapped("amount")))
            if own.compare_amounts(share, 0) <= 0:
                continue
            left -= own._convert(share, currency, self.company_id, day)
            child = tx._create_child_transaction(
                share,
                is_refund=True,
                provider_reference=refund.external_id,
                oms_return_id=self.id,
                invoice_ids=[Command.set(self.sudo().refund_move_ids.ids)],
            )
            child._set_done()
            child._post_process()
            paid_back = self.amount_paid_back
            paid_back += order._oms_in_own_currency(share, own, day)
            self._write_guarded({"amount_paid_back": paid_back})
