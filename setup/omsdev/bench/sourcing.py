"""Benchmark of warehouse assignment: methods against a lower bound.

Two settings, both synthetic and seeded:

- ``web``: orders of 1–3 lines over 10 warehouses and 500 products, just enough
  stock, scattered; a unit left out costs 50, a further parcel 1.50;
- ``js``: after Jasin and Sinha (5 fulfilment centres, 10 cities, 20 items).

CPU seconds are of this process (one thread). ``LP gap`` is the cost above the linear
relaxation, which no plan can be below; ``gap`` is the cost above the best bound that
HiGHS could prove in ``--proof`` seconds, nearer to the truth.
"""

import argparse
import random
import sys
import time
from statistics import median
from types import ModuleType

from ..paths import REPOSITORY

METHODS = ("nearest", "fewest", "exact", "batch")
NAMES = {
    "nearest": "nearest",
    "fewest": "greedy, fewest splits",
    "exact": "exact per order",
    "batch": "batch",
}
CITIES = (
    ("New York", 40.7, -74.0),
    ("Los Angeles", 34.1, -118.2),
    ("Chicago", 41.9, -87.6),
    ("Houston", 29.8, -95.4),
    ("Phoenix", 33.4, -112.1),
    ("Atlanta", 33.7, -84.4),
    ("Seattle", 47.6, -122.3),
    ("Denver", 39.7, -105.0),
    ("Miami", 25.8, -80.2),
    ("Boston", 42.4, -71.1),
    ("Dallas", 32.8, -96.8),
    ("Detroit", 42.3, -83.0),
)


def _sourcing():
    """Import the pure package; its addon's ``__init__`` needs Odoo, so skip it."""
    if "oms_addon" not in sys.modules:
        package = ModuleType("oms_addon")
        package.__path__ = [str(REPOSITORY / "oms_addon")]
        sys.modules["oms_addon"] = package
    from oms_addon import sourcing

    return sourcing


def _distances(detour):
    _sourcing()
    from oms_addon.sourcing.distance import Distances

    return Distances(detour)


def web_instance(orders, seed, warehouses=10, products=500):
    """Return ``(demands, warehouses, stock, costs)`` of the ``web`` setting."""
    s, chance = _sourcing(), random.Random(seed)

    def place():
        return s.Place(chance.uniform(23, 41), chance.uniform(103, 121), "CN")

    sites = [
        s.Warehouse(w, place(), handling=chance.uniform(0.1, 0.6))
        for w in range(warehouses)
    ]
    weights = [1 / (rank + 5) for rank in range(products)]
    demands, asked = [], dict.fromkeys(range(products), 0)
    for order in range(orders):
        target = place()
        kinds = set(chance.choices(range(products), weights, k=chance.randint(1, 3)))
        for line, product in enumerate(sorted(kinds)):
            quantity = chance.choice((1, 1, 1, 2, 3))
            asked[product] += quantity
            demands.append(
                s.Demand(order, (order, line), product, quantity, order, target)
            )
    stock = {}
    for product, quantity in asked.items():
        homes = chance.sample(range(warehouses), chance.randint(2, 5))
        for _unit in range(round(quantity * 1.05 + 0.5)):
            pair = chance.choice(homes), product
            stock[pair] = stock.get(pair, 0) + 1
    costs = s.Costs(
        parcel=6.0,
        parcel_km=0.002,
        unit=0.3,
        unit_km=0.0008,
        split=1.5,
        unfilled=50.0,
        fair=False,
        fill_first=False,
    )
    return demands, sites, stock, costs


def js_instance(orders, seed):
    """Return ``(demands, warehouses, stock, costs)`` after Jasin and Sinha."""
    s, chance = _sourcing(), random.Random(seed)
    spots = [s.Place(lat, lon, "US") for _n, lat, lon in CITIES]
    towns, sites = chance.sample(spots, 10), chance.sample(spots, 5)
    warehouses = [s.Warehouse(w, place) for w, place in enumerate(sites)]
    per_km = 0.000541 / 1.609
    costs = s.Costs(
        parcel=8.759,
        parcel_km=0,
        unit=0.423,
        unit_km=per_km,
        split=0,
        detour=1.0,
        fair=False,
        fill_first=False,
    )
    road = _distances(1.0)
    far = max(road(w, t) for w in sites for t in towns)
    lost = 2 * 8.759 + 2 * (0.423 + per_km * far)
    wish = [chance.uniform(0.5, 1.5) for _item in range(20)]
    sizes = (1, 2, 3, 4, 5)
    share = [w / sum(wish) * sum(sizes) / len(sizes) for w in wish]
    stock = {}
    for item in range(20):
        homes = [w for w in range(5) if chance.random() < 0.75] or [chance.randrange(5)]
        rate = dict.fromkeys(homes, 0.0)
        for town in towns:
            rate[min(homes, key=lambda w: road(sites[w], town))] += share[item] / 10
        for home, d in rate.items():
            spread = 0.5 * max(0.0, orders * d * (1 - d)) ** 0.5
            stock[home, item] = int(orders * d + spread)
    demands = []
    for order in range(orders):
        town, items = chance.choice(towns), set()
        size = chance.choice(sizes)
        while len(items) < size:
            items.add(chance.choices(range(20), wish)[0])
        demands += [
            s.Demand(order, (order, item), item, 1, order, town, unfilled=lost)
            for item in sorted(items)
        ]
    return demands, warehouses, stock, costs


