"""Which time it is in a country. No ORM here."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytz

# The lists of zones know a second, informal one; the law knows one.
BY_LAW = {"CN": "Asia/Shanghai"}
MONTHS = (1, 4, 7, 10)  # a zone with summer time shows it in one of these


def country_timezone(code):
    """The time zone of a country whose clocks all show the same.

    :param str code: ISO code of the country, or ""
    :return: name of the zone; None when the country has several times, or isn't known
    :rtype: str | None
    """
    if code in BY_LAW:
        return BY_LAW[code]
    return _zone_of_year(code, datetime.now(UTC).year)


@lru_cache(maxsize=512)  # asked for every transfer of a plan
def _zone_of_year(code, year):
    zones = pytz.country_timezones.get(code or "", ())
    clocks = {_clock(zone, year) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


def _clock(zone, year):
    """Offsets over a year: equal for zones whose clocks show the same."""
    moments = (datetime(year, month, 15, tzinfo=ZoneInfo(zone)) for month in MONTHS)
    return tuple(moment.utcoffset() for moment in moments)
