from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import split_every

# Of one message: some platforms take one call for each, and a message has to be told
# within its time.
LEVELS = 40


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    @api.model
    def _cron_push_stock(self):
        """Queue the stock levels that changed since the channels were last told."""
        channels = self.search([("push_stock", "=", True)])
        channels.filtered("can_push_stock")._push_stock()

    def action_push_stock(self):
        """Queue changed stock levels now.

        :return: True
        """
        self.check_access("write")
        self._push_stock()
        return True

    def _push_stock(self):
        """Queue the levels that changed, a message per channel for every few.

        :return: the messages.
        :rtype: oms.outbox.message
        """
        values = []
        waiting = self._waiting_stock_messages()
        for channel in self:
            old = waiting.filtered(lambda m, channel=channel: m.channel_id == channel)
            untold = {
                (level["listing_id"], level["sku"], level["location_id"])
                for message in old
                for level in (message.payload or {}).get("levels", [])
            }
            levels, changed = [], []
            quantities = channel._free_quantities()
            for listing in channel.listing_ids:
                # Rounded: 1.9999… of 2.0 kg would be told as 1, and anew each time.
                quantity = listing.product_id.uom_id.round(
                    max(quantities.get(listing.product_id, 0) - channel.stock_buffer, 0)
                )
                level = listing._prepare_level(quantity)
                if not listing.pushed_at or quantity != listing.pushed_quantity:
                    changed.append((listing, quantity))
                    levels.append(level)
                elif (
                    level["listing_id"],
                    level["sku"],
                    level["location_id"],
                ) in untold:
                    levels.append(level)
            if not changed:
                continue
            # Sent later, the old levels would overwrite the new ones.
            old.write({"state": "cancelled"})
            values += [
                {
                    "channel_id": channel.id,
                    "kind": "stock",
                    "payload": {"levels": list(some)},
                }
                for some in split_every(LEVELS, levels)
            ]
            channel._note_pushed(changed)
        messages = self.env["oms.outbox.message"].create(values)
        if messages:
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()
        return messages

    def _waiting_stock_messages(self):
        """Stock levels that the channels have not been told yet.

        :rtype: oms.outbox.message
        """
        waiting = self.env["oms.outbox.message"].search(
            [
                ("channel_id", "in", self.ids),
                ("kind", "=", "stock"),
                ("state", "in", ("queued", "error")),
            ]
        )
        return waiting.try_lock_for_update(allow_referencing=True)

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

        What open and confirmed orders will take is not free, reserved or not. What one
        warehouse lacks takes nothing from the others: they have theirs to sell.

        :return: quantity in the product's unit by product.
        :rtype: dict
        """
        self.ensure_one()
        warehouses = self.warehouse_ids or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        products = self.listing_ids.product_id
        free = self.env["sale.order"]._oms_free_stock(warehouses, products)
        totals = defaultdict(float)
        for (_warehouse, product), quantity in free.items():
            totals[self.env["product.product"].browse(product)] += max(0.0, quantity)
        return totals
