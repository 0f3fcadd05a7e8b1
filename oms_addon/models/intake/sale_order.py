from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_buyer_note = fields.Text(string="Buyer's Note", copy=False)
    oms_internal_note = fields.Text(
        string="Seller's Note", copy=False, groups="base.group_user"
    )
    oms_snapshot_id = fields.Many2one(
        comodel_name="oms.inbox.message",
        string="Latest Message Applied",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="oms_addon.group_oms_user",
    )

    # === CHANGES === #

    def _oms_apply_document(self, document):
        """Bring the order in line with a newer revision.

        :param OrderDocument document:
        :return: outcome for the message (see ``oms.inbox.message.outcome``).
        :rtype: str
        """
        self.ensure_one()
        outcome = "same"
        is_state = document.kind != "refund"
        if is_state and document.revision and document.revision != self.oms_revision:
            self.oms_revision = document.revision
            outcome = "updated"
        if document.kind == "refund":
            outcome = "refunded" if document.refunds else "same"
        elif document.kind == "cancel" or document.status == "cancelled":
            self.oms_status = "cancelled"
            self._oms_cancel_by_channel()
            outcome = "cancelled"
        elif self._oms_apply_snapshot(document):
            outcome = "updated"
        refunds = self.oms_refunds
        self._oms_apply_refunds([document])
        if outcome == "same" and refunds != self.oms_refunds:
            outcome = "updated"
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
            self._oms_ask_which(document)
            return "same"
        self.oms_status = document.status
        return "updated"

    def _oms_ask_which(self, document):
        """Show a person lines that differ from others told for the same moment."""
        before = self._oms_last_document()
        if before and document.lines and not self._oms_tell_same(document, before):
            self._oms_ask_role(
                "orders",
                "two_versions",
                lambda env: env._(
                    "The channel sent two versions of this order with the same time: "
                    "compare its lines"
                ),
            )

    def _oms_apply_snapshot(self, document):
        """Apply status, notes, payments, address and lines of a newer snapshot.

        :return: whether it said anything new.
        :rtype: bool
        """
        before = self._oms_last_document()
        told = self._oms_snapshot_values(document, before)
        changed = {name: value for name, value in told.items() if self[name] != value}
        if changed:
            self.write(changed)
        paid = self.sudo().transaction_ids  # sudo: to compare only
        self._oms_record_payments([document])
        results = {
            "address": self._oms_apply_address(document, before),
            "lines": self._oms_apply_lines(document, before),
        }
        late = [name for name, result in results.items() if result == "late"]
        if late:
            self._oms_report_late(late)
        return bool(
            changed
            or set(results.values()) != {"same"}
            or paid != self.sudo().transaction_ids  # sudo: as above
        )

    def _oms_snapshot_values(self, document, before):
        """Values of the order's own fields; what a person wrote stays until the
        channel says something else.

        :rtype: dict
        """
        values = {"oms_status": document.status}
        if document.total is not None:
            values["oms_channel_total"] = float(document.total)
        for field_name, name in (
            ("oms_buyer_note", "note"),
            ("oms_internal_note", "internal_note"),
            ("oms_promised_at", "promised_at"),
        ):
            told = getattr(document, name)
            if told and not (before and getattr(before, name) == told):
                values[field_name] = told
        if "oms_promised_at" in values:
            naive = self.env["oms.intake"]._naive(values["oms_promised_at"])
            values["oms_promised_at"] = naive
            if self.state in ("draft", "sent"):
                values["commitment_date"] = naive
        return values

    def _oms_for_reader(self):
        """The order in the language of whoever is responsible, for texts to keep."""
        self.ensure_one()
        person = self.user_id or self.oms_channel_id.user_id
        lang = person.lang or self.company_id.partner_id.lang
        return self.with_context(lang=lang) if lang else self

    def _oms_report_late(self, what):
        """Tell a person that the channel changed what is already under way.

        :param list what: of ``'address'``, ``'lines'``, ``'cancelled'``.
        """
        check = self.env.ref("oms_addon.oms_check_changed_late")
        self._oms_hold({self: {check: {"what": what}}}, again=True)
        self._oms_ask_role(
            "orders",
            "changed_late",
            lambda env: env._("The channel changed this order"),
        )

    def _oms_get_people(self):
        """Salesperson, the channel's responsible, the leader of the team."""
        return self.user_id + self.oms_channel_id.user_id + self.team_id.user_id

    def _oms_apply_address(self, document, before):
        """Follow a delivery address that the channel changed while nothing has left.

        What a person corrected here stays as long as the channel says the same.

        :param OrderDocument document:
        :param before: what the channel said last, or None.
        :return: ``'same'``, ``'changed'`` or ``'late'``.
        """
        intake = self.env["oms.intake"]
        party = intake._customer_of(document)
        address = document.shipping or party
        if not address or address.masked:
            return "same"
        if before and address == (before.shipping or intake._customer_of(before)):
            return "same"
        if not document.shipping and (not before or not address.street):
            return "same"
        partner = intake._match_addresses(
            self.oms_channel_id, [(self.partner_id, party, address, "delivery")]
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

    def _oms_last_document(self):
        """The channel's latest snapshot of the order, or None.

        :rtype: OrderDocument | None
        """
        self.ensure_one()
        message = (
            self.oms_snapshot_id
            or self.oms_message_ids.filtered(
                lambda m: (
                    m.state == "done"
                    and m.document_kind in ("order", "change")
                    and m.outcome in ("created", "updated")
                )
            ).sorted("id")[-1:]
        )
        if not message:
            return None
        document = message._document()
        return document and message._limited(document)

    def _oms_is_of_another(self, document):
        """Whether a document names another customer than the order's channel did.

        :param OrderDocument document:
        :rtype: bool
        """
        before = self._oms_last_document()
        if not before:
            return False
        intake = self.env["oms.intake"]
        old, new = intake._customer_of(before), intake._customer_of(document)
        keys = [set(intake._party_keys(party)) for party in (old, new)]
        if all(keys):
            return not keys[0] & keys[1]
        return bool(old.name and new.name) and (
            old.name.casefold() != new.name.casefold()
        )

    def _oms_cancel_by_channel(self):
        """Cancel orders that the channel has cancelled; not what has already left."""
        gone = self.filtered(lambda order: "done" in order.picking_ids.mapped("state"))
        for order in gone:
            order._oms_report_late(["cancelled"])
        open_orders = (self - gone).filtered(lambda order: order.state != "cancel")
        open_orders.filtered("locked").action_unlock()
        open_orders._action_cancel()
        for order in open_orders:
            # sudo: whether there is an invoice, whoever replays the message
            if "posted" in order.sudo().invoice_ids.mapped("state"):
                order._oms_ask_role(
                    "accounting",
                    "credit_cancelled",
                    lambda env: env._(
                        "The channel cancelled this order after it was invoiced: "
                        "credit the invoice"
                    ),
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
