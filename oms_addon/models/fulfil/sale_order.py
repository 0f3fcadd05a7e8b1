import logging

import psycopg2

from odoo import models
from odoo.exceptions import ConcurrencyError, LockError, UserError

from ..retry import NO_RECORDS_FAULT
from .confirm_batch import ConfirmBatch

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    def _oms_confirm(self):
        """Confirm the quotations of a batch and reserve their stock.

        The batch is optimistic: all orders go through the host's `action_confirm` at
        once. When that fails, halves are tried, down to the single order that can't be
        confirmed. Orders that are held, or not quotations any more, are left alone.

        Stock is reserved as the host would, in the order of the recordset. Change
        tracking is off: confirming by the batch logs nothing on the orders.

        :return: reason (translated text) by id of each order that stays a quotation
        :rtype: dict
        :raise ConcurrencyError: stock or orders are being changed by another
            transaction. As with any serialization failure, roll back and try again.
        """
        failures = {}
        ready_ids = []
        for order in self:
            if order.state not in ("draft", "sent") or order.oms_is_held:
                continue
            if reason := order._confirmation_error_message():
                failures[order.id] = reason
            else:
                ready_ids.append(order.id)
        self.browse(ready_ids)._oms_confirm_halves(failures)
        return failures

    def _oms_confirm_halves(self, failures):
        """Confirm what can be confirmed; explain the rest in `failures`.

        :param dict failures: gets the reason by order id
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._oms_confirm_together()
            return
        except LockError as error:
            raise ConcurrencyError(str(error)) from error
        except (psycopg2.OperationalError, *NO_RECORDS_FAULT):
            raise  # nobody's fault: the whole transaction is to be repeated
        except Exception as error:
            # Any addon can refuse an order in its own way: the neighbours must not
            # suffer from it.
            if len(self) == 1:
                failures[self.id] = self._oms_explain_failure(error)
                return
            _logger.info(
                "%s orders can't be confirmed together, halves are tried",
                len(self),
                exc_info=not isinstance(error, UserError),
            )
        middle = len(self) // 2
        self[:middle]._oms_confirm_halves(failures)
        self[middle:]._oms_confirm_halves(failures)

    def _oms_confirm_together(self):
        """Confirm all orders in one pass or none."""
        batch = ConfirmBatch()
        orders = self.with_context(tracking_disable=True, oms_batch=batch)
        orders._oms_lock_stock()
        orders.action_confirm()
        orders.env["stock.picking"]._oms_log_origins(batch.origin_notes)
        orders.env["stock.move"]._oms_refresh_orderpoints(batch)
        orders.env.flush_all()  # what is computed late is not tracked either

    def _oms_lock_stock(self):
        """Lock the stock the orders will want, before any work is done for them.

        :raise ConcurrencyError: another transaction holds some of it
        """
        batch = ConfirmBatch.of(self.env)
        pairs = {
            (line.product_id, line.warehouse_id.lot_stock_id)
            for line in self.order_line
            if line.product_id.is_storable and line.warehouse_id
        }
        self.env["stock.quant"]._oms_lock_candidates(pairs)
        batch.stock_pairs.update((p.id, location.id) for p, location in pairs)

    def _oms_explain_failure(self, error):
        """Return why the order could not be confirmed, for people to read."""
        self.ensure_one()
        if isinstance(error, psycopg2.Error):
            return self._sql_error_to_message(error)
        if isinstance(error, UserError):
            return str(error)
        _logger.warning("Order %s can't be confirmed", self.name, exc_info=error)
        return self.env._(
            "Confirming the order failed: %(error)s", error=error or repr(error)
        )
