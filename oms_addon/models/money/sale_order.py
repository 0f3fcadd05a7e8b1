import logging
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..retry import NO_RECORDS_FAULT, work_in_batches
from .settle_batch import SettleBatch

_logger = logging.getLogger(__name__)

# Who may say that money has come in.
MAY_TELL_OF_MONEY = "account.group_account_invoice,oms_addon.group_oms_manager"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _cron_oms_settle(self, limit=100):
        """Book payments of channel orders and invoice what is to be invoiced.

        :param int limit: orders per batch.
        """
        work_in_batches(
            self,
            "settle",
            self._oms_settle_domain() & self._oms_not_deadly(),
            lambda orders: orders._oms_settle_safely(),
            lambda orders: orders._oms_hold_deadly(),
            order="id",
            limit=limit,
        )

    @api.model
    def _oms_settle_domain(self):
        """Confirmed orders with money to book, or with a channel's invoice to make.

        :rtype: Domain
        """
        return Domain("state", "=", "sale") & (
            Domain("transaction_ids.oms_to_settle", "=", True)
            | (
                Domain("invoice_status", "=", "to invoice")
                & Domain("oms_channel_id.invoice_policy", "=", "payment")
                & Domain("transaction_ids.state", "=", "done")
            )
        )

    def _oms_settle_safely(self):
        """Book the orders; one that can't be booked stops no other."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._oms_settle()
                self.env.flush_all()
            return
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(self) == 1:
                _logger.warning("%s can't be booked", self.name, exc_info=True)
                self._oms_report_unbooked(str(error))
                return
        middle = len(self) // 2
        self[:middle]._oms_settle_safely()
        self[middle:]._oms_settle_safely()

    def _oms_report_unbooked(self, reason):
        """Tell a person, once, that payment or invoice could not be booked."""
        self._oms_ask_role(
            "accounting",
            "unbooked",
            lambda env: env._("This order's payment or invoice could not be booked"),
            note=reason,
        )

    def _oms_settle(self):
        """Payments, invoices and their reconciliation, each once.

        :return: the invoices that were made.
        :rtype: account.move
        """
        invoices = self.env["account.move"]
        places = self.grouped(lambda o: (o.company_id, o.oms_channel_id.timezone))
        for (company, timezone), orders in places.items():
            if not company.chart_template:
                continue
            batch = SettleBatch()
            # sudo: books are written by the system for orders that a channel took
            # money for; who may see them is up to accounting's own rights
            orders = (
                orders.sudo()
                .with_company(company)
                .with_context(
                    tracking_disable=True,
                    mail_notrack=True,
                    tz=timezone or self.env.context.get("tz"),  # whose day is today
                    oms_settle=batch,
                    oms_create=batch,
                )
            )
            orders.transaction_ids._oms_settle()
            invoices |= orders._oms_invoice_paid()
            orders._oms_reconcile()
            batch.log_notes(orders.env)
        return self.env["account.move"].browse(invoices.ids)

    def _oms_channel_day(self, moment):
        """The day of a moment where the order's channel is.

        :param datetime moment: with a time zone.
        :rtype: datetime.date
        """
        self.ensure_one()
        return moment.astimezone(ZoneInfo(self.oms_channel_id.timezone)).date()

    def _oms_invoice_paid(self):
        """Invoice paid orders whose channel wants it, one invoice per order.

        An invoice is dated by the day on which it is made, as in the host: the day of
        issue counts for taxes and numbers, whenever the money came. The host links an
        invoice with the order's transactions.
        """
        paid = self.filtered(
            lambda order: (
                order.invoice_status == "to invoice"
                and order.oms_channel_id.invoice_policy == "payment"
                and order._oms_is_paid()
            )
        )
        if not paid:
            return self.env["account.move"]
        # Read for all what the host would read order by order.
        paid.order_line.fetch(["tax_ids", "invoice_lines"])
        invoices = paid._create_invoices(grouped=True)
        invoices.action_post()
        return invoices

    def _oms_reconcile(self):
        """Match each order's payments with its invoices, all in one plan."""
        plan, shared = [], []
        seen = set()
        for group in self._oms_open_groups():
            # An invoice of several orders is matched with one after the other.
            (shared if seen & set(group.ids) else plan).append(group)
            seen.update(group.ids)
        lines = self.env["account.move.line"]
        lines._reconcile_plan(plan)
        for group in shared:
            lines._reconcile_plan([group.filtered(lambda line: not line.reconciled)])

    def _oms_open_groups(self):
        """Open journal items of each order that can be matched with each other.

        :rtype: list[account.move.line]
        """
        groups = []
        for order in self:
            invoices = order.invoice_ids.filtered(lambda m: m.state == "posted")
            lines = (
                order.transaction_ids.payment_id.move_id.line_ids | invoices.line_ids
            ).filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable"
                    and not line.reconciled
                )
            )
            for group in lines.grouped(lambda x: (x.account_id, x.partner_id)).values():
                if any(group.mapped("debit")) and any(group.mapped("credit")):
                    groups.append(group)
        return groups

    def message_post(self, **kwargs):
        """Keep the host's notes of a booking run, logged all at once.

        What another addon posts meanwhile is posted: it may need the message.
        """
        batch = SettleBatch.of(self.env)
        if (
            batch is None
            or set(kwargs) != {"body"}
            or kwargs["body"] not in batch.paid_notes
        ):
            return super().message_post(**kwargs)
        for order in self:
            batch.note(order, kwargs["body"])
        return self.env["mail.message"]

    def action_oms_record_payment(self):
        """Record that the customer's bank transfer has come in.

        :return: the window that asks for amount and reference
        :raise AccessError: for who may not tell that money has come in
        """
        self.ensure_one()
        self._oms_check_may_record_payment()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Payment"),
            "res_model": "sale.order.record.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _oms_check_may_record_payment(self):
        """That money has come in is the word of who keeps the books, or a manager.

        :raise AccessError: for everybody else, and on orders that are not theirs
        """
        if not self.env.user.has_groups(MAY_TELL_OF_MONEY):
            raise AccessError(
                self.env._(
                    "Payments are recorded by accounting, or by an order manager."
                )
            )
        self.check_access("write")
