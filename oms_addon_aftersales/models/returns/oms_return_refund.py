from odoo import api, fields, models


class OmsReturn(models.Model):
    """The money of a return: credit note and payment back."""

    _inherit = "oms.return"

    refund_move_ids = fields.One2many(
        comodel_name="account.move",
        inverse_name="oms_return_id",
        string="Credit Notes",
        # those who may read entries; for others the whole record would be closed
        groups="account.group_account_readonly,account.group_account_invoice,"
        "oms_addon_aftersales.group_oms_service",
    )
    refund_transaction_ids = fields.One2many(
        comodel_name="payment.transaction",
        inverse_name="oms_return_id",
        groups="account.group_account_invoice",
    )
    refund_payment_ids = fields.One2many(
        comodel_name="account.payment",
        inverse_name="oms_return_id",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    amount_asked = fields.Monetary(
        string="Value", compute="_compute_amounts", store=True
    )
    amount_fee = fields.Monetary(
        string="Restocking Fee", compute="_compute_amounts", store=True
    )
    amount_refund = fields.Monetary(
        string="To Refund",
        compute="_compute_amounts",
        store=True,
        help="Value of the accepted goods less the fee.",
    )
    amount_fixed = fields.Monetary(
        string="Fixed Refund",
        readonly=True,
        copy=False,
        help="Refunded by the channel: credited to the cent as the channel says.",
        groups="base.group_user",
    )
    amount_credited = fields.Monetary(
        string="Credited", readonly=True, copy=False, help="Total of the credit notes."
    )
    amount_paid_back = fields.Monetary(
        string="Paid Back",
        readonly=True,
        copy=False,
        help="Sent or proposed as payment to the customer; never more than was paid.",
    )
    refund_state = fields.Selection(
        selection=[
            ("none", "Nothing to Pay"),
            ("to_pay", "To Pay"),
            ("in_process", "In Process"),
            ("paid", "Paid"),
            ("failed", "Failed"),
        ],
        compute="_compute_refund_state",
        compute_sudo=True,
        store=True,
    )
    credit_note_count = fields.Integer(
        compute="_compute_credit_note_count",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "line_ids.amount", "fee_percent", "kind", "amount_fixed", "decision_code"
    )
    def _compute_amounts(self):
        for rma in self:
            value = sum(rma.line_ids.mapped("amount"))
            is_refund = rma.kind == "refund"
            fee = value * rma.fee_percent / 100 if is_refund else 0.0
            rma.amount_asked = value
            rma.amount_fee = rma.currency_id.round(fee) if rma.currency_id else fee
            amount = rma.amount_fixed
            if not amount and not rma._is_by_channel():
                amount = value - rma.amount_fee
            rma.amount_refund = amount if is_refund else 0.0

    @api.depends(
        "refund_transaction_ids.state",
        "refund_payment_ids.state",
        "refund_move_ids.payment_state",
        "amount_paid_back",
    )
    def _compute_refund_state(self):
        for rma in self:
            payments = rma.refund_payment_ids.filtered(
                lambda p: not p.payment_transaction_id and p.state != "canceled"
            )
            if rma._is_paid_by_others():
                rma.refund_state = "paid"
                continue
            rma.refund_state = rma._get_refund_state(
                set(payments.mapped("state")),
                set(rma.refund_transaction_ids.mapped("state")),
            )

    def _get_refund_state(self, payments, transactions):
        """Return how far the refund is, from the states of its two kinds.

        What a provider failed to give back is proposed as a payment, so its
        failure only matters while there is none.
        """
        if not self.amount_paid_back:
            return "none"
        if "draft" in payments:
            return "to_pay"
        if "rejected" in payments or (
            not payments and transactions & {"error", "cancel"}
        ):
            return "failed"
        if transactions & {"draft", "pending", "authorized"}:
            return "in_process"
        return "paid" if payments or transactions else "failed"

    @api.depends("refund_move_ids")
    def _compute_credit_note_count(self):
        for rma in self:
            rma.credit_note_count = len(rma.refund_move_ids)

    # === ACTION METHODS === #

    def action_view_credit_notes(self):
        """Open the credit notes of the return."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account.action_move_out_refund_type"
        )
        action["domain"] = [("oms_return_id", "=", self.id)]
        action["context"] = {"create": False}
        notes = self.env["account.move"].search([("oms_return_id", "=", self.id)])
        if len(notes) == 1:
            action.update(res_id=notes.id, views=[(False, "form")])
        return action

    def action_register_refund(self):
        """Record the proposed payments as made (bank transfer, cash).

        :return: True
        """
        self.ensure_one()
        self._check_may_tell_of_refund()
        self._drop_needless_payments()
        # sudo, after the check: who may tell that money was sent can't change the
        # amount, and need not read payments.
        self.sudo().refund_payment_ids.filtered(
            lambda p: p.state == "draft"
        ).action_post()
        return True

    # === BUSINESS METHODS === #

    def _check_may_tell_of_refund(self):
        """Who works on returns, or books payments, says that money was sent.

        :raise AccessError: for everybody else, customers included.
        """
        books = self.env.user.has_group("account.group_account_invoice")
        self.check_access("read" if books else "write")

    def _settle(self):
        """Do what the return asks for, then close it."""
        self.ensure_one()
        self._lock_rows()
        if self.state not in ("approved", "received"):
            return
        self._check_accepted()
        if not self.is_goods_kept:
            self._scrap_damaged()
            refused = {x: x.qty_refused for x in self.line_ids if x.qty_refused}
            if refused:
                self._send_back(refused)
        if getattr(self, f"_settle_{self.kind}")() is not False:
            self._transition("done")

    def _settle_refund(self):
        if not self._is_by_channel():
            self._refund_money(self._credit())

    def _is_by_channel(self):
        return self.decision_code == "channel"
