from dataclasses import replace

from odoo import api, models
from odoo.tools import plaintext2html

from ..context import IntakeMark


class OmsIntake(models.AbstractModel):
    """Turns order documents into records, a batch at a time.

    The steps are methods of their own so that other addons can extend one.
    """

    _name = "oms.intake"
    _description = "Order Intake"

    @api.model
    def _apply(self, channel, pairs):
        """Do what the documents say; each order occurs once in ``pairs``.

        :param oms.channel channel:
        :param list pairs: of (`oms.inbox.message`, `OrderDocument`).
        """
        self = self.with_company(channel.company_id).with_context(
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            mail_notrack=True,
            oms_intake=IntakeMark(),
        )
        known = self._known_orders(channel, pairs)
        new, changes, leads = [], [], []
        for message, document in pairs:
            order = known.get(document.external_id)
            if document.kind == "enquiry":
                leads.append((message, document))
            elif order:
                changes.append((message, document, order))
            elif document.kind == "order":
                new.append((message, document))
            elif document.kind == "change" and document.lines:
                new.append((message, document))
            else:
                message._fail("no_order", value=document.external_id)
        self._create_orders(channel, new)
        self._change_orders(changes)
        self._create_leads(channel, leads)

    @api.model
    def _known_orders(self, channel, pairs):
        """Orders of the channel by external id.

        :rtype: dict[str, sale.order]
        """
        orders = self.env["sale.order"].search(
            [
                ("oms_channel_id", "=", channel.id),
                ("oms_external_id", "in", [d.external_id for _, d in pairs]),
            ]
        )
        return {order.oms_external_id: order for order in orders}

    # ---- new orders ------------------------------------------------------

    @api.model
    def _create_orders(self, channel, pairs):
        if not pairs:
            return
        currencies = self._currencies([document for _, document in pairs])
        usable = []
        for message, document in pairs:
            unknown = sorted(document.currencies - currencies.keys())
            if unknown:
                message._fail("currency", value=unknown[0])
            else:
                usable.append((message, document))
        documents = [document for _, document in usable]
        partners = self._match_partners(
            channel, documents, own=[m._authority()[1].partner_id for m, _ in usable]
        )
        products = self._match_products(channel, documents)
        taxes = self._tax_finder(channel)
        pricelists = {
            currency.name: pricelist
            for currency, pricelist in self._pricelists(
                channel, channel.currency_id.union(*currencies.values())
            ).items()
        }
        values = [
            self._prepare_order(
                channel, document, partners[number], pricelists, products, taxes
            )
            | {"oms_snapshot_id": message.id}
            | self._authority_values(channel, message, document, partners[number])
            for number, (message, document) in enumerate(usable)
        ]
        orders = self.env["sale.order"]._oms_create_batch(values)
        messages = self.env["oms.inbox.message"].union(*(m for m, _ in usable))
        messages._succeed("done", outcome="created")
        for (message, _document), order in zip(usable, orders, strict=True):
            message.order_id = order
        self._after_create(orders, documents)
        self._wake_waiting(channel, documents)

    @api.model
    def _wake_waiting(self, channel, documents):
        """Read again what came in before its order did."""
        waiting = self.env["oms.inbox.message"].search(
            [
                ("channel_id", "=", channel.id),
                ("state", "=", "error"),
                ("error_code", "=", "no_order"),
                ("external_id", "in", [document.external_id for document in documents]),
            ]
        )
        if waiting:
            waiting.write({"state": "new"})
            self.env.ref("oms_addon.ir_cron_intake")._trigger()

    @api.model
    def _after_create(self, orders, documents):
        """Payments, checks and what the channel has already ended."""
        orders._oms_record_payments(documents)
        ended = orders.browse(
            [
                order.id
                for order, document in zip(orders, documents, strict=True)
                if document.status == "cancelled"
            ]
        )
        if ended:
            ended._oms_cancel_by_channel()
        (orders - ended)._oms_check()
        (orders - ended)._oms_after_holds()
        orders._oms_apply_refunds(documents)

    @api.model
    def _currencies(self, documents):
        """Active currencies by code: of orders, of what was paid and given back."""
        codes = {code for document in documents for code in document.currencies}
        found = self.env["res.currency"].search([("name", "in", list(codes))])
        return {currency.name: currency for currency in found}

    @api.model
    def _prepare_order(self, channel, document, parties, pricelists, products, taxes):
        """Values of one new order with its lines.

        :param tuple parties: customer, delivery and invoice partner.
        :rtype: dict
        """
        customer, delivery, invoice = parties
        currency = document.currency or channel.currency_id.name
        values = {
            "company_id": channel.company_id.id,
            "partner_id": customer.id,
            "partner_shipping_id": delivery.id,
            "partner_invoice_id": invoice.id,
            "pricelist_id": pricelists[currency].id,
            "team_id": channel.team_id.id,
            "user_id": channel.user_id.id,
            "client_order_ref": document.number or document.external_id,
            "origin": channel.name,
            "note": False,
            "oms_channel_id": channel.id,
            "oms_external_id": document.external_id,
            "oms_revision": document.revision,
            "oms_status": document.status,
            "oms_channel_total": float(document.total or 0),
            "oms_promised_at": self._naive(document.promised_at),
            "commitment_date": self._naive(document.promised_at),
            "oms_receiver_token": document.shipping.token or document.customer.token,
            "oms_buyer_note": document.note,
            "oms_internal_note": document.internal_note,
            "order_line": [
                (0, 0, line_values)
                for line_values in self._prepare_lines(
                    channel, document, products, taxes, customer, delivery
                )
            ],
        }
        if document.ordered_at:
            values["date_order"] = self._naive(document.ordered_at)
        if not values["commitment_date"]:
            del values["commitment_date"]
        return values

    @api.model
    def _pricelists(self, channel, currencies):
        """A pricelist per currency: in Odoo it is what gives an order its currency.

        Prices come from the channel. A currency that has no pricelist yet gets an
        empty one; the company's own currency needs none.

        :param currencies: recordset of `res.currency`.
        :return: pricelist (maybe empty) by currency.
        :rtype: dict
        """
        Pricelist = self.env["product.pricelist"]
        company = channel.company_id
        result = {company.currency_id: Pricelist}
        found = Pricelist.search(
            [
                ("currency_id", "in", currencies.ids),
                ("company_id", "in", [company.id, False]),
                ("item_ids", "=", False),
            ]
        )
        result.update({pricelist.currency_id: pricelist for pricelist in found})
        missing = currencies.filtered(lambda c: c not in result)
        # sudo: orders may come in for a user who does not manage pricelists
        created = Pricelist.sudo().create(
            [
                {
                    "name": self.env._(
                        "Orders in %(currency)s", currency=currency.name
                    ),
                    "currency_id": currency.id,
                    "company_id": company.id,
                }
                for currency in missing
            ]
        )
        result.update({pricelist.currency_id: pricelist for pricelist in created})
        if channel.pricelist_id:
            result[channel.pricelist_id.currency_id] = channel.pricelist_id
        return {currency: result[currency].sudo(False) for currency in result}

    @api.model
    def _naive(self, moment):
        """A time as the ORM stores it: UTC without zone, or False."""
        return moment.replace(tzinfo=None, microsecond=0) if moment else False

    # ---- what came later -------------------------------------------------

    @api.model
    def _change_orders(self, triples):
        """Apply newer revisions; older or equal ones change nothing.

        Where a format tells no time of a change, what came in later is newer.
        """
        currencies = self._currencies([document for _, document, _ in triples])
        for message, document, order in triples:
            if message._is_other_order(document, order) or message._is_strangers(order):
                message._fail(
                    "other_customer",
                    value=document.number or document.external_id,
                    customer=order.partner_id.display_name,
                )
                continue
            unknown = sorted(document.currencies - currencies.keys())
            if unknown and document.kind in ("order", "change", "refund"):
                message._fail("currency", value=unknown[0])
                continue
            age = self._age(message, document, order)
            if age == "older":
                message._succeed("ignored", order_id=order.id, outcome="outdated")
                continue
            if age == "equal":
                outcome = order._oms_apply_equal(document)
            else:
                outcome = order._oms_apply_document(document)
                if document.kind in ("order", "change"):
                    order.oms_snapshot_id = message
            order._oms_note_told(message, document)
            message._succeed("done", order_id=order.id, outcome=outcome)
        changed = self.env["sale.order"].union(*(order for _, _, order in triples))
        drafts = changed.filtered(lambda order: order.state in ("draft", "sent"))
        drafts._oms_check()
        drafts._oms_after_holds()

    @api.model
    def _age(self, message, document, order):
        """Whether a document is newer than what is known of its order.

        :return: ``'older'``, ``'equal'`` or ``'newer'``.
        """
        # A refund is an event, not a state: it counts once, whenever it comes. A
        # cancellation may carry no revision of the order itself.
        if document.kind == "refund" or (
            document.kind == "cancel" and not document.revision
        ):
            return "newer"
        known = order.oms_revision or ""
        if document.revision != known:
            return "newer" if document.revision > known else "older"
        if document.kind not in ("order", "change") or not message._later_wins(order):
            return "equal"
        latest = order.oms_snapshot_id
        return "older" if latest and latest._arrival() > message._arrival() else "newer"

    # ---- enquiries -------------------------------------------------------

    @api.model
    def _create_leads(self, channel, pairs):
        """An enquiry becomes a lead, once per message."""
        if not pairs:
            return
        # A lead promises nothing: it may name the customer whose address it bears.
        named = [
            replace(d, customer=replace(d.customer, unproven=False)) for _, d in pairs
        ]
        partners = self._match_partners(channel, named, create=False)
        leads = self.env["crm.lead"].create(
            [
                self._prepare_lead(channel, document, partners[number][0])
                for number, (_, document) in enumerate(pairs)
            ]
        )
        for (message, _), lead in zip(pairs, leads, strict=True):
            message._succeed("done", lead_id=lead.id, outcome="lead")

    @api.model
    def _prepare_lead(self, channel, document, partner):
        customer = document.customer
        return {
            "name": document.subject
            or self.env._(
                "Enquiry of %(customer)s", customer=customer.name or customer.email
            ),
            "type": "lead"
            if self.env.user.has_group("crm.group_use_lead")
            else "opportunity",
            "company_id": channel.company_id.id,
            "team_id": channel.team_id.id,
            "user_id": channel.user_id.id,
            "partner_id": partner.id if partner else False,
            "contact_name": customer.name,
            "partner_name": customer.company,
            "email_from": customer.email,
            "phone": customer.phone,
            "description": plaintext2html(document.note) if document.note else False,
            "oms_channel_id": channel.id,
            **self._prepare_intent(document),
        }

    @api.model
    def _prepare_intent(self, document):
        """What a message says that keeps it from being an order, and where.

        :rtype: dict
        """
        known = dict(self.env["crm.lead"]._fields["oms_intent"].selection)
        for doubt in document.doubts:
            if doubt.code in known:
                return {"oms_intent": doubt.code, "oms_intent_words": doubt.words}
        return {}
