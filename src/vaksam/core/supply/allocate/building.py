"""Columns and rows of a mixed-integer model, gathered and handed to HiGHS at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

INFINITY = highspy.kHighsInf


@dataclass(slots=True)
class Model:
    """A model to be maximised. Rows are sums of (column, factor) within bounds."""

    cost: list[float] = field(default_factory=list)
    offset: float = 0.0  # of the value
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    factor: list[float] = field(default_factory=list)

    def column(self, cost: float = 0.0, upper: float = INFINITY, *, whole: bool = False) -> int:
        """A column from 0 to `upper`; its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        if whole:
            self.whole.append(len(self.cost) - 1)
        return len(self.cost) - 1

    def row(
        self, parts: Iterable[tuple[int, float]], *, at_least: float = -INFINITY,
        at_most: float = INFINITY,
    ) -> int:  # fmt: skip
        """A row; its number. A column stands in it once."""
        for column, factor in parts:
            self.index.append(column)
            self.factor.append(factor)
        self.start.append(len(self.index))
        self.row_lower.append(at_least)
        self.row_upper.append(at_most)
        return len(self.row_lower) - 1

    def equal(self, parts: Iterable[tuple[int, float]], to: float) -> int:
        return self.row(parts, at_least=to, at_most=to)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, whole-number columns and rows."""
        return len(self.cost), len(self.whole), len(self.row_lower)


@dataclass(frozen=True, slots=True)
class Solved:
    """Values of columns, duals of rows, and the value in all."""

    values: NDArray[np.float64]
    duals: NDArray[np.float64]
    value: float


def relaxed(model: Model, *, fixed: Mapping[int, float] | None = None) -> Solved | None:
    """The best where columns need not be whole, some of them fixed; None where none is possible.

    By an interior point and the walk to a corner from there, three times as fast here as the
    simplex method from the start.
    """
    solver = _solver(model, whole=False)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "on")
    for column, at in (fixed or {}).items():
        solver.changeColBounds(column, at, at)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return _solved(solver)


def whole(
    model: Model, *, start: NDArray[np.float64] | None, gap: float, seconds: float
) -> tuple[Solved | None, float]:
    """The best with whole columns, to within a relative gap or as far as `seconds` reach; and a
    bound on what can be reached."""
    solver = _solver(model, whole=True)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", max(seconds, 0.1))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start
        solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return _solved(solver) if found else None, float(info.mip_dual_bound)


def _solved(solver: highspy.Highs) -> Solved:
    solution = solver.getSolution()
    value = solver.getInfo().objective_function_value
    return Solved(np.array(solution.col_value), np.array(solution.row_dual), float(value))


def _solver(model: Model, *, whole: bool) -> highspy.Highs:
    lp = highspy.HighsLp()
    columns, _, rows = model.size
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.offset_ = model.offset
    lp.col_cost_ = np.array(model.cost)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.array(model.upper)
    lp.row_lower_ = np.array(model.row_lower)
    lp.row_upper_ = np.array(model.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(model.start, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(model.index, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(model.factor)
    if whole:
        kinds = [highspy.HighsVarType.kContinuous] * columns
        for each in model.whole:
            kinds[each] = highspy.HighsVarType.kInteger
        lp.integrality_ = kinds
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(lp)
    return solver
