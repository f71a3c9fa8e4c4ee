"""Why a place got less, and what one more box would do there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from vaksam.core.supply.allocate.problem import SECOND, Arrival, Place, Plan, Problem
from vaksam.core.supply.allocate.solving import with_sent

NEARLY = 0.99


class Reason(StrEnum):
    """Why a place gets less than its share of population."""

    NOBODY_LEFT = "nobody-left"  # all who are due there are served
    CAPACITY = "capacity"  # it cannot give more
    CANNOT_KEEP = "cannot-keep"  # products that cannot be brought or kept there
    LOWER_PRIORITY = "lower-priority"  # those who wait there come after those served elsewhere
    WELL_COVERED = "well-covered"  # others have lower coverage
    WHOLE_UNITS = "whole-units"  # less than a vial or box is missing
    AS_BEFORE = "as-before"  # the accepted plan is disturbed as little as possible


@dataclass(frozen=True, slots=True)
class Less:
    """A place with fewer first and second doses than its share of population."""

    place: str
    doses: float
    share: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """One more box of `vials` to a place: persons more by group, or fewer (below 0)."""

    place: str
    product: str
    period: int
    vials: int
    persons: Mapping[str, float]


def why_less(problem: Problem, plan: Plan) -> list[Less]:
    """Places that get less than their share of population, the one that misses most first."""
    given = dict(plan.given.group_by("place").agg(pl.col("doses").sum()).rows())
    total, people = sum(given.values()), max(sum(p.population for p in problem.places), 1)
    found = []
    for place in problem.places:
        share, doses = total * place.population / people, given.get(place.code, 0.0)
        if doses < share - 0.5:
            reasons = _reasons(problem, plan, place.code, share - doses)
            found.append(Less(place.code, doses, share, reasons))
    return sorted(found, key=lambda each: each.doses - each.share)


def _reasons(problem: Problem, plan: Plan, code: str, missing: float) -> tuple[Reason, ...]:
    place = next(each for each in problem.places if each.code == code)
    left = _left(problem, plan, code)
    units = [
        each.doses_per_vial * (1 if each.breakable else each.vials_per_box)
        for each in problem.packs
        if each.product in place.takes
    ]
    holds = {
        Reason.NOBODY_LEFT: sum(left.values()) < max(missing * (1 - NEARLY), 0.5),
        Reason.CAPACITY: _is_full(problem, plan, place),
        Reason.CANNOT_KEEP: bool({e.product for e in problem.arrivals if e.vials} - place.takes),
        Reason.LOWER_PRIORITY: _is_after_others(problem, plan, code, left),
        Reason.WELL_COVERED: _is_well_covered(problem, place),
        Reason.AS_BEFORE: bool(problem.weights.changes) and problem.before is not None,
        Reason.WHOLE_UNITS: bool(units) and missing < max(units),
    }
    return tuple(reason for reason, holds_here in holds.items() if holds_here)


def _left(problem: Problem, plan: Plan, code: str) -> dict[str, float]:
    """Persons who still wait at a place at the end, by group."""
    firsts = plan.given.filter((pl.col("place") == code) & (pl.col("group") != SECOND))
    left: dict[str, float] = {}
    for each in problem.due:
        if each.place == code:
            left[each.group] = left.get(each.group, 0.0) + each.persons
    for group, doses in firsts.group_by("group").agg(pl.col("doses").sum()).iter_rows():
        left[group] = left.get(group, 0.0) - doses
    return left


def _is_full(problem: Problem, plan: Plan, place: Place) -> bool:
    """Whether it gives all it can in some period."""
    mine = plan.given.filter(pl.col("place") == place.code)
    most = mine.group_by("period").agg(pl.col("doses").sum())["doses"].max()
    return (most if isinstance(most, float) else 0.0) >= NEARLY * place.capacity


def _is_well_covered(problem: Problem, place: Place) -> bool:
    if not (problem.weights.equal or problem.weights.least) or not place.population:
        return False
    people = max(sum(each.population for each in problem.places), 1)
    mean = sum(each.covered for each in problem.places) / people
    return place.covered / place.population > mean


def _is_after_others(problem: Problem, plan: Plan, code: str, left: Mapping[str, float]) -> bool:
    """Whether those left here come after some who are served elsewhere."""
    worth = [problem.priority.get(group, 1.0) for group, n in left.items() if n > 0.5]
    elsewhere = plan.given.filter((pl.col("place") != code) & (pl.col("group") != SECOND))
    served = [problem.priority.get(group, 1.0) for group in elsewhere["group"].unique().to_list()]
    return bool(worth and served) and max(worth) < max(served)


def extra_box(problem: Problem, plan: Plan, place: str, product: str, period: int) -> Extra:
    """One more box of a product to a place in a period: persons more by group.

    The vials sent stand as they are, so the place can be looked at alone: two linear programmes of
    its size, whatever the number of places.
    """
    pack = problem.pack(product)
    vials = pack.vials_per_box
    sent = {
        (code, t): n
        for name, code, t, n in plan.sent.select("place", "product", "period", "vials").iter_rows()
        if name == place
    }
    more = sent | {(product, period): sent.get((product, period), 0) + vials}
    before, after = _alone(problem, place, sent), _alone(problem, place, more)
    gained = {group: after.get(group, 0.0) - before.get(group, 0.0) for group in before | after}
    return Extra(place, product, period, vials, {g: n for g, n in gained.items() if abs(n) > 0.5})


def _alone(problem: Problem, code: str, sent: Mapping[tuple[str, int], int]) -> dict[str, float]:
    """Doses by group at one place that receives these vials."""
    weights = replace(problem.weights, population=0.0, least=0.0, changes=0.0)
    alone = replace(
        problem,
        places=tuple(each for each in problem.places if each.code == code),
        arrivals=tuple(Arrival(product, t, n) for (product, t), n in sent.items()),
        due=tuple(each for each in problem.due if each.place == code),
        promises=tuple(each for each in problem.promises if each.place == code),
        weights=weights,
        before=None,
    )
    given = with_sent(alone, {(code, product, t): n for (product, t), n in sent.items()}).given
    return dict(given.group_by("group").agg(pl.col("doses").sum()).rows())
