from collections import defaultdict

from odoo import api, fields, models


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    @api.model
    def _cron_push_stock(self):
        """Queue the stock levels that changed since the channels were last told."""
        channels = self.search([("push_stock", "=", True)])
        channels.filtered("can_push_stock")._push_stock()

    def action_push_stock(self):
        """Queue changed stock levels now."""
        self._push_stock()

    def _push_stock(self):
        """Queue one message per channel with the levels that changed.

        :return: the messages.
        :rtype: oms.outbox.message
        """
        values = []
        for channel in self:
            changed = []
            quantities = channel._free_quantities()
            for listing in channel.listing_ids:
                quantity = max(
                    quantities.get(listing.product_id, 0) - channel.stock_buffer, 0
                )
                if not listing.pushed_at or quantity != listing.pushed_quantity:
                    changed.append((listing, quantity))
            if not changed:
                continue
            values.append(
                {
                    "channel_id": channel.id,
                    "kind": "stock",
                    "payload": {
                        "levels": [
                            {
                                "listing_id": listing.external_id or "",
                                "sku": listing.sku
                                or listing.product_id.default_code
                                or "",
                                "quantity": quantity,
                                "location_id": listing.location_ref or "",
                            }
                            for listing, quantity in changed
                        ]
                    },
                }
            )
            channel._note_pushed(changed)
        messages = self.env["oms.outbox.message"].create(values)
        if messages:
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()
        return messages

    def _note_pushed(self, changed):
        """Remember what was told, one write per quantity."""
        by_quantity = defaultdict(self.env["oms.channel.listing"].browse)
        for listing, quantity in changed:
            by_quantity[quantity] |= listing
        now = fields.Datetime.now()
        for quantity, listings in by_quantity.items():
            listings.write({"pushed_quantity": quantity, "pushed_at": now})

    def _free_quantities(self):
        """Free pieces of the listed products in the warehouses in reach.

        :return: quantity in the product's unit by product.
        :rtype: dict
        """
        self.ensure_one()
        warehouses = self.warehouse_ids or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", self.listing_ids.product_id.ids),
                ("location_id", "child_of", warehouses.view_location_id.ids),
                ("location_id.usage", "=", "internal"),
            ],
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        return {product: quantity - reserved for product, quantity, reserved in groups}
