from collections import defaultdict

from odoo import Command, api, fields, models

from ..adapters.base import AdapterError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_buyer_note = fields.Text(string="Buyer's Note", copy=False)
    oms_internal_note = fields.Text(
        string="Seller's Note", copy=False, groups="base.group_user"
    )

    # === PAYMENTS === #

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
                order._oms_ask_person(
                    self.env._("Money came in for this cancelled order")
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
        recorded = defaultdict(float)
        for tx in known:
            recorded[tx.provider_reference, tx.currency_id] += tx.amount
        told, days = defaultdict(float), {}
        for number, payment in enumerate(document.payments):
            currency = currencies.get(payment.currency)
            currency = currency if payment.currency else self.currency_id
            if payment.state == "done" and currency:
                name = payment.external_id or f"{self.oms_external_id}-{number}"
                told[name, currency] += float(payment.amount)
                if payment.paid_at:
                    days[name, currency] = self._oms_channel_day(payment.paid_at)
        spare = sum(
            self._oms_in_own_currency(amount, currency)
            for (name, currency), amount in recorded.items()
            if (name, currency) not in told
        )
        values = []
        for (name, currency), amount in told.items():
            rest = currency.round(amount - recorded[name, currency])
            if rest <= 0:
                continue
            worth = self._oms_in_own_currency(rest, currency)
            covered = min(max(spare, 0.0), worth)
            spare -= covered
            if worth:
                rest = currency.round(rest * (1 - covered / worth))
            if rest > 0:
                day = days.get((name, currency))
                values.append(self._oms_prepare_transaction(name, rest, currency, day))
        return values

    def _oms_in_own_currency(self, amount, currency):
        """An amount in the order's currency, at today's rate."""
        return currency._convert(amount, self.currency_id, self.company_id)

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

    # === CHANGES === #

    def _oms_apply_document(self, document):
        """Bring the order in line with a newer revision.

        :param OrderDocument document:
        :return: outcome for the message (see ``oms.inbox.message.outcome``).
        :rtype: str
        """
        self.ensure_one()
        outcome = "updated"
        if document.revision:
            self.oms_revision = document.revision
        if document.kind == "refund":
            outcome = "refunded"
        elif document.kind == "cancel" or document.status == "cancelled":
            self.oms_status = "cancelled"
            self._oms_cancel_by_channel()
            outcome = "cancelled"
        else:
            self._oms_apply_snapshot(document)
        self._oms_apply_refunds([document])
        return outcome

    def _oms_apply_equal(self, document):
        """Apply what another message of the same moment adds.

        Channels count in seconds: a payment or a cancellation may carry the revision
        of the order itself. Which of two snapshots is newer can't be told, so only
        what can't be taken back counts.

        :param OrderDocument document:
        :return: outcome for the message (see ``oms.inbox.message.outcome``).
        :rtype: str
        """
        self.ensure_one()
        if document.kind in ("cancel", "refund") or document.status == "cancelled":
            if document.kind != "refund" and self.oms_status == "cancelled":
                return "same"
            return self._oms_apply_document(document)
        before = self.sudo().transaction_ids, self.oms_refunds  # sudo: to compare only
        self._oms_record_payments([document])
        self._oms_apply_refunds([document])
        # sudo: as above
        if before == (self.sudo().transaction_ids, self.oms_refunds):
            return "same"
        self.oms_status = document.status
        return "updated"

    def _oms_apply_snapshot(self, document):
        """Apply status, payments, address and lines of a newer snapshot."""
        self.write(
            {
                "oms_status": document.status,
                **(
                    {"oms_channel_total": float(document.total)}
                    if document.total is not None
                    else {}
                ),
            }
        )
        self._oms_record_payments([document])
        late = []
        if self._oms_apply_address(document) == "late":
            late.append("address")
        if self._oms_apply_lines(document) == "late":
            late.append("lines")
        if late:
            self._oms_report_late(late)

    def _oms_report_late(self, what):
        """Tell a person that the channel changed what is already under way.

        :param list what: of ``'address'``, ``'lines'``, ``'cancelled'``.
        """
        check = self.env.ref("oms_addon.oms_check_changed_late")
        self._oms_hold({self: {check: {"what": what}}}, again=True)
        self._oms_ask_person(self.env._("The channel changed this order"))

    def _oms_ask_person(self, summary, **values):
        """Leave an activity for whoever is responsible for the order.

        :param str summary: what there is to do.
        :return: the activity.
        :rtype: mail.activity
        """
        return self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            user_id=self.user_id.id or self.oms_channel_id.user_id.id or self.env.uid,
            **values,
        )

    def _oms_apply_address(self, document):
        """Follow a new delivery address while nothing has left.

        :return: ``'same'``, ``'changed'`` or ``'late'``.
        """
        if not document.shipping or document.shipping.masked:
            return "same"
        intake = self.env["oms.intake"]
        party = intake._customer_of(document)
        partner = intake._match_addresses(
            self.oms_channel_id,
            [(self.partner_id, party, document.shipping, "delivery")],
        )[0]
        if partner == self.partner_shipping_id:
            return "same"
        if "done" in self.picking_ids.mapped("state"):
            return "late"
        # The host's write to the order already moves open pickings to the new address.
        self.partner_shipping_id = partner
        self.picking_ids.filtered(
            lambda p: (
                p.state not in ("done", "cancel") and p.picking_type_code == "outgoing"
            )
        ).partner_id = partner
        return "changed"

    def _oms_apply_lines(self, document):
        """Follow changed lines; a confirmed order keeps its own, and that is late.

        :return: ``'same'``, ``'changed'`` or ``'late'``.
        """
        if not document.lines:
            return "same"
        wanted = self._oms_wanted_lines(document)
        current = self._oms_current_lines()
        if self._oms_same_lines(self._oms_line_summary(wanted), current):
            return "same"
        if self.state not in ("draft", "sent"):
            return "late"
        self.order_line.unlink()
        self.write({"order_line": [Command.create(values) for values in wanted]})
        return "changed"

    def _oms_last_document(self):
        """The channel's latest snapshot of the order, or None.

        :rtype: OrderDocument | None
        """
        self.ensure_one()
        message = self.oms_message_ids.filtered(
            lambda m: (
                m.state == "done"
                and m.document_kind in ("order", "change")
                and m.outcome in ("created", "updated")
            )
        ).sorted("id")[-1:]
        if not message:
            return None
        try:
            return message._adapter().parse(
                message._request(), message.channel_id._settings()
            )
        except AdapterError:
            return None

    def _oms_wanted_lines(self, document):
        intake = self.env["oms.intake"].with_company(self.company_id)
        channel = self.oms_channel_id
        return intake._prepare_lines(
            channel,
            document,
            intake._match_products(channel, [document]),
            intake._tax_finder(channel),
            self.partner_id,
            self.partner_shipping_id,
        )

    @api.model
    def _oms_same_lines(self, wanted, current):
        """Whether two summaries say the same.

        Lines split over warehouses may have had a price moved by some cents so that
        the order's total stays exact.
        """
        return wanted.keys() == current.keys() and all(
            quantity == current[key][0] and abs(amount - current[key][1]) < 0.1
            for key, (quantity, amount) in wanted.items()
        )

    @api.model
    def _oms_line_summary(self, values):
        """Sums by channel line id, to compare a document with the order."""
        sums = {}
        for value in values:
            key = value["oms_external_id"] or value["oms_sku"] or value["product_id"]
            quantity, amount = sums.get(key, (0.0, 0.0))
            sums[key] = (
                round(quantity + value["product_uom_qty"], 4),
                round(
                    amount
                    + value["product_uom_qty"]
                    * value.get("price_unit", 0)
                    * (1 - value.get("discount", 0) / 100),
                    2,
                ),
            )
        return sums

    def _oms_current_lines(self):
        return self._oms_line_summary(
            [
                {
                    "oms_external_id": line.oms_external_id,
                    "oms_sku": line.oms_sku,
                    "product_id": line.product_id.id,
                    "product_uom_qty": line.product_uom_qty,
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                }
                for line in self.order_line
                if not line.display_type
            ]
        )

    def _oms_cancel_by_channel(self):
        """Cancel orders that the channel has cancelled; not what has already left."""
        gone = self.filtered(lambda order: "done" in order.picking_ids.mapped("state"))
        for order in gone:
            order._oms_report_late(["cancelled"])
        open_orders = (self - gone).filtered(lambda order: order.state != "cancel")
        open_orders.filtered("locked").action_unlock()
        open_orders._action_cancel()
        open_orders.oms_hold_ids._close("resolved")
        for order in open_orders:
            # sudo: whether there is an invoice, whoever replays the message
            if "posted" in order.sudo().invoice_ids.mapped("state"):
                order._oms_ask_person(
                    self.env._(
                        "The channel cancelled this order after it was invoiced: "
                        "credit the invoice"
                    )
                )

    def _oms_apply_refunds(self, documents):
        """Note what the channel refunded; after-sales makes returns of it.

        :param list documents: one `OrderDocument` per order.
        """
        for order, document in zip(self, documents, strict=True):
            if not document.refunds:
                continue
            known = dict(order.oms_refunds or {})
            for number, refund in enumerate(document.refunds):
                name = refund.external_id or f"{document.revision}#{number}"
                known[name] = float(refund.amount)
            if known != order.oms_refunds:
                order.oms_refunds = known
