"""Which time it is in a country."""

import pytest

from oms_addon_logistics.timezones import country_timezone


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),  # two names, the same clocks
        ("CN", "Asia/Shanghai"),  # one by law
        ("NL", "Europe/Amsterdam"),
        ("US", None),
        ("ES", None),  # the Canary Islands
        ("", None),
        ("XX", None),
    ],
)
def test_a_country_with_one_time_has_a_zone(country, zone):
    assert country_timezone(country) == zone
