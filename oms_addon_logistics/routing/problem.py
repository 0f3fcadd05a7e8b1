"""The language of route planning: plain, frozen data.

Units: metres, seconds since midnight of the planning day, and whole numbers of
whatever the load dimensions count (grams, litres, …). Every identifier is chosen
by the caller and only compared.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

DAY = 24 * 3600
UNLIMITED = 10**12


class Reason(StrEnum):
    """Why a stop is on no route."""

    NO_POSITION = "no_position"
    NO_VEHICLE = "no_vehicle"
    SKILL = "skill"
    TOO_BIG = "too_big"
    WINDOW = "window"
    CAPACITY = "capacity"
    TIME = "time"


@dataclass(frozen=True)
class Depot:
    """Where vehicles start and end.

    :param latitude: degrees; ``None`` with a matrix of one's own
    """

    id: Hashable
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Vehicle:
    """One vehicle on one day.

    :param depot: id of the depot where it starts and ends
    :param capacity: limit per load dimension, ``UNLIMITED`` for none
    :param shift_start: earliest departure, seconds
    :param shift_end: latest return, seconds
    :param skills: what the vehicle can do
    :param max_stops: 0 for no limit
    :param fixed_cost: metres that using the vehicle at all counts as
    """

    id: Hashable
    depot: Hashable
    capacity: tuple[int, ...] = ()
    shift_start: int = 0
    shift_end: int = DAY
    skills: frozenset = frozenset()
    max_stops: int = 0
    fixed_cost: int = 0

    @property
    def kind(self):
        """Vehicles of the same kind are interchangeable."""
        return (
            self.depot,
            self.capacity,
            self.shift_start,
            self.shift_end,
            self.skills,
            self.max_stops,
            self.fixed_cost,
        )


@dataclass(frozen=True)
class Stop:
    """A customer's door.

    :param demand: per load dimension; loaded at the depot, or, for a pickup,
        brought back to it
    :param service: seconds at the door
    :param windows: (earliest, latest) beginnings of service; empty for any time
    :param pickup: goods come back to the depot
    :param skills: all of these are needed on the vehicle
    :param priority: 0 to 3; higher is left out last
    :param depot: only vehicles of this depot may come; ``None`` for any
    :param zip_code: for the host's order by zip code
    """

    id: Hashable
    latitude: float | None = None
    longitude: float | None = None
    demand: tuple[int, ...] = ()
    service: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    pickup: bool = False
    skills: frozenset = frozenset()
    priority: int = 0
    depot: Hashable | None = None
    zip_code: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything a solver needs; the matrices list depots first, then stops.

    ``dimensions`` is the number of load dimensions, ``limits_stops`` whether a
    vehicle has a most number of stops.

    :param numpy.ndarray distance: metres, int64, square
    :param numpy.ndarray duration: seconds, int64, square
    """

    depots: tuple[Depot, ...]
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    distance: np.ndarray
    duration: np.ndarray
    dimensions: int = field(init=False)
    limits_stops: bool = field(init=False)
    depot_index: dict = field(init=False, repr=False)
    stop_index: dict = field(init=False, repr=False)

    def __post_init__(self):
        size = len(self.depots) + len(self.stops)
        if self.distance.shape != (size, size) or self.duration.shape != (size, size):
            raise ValueError("The matrices don't fit the depots and stops.")
        loads = (*(v.capacity for v in self.vehicles), *(s.demand for s in self.stops))
        object.__setattr__(self, "dimensions", max(map(len, loads), default=0))
        object.__setattr__(
            self, "limits_stops", any(vehicle.max_stops for vehicle in self.vehicles)
        )
        object.__setattr__(
            self, "depot_index", {d.id: i for i, d in enumerate(self.depots)}
        )
        object.__setattr__(
            self, "stop_index", {s.id: i for i, s in enumerate(self.stops)}
        )

    @property
    def is_geographic(self):
        """Whether places are known by latitude and longitude."""
        return any(depot.latitude is not None for depot in self.depots)

    def node(self, stop):
        """Row of the stop with index ``stop`` in the matrices."""
        return len(self.depots) + stop

    def can_serve(self, vehicle, stop):
        """Whether depot and skills fit; load and time aside."""
        return stop.depot in (None, vehicle.depot) and stop.skills <= vehicle.skills


@dataclass(frozen=True)
class Options:
    """How long and how to search.

    :param seconds: time limit
    :param clock: "wall", or "cpu" to measure alike on a busy machine
    :param max_iterations: when set, the limit instead of ``seconds``, so that the
        same input and seed give the same routes
    :param duration_cost: metres that a second on the road counts as
    :param method: "auto" (PyVRP where it is installed), "pyvrp" or "greedy"
    """

    seconds: float = 5.0
    max_iterations: int = 0
    seed: int = 1
    duration_cost: int = 0
    method: str = "auto"
    clock: str = "wall"


@dataclass(frozen=True)
class Visit:
    """A stop on a route, with its times in seconds.

    :param arrival: at the door
    :param start: service begins (after waiting for the window)
    :param distance: metres from the place before
    :param late: seconds after the window's end, 0 when in time
    """

    stop: Hashable
    arrival: int
    start: int
    departure: int
    distance: int
    late: int = 0


@dataclass(frozen=True)
class Route:
    """One vehicle's tour.

    :param start: departure from the depot, seconds
    :param end: back at the depot
    :param distance: metres, with the way back
    :param load: heaviest load on the way, per dimension
    :param late: seconds, over all stops and the end of the shift
    :param overload: per dimension, above the capacity
    """

    vehicle: Hashable
    visits: tuple[Visit, ...]
    start: int
    end: int
    distance: int
    load: tuple[int, ...]
    late: int = 0
    overload: tuple[int, ...] = ()

    @property
    def is_feasible(self):
        """In time and within capacity."""
        return not self.late and not any(self.overload)


@dataclass(frozen=True)
class Unserved:
    """A stop that no route visits, and why."""

    stop: Hashable
    reason: Reason


@dataclass(frozen=True)
class Solution:
    """Routes with at least one stop each, and what is left.

    :param method: "pyvrp", "greedy" or "zip"
    :param seconds: time it took
    """

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    method: str
    seconds: float = 0.0

    @property
    def distance(self):
        """Metres of all routes."""
        return sum(route.distance for route in self.routes)
