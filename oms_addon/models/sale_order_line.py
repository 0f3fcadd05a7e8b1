from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oms_external_id = fields.Char(
        string="Channel Line ID", copy=False, index="btree_not_null"
    )
    oms_listing_ref = fields.Char(string="Listing on the Channel", copy=False)
    oms_listing_scope = fields.Char(
        string="Number Of",
        copy=False,
        help="Whose article number it is, where buyers use their own.",
    )
    oms_sku = fields.Char(string="SKU on the Channel", copy=False)
    oms_unmatched = fields.Boolean(
        string="Product Unknown",
        copy=False,
        help="The channel's product is not known here yet: choose one.",
    )

    def write(self, vals):
        """Choosing a product for an unknown one teaches the channel's listing."""
        learns = self.browse()
        if vals.get("product_id"):
            learns = self.filtered("oms_unmatched")
            if learns:
                vals = {**vals, "oms_unmatched": False}
        result = super().write(vals)
        if learns:
            learns._oms_learn_listing()
            learns.order_id._oms_check()
            learns.order_id._oms_after_holds()
        return result

    def _oms_learn_listing(self):
        """Remember which product a listing is, for the next order."""
        # sudo: whoever mends an order may teach the listing, but not manage listings
        listings = self.env["oms.channel.listing"].sudo()
        known = listings.search(
            [
                ("channel_id", "in", self.order_id.oms_channel_id.ids),
                "|",
                ("external_id", "in", self.mapped("oms_listing_ref")),
                ("sku", "in", self.mapped("oms_sku")),
            ]
        )
        taken = {
            (k.channel_id.id, k.scope or "", k.external_id or k.sku) for k in known
        }
        values = {}
        for line in self:
            key = (
                line.order_id.oms_channel_id.id,
                line.oms_listing_scope or "",
                line.oms_listing_ref or line.oms_sku,
            )
            if key[0] and key[2] and key not in taken:
                values[key] = {
                    "channel_id": key[0],
                    "scope": line.oms_listing_scope,
                    "external_id": line.oms_listing_ref,
                    "sku": line.oms_sku,
                    "name": line.name,
                    "product_id": line.product_id.id,
                }
        listings.create(list(values.values()))
        self._oms_restore_price()

    def _oms_restore_price(self):
        """Price and taxes as the channel says them, now that the product is known."""
        for order, lines in self.grouped("order_id").items():
            # sudo: what the channel told is read, for whoever may change the line
            told = order.sudo()
            document = told._oms_last_document()
            wanted = {}
            if document:
                wanted = {
                    values["oms_external_id"]: values
                    for values in told._oms_wanted_lines(document)
                }
            for line in lines.filtered(lambda li, w=wanted: li.oms_external_id in w):
                values = wanted[line.oms_external_id]
                line.write(
                    {
                        name: values[name]
                        for name in ("price_unit", "discount", "tax_ids")
                        if name in values
                    }
                )
