from odoo import models

from odoo.addons.oms_addon.sourcing import Place
from odoo.addons.oms_addon.sourcing.distance import locate

from ...timezones import country_timezone


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _oms_get_position(self):
        """Where the partner is, at least roughly.

        :return: (latitude, longitude) in degrees, both ``None`` for no partner or
            when not even the country is known; and whether it is only the centre of
            the province
        :rtype: tuple[tuple, bool]
        """
        if not self:
            return (None, None), False
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

    def _oms_get_country_timezone(self):
        """Time zone of the partner's country, where the country has one time.

        :return: None also for no partner
        :rtype: str | None
        """
        if self:
            self.ensure_one()
        return country_timezone(self.country_id.code or "")
