"""Plans side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import polars as pl

from vaksam.core.supply.allocate.problem import SECOND, Plan, Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan brings about.

    Attributes
    ----------
    first, second
        Doses expected to be given within the horizon.
    first_half
        First doses given in the first half of the horizon.
    on_time
        Share of promised second doses given in their period; None where none is promised.
    unmet
        Persons still waiting at the end, by group.
    lowest, highest, mean
        Coverage with a first dose at the end: of the least and most covered place, and of all.
    spread
        Standard deviation of coverage over places, weighted by population.
    unused
        Doses in vials that were not sent, or sent and not given.
    """

    first: float
    second: float
    first_half: float
    on_time: float | None
    unmet: Mapping[str, float]
    lowest: float
    highest: float
    mean: float
    spread: float
    unused: float


def outcome(problem: Problem, plan: Plan) -> Outcome:
    """Figures of a plan; `spread` is ``√(Σ nᵢ (cᵢ − c̄)² / Σ nᵢ)`` with populations nᵢ."""
    firsts = plan.given.filter(pl.col("group") != SECOND)
    given = {place: doses for place, doses in _sums(firsts, "place")}
    groups = dict(_sums(firsts, "group"))
    waiting: dict[str, float] = {}
    for each in problem.due:
        waiting[each.group] = waiting.get(each.group, 0.0) + each.persons
    people = max(sum(place.population for place in problem.places), 1)
    coverage = {
        place.code: (place.covered + given.get(place.code, 0.0)) / max(place.population, 1)
        for place in problem.places
    }
    mean = sum(coverage[p.code] * p.population for p in problem.places) / people
    off = sum(p.population * (coverage[p.code] - mean) ** 2 for p in problem.places)
    total = float(plan.given["doses"].sum())
    return Outcome(
        first=float(firsts["doses"].sum()),
        second=total - float(firsts["doses"].sum()),
        first_half=float(firsts.filter(pl.col("period") < problem.periods / 2)["doses"].sum()),
        on_time=_on_time(problem, plan),
        unmet={group: max(n - groups.get(group, 0.0), 0.0) for group, n in waiting.items()},
        lowest=min(coverage.values()),
        highest=max(coverage.values()),
        mean=mean,
        spread=sqrt(off / people),
        unused=max(_had(problem) - total, 0.0),
    )


def difference(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What is sent otherwise: place, product, period, before, after (vials); only what differs."""
    keys = ["place", "product", "period"]
    return (
        before.select(*keys, pl.col("vials").alias("before"))
        .join(after.select(*keys, pl.col("vials").alias("after")), on=keys, how="full",
              coalesce=True)
        .with_columns(pl.col("before", "after").fill_null(0))
        .filter(pl.col("before") != pl.col("after"))
        .sort(*keys)
    )  # fmt: skip


def _sums(frame: pl.DataFrame, by: str) -> list[tuple[str, float]]:
    return frame.group_by(by).agg(pl.col("doses").sum()).rows()


def _on_time(problem: Problem, plan: Plan) -> float | None:
    """A late dose is counted in the period it was promised for, once."""
    promised = sum(each.doses for each in problem.promises)
    if not promised:
        return None
    late = {
        (place, product, t): doses
        for place, product, t, doses in plan.late.select(
            "place", "product", "period", "doses"
        ).iter_rows()
    }
    wanted: dict[tuple[str, str, int], float] = {}
    for each in problem.promises:
        key = each.place, each.product, each.period
        wanted[key] = wanted.get(key, 0.0) + each.doses
    missed = sum(min(doses, late.get(key, 0.0)) for key, doses in wanted.items())
    return float(1 - missed / promised)


def _had(problem: Problem) -> float:
    yields = {each.product: each.doses_per_vial for each in problem.packs}
    came = sum(each.vials * yields[each.product] for each in problem.arrivals)
    return came + sum(sum(place.stock.values()) for place in problem.places)
