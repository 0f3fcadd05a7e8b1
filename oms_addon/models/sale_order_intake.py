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

        :param list documents: one `OrderDocument` per order.
        """
        values = []
        for order, document in zip(self, documents, strict=True):
            known = set(
                order.sudo().transaction_ids.mapped(  # sudo: references only
                    "provider_reference"
                )
            )
            for number, payment in enumerate(document.payments):
                reference = payment.external_id or f"{order.oms_external_id}-{number}"
                if (
                    payment.state == "done"
                    and payment.amount
                    and reference not in known
                ):
                    values.append(order._oms_prepare_transaction(payment, reference))
        if values:
            # sudo: transactions are made by the system for every channel order
            self.env["payment.transaction"].sudo()._oms_create_done(values)

    def _oms_prepare_transaction(self, payment, reference):
        """Values of a done transaction for money that the channel has.

        :param document.Payment payment:
        :rtype: dict
        """
        self.ensure_one()
        provider = self.oms_channel_id._oms_provider()
        return {
            "provider_id": provider.id,
            "payment_method_id": provider._oms_method().id,
            "reference": f"{self.name}-{reference}",
            "provider_reference": reference,
            "amount": float(payment.amount),
            "currency_id": self.currency_id.id,
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
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("The channel changed this order"),
            user_id=self.user_id.id or self.oms_channel_id.user_id.id or self.env.uid,
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
        """Follow changed lines; after confirmation only quantities still go down or up.

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
