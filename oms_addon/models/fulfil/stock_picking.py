from odoo import models

from .confirm_batch import ConfirmBatch


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # === ACTION METHODS === #

    def action_confirm(self):
        """Collect the pickings of a batch, which are confirmed in one pass."""
        batch = ConfirmBatch.of(self.env)
        if batch is not None and batch.deferring_pickings:
            batch.picking_ids += self.ids
            return True
        return super().action_confirm()

    # === BUSINESS METHODS === #

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """Collect the notes "created from" of a batch, which are logged at once."""
        batch = ConfirmBatch.of(self.env)
        if (
            batch is None
            or source_ref != "mail.message_origin_link"
            or set(render_values or {}) != {"self", "origin"}
        ):
            return super().message_post_with_source(
                source_ref, render_values=render_values, **kwargs
            )
        batch.origin_notes += [(picking, render_values["origin"]) for picking in self]
        return self.env["mail.message"]

    def _oms_log_origins(self, notes):
        """Log on each picking where it comes from, all in one pass.

        :param list notes: (stock.picking, record it was made from)
        """
        bodies = {
            picking.id: self.env["ir.qweb"]._render(
                "mail.message_origin_link", {"self": picking, "origin": origin}
            )
            for picking, origin in notes
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)
