from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import models


class StockWarehouse(models.Model):
    """The local time of a depot: shifts and windows are hours of its day."""

    _inherit = "stock.warehouse"

    # === BUSINESS METHODS === #

    def _oms_get_timezone(self):
        """Name of the time zone in which the warehouse works.

        Its address's own zone, else that of its country, else the company's.

        :rtype: str
        """
        self.ensure_one()
        partner = self.partner_id
        return (
            partner.tz
            or partner._oms_get_country_timezone()
            or self.company_id.partner_id.tz
            or self.env.user.tz
            or "UTC"
        )

    def _oms_to_utc(self, date, hour):
        """Turn an hour of a day at the warehouse into a naive UTC datetime.

        :param date date: the day
        :param float hour: 0 to 24, as the clock on the wall shows it
        :rtype: datetime
        """
        zone = ZoneInfo(self._oms_get_timezone())
        midnight = datetime.combine(date, time.min, tzinfo=zone)
        moment = midnight + timedelta(hours=hour)
        return moment.astimezone(UTC).replace(tzinfo=None)
