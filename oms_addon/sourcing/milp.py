"""The batch, or a part of it, as a mixed integer program for HiGHS.

Per order and warehouse a binary "a parcel leaves from here"; per line and
warehouse the lots that travel in it; per line the lots left out. HiGHS comes in
the ``highspy`` package; without it `available` is false and callers stay with
the plans they can make alone.
"""

from dataclasses import dataclass, field

from .problem import TINY

try:
    import highspy
    import numpy as np
except ImportError:  # pragma: no cover - depends on the machine
    highspy = None

# A bound on memory: beyond this many variables HiGHS isn't started.
MOST_COLUMNS = 600_000


def available():
    """Tell whether the solver library is installed."""
    return highspy is not None


@dataclass
class Answer:
    """What HiGHS found.

    :param shipped: line number → {warehouse: lots}; None without a solution.
    :param bound: a cost that no solution can be below, None when unknown.
    :param bool optimal: the solution is proven to be the best one.
    :param prices: (product, warehouse) → value of one more unit there.
    :param opened: (order, warehouse) → how far the relaxation opens the parcel.
    :param reduced: (order, warehouse) → what opening it would cost on top.
    """

    shipped: dict | None = None
    bound: float | None = None
    optimal: bool = False
    prices: dict = field(default_factory=dict)
    opened: dict = field(default_factory=dict)
    reduced: dict = field(default_factory=dict)


class _Model:
    """Columns and rows of one program, collected in lists."""

    def __init__(self, problem, orders, stock, arcs, only):
        self.problem, self.orders, self.stock = problem, orders, stock
        self.arcs, self.only = arcs, only
        self.cost, self.upper, self.whole = [], [], []
        self.low, self.high, self.starts, self.index, self.value = [], [], [0], [], []
        self.parcel, self.ship, self.missing, self.any = {}, {}, {}, {}
        self.stock_rows = {}
        self.constant = 0.0
        self._add_columns()
        self._add_stock_rows()

    def column(self, cost, upper, whole=False):
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms, low, high):
        for column, value in terms:
            self.index.append(column)
            self.value.append(value)
        self.low.append(low)
        self.high.append(high)
        self.starts.append(len(self.index))
        return len(self.low) - 1

    def _may_ship(self, order, warehouse):
        if self.only is not None and warehouse not in self.only:
            return False
        return self.arcs is None or (order, warehouse) in self.arcs

    def _add_columns(self):
        problem = self.problem
        sizes = {}
        for order in self.orders:
            for number in problem.orders[order].lines:
                line = problem.lines[number]
                sizes.setdefault(line.product, set()).add(line.lot)
        self.mixed = {product for product, lots in sizes.items() if len(lots) > 1}
        for order in self.orders:
            self._add_order(order)

    def _add_order(self, order):
        problem, costs = self.problem, self.problem.costs
        opened = {}
        for number in problem.orders[order].lines:
            line, want = problem.lines[number], self.problem.want[number]
            self.constant += (line.lots - want) * line.penalty
            if not want:
                continue
            left_out = self.missing[number] = self.column(line.penalty, want)
            terms = [(left_out, 1.0)]
            whole = line.product in self.mixed or bool(self.stock.capacity)
            for warehouse, cost in line.unit.items():
                lots = min(want, self.stock.lots(line, warehouse))
                if not lots or not self._may_ship(order, warehouse):
                    continue
                if warehouse not in opened:
                    price = problem.orders[order].parcel[warehouse] + costs.split
                    opened[warehouse] = self.column(price, 1.0, True)
                    self.parcel[order, warehouse] = opened[warehouse]
                ship = self.ship[number, warehouse] = self.column(cost, lots, whole)
                terms.append((ship, 1.0))
                self.row([(ship, 1.0), (opened[warehouse], -lots)], -np.inf, 0.0)
            self.row(terms, want, want)
        self._count_parcels(order, opened)

    def _count_parcels(self, order, opened):
        costs = self.problem.costs
        parcels = [(column, 1.0) for column in opened.values()]
        if costs.split and parcels:
            # The first parcel of an order is no split.
            one = self.any[order] = self.column(-costs.split, 1.0)
            self.row([(one, 1.0), *((c, -1.0) for c, _v in parcels)], -np.inf, 0.0)
        if 0 < costs.max_parcels < len(parcels):
            self.row(parcels, -np.inf, costs.max_parcels)

    def _add_stock_rows(self):
        problem, stock = self.problem, self.stock
        used, leaving = {}, {}
        for (number, warehouse), column in self.ship.items():
            line = problem.lines[number]
            used.setdefault((line.product, warehouse), []).append((column, line.lot))
            if warehouse in stock.capacity:
                leaving.setdefault(warehouse, []).append((column, line.lot))
        for (product, warehouse), terms in used.items():
            free = stock.free[product].get(warehouse, 0.0)
            if sum(self.upper[c] * lot for c, lot in terms) <= free + TINY:
                continue
            if product not in self.mixed:
                # Whole lots only, so that the relaxation is as tight as can be.
                lot = terms[0][1]
                free = int(free / lot + TINY) * lot
            self.stock_rows[product, warehouse] = self.row(terms, -np.inf, free)
        for warehouse, terms in leaving.items():
            self.row(terms, -np.inf, stock.capacity[warehouse])

    def build(self, relaxed):
        """Return the HiGHS object with the program loaded."""
        lp = highspy.HighsLp()
        columns, rows = len(self.cost), len(self.low)
        lp.num_col_, lp.num_row_ = columns, rows
        lp.offset_ = self.constant
        lp.col_cost_ = np.array(self.cost, dtype=np.double)
        lp.col_lower_ = np.zeros(columns)
        lp.col_upper_ = np.array(self.upper, dtype=np.double)
        lp.row_lower_ = np.array(self.low, dtype=np.double)
        lp.row_upper_ = np.array(self.high, dtype=np.double)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.value, dtype=np.double)
        if not relaxed:
            kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
            lp.integrality_ = [kinds[whole] for whole in self.whole]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 1)
        solver.passModel(lp)
        return solver

    def values_of(self, shipped):
        """Return the column values of a solution, to start the search from."""
        values = np.zeros(len(self.cost))
        for number, column in self.missing.items():
            line, left = self.problem.lines[number], self.problem.want[number]
            for warehouse, lots in shipped[number].items():
                values[self.ship[number, warehouse]] = lots
                values[self.parcel[line.order, warehouse]] = 1.0
                values[self.any.get(line.order, column)] = 1.0
                left -= lots
            values[column] = left
        return values

    def shipped(self, values):
        """Read column values as a solution; it never takes more than is free."""
        stock = self.stock.clone()
        shipped = {
            number: {}
            for order in self.orders
            for number in self.problem.orders[order].lines
        }
        for (number, warehouse), column in self.ship.items():
            line = self.problem.lines[number]
            lots = min(int(values[column] + 1e-5), stock.lots(line, warehouse))
            if lots > 0:
                shipped[number][warehouse] = lots
                stock.take(line, {warehouse: lots})
        self._round_up(values, shipped, stock)
        return shipped

    def _round_up(self, values, shipped, stock):
        """Give lines what rounding down took, where a parcel leaves anyway."""
        for number, warehouse in self.ship:
            line, taken = self.problem.lines[number], shipped[number]
            left = self.problem.want[number] - sum(taken.values())
            if left <= 0 or values[self.parcel[line.order, warehouse]] < 0.5:
                continue
            if lots := min(left, stock.lots(line, warehouse)):
                taken[warehouse] = taken.get(warehouse, 0) + lots
                stock.take(line, {warehouse: lots})