def bounds_of(instance, proof):
    """Return the relaxation's cost and the best bound known; None without HiGHS.

    :param float proof: seconds for HiGHS to raise the bound.
    """
    s = _sourcing()
    milp = s.batch.milp
    if not milp.available():
        return None, None
    problem = s.Problem(*instance)
    numbers = range(len(problem.orders))
    answer = milp.relax(problem, numbers, problem.stock, 120)
    if answer is None or not proof:
        return answer and answer.bound, None
    start = s.batch.solve(s.Problem(*instance), proof / 2)[0]
    proven = milp.solve(
        problem, numbers, problem.stock, start=start, seconds=proof
    ).bound
    return answer.bound, max(answer.bound, proven or 0.0)


def measure(instance, method, limit, relaxed, proven):
    """Run one method on one instance; return its figures."""
    s = _sourcing()
    start = time.process_time()
    problem = s.Problem(*instance)
    if method == "batch":
        shipped = s.batch.solve(problem, limit)[0]
    else:
        rule = {"nearest": "nearest", "fewest": "fewest_parcels", "exact": "in_turn"}
        shipped = getattr(s.greedy, rule[method])(problem)
    cpu = time.process_time() - start
    cost = problem.total_cost(shipped)
    parcels, shipping, wanted, filled, several, split = 0, 0.0, 0, 0, 0, 0
    for order, record in enumerate(problem.orders):
        used = {w for n in record.lines for w in shipped[n]}
        parcels += len(used)
        shipping += problem.order_parts(order, shipped).shipping
        wanted += sum(problem.lines[n].lots for n in record.lines)
        filled += sum(sum(shipped[n].values()) for n in record.lines)
        several += len(record.lines) > 1
        split += len(record.lines) > 1 and len(used) > 1
    return {
        "cpu_s": cpu,
        "cost": cost,
        "gap_lp_pct": relaxed and 100 * (cost - relaxed) / relaxed,
        "gap_proven_pct": proven and 100 * (cost - proven) / proven,
        "unfilled_pct": 100 * (wanted - filled) / wanted,
        "cost_per_unit": shipping / max(1, filled),
        "parcels_per_order": parcels / len(problem.orders),
        "split_pct": 100 * split / max(1, several),
    }


def run(name, make, orders, seeds, limit, proof):
    """Measure every method over seeds; return name → medians."""
    rows = {method: [] for method in METHODS}
    for seed in seeds:
        instance = make(orders, seed)
        bounds = bounds_of(instance, proof)
        for method in METHODS:
            rows[method].append(measure(instance, method, limit, *bounds))
    result = {}
    for method, figures in rows.items():
        result[method] = {
            key: None if figures[0][key] is None else median(f[key] for f in figures)
            for key in figures[0]
        }
    _print(f"{name}: {orders} orders, {len(seeds)} seeds, medians", result)
    return result


def _print(title, result):
    print(f"\n{title}")
    print(
        f"{'method':<22}{'CPU s':>8}{'LP gap %':>10}{'gap %':>8}{'unfilled %':>12}"
        f"{'cost/unit':>11}{'parcels/order':>15}{'split %':>9}"
    )
    for method, row in result.items():
        relaxed, proven = (
            "-" if row[key] is None else f"{row[key]:.2f}"
            for key in ("gap_lp_pct", "gap_proven_pct")
        )
        print(
            f"{NAMES[method]:<22}{row['cpu_s']:>8.2f}{relaxed:>10}{proven:>8}"
            f"{row['unfilled_pct']:>12.2f}{row['cost_per_unit']:>11.3f}"
            f"{row['parcels_per_order']:>15.3f}{row['split_pct']:>9.1f}",
            flush=True,
        )


def main(argv):
    """Run the benchmark and print its tables.

    :param argv: ``--sizes 100,1000``, ``--seeds 3``, ``--js-seeds 5``, ``--limit 10``
        (seconds of search for the batch), ``--proof 20`` (seconds for the bound).
    :return: setting → method → figures, for JSON.
    :rtype: dict
    """
    parser = argparse.ArgumentParser(prog="setup/bench sourcing", description=__doc__)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--js-seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--proof", type=float, default=20.0)
    options = parser.parse_args(argv)
    result, times = {}, (options.limit, options.proof)
    for size in (int(part) for part in options.sizes.split(",") if part):
        seeds = range(1, options.seeds + 1)
        result[f"web_{size}"] = run("web", web_instance, size, seeds, *times)
    if options.js_seeds:
        seeds = range(1, options.js_seeds + 1)
        result["js_250"] = run("js", js_instance, 250, seeds, *times)
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
