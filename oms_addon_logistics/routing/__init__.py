"""Route planning without the ORM: depots, vehicles and stops in, routes out."""

from .doors import DoorPlan, pack, solve_doors
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
    "DoorPlan",
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
    "pack",
    "solve",
    "solve_by_zip",
    "solve_doors",
]
