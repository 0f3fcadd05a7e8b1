from datetime import timedelta

from odoo import api, fields, models

from .settle_batch import SettleBatch


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    oms_to_settle = fields.Boolean(
        string="To Settle",
        readonly=True,
        index="btree_not_null",
        help="Money of a channel order that has no payment entry yet.",
    )
    oms_paid_on = fields.Date(
        string="Paid On",
        readonly=True,
        help="The day on which the money was paid, where the channel is. Its payment "
        "entry is dated so; empty: by the day of booking.",
    )

    @api.model
    def _oms_create_done(self, vals_list):
        """Create transactions for money that has been received already.

        The host post-processes one transaction at a time, confirms orders and mails
        customers; channel orders are settled in batches instead (`_oms_settle`), so
        these count as post-processed from the start.

        :param list vals_list: values as for ``create``, without state.
        :rtype: payment.transaction
        """
        now = fields.Datetime.now()
        transactions = self.create(
            [
                {
                    **values,
                    "state": "done",
                    "last_state_change": now,
                    "is_post_processed": True,
                    "oms_to_settle": True,
                }
                for values in vals_list
            ]
        )
        self.env.ref("oms_addon.ir_cron_settle")._trigger()
        return transactions

    def _check_amount_and_confirm_order(self):
        """Leave orders on hold alone: the money is theirs, confirming waits.

        Those that go on by themselves wait, too: they get their warehouse first.
        """
        orders = self.sale_order_ids.filtered(
            lambda order: order.oms_channel_id and order.state in ("draft", "sent")
        )
        orders._oms_check()
        orders._oms_after_holds()
        waiting = self.filtered(
            lambda tx: any(
                order.oms_is_held or order._oms_goes_on() for order in tx.sale_order_ids
            )
        )
        others = super(PaymentTransaction, self - waiting)
        return others._check_amount_and_confirm_order()

    def _oms_settle(self):
        """Book the money of channel orders: one payment per transaction.

        Transactions whose provider has no journal yet stay to be settled.
        """
        todo = self.filtered(
            lambda tx: (
                tx.oms_to_settle
                and tx.state == "done"
                and not tx.payment_id
                and tx.provider_id.journal_id
            )
        )
        if not todo:
            return
        payments = self.env["account.payment"].create(
            [tx._oms_prepare_payment() for tx in todo]
        )
        batch = SettleBatch.of(self.env) or SettleBatch()
        batch.new_payment_ids = frozenset(payments.ids)
        payments.with_context(oms_settle=batch).action_post()
        batch.new_payment_ids = frozenset()
        for tx, payment in zip(todo, payments, strict=True):
            tx.payment_id = payment
        todo.oms_to_settle = False

    def _oms_prepare_payment(self):
        """Values of the payment of one transaction."""
        self.ensure_one()
        journal = self.provider_id.journal_id
        method_line = (
            journal.inbound_payment_method_line_ids.filtered(
                lambda line: line.payment_provider_id == self.provider_id
            )[:1]
            or journal.inbound_payment_method_line_ids[:1]
        )
        return {
            "amount": self.amount,
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "currency_id": self.currency_id.id,
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "payment_method_line_id": method_line.id,
            "payment_transaction_id": self.id,
            "memo": self.reference,
            "date": self._oms_booking_date(),
        }

    def _oms_booking_date(self):
        """The day of the payment entry: when it was paid, or the first open day after.

        A day that is not told, or that has not come yet, is today.

        :rtype: datetime.date
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        date = min(self.oms_paid_on or today, today)
        locks = self.company_id._get_violated_lock_dates(
            date, False, self.provider_id.journal_id
        )
        return locks[-1][0] + timedelta(days=1) if locks else date
