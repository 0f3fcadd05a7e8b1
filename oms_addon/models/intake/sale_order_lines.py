from odoo import Command, api, models


class SaleOrder(models.Model):
    """The lines of an order beside those that its channel tells."""

    _inherit = "sale.order"

    def _oms_apply_lines(self, document, before):
        """Follow lines that the channel changed; a confirmed order keeps its own.

        What a person changed here stays as long as the channel says the same.

        :param OrderDocument document:
        :param before: what the channel said last, or None.
        :return: ``'same'``, ``'changed'`` or ``'late'``: the order is confirmed.
        """
        is_draft = self.state in ("draft", "sent")
        missed = is_draft and self._oms_missed_change()
        if not document.lines or (
            before and not missed and self._oms_tell_same(document, before)
        ):
            return "same"
        wanted = self._oms_wanted_lines(document)
        current = self._oms_current_lines()
        currency = self._oms_told_currency(document)
        if (
            currency == self.currency_id
            and self._oms_same_lines(self._oms_line_summary(wanted), current)
            and not (
                before and before.prices_include_tax != document.prices_include_tax
            )
        ):
            return "same"
        if not is_draft:
            return "late"
        old = self._oms_lines_in_words()
        if currency != self.currency_id:
            pricelists = self.env["oms.intake"]._pricelists(
                self.oms_channel_id, currency
            )
            self.pricelist_id = pricelists[currency]
        self.order_line.unlink()
        self.write({"order_line": [Command.create(values) for values in wanted]})
        self._message_log(
            body=self._oms_for_reader().env._(
                "The channel changed the lines. Before: %(before)s. Now: %(after)s.",
                before=old,
                after=self._oms_lines_in_words(),
            )
        )
        return "changed"

    def _oms_told_currency(self, document):
        """The currency that a document is in; all that it names are active.

        :rtype: res.currency
        """
        if not document.currency or document.currency == self.currency_id.name:
            return self.currency_id
        found = self.env["res.currency"].search([("name", "=", document.currency)])
        return found or self.currency_id

    def _oms_missed_change(self):
        """Whether the channel changed the order when it was too late for it."""
        late = self.env.ref("oms_addon.oms_check_changed_late")
        return any(h.state == "open" and h.check_id == late for h in self.oms_hold_ids)

    @api.model
    def _oms_tell_same(self, document, other):
        """Whether two documents tell the same goods for the same money."""
        facts = [
            [
                (told.currency, told.prices_include_tax),
                *(
                    (
                        line.kind,
                        line.external_id,
                        line.listing_id,
                        line.sku,
                        line.barcode,
                        line.quantity,
                        line.unit_price,
                        line.discount,
                        line.tax_rate,
                    )
                    for line in told.lines
                ),
            ]
            for told in (document, other)
        ]
        return facts[0] == facts[1]

    def _oms_lines_in_words(self):
        return ", ".join(
            f"{line.product_uom_qty:g} × "
            f"{line.oms_sku or line.product_id.default_code or line.name}"
            for line in self.order_line
            if not line.display_type
        )

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
