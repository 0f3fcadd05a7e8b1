from odoo import api, fields, models


class OmsChannelListing(models.Model):
    _name = "oms.channel.listing"
    _description = "Channel Listing"
    _order = "channel_id, sku, id"
    _rec_names_search = ["external_id", "sku", "name"]
    _check_company_auto = True

    channel_id = fields.Many2one(
        comodel_name="oms.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    external_id = fields.Char(
        string="Listing ID", help="The channel's id of the product variant."
    )
    scope = fields.Char(
        string="Number Of",
        help="Whose article number it is, where buyers use their own. Empty: the "
        "channel's.",
    )
    sku = fields.Char(string="SKU on the Channel")
    name = fields.Char(string="Name on the Channel")
    product_id = fields.Many2one(
        comodel_name="product.product",
        check_company=True,
        ondelete="cascade",
        required=True,
        index=True,
    )
    location_ref = fields.Char(
        string="Location on the Channel",
        help="The channel's id of the location whose stock is sent.",
    )
    pushed_quantity = fields.Float(
        string="Last Quantity Sent", digits="Product Unit", readonly=True, copy=False
    )
    pushed_at = fields.Datetime(string="Last Sent", readonly=True, copy=False)

    _external_id_unique = models.UniqueIndex(
        "(channel_id, COALESCE(scope, ''), external_id) WHERE external_id IS NOT NULL",
        "This listing id is already known on the channel.",
    )
    _sku_unique = models.UniqueIndex(
        "(channel_id, COALESCE(scope, ''), sku) "
        "WHERE external_id IS NULL AND sku IS NOT NULL",
        "This SKU is already known on the channel.",
    )

    @api.depends("sku", "external_id", "product_id")
    def _compute_display_name(self):
        for listing in self:
            listing.display_name = (
                listing.sku or listing.external_id or listing.product_id.display_name
            )

    # === BUSINESS METHODS === #

    def _prepare_level(self, quantity):
        """What the channel is told about the listing's stock, as JSON.

        :param float quantity: free pieces.
        :rtype: dict
        """
        self.ensure_one()
        return {
            "listing_id": self.external_id or "",
            "sku": self.sku or self.product_id.default_code or "",
            "quantity": quantity,
            "location_id": self.location_ref or "",
        }
