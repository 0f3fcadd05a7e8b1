from odoo import api, fields, models
from odoo.exceptions import UserError

from ..readers import SEES_RETURNS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_return_ids = fields.One2many(
        comodel_name="oms.return",
        inverse_name="order_id",
        string="Returns",
        groups=SEES_RETURNS,
    )
    oms_return_count = fields.Integer(
        compute="_compute_oms_return_count", groups=SEES_RETURNS
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_return_ids")
    def _compute_oms_return_count(self):
        groups = self.env["oms.return"]._read_group(
            [("order_id", "in", self.ids)], ["order_id"], ["__count"]
        )
        counts = dict(groups)
        for order in self:
            order.oms_return_count = counts.get(order, 0)

    # === ACTION METHODS === #

    def action_oms_return(self):
        """Open a new return with everything that can still be returned.

        :raise UserError: when nothing can be returned.
        """
        self.ensure_one()
        self.check_access("read")
        self.env["oms.return"].check_access("create")
        lines = self.order_line.filtered("oms_qty_returnable")
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of this order can be returned: "
                    "it is not delivered, or all of it is in returns."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "oms.return",
            "view_mode": "form",
            "name": self.env._("New Return"),
            "context": {
                "default_order_id": self.id,
                "default_line_ids": [
                    (
                        0,
                        0,
                        {
                            "sale_line_id": line.id,
                            "quantity": line.oms_qty_returnable,
                        },
                    )
                    for line in lines
                ],
            },
        }

    def action_view_oms_returns(self):
        """Open the returns of the order."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "oms_addon_aftersales.oms_return_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {"default_order_id": self.id}
        if len(self.oms_return_ids) == 1:
            action.update(res_id=self.oms_return_ids.id, views=[(False, "form")])
        return action

    # === BUSINESS METHODS === #

    def _oms_get_return_kinds(self):
        """Return the wishes that customers can choose for this order.

        :return: value and translated label.
        :rtype: list of (str, str)
        """
        self.ensure_one()
        policies = self.env["oms.return.policy"]._find_for(
            self.order_line.filtered("oms_qty_returnable")
        )
        kinds = self.env["oms.return"]._fields["kind"]._description_selection(self.env)
        offered = [
            (kind, label)
            for kind, label in kinds
            if any(not p or p[f"allow_{kind}"] for p in policies.values())
        ]
        return offered or kinds[:1]

    # === BUSINESS METHODS - MONEY === #

    def _oms_get_discount_lines(self):
        """Lines that take something off the whole order."""
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.oms_exchange_origin_line_id
                and line.price_total < 0
            )
        )

    def _oms_get_goods_total(self):
        """What the goods cost with tax, before discounts on the whole order."""
        goods = self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.is_delivery
                and not line.oms_exchange_origin_line_id
                and line.price_total > 0
            )
        )
        return sum(goods.mapped("price_total"))

    def _oms_get_discount_share(self, value):
        """Part of the order-wide discounts that belongs to goods worth ``value``.

        :rtype: float
        """
        discount = -sum(self._oms_get_discount_lines().mapped("price_total"))
        total = self._oms_get_goods_total()
        if not discount or not total:
            return 0.0
        return self.currency_id.round(discount * value / total)

    def _oms_get_paid_amount(self):
        """Money received for the order less what was, or is being, paid back.

        :return: amount in the order's currency.
        :rtype: float
        """
        self.ensure_one()
        # The service sees no transactions or payments, but may not overpay.
        order = self.sudo()
        received = order._oms_get_transactions()
        given = received.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in ("cancel", "error")
        )
        payments = order.oms_return_ids.refund_payment_ids.filtered(
            lambda p: (
                p.state not in ("canceled", "rejected") and not p.payment_transaction_id
            )
        )
        return (
            # what was given back is negative
            sum(order._oms_worth(tx) for tx in received | given)
            + order._oms_get_manual_payments()
            - sum(payments.mapped("amount"))
        )

    def _oms_get_transactions(self):
        """Return the done payments for this order alone, or for its invoices alone.

        :rtype: payment.transaction
        """
        self.ensure_one()
        invoices = self.invoice_ids
        transactions = self.transaction_ids | invoices.transaction_ids.filtered(
            lambda tx: not tx.sale_order_ids and tx.invoice_ids <= invoices
        )
        return transactions.filtered(
            lambda tx: (
                tx.state == "done" and tx.operation not in ("refund", "validation")
            )
        )

    def _oms_get_manual_payments(self):
        """Payments of the order's invoices less those of its credit notes.

        Left out is what is counted already: transactions, and payments that
        returns proposed.

        :rtype: float
        """
        transactions = self._oms_get_transactions()
        transactions |= transactions.child_transaction_ids
        proposed = self.oms_return_ids.refund_payment_ids
        notes = (
            self.invoice_ids
            | self.oms_return_ids.refund_move_ids
            | self.oms_case_ids.compensation_move_id
        )
        amount = 0.0
        for kind, sign in (("out_invoice", 1), ("out_refund", -1)):
            moves = notes.filtered(
                lambda m, kind=kind: m.state == "posted" and m.move_type == kind
            )
            amount += sign * sum(
                share
                for payment, share in moves._oms_get_payments()
                if payment not in proposed
                and payment.payment_transaction_id not in transactions
            )
        return amount