def relax(problem, orders, stock, seconds):
    """Solve the linear relaxation of the given orders.

    :param float seconds: time limit.
    :return: an `Answer` with bound and prices, without a solution; None when
        the time was too short or the program too large.
    """
    model = _Model(problem, orders, stock, None, None)
    if not model.cost or len(model.cost) > MOST_COLUMNS:
        return None
    solver = model.build(relaxed=True)
    solver.setOptionValue("time_limit", max(0.1, seconds))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    duals, values, reduced = (
        list(solution.row_dual),
        list(solution.col_value),
        list(solution.col_dual),
    )
    return Answer(
        bound=solver.getInfo().objective_function_value,
        prices={pair: max(0.0, -duals[row]) for pair, row in model.stock_rows.items()},
        opened={pair: values[column] for pair, column in model.parcel.items()},
        reduced={pair: reduced[column] for pair, column in model.parcel.items()},
    )


def solve(problem, orders, stock, start=None, arcs=None, only=None, seconds=10.0):
    """Solve the given orders exactly, or as well as the time allows.

    :param orders: numbers of the orders.
    :param Stock stock: what is free for them.
    :param start: a solution to begin with; its arcs must be among ``arcs``.
    :param arcs: (order, warehouse) pairs that may be used; None for all.
    :param only: warehouses that may be used; None for all.
    :param float seconds: time limit.
    :rtype: Answer
    """
    model = _Model(problem, orders, stock, arcs, only)
    if not model.ship or len(model.cost) > MOST_COLUMNS:
        return Answer(model.shipped([]) if not model.ship else None)
    solver = model.build(relaxed=False)
    solver.setOptionValue("time_limit", max(0.1, seconds))
    solver.setOptionValue("mip_rel_gap", 1e-6)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(model.values_of(start))
        solver.setSolution(solution)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != 2:  # 2: a feasible solution
        return Answer()
    values = list(solver.getSolution().col_value)
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Answer(model.shipped(values), info.mip_dual_bound, optimal)
