"""How far a warehouse is from a customer."""

from math import asin, cos, radians, sin, sqrt

from .places import CHINA_ENDINGS, COUNTRIES, STATES, ZIPS

EARTH_KM = 6371.0
# Between two places of which at least one is unknown: neither near nor out of
# the question, and the same for every warehouse.
UNKNOWN_KM = 1000.0
# Two places known only by the same province or country are not zero km apart.
SAME_STATE_KM = 80.0
SAME_COUNTRY_KM = 300.0


def great_circle(first, second):
    """Return the kilometres between two ``(latitude, longitude)`` in degrees."""
    lat1, lon1, lat2, lon2 = map(radians, (*first, *second))
    h = (
        sin((lat2 - lat1) / 2) ** 2
        + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def locate(place):
    """Return ``(latitude, longitude)`` of a `Place` and how it was found.

    :return: coordinates or None, and one of 'exact', 'state', 'country',
        'unknown'. Both coordinates zero is what Odoo stores for unknown.
    :rtype: tuple
    """
    if place.latitude is not None and place.longitude is not None:
        if place.latitude or place.longitude:
            return (place.latitude, place.longitude), "exact"
    country = place.country.upper()
    found = _find_state(country, place.state) or ZIPS.get((country, place.zip[:2]))
    if found:
        return found, "state"
    if country in COUNTRIES:
        return COUNTRIES[country], "country"
    return None, "unknown"


def _find_state(country, state):
    """Look a state up by its code or its English or Chinese name."""
    name = " ".join(state.lower().split())
    for ending in (*CHINA_ENDINGS, " province", " sheng"):
        if found := STATES.get((country, name)):
            return found
        name = name.removesuffix(ending)
    return STATES.get((country, name))


def road_km(origin, target, detour=1.3):
    """Return the road kilometres between two places.

    :param Place origin: where the goods are.
    :param Place target: where they go.
    :param float detour: road kilometres per kilometre of great circle.
    """
    first, how_first = locate(origin)
    second, how_second = locate(target)
    if first is None or second is None:
        return UNKNOWN_KM
    km = great_circle(first, second) * detour
    if "country" in (how_first, how_second):
        return max(km, SAME_COUNTRY_KM)
    if "state" in (how_first, how_second):
        return max(km, SAME_STATE_KM)
    return km


class Distances:
    """Road kilometres of one batch; each pair of places is measured once."""

    def __init__(self, detour=1.3):
        self.detour = detour
        self._known = {}

    def __call__(self, origin, target):
        key = origin, target
        if key not in self._known:
            self._known[key] = road_km(origin, target, self.detour)
        return self._known[key]
