from odoo import models

from ...routing import Stop


class OmsTripStop(models.Model):
    _inherit = "oms.trip.stop"

    def _prepare_routing_stop(self, midnight):
        """The stop for the routing package.

        :param datetime midnight: beginning of the day, UTC
        :rtype: Stop
        """
        early, late = (
            round((moment - midnight).total_seconds()) if moment else default
            for moment, default in ((self.window_start, 0), (self.window_end, 10**6))
        )
        known = bool(self.latitude or self.longitude)
        return Stop(
            id=self.id,
            latitude=self.latitude if known else None,
            longitude=self.longitude if known else None,
            demand=(round(self.weight * 1000), round(self.volume * 1000)),
            service=round(self.service_minutes * 60),
            windows=((early, late),) if self.window_start or self.window_end else (),
            pickup=self.kind == "pickup",
        )
