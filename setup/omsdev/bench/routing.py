"""Gap of the suite's route planning to the best known solutions.

Reads public instances (Solomon, Gehring-Homberger, CVRPLIB X) from a folder
outside the repository and solves them through ``oms_addon_logistics.routing``,
so that what is measured is the model that route plans use.

Conventions: instances with time windows in tenths (d = floor(10 · euclid), travel
time = distance); CVRP rounded to the nearest whole number. Seconds are of one
processor, so that a busy machine measures alike.
"""

import argparse
import csv
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np

from ..paths import REPOSITORY

FOLDER = Path(
    os.environ.get("OMS_ROUTING_INSTANCES", REPOSITORY.parent / "shared" / "routing")
)
DEFAULT = (
    "R101,R112,R208,C104,RC108,RC203,R1_4_5,RC2_4_5,R1_10_5,X-n303-k21,X-n1001-k43"
)


def main(argv=None):
    """Run the benchmark and print a table.

    :param list[str] argv: ``--seconds 1,5,20 --instances R101,…``
    :return: gap in % per instance and number of seconds, or ``{"skipped": why}``
    :rtype: dict
    """
    parser = argparse.ArgumentParser(prog="setup/bench routing", description=__doc__)
    parser.add_argument("--seconds", default="1,5,20")
    parser.add_argument("--instances", default=DEFAULT)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--method", default="auto", help="auto, pyvrp or greedy")
    parser.add_argument("--clock", default="cpu", help="cpu or wall seconds")
    options = parser.parse_args(argv or [])
    if not (options.folder / "best_known.csv").is_file():
        reason = f"no instances in {options.folder}"
        print(f"routing: skipped, {reason}")
        return {"skipped": reason}
    seconds = [float(part) for part in options.seconds.split(",")]
    best_known = _best_known(options.folder)
    print(_line("instance", "stops", "best", *(f"{s:g} s" for s in seconds)))
    gaps = {}
    for name in options.instances.split(","):
        problem, scale = read_instance(options.folder, name.strip())
        gaps[name] = {
            limit: _gap(problem, scale, best_known[name], limit, options)
            for limit in seconds
        }
        print(
            _line(
                name,
                len(problem.stops),
                f"{best_known[name]:.1f}",
                *(_percent(gaps[name][limit]) for limit in seconds),
            ),
            flush=True,
        )
    means = {limit: _mean([gap[limit] for gap in gaps.values()]) for limit in seconds}
    print(_line("mean", "", "", *(_percent(means[limit]) for limit in seconds)))
    return {"gap_percent": gaps, "mean": means}


def _gap(problem, scale, best, seconds, options):
    """Gap in %, ``None`` when a stop is left out."""
    routing = load_routing()
    solution = routing.solve(
        problem,
        routing.Options(
            seconds=seconds,
            seed=options.seed,
            method=options.method,
            clock=options.clock,
        ),
    )
    if solution.unserved or not all(route.is_feasible for route in solution.routes):
        return None
    return 100 * (solution.distance / scale / best - 1)


def load_routing():
    """Import the pure package; its addon can't be imported without Odoo."""
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    if "oms_addon_logistics" not in sys.modules:
        addon = ModuleType("oms_addon_logistics")
        addon.__path__ = [str(REPOSITORY / "oms_addon_logistics")]
        sys.modules["oms_addon_logistics"] = addon
    from oms_addon_logistics import routing

    return routing


def read_instance(folder, name):
    """Read a Solomon text file or a VRPLIB file.

    :return: the problem, and how many of its units make one of the best known cost
    :rtype: tuple[Problem, int]
    """
    for path in sorted(folder.rglob("*")):
        if path.stem.lower() == name.lower() and path.suffix in (".txt", ".vrp"):
            read = _read_solomon if path.suffix == ".txt" else _read_vrplib
            return read(path.read_text())
    raise FileNotFoundError(f"{name} isn't in {folder}")


def _read_solomon(text):
    """Rows of number, x, y, demand, ready, due, service; the first is the depot."""
    rows = [
        [int(word) for word in line.split()]
        for line in text.splitlines()
        if len(line.split()) == 7 and line.split()[0].isdigit()
    ]
    vehicles, capacity = re.search(r"CAPACITY\s+(\d+)\s+(\d+)", text).groups()
    return _with_windows(rows, int(vehicles), int(capacity))


def _read_vrplib(text):
    """CVRP, or VRPTW with the same columns as Solomon's."""
    head = dict(re.findall(r"^(\w+)\s*:\s*(\S+)", text, re.M))
    coordinates = _section(text, "NODE_COORD_SECTION")
    demands = _section(text, "DEMAND_SECTION")
    if head["TYPE"] == "CVRP":
        return _capacitated(coordinates, demands, int(head["CAPACITY"]))
    windows = _section(text, "TIME_WINDOW_SECTION")
    service = int(head["SERVICE_TIME"])
    rows = [
        [
            node - 1,
            *coordinates[node],
            *demands[node],
            *windows[node],
            service if node > 1 else 0,
        ]
        for node in sorted(coordinates)
    ]
    return _with_windows(rows, int(head["VEHICLES"]), int(head["CAPACITY"]))


def _section(text, title):
    """Numbers of a section by node."""
    body = text.split(title, 1)[1]
    rows = {}
    for line in body.splitlines()[1:]:
        words = line.split()
        if not words or not words[0].isdigit():
            break
        rows[int(words[0])] = [int(word) for word in words[1:]]
    return rows


def _euclid(points):
    points = np.array(points, dtype=float)
    return np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))


def _with_windows(rows, vehicles, capacity):
    routing = load_routing()
    matrix = np.floor(10 * _euclid([row[1:3] for row in rows])).astype(np.int64)
    depot, *customers = rows
    problem = routing.Problem(
        depots=(routing.Depot(0),),
        vehicles=tuple(
            routing.Vehicle(index, 0, (capacity,), 10 * depot[4], 10 * depot[5])
            for index in range(vehicles)
        ),
        stops=tuple(
            routing.Stop(
                row[0],
                demand=(row[3],),
                service=10 * row[6],
                windows=((10 * row[4], 10 * row[5]),),
            )
            for row in customers
        ),
        distance=matrix,
        duration=matrix,
    )
    return problem, 10


def _capacitated(coordinates, demands, capacity):
    routing = load_routing()
    matrix = np.rint(_euclid([coordinates[n] for n in sorted(coordinates)]))
    matrix = matrix.astype(np.int64)
    nodes = sorted(coordinates)[1:]
    fleet = 2 * sum(demands[node][0] for node in nodes) // capacity + 2
    problem = routing.Problem(
        depots=(routing.Depot(0),),
        vehicles=tuple(
            routing.Vehicle(index, 0, (capacity,), 0, routing.UNLIMITED)
            for index in range(fleet)
        ),
        stops=tuple(routing.Stop(node, demand=(demands[node][0],)) for node in nodes),
        distance=matrix,
        duration=np.zeros_like(matrix),
    )
    return problem, 1


def _best_known(folder):
    with (folder / "best_known.csv").open(newline="") as file:
        return {
            row["instance"]: float(row["bks_distance"]) for row in csv.DictReader(file)
        }


def _mean(values):
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


def _percent(value):
    return "none" if value is None else f"{value:.2f} %"


def _line(name, stops, best, *cells):
    return f"{name:<14}{stops!s:>6}{best!s:>10}" + "".join(f"{c:>10}" for c in cells)


if __name__ == "__main__":
    main(sys.argv[1:])
