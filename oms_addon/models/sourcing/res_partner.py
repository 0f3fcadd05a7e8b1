from odoo import models

from ...sourcing import Place


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _oms_place(self):
        """Where the partner is, as exactly as is known.

        :rtype: Place
        """
        known = self.partner_latitude or self.partner_longitude
        return Place(
            latitude=self.partner_latitude if known else None,
            longitude=self.partner_longitude if known else None,
            country=self.country_id.code or "",
            state=self.state_id.code or self.state_id.name or "",
            zip=self.zip or "",
        )
