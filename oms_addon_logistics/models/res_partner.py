from odoo import models

from odoo.addons.oms_addon.sourcing import Place
from odoo.addons.oms_addon.sourcing.distance import locate


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _oms_get_position(self):
        """Where the partner is, at least roughly.

        :return: (latitude, longitude) in degrees, both ``None`` when not even the
            country is known; and whether it is only the centre of the province
        :rtype: tuple[tuple, bool]
        """
        self.ensure_one()
        found, how = locate(
            Place(
                latitude=self.partner_latitude or None,
                longitude=self.partner_longitude or None,
                country=self.country_id.code or "",
                state=self.state_id.name or self.state_id.code or "",
                zip=self.zip or "",
            )
        )
        if found is None or how == "country":
            # A country's capital is no place to send a van to.
            return (None, None), False
        return found, how != "exact"
