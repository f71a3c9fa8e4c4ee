"""How long it takes to say which doses go where and when, and what is gained over plain shares."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from report import Table, Value
from spring import COUNTRY, REGION, problem
from timing import measure

from vaksam.core.supply.allocate import (
    Arrival,
    Plan,
    Problem,
    Weights,
    difference,
    outcome,
    pro_rata,
    solve,
)
from vaksam.core.supply.allocate.building import relaxed
from vaksam.core.supply.allocate.solving import GAP, SECONDS, _build

PRINCIPLES = {"default": Weights(), "equal": Weights(equal=5), "least": Weights(least=5)}
GROWTH = (20, 40, 80, 160, 290)
HALVED = 2  # the week whose deliveries are halved
CHANGES = 2.0
_COMPARED = (
    "plan", "first doses", "first half", "second on time, %", "spread, %", "least, %", "most, %",
    "unused",
)  # fmt: skip


def run() -> list[Table]:
    return [_times(), _proofs(), _fairness(), _replanned(), _growth()]


@cache
def _cases() -> dict[str, Problem]:
    country = partial(problem, 290, 12, people=COUNTRY)
    region = partial(problem, 40, 8, people=REGION)
    made = {f"290 × 12 vials, {name}": country(weights=w) for name, w in PRINCIPLES.items()}
    made["290 × 12 boxes, default"] = country(box=20)
    for kind, box in (("vials", None), ("boxes", 20)):
        for name, weights in PRINCIPLES.items():
            made[f"40 × 8 {kind}, {name}"] = region(box=box, weights=weights)
    return made


@cache
def _planned(case: str) -> tuple[Plan, float]:
    """Its plan, and the median seconds of up to three."""
    return _timed(_cases()[case])


def _timed(asked: Problem) -> tuple[Plan, float]:
    plans: list[Plan] = []
    found = measure(lambda: plans.append(solve(asked)), 3, warm=0, at_most=5, least=1)
    return plans[-1], found.median


def _times() -> Table:
    rows = [_sized(case, asked) for case, asked in _cases().items()]
    return Table(
        "Allocation: a plan for places × weeks of four products",
        ("case", "columns", "whole", "rows", "build s", "relaxed s", "plan s", "× relaxed"),
        rows,
        [
            "“Relaxed” is HiGHS on the same model with vials in parts: the bound alone. A plan is"
            " the model built, the bound, whole vials and what is best done with them. Median of"
            " up to three. “Vials”: boxes may be broken. “Boxes” are of 20 vials and may not."
        ],
    )


def _sized(case: str, asked: Problem) -> tuple[Value, ...]:
    plan, seconds = _planned(case)
    build = measure(lambda: _build(asked), 3, warm=0, at_most=2, least=1).median
    model, _ = _build(asked)
    bound = measure(lambda: relaxed(model), 3, warm=0, at_most=5, least=1).median
    return (case, *plan.size, build, bound, seconds, seconds / bound)


def _proofs() -> Table:
    plans = [(case, _planned(case)[0]) for case in _cases()]
    rows = [
        (case, plan.value, plan.bound, plan.gap * 100, "yes" if plan.gap <= GAP else "no")
        for case, plan in plans
    ]
    return Table(
        "The same: how near the best there can be",
        ("case", "value", "bound", "gap %", "proven"),
        rows,
        [f"Search ends when {GAP:.1%} is proven, or after {SECONDS:g} s."],
    )


def _fairness() -> Table:
    rows: list[tuple[Value, ...]] = []
    for case, asked in _cases().items():
        if case.endswith("default"):
            rows.append(_compared(case.replace("default", "pro rata"), asked, pro_rata(asked)))
        rows.append(_compared(case, asked, _planned(case)[0]))
    return Table(
        "Beside the plain rule: what comes is shared by population as it comes",
        _COMPARED,
        rows,
        ["First doses given, and in the first half of the weeks. Least, most: coverage with a first"
         " dose of the least and the most covered place at the end. Spread: its standard deviation,"
         " by population. Unused: doses that came and were not given."],
    )  # fmt: skip


def _compared(name: str, asked: Problem, plan: Plan) -> tuple[Value, ...]:
    found = outcome(asked, plan)
    on_time = None if found.on_time is None else found.on_time * 100
    return (name, round(found.first), round(found.first_half), on_time, found.spread * 100,
            found.lowest * 100, found.highest * 100, round(found.unused))  # fmt: skip


def _replanned() -> Table:
    cases = [case for case in _cases() if case.endswith("default")]
    rows = [row for case in cases for row in _again(case)]
    return Table(
        f"Planned again when the deliveries of week {HALVED + 1} are halved",
        ("case", "s", "gap %", "rows sent before", "rows changed", "vials moved", "first doses"),
        rows,
        ["A row is a place, product and week. “Vials moved” are those sent otherwise, added up."
         f" With a cost {CHANGES:g} for each dose sent otherwise, or from the start without any."],
    )  # fmt: skip


def _again(case: str) -> Iterator[tuple[Value, ...]]:
    asked, (plan, _) = _cases()[case], _planned(case)
    arrivals = tuple(
        replace(each, vials=_half(asked, each)) if each.period == HALVED else each
        for each in asked.arrivals
    )
    for name, changes in (("cost on changes", CHANGES), ("from the start", 0.0)):
        weights = replace(asked.weights, changes=changes)
        changed = replace(asked, arrivals=arrivals, weights=weights, before=plan.sent)
        after, seconds = _timed(changed)
        moved = difference(plan.sent, after.sent)
        vials = int((moved["after"] - moved["before"]).abs().sum())
        given = round(outcome(changed, after).first)
        told = case.replace("default", name)
        yield told, seconds, after.gap * 100, plan.sent.height, moved.height, vials, given


def _half(asked: Problem, arrival: Arrival) -> int:
    box = asked.pack(arrival.product).vials_per_box
    return arrival.vials // box // 2 * box


def _growth() -> Table:
    rows = [_grown(places) for places in GROWTH]
    return Table(
        "Time by number of places, 12 weeks, single vials, default weights",
        ("places", "columns", "plan s", "ms a place", "gap %"),
        rows,
        [f"People in proportion: {COUNTRY // 290:,} a place on average."],
    )


def _grown(places: int) -> Sequence[Value]:
    plan, seconds = _timed(problem(places, 12, people=COUNTRY * places // 290))
    return str(places), plan.size[0], seconds, seconds / places * 1e3, plan.gap * 100
