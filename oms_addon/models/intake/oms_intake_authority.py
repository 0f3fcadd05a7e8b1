from decimal import Decimal

from odoo import api, models

from ...adapters.units import unit_of
from ...authority import PLATFORMS, address_words

CENT = Decimal("0.01")


class OmsIntake(models.AbstractModel):
    """What a message may not decide, and what it says that no model reads.

    Both are kept with the order as facts (``sale.order.oms_told``); checks compare
    them with the order as it is.
    """

    _inherit = "oms.intake"

    @api.model
    def _apply(self, channel, pairs):
        """Documents reach the orders without what their source may not decide."""
        limited = [(message, message._limited(document)) for message, document in pairs]
        return super()._apply(channel, limited)

    @api.model
    def _authority_values(self, channel, message, document, parties):
        """Values of a new order that depend on where its message came from.

        :param tuple parties: customer, delivery and invoice partner.
        :rtype: dict
        """
        authority, _sender = message._authority()
        by_content = "on_account" in document.tags
        is_trusted = not authority.is_mail and bool(authority.door)
        by_policy = channel.on_account and (is_trusted or "credit" in authority.rights)
        told = self._told(channel, authority, document)
        if channel.on_account and not by_policy:
            told["credit"] = authority.sender or "?"
        if authority.lacks:
            told["partner"] = parties[0].id
            address = document.shipping or document.customer
            if "address" in authority.lacks and self._is_new_address(parties):
                told["address"] = [parties[1].id, address_words(address)]
        return {"oms_on_account": by_content or by_policy, "oms_told": told or False}

    @api.model
    def _is_new_address(self, parties):
        """Whether goods never went to this address of the customer.

        An address that came with an earlier proposal is no better known for it: only
        what a person entered, or a confirmed order went to.
        """
        customer, delivery, _invoice = parties
        if delivery == customer:
            return False
        orders = self.env["sale.order"].search(
            [("partner_shipping_id", "=", delivery.id)]
        )
        if "sale" in orders.mapped("state"):
            return False
        return bool(orders) or delivery.create_date >= self.env.cr.now()

    @api.model
    def _told(self, channel, authority, document):
        """What a message says beside what the order's own fields hold.

        :rtype: dict
        """
        is_platform = channel.kind in PLATFORMS and not authority.is_mail
        lines = {}
        for line in document.product_lines:
            facts = self._told_of_line(line, is_platform)
            if facts and line.quantity:
                lines[line.external_id or line.sku or line.name] = facts
        taxes = [line.tax_amount for line in document.lines]
        tax = document.tax_total
        if tax is None and any(taxes):
            tax = sum(amount for amount in taxes if amount is not None)
        told = {
            "lacks": authority.lacks,
            "doubts": [[d.code, d.words, d.where] for d in document.doubts],
            "tags": list(document.tags),
            "lines": lines,
            "tax": None if tax is None else str(tax),
            "total": "0" if document.total == 0 else None,
            "countries": self._unknown_countries(document),
            "proof": authority.proof if authority.is_mail else None,
        }
        return {name: value for name, value in told.items() if value}

    @api.model
    def _told_of_line(self, line, is_platform):
        """What a line says that the order's line may not.

        :param bool is_platform: a shop gives things away and says so.
        :rtype: dict
        """
        facts = {}
        if line.uom:
            facts["unit"] = line.uom
        if line.quantity != line.quantity.quantize(CENT):
            facts["quantity"] = str(line.quantity)
        if line.line_total is not None:
            facts["total"] = str(line.line_total)
        if line.price_told and not line.unit_price and not is_platform:
            facts["free"] = True
        if line.price_told is False:
            facts["unpriced"] = True
        if not line.unit_price and line.line_total:
            facts["free"] = True
        return facts

    @api.model
    def _unknown_countries(self, document):
        """Country codes that a message names and that there are none of.

        :rtype: list[str]
        """
        known = self._country_ids()
        parties = (document.customer, document.shipping, document.billing)
        codes = {(party.country_code or "").upper() for party in parties} - {""}
        return sorted(codes - known.keys())

    @api.model
    def _host_unit(self, word):
        """The unit of measure that a message's code or word means.

        :return: empty when it is not known.
        :rtype: uom.uom
        """
        name = unit_of(word)
        unit = name and self.env.ref(f"uom.{name}", raise_if_not_found=False)
        return unit or self.env["uom.uom"]
