from odoo import models


class OmsHold(models.Model):
    _inherit = "oms.hold"

    def _reason_sentences(self):
        """Add the sentence of orders that lack stock."""
        return {
            **super()._reason_sentences(),
            "out_of_stock": lambda d: self.env._(
                "No warehouse in reach has enough of: %(items)s",
                items=", ".join(d.get("items", [])),
            ),
        }
