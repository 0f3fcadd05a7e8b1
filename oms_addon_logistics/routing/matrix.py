"""Distances and travel times without a road network."""

import numpy as np

from .problem import Problem

EARTH_RADIUS = 6_371_008.8  # metres, mean


def great_circle(latitudes, longitudes):
    """Pairwise distances on the sphere.

    :param latitudes: degrees, sequence of n
    :param longitudes: degrees, sequence of n
    :return: metres, n × n
    :rtype: numpy.ndarray
    """
    phi = np.radians(np.asarray(latitudes, dtype=float))
    lam = np.radians(np.asarray(longitudes, dtype=float))
    half_phi = np.sin((phi[:, None] - phi[None, :]) / 2) ** 2
    half_lam = np.sin((lam[:, None] - lam[None, :]) / 2) ** 2
    chord = half_phi + np.cos(phi)[:, None] * np.cos(phi)[None, :] * half_lam
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def build_problem(depots, vehicles, stops, speed_kmh=30.0, detour=1.35):
    """Make a problem whose matrices are great circle × detour at one speed.

    Stops without a position get a row of zeros; :func:`solve` leaves them out.

    :param float speed_kmh: average, with traffic lights but without the stops
    :param float detour: road metres for one metre as the crow flies
    :rtype: Problem
    """
    places = (*depots, *stops)
    known = np.array([place.latitude is not None for place in places], dtype=bool)
    latitudes = [place.latitude or 0.0 for place in places]
    longitudes = [place.longitude or 0.0 for place in places]
    metres = great_circle(latitudes, longitudes) * detour
    metres[~known, :] = 0
    metres[:, ~known] = 0
    np.fill_diagonal(metres, 0)
    distance = np.rint(metres).astype(np.int64)
    duration = np.rint(metres / (speed_kmh / 3.6)).astype(np.int64)
    return Problem(tuple(depots), tuple(vehicles), tuple(stops), distance, duration)
