"""Route planning without the ORM: depots, vehicles and stops in, routes out."""

from .evaluate import evaluate_route
from .matrix import build_problem, great_circle
from .problem import (
    UNLIMITED,
    Depot,
    Options,
    Problem,
    Reason,
    Route,
    Solution,
    Stop,
    Unserved,
    Vehicle,
    Visit,
)
from .solve import solve
from .zip_order import metres_by_zip, solve_by_zip

__all__ = [
    "UNLIMITED",
    "Depot",
    "Options",
    "Problem",
    "Reason",
    "Route",
    "Solution",
    "Stop",
    "Unserved",
    "Vehicle",
    "Visit",
    "build_problem",
    "evaluate_route",
    "great_circle",
    "metres_by_zip",
    "solve",
    "solve_by_zip",
]
