from collections import defaultdict
from decimal import Decimal

from odoo import api, models

# Tax rates of a document and of a tax count as equal within this many percent points.
RATE_TOLERANCE = 0.051


class OmsIntake(models.AbstractModel):
    _inherit = "oms.intake"

    # ---- products --------------------------------------------------------

    @api.model
    def _match_products(self, channel, documents):
        """Products by listing id, SKU and barcode, looked up once for all lines.

        :return: a function that takes a `document.Line` and returns a product,
            which is empty when it is not known.
        """
        lines = [line for d in documents for line in d.lines if line.kind == "product"]
        listings = self._known_listings(channel, lines)
        codes = {line.sku for line in lines if line.sku}
        barcodes = {line.barcode for line in lines if line.barcode} | codes
        products = self.env["product.product"].search(
            [
                "&",
                ("company_id", "in", [False, channel.company_id.id]),
                "|",
                ("default_code", "in", list(codes)),
                ("barcode", "in", list(barcodes)),
            ],
            order="company_id, id desc",
        )
        by_code = {p.default_code: p for p in products if p.default_code}
        by_barcode = {p.barcode: p for p in products if p.barcode}
        nothing = self.env["product.product"]

        def find(line):
            scope = line.listing_scope
            return (
                listings.get(("id", scope, line.listing_id))
                or listings.get(("sku", scope, line.sku))
                or by_code.get(line.sku)
                or by_barcode.get(line.barcode)
                or by_barcode.get(line.sku)
                or nothing
            )

        return find

    @api.model
    def _known_listings(self, channel, lines):
        found = self.env["oms.channel.listing"].search(
            [
                ("channel_id", "=", channel.id),
                "|",
                ("external_id", "in", [li.listing_id for li in lines if li.listing_id]),
                ("sku", "in", [li.sku for li in lines if li.sku]),
            ]
        )
        known = {}
        for listing in found.filtered("product_id.active"):
            scope = listing.scope or ""
            if listing.external_id:
                known["id", scope, listing.external_id] = listing.product_id
            if listing.sku:
                known.setdefault(("sku", scope, listing.sku), listing.product_id)
        return known

    # ---- taxes -----------------------------------------------------------

    @api.model
    def _tax_finder(self, channel):
        """Taxes for a rate that a channel names.

        :return: a function of (rate in percent or None, included flag, the
            product's own taxes) that returns taxes.
        """
        company = channel.company_id
        # sudo: tax settings are read for the order, whoever takes it in
        taxes = (
            self.env["account.tax"]
            .sudo()
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(company),
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "=", "percent"),
                ]
            )
        )
        by_rate = defaultdict(self.env["account.tax"].browse)
        for tax in taxes:
            by_rate[tax.price_include] |= tax

        def find(rate, included, own):
            if rate is None:
                return own
            fits = own and abs(sum(own.mapped("amount")) - float(rate)) < RATE_TOLERANCE
            if fits and all(tax.price_include == included for tax in own):
                return own
            for flag in (included,) if fits else (included, not included):
                for tax in by_rate[flag]:
                    if abs(tax.amount - float(rate)) < RATE_TOLERANCE and (
                        not tax.country_id
                        or tax.country_id == company.account_fiscal_country_id
                    ):
                        return tax
            if fits:
                return own
            if not rate:
                return own.browse()
            if not channel.create_taxes:
                return own
            made = self._create_tax(company, rate, included)
            by_rate[made.price_include] |= made
            return made

        return find

    @api.model
    def _create_tax(self, company, rate, included):
        """A sales tax of a rate that the company has none of yet.

        It books like the company's default sales tax.
        """
        # sudo: the channel's setting allows it; whoever takes in the order need not
        # manage taxes
        default = company.sudo().account_sale_tax_id
        values = {
            "name": f"{float(rate):g}%"
            + (self.env._(" (included)") if included else ""),
            "amount": float(rate),
            "amount_type": "percent",
            "type_tax_use": "sale",
            "company_id": company.id,
            "price_include_override": "tax_included" if included else "tax_excluded",
            "description": f"{float(rate):g}%",
        }
        if default and default.amount_type == "percent":
            return default.copy(values)
        return self.env["account.tax"].sudo().create(values)  # sudo: see above

    # ---- lines -----------------------------------------------------------

    @api.model
    def _prepare_lines(self, channel, document, products, taxes, customer, delivery):
        """Values of an order's lines, in the document's order.

        :rtype: list[dict]
        """
        position = self._fiscal_position(channel, customer, delivery)
        values = []
        for number, line in enumerate(document.lines):
            if not line.quantity and line.kind == "product":
                continue
            product = self._line_product(channel, line, products)
            unmatched = not product
            product = product or self._placeholder(channel)
            own = self._product_taxes(product, channel.company_id, position)
            tax = taxes(line.tax_rate, document.prices_include_tax, own)
            values.append(
                {
                    "sequence": 10 + number,
                    "product_id": product.id,
                    "name": self._line_name(line, product, customer.lang),
                    "product_uom_qty": float(line.quantity),
                    "product_uom_id": product.uom_id.id,
                    "tax_ids": [(6, 0, tax.ids)],
                    "oms_external_id": line.external_id or False,
                    "oms_listing_ref": line.listing_id or False,
                    "oms_listing_scope": line.listing_scope or False,
                    "oms_sku": line.sku or False,
                    "oms_unmatched": unmatched,
                    **self._line_price(line, document, tax),
                }
            )
        return values

    @api.model
    def _line_name(self, line, product, lang):
        """What the customer reads: no code of ours, and in the own language.

        :param str lang: of the customer; our own names are translated to it
        :rtype: str
        """
        spoken = product.with_context(lang=lang, display_default_code=False)
        name = line.name or line.sku or line.listing_id or spoken.display_name
        return f"{name}\n{line.note}" if line.note else name

    @api.model
    def _fiscal_position(self, channel, customer, delivery):
        """The fiscal position, looked up once per kind of address."""
        cache = self.env.cr.cache.setdefault("oms_fiscal_positions", {})
        key = (
            channel.company_id.id,
            delivery.country_id.id,
            delivery.state_id.id,
            delivery.zip or "",
            bool(customer.vat),
            customer.property_account_position_id.id,
        )
        if key not in cache:
            cache[key] = (
                self.env["account.fiscal.position"]
                .with_company(channel.company_id)
                ._get_fiscal_position(customer, delivery)
                .id
            )
        return self.env["account.fiscal.position"].browse(cache[key] or ())

    @api.model
    def _product_taxes(self, product, company, position):
        # sudo: tax settings are read for the order, whoever takes it in
        own = product.sudo().taxes_id._filter_taxes_by_company(company)
        return position.sudo().map_tax(own) if position else own

    @api.model
    def _line_product(self, channel, line, products):
        """Product of a line; shipping, fees and discounts have one of their own."""
        if line.kind == "product":
            return products(line)
        if line.kind == "shipping" and channel.shipping_product_id:
            return channel.shipping_product_id
        return self.env.ref(f"oms_addon.product_{line.kind}")

    @api.model
    def _placeholder(self, channel):
        return self.env.ref("oms_addon.product_unmatched")

    @api.model
    def _line_price(self, line, document, taxes):
        """Price and discount that give exactly what the channel charges.

        Odoo's discount is a percentage of two decimals; an amount that it can't
        express goes into the unit price instead.

        A message without any price (a mail, a phone note) leaves it to the pricelist;
        a price of 0 is one.

        :rtype: dict
        """
        unpriced = "unpriced" in document.tags or document.total is None
        if line.price_told is False or (
            line.price_told is None and unpriced and not line.unit_price
        ):
            return {}
        factor = self._tax_factor(document.prices_include_tax, taxes)
        unit = line.unit_price * factor
        gross = line.quantity * line.unit_price
        discount = Decimal(0)
        if line.discount and gross:
            percent = line.discount / gross * 100
            discount = percent.quantize(Decimal("0.01"))
            exact = (gross * (100 - discount) / 100 - line.total).copy_abs()
            if exact >= Decimal("0.005") or discount > 100:
                discount = Decimal(0)
                unit = line.total / line.quantity * factor
        elif line.discount and line.quantity:
            unit = line.total / line.quantity * factor
        return {"price_unit": float(unit), "discount": float(discount)}

    @api.model
    def _tax_factor(self, included, taxes):
        """Turns a price with tax into one without, or the other way round."""
        inclusive = all(tax.price_include for tax in taxes) if taxes else included
        percent = taxes.filtered(lambda tax: tax.amount_type == "percent")
        rate = Decimal(str(sum(percent.mapped("amount")))) / 100
        if included == inclusive or not rate:
            return Decimal(1)
        return 1 / (1 + rate) if included else 1 + rate
