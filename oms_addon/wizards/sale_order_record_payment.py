from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SaleOrderRecordPayment(models.TransientModel):
    _name = "sale.order.record.payment"
    _description = "Record a Bank Transfer"
    _check_company_auto = True

    order_id = fields.Many2one(comodel_name="sale.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    open_amount = fields.Monetary(compute="_compute_open_amount")
    amount = fields.Monetary(required=True, default=lambda self: self._default_amount())
    reference = fields.Char(
        string="Bank Reference",
        required=True,
        help="Number or text on the bank statement. The same one is recorded once.",
    )
    paid_on = fields.Date(
        string="Date Received",
        required=True,
        default=fields.Date.context_today,
        help="As on the bank statement; the payment entry gets this date.",
    )
    provider_id = fields.Many2one(
        comodel_name="payment.provider",
        string="Received On",
        required=True,
        check_company=True,
        default=lambda self: self._default_provider(),
        domain="[('company_id', '=', company_id), ('code', '=', 'custom')]",
    )

    @api.model
    def _default_provider(self):
        order = self.env["sale.order"].browse(self.env.context.get("default_order_id"))
        # sudo: accountants record transfers, but do not manage providers
        return (
            self.env["payment.provider"]
            .sudo()
            ._oms_wire_provider(order.company_id or self.env.company)
        )

    @api.model
    def _default_amount(self):
        order = self.env["sale.order"].browse(self.env.context.get("default_order_id"))
        return max(order._oms_open_amount(), 0) if order else 0

    @api.depends("order_id")
    def _compute_open_amount(self):
        for wizard in self:
            wizard.open_amount = wizard.order_id._oms_open_amount()

    def action_record(self):
        """Record the transfer; what was held for it goes on.

        :return: the action that closes the window
        :raise AccessError: for who may not tell that money has come in
        """
        self.ensure_one()
        order = self.order_id
        order._oms_check_may_record_payment()
        if self.amount <= 0:
            raise UserError(self.env._("Please enter what has been received."))
        if self.paid_on > fields.Date.context_today(self):
            raise UserError(
                self.env._("The day on which the money came in is in the future.")
            )
        reference = " ".join(self.reference.split())
        provider = self.provider_id.sudo()  # sudo: checked above; providers are closed
        known = order.sudo().transaction_ids  # sudo: references only
        recorded = {(tx.provider_reference or "").casefold() for tx in known}
        if reference.casefold() in recorded:
            raise UserError(
                self.env._(
                    "%(reference)s has been recorded on this order already.",
                    reference=reference,
                )
            )
        known._oms_create_done(
            [
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider._oms_method().id,
                    "reference": f"{order.name}-{reference}",
                    "provider_reference": reference,
                    "amount": self.amount,
                    "currency_id": order.currency_id.id,
                    "oms_paid_on": self.paid_on,
                    "partner_id": order.partner_invoice_id.id,
                    "operation": "offline",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            ]
        )
        order.action_oms_recheck()
        return {"type": "ir.actions.act_window_close"}
