import logging
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from .retry import LOST_RACE, work_in_batches

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _cron_oms_settle(self, limit=100):
        """Book payments of channel orders and invoice what is to be invoiced.

        :param int limit: orders per batch.
        """
        work_in_batches(
            self,
            self._oms_settle_domain(),
            lambda orders: orders._oms_settle_safely(),
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
        except LOST_RACE:
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
        summary = self.env._("This order's payment or invoice could not be booked")
        if summary not in self.activity_ids.mapped("summary"):
            self._oms_ask_person(summary, note=plaintext2html(reason))

    def _oms_settle(self):
        """Payments, invoices and their reconciliation, each once.

        :return: the invoices that were made.
        :rtype: account.move
        """
        invoices = self.env["account.move"]
        for company, orders in self.grouped("company_id").items():
            orders = orders.with_company(company).with_context(
                tracking_disable=True, mail_notrack=True
            )
            if not company.chart_template:
                continue
            # sudo: books are written by the system for orders that a channel took
            # money for; who may see them is up to accounting's own rights
            orders.sudo().transaction_ids._oms_settle()
            invoices |= orders.sudo()._oms_invoice_paid()
            orders.sudo()._oms_reconcile()
        return invoices.sudo(False)

    def _oms_invoice_paid(self):
        """Invoice paid orders whose channel wants it, one invoice per order."""
        paid = self.filtered(
            lambda order: (
                order.invoice_status == "to invoice"
                and order.oms_channel_id.invoice_policy == "payment"
                and order.currency_id.compare_amounts(
                    order._oms_paid_amount(),
                    order.oms_channel_total or order.amount_total,
                )
                >= 0
            )
        )
        if not paid:
            return self.env["account.move"]
        invoices = paid._create_invoices(grouped=True)
        invoices.action_post()
        for order in paid:
            order.transaction_ids.invoice_ids |= order.invoice_ids & invoices
        return invoices

    def _oms_reconcile(self):
        """Match each order's payments with its invoices."""
        for order in self:
            lines = (
                order.transaction_ids.payment_id.move_id.line_ids
                | order.invoice_ids.filtered(lambda m: m.state == "posted").line_ids
            ).filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable"
                    and not line.reconciled
                )
            )
            by_account = defaultdict(self.env["account.move.line"].browse)
            for line in lines:
                by_account[line.account_id, line.partner_id] |= line
            for group in by_account.values():
                if any(group.mapped("debit")) and any(group.mapped("credit")):
                    group.reconcile()

    def action_oms_record_payment(self):
        """Record that the customer's bank transfer has come in.

        :raise UserError: when nothing is open.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Payment"),
            "res_model": "sale.order.record.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
