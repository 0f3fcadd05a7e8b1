from collections import defaultdict

from odoo import Command, models


class SaleOrder(models.Model):
    """What the channel was paid for an order."""

    _inherit = "sale.order"

    def _oms_record_payments(self, documents):
        """Record the money that the channel has collected, once per payment.

        A document says what was paid for the order in all so far.

        :param list documents: one `OrderDocument` per order.
        """
        codes = {code for document in documents for code in document.currencies}
        currencies = {
            currency.name: currency
            for currency in self.env["res.currency"].search([("name", "in", [*codes])])
        }
        values = []
        for order, document in zip(self, documents, strict=True):
            new = order._oms_new_payments(document, currencies)
            values += new
            if new and order.state == "cancel":
                order._oms_ask_role(
                    "accounting",
                    "paid_cancelled",
                    lambda env: env._("Money came in for this cancelled order"),
                )
        if values:
            # sudo: transactions are made by the system for every channel order
            self.env["payment.transaction"].sudo()._oms_create_done(values)

    def _oms_new_payments(self, document, currencies):
        """Transactions for what was paid and is not recorded yet.

        The same money may have been recorded under another name: an order's number
        that became a payment's own, or a transfer that a person noted. What a document
        does not name any more is taken for a part of what it names.

        :param OrderDocument document:
        :param dict currencies: active ones by code.
        :return: values for `payment.transaction`.
        :rtype: list[dict]
        """
        self.ensure_one()
        # sudo: references and amounts only
        known = self.sudo().transaction_ids.filtered(lambda tx: tx.state == "done")
        recorded, worths = defaultdict(float), defaultdict(float)
        for tx in known:
            recorded[tx.provider_reference, tx.currency_id] += tx.amount
            worths[tx.provider_reference, tx.currency_id] += self._oms_worth(tx)
        told, days = defaultdict(float), {}
        for number, payment in enumerate(document.payments):
            currency = currencies.get(payment.currency)
            currency = currency if payment.currency else self.currency_id
            if payment.state == "done" and currency:
                name = payment.external_id or f"{self.oms_external_id}-{number}"
                told[name, currency] += float(payment.amount)
                if payment.paid_at:
                    days[name, currency] = self._oms_channel_day(payment.paid_at)
        spare = sum(worth for key, worth in worths.items() if key not in told)
        values = []
        for (name, currency), amount in told.items():
            rest = currency.round(amount - recorded[name, currency])
            if rest <= 0:
                continue
            day = days.get((name, currency))
            worth = self._oms_in_own_currency(rest, currency, day)
            covered = min(max(spare, 0.0), worth)
            spare -= covered
            if worth:
                rest = currency.round(rest * (1 - covered / worth))
            if rest > 0:
                values.append(self._oms_prepare_transaction(name, rest, currency, day))
        return values

    def _oms_worth(self, tx):
        """What was paid, in the order's currency at the rate of the day."""
        day = tx.oms_paid_on or tx.create_date.date()
        return self._oms_in_own_currency(tx.amount, tx.currency_id, day)

    def _oms_in_own_currency(self, amount, currency, day=None):
        """An amount in the order's currency, at the rate of a day; today's if None."""
        return currency._convert(amount, self.currency_id, self.company_id, day)

    def _oms_prepare_transaction(self, reference, amount, currency, paid_on=None):
        """Values of a done transaction for money that the channel has.

        :param str reference: the payment's name on the channel.
        :param float amount: in the given currency.
        :param date paid_on: the day it was paid; None when not told.
        :rtype: dict
        """
        self.ensure_one()
        provider = self.oms_channel_id._oms_provider()
        # sudo: references only
        before = self.sudo().transaction_ids.filtered(
            lambda tx: tx.provider_reference == reference
        )
        number = f"-{len(before) + 1}" if before else ""
        return {
            "provider_id": provider.id,
            "payment_method_id": provider._oms_method().id,
            "reference": f"{self.name}-{reference}{number}",
            "provider_reference": reference,
            "amount": amount,
            "currency_id": currency.id,
            "oms_paid_on": paid_on,
            "partner_id": self.partner_invoice_id.id,
            "operation": "offline",
            "sale_order_ids": [Command.set(self.ids)],
        }
