"""The solver against brute force: every table of vials sent, each valued by a linear programme
written afresh in sums so far (no stocks), as the docstring of `solve` tells it."""

from collections.abc import Iterator
from itertools import product as every
from math import inf

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from vaksam.core.supply.allocate import (
    SECOND,
    Arrival,
    Due,
    Pack,
    Place,
    Problem,
    Promise,
    Weights,
    solve,
    with_sent,
)
from vaksam.core.supply.allocate.solving import (
    BASE,
    HANDLING_COST,
    SEGMENTS,
    WASTE_COST,
    _build,
    _must_be_late,
    late_cost,
)

TABLES = 84  # linear programmes an example
INFEASIBLE = 2  # scipy's word for it: a lot is sent that has ended


class Reference:
    """``max c·v`` with ``A v ≤ b`` and ``v ≥ 0``; columns are named by what they mean."""

    def __init__(self) -> None:
        self.worth: dict[tuple, float] = {}
        self.rows: list[tuple[dict[tuple, float], float]] = []

    def most(self, parts: dict[tuple, float], bound: float) -> None:
        self.rows.append((dict(parts), bound))

    def least(self, parts: dict[tuple, float], bound: float) -> None:
        self.most({name: -factor for name, factor in parts.items()}, -bound)

    def best(self) -> float:
        names = {name: n for n, name in enumerate(self.worth)}
        table = np.zeros((len(self.rows), len(names)))
        for n, (parts, _) in enumerate(self.rows):
            for name, factor in parts.items():
                table[n, names[name]] += factor
        costs = [-worth for worth in self.worth.values()]
        found = linprog(costs, A_ub=table, b_ub=[bound for _, bound in self.rows])
        if found.status == INFEASIBLE:
            return -inf
        assert found.success, found.message
        return -float(found.fun)


def value(problem: Problem, sent: dict[tuple[str, str, int], int]) -> float:
    """The best that can be done with these vials, found without the solver's model."""
    model = Reference()
    _people(problem, model)
    for pack in problem.packs:
        for place in problem.places:
            if pack.product in place.takes:
                _fridge(problem, model, place, pack, sent)
        _store(problem, model, pack, sent)
    for place in problem.places:
        for t in range(problem.periods):
            here = {
                v: 1.0 for v in model.worth if v[0] == "given" and (v[1], v[4]) == (place.code, t)
            }
            model.most(here, place.capacity)
        _promised(problem, model, place)
    _fair(problem, model)
    return model.best() - _trouble(problem, sent)


def _people(problem: Problem, model: Reference) -> None:
    places = {each.code: each for each in problem.places}
    for n, due in enumerate(problem.due):
        who = due.group, n  # persons of one group may come at different times
        for product in due.products & places[due.place].takes:
            for t in range(due.since, problem.periods):
                model.worth["given", due.place, who, product, t] = (
                    BASE
                    + problem.weights.due * problem.priority.get(due.group, 1.0)
                    + problem.weights.early * (1 - t / problem.periods)
                )
        model.most(
            {v: 1.0 for v in model.worth if v[0] == "given" and v[1:3] == (due.place, who)},
            due.persons,
        )
    for promise in problem.promises:
        if promise.product in places[promise.place].takes:
            for t in range(promise.period, problem.periods):
                model.worth["given", promise.place, SECOND, promise.product, t] = BASE


def _fridge(problem: Problem, model: Reference, place: Place, pack: Pack, sent: dict) -> None:
    """Used so far: no more than has come, no less than has grown too old."""
    used: dict[tuple, float] = {}
    came = [place.stock.get(pack.product, 0.0)] + [0.0] * (problem.periods - 1)
    for t in range(problem.periods):
        came[t] += sent.get((place.code, pack.product, t), 0) * pack.doses_per_vial
        wasted = "wasted", place.code, pack.product, t
        model.worth[wasted] = -WASTE_COST
        used |= {wasted: 1.0} | {
            v: 1.0
            for v in model.worth
            if v[0] == "given" and (v[1], v[3], v[4]) == (place.code, pack.product, t)
        }
        model.most(used, sum(came[: t + 1]))
        if pack.life is not None and pack.life < problem.periods and t - pack.life + 1 >= 0:
            model.least(used, sum(came[: t - pack.life + 2]))


def _store(problem: Problem, model: Reference, pack: Pack, sent: dict) -> None:
    lost: dict[tuple, float] = {}
    for t in range(problem.periods):
        model.worth["lost", pack.product, t] = -WASTE_COST
        lost["lost", pack.product, t] = 1.0
        arrived = [e for e in problem.arrivals if e.product == pack.product and e.period <= t]
        gone = sum(n for (_, code, u), n in sent.items() if code == pack.product and u <= t)
        model.most(lost, sum(each.vials for each in arrived) - gone)
        ended = sum(e.vials for e in arrived if e.last is not None and e.last <= t)
        if ended:  # in doses, wherever they lie
            used = {
                v: 1.0
                for v in model.worth
                if (v[0] == "given" and v[3] == pack.product and v[4] <= t)
                or (v[0] == "wasted" and v[2] == pack.product and v[3] <= t)
            }
            lost_doses = dict.fromkeys(lost, pack.doses_per_vial)
            model.least(used | lost_doses, ended * pack.doses_per_vial)


def _promised(problem: Problem, model: Reference, place: Place) -> None:
    for product in {each.product for each in problem.promises if each.place == place.code}:
        mine = [p for p in problem.promises if (p.place, p.product) == (place.code, product)]
        given: dict[tuple, float] = {}
        for t in range(problem.periods):
            second = "given", place.code, SECOND, product, t
            given |= {second: 1.0} if second in model.worth else {}
            owed = sum(each.doses for each in mine if each.period <= t)
            if owed:
                late = "late", place.code, product, t
                model.worth[late] = -late_cost(problem)
                model.least(given | {late: 1.0}, owed)
                model.most(given, owed)


def _fair(problem: Problem, model: Reference) -> None:
    weights = problem.weights
    people = sum(each.population for each in problem.places)
    reachable = sum(p.covered for p in problem.places) + sum(d.persons for d in problem.due)
    firsts = {v: 1.0 for v in model.worth if v[0] == "given" and v[2] != SECOND}
    model.worth["least",] = weights.least * reachable
    model.most({("least",): 1.0}, 1.0)
    for place in problem.places:
        mine = {v: 1.0 for v in firsts if v[1] == place.code}
        less = {v: -1.0 for v in mine}
        model.most(less | {("least",): float(place.population)}, place.covered)
        if weights.population:
            share = place.population / people
            model.worth["short", place.code] = -weights.population
            short = {v: (v in mine) - share for v in firsts}
            model.least(short | {("short", place.code): 1.0}, 0.0)
        if weights.equal:  # the least of the lines that bound a concave function
            model.worth["equal", place.code] = weights.equal
            width, already = place.population / SEGMENTS, _covered_worth(place, place.covered)
            for n in range(SEGMENTS + 1):
                slope = 1 - n / SEGMENTS
                line = _covered_worth(place, n * width) + slope * (place.covered - n * width)
                model.most({v: -slope for v in mine} | {("equal", place.code): 1.0}, line - already)


def _covered_worth(place: Place, persons: float) -> float:
    width = place.population / SEGMENTS
    return sum(
        min(max(persons - n * width, 0.0), width) * (1 - n / SEGMENTS) for n in range(SEGMENTS)
    )


def _trouble(problem: Problem, sent: dict) -> float:
    """Handling, and what goes otherwise than before."""
    packs = {each.product: each for each in problem.packs}
    cost = sum(
        HANDLING_COST * vials / (1 if packs[code].breakable else packs[code].vials_per_box)
        for (_, code, _), vials in sent.items()
    )
    if problem.before is None:
        return cost
    before = {tuple(row[:3]): row[3] for row in problem.before.iter_rows()}
    return cost + sum(
        problem.weights.changes
        * packs[cell[1]].doses_per_vial
        * abs(sent.get(cell, 0) - before.get(cell, 0))
        for cell in before.keys() | sent.keys()
    )


def tables(problem: Problem) -> list[dict[tuple[str, str, int], int]]:
    """Everything that can be sent."""
    by_product = [list(_of_product(problem, pack)) for pack in problem.packs]
    assume(np.prod([len(each) for each in by_product]) <= TABLES)
    return [dict(cell for part in parts for cell in part.items()) for parts in every(*by_product)]


def _of_product(problem: Problem, pack: Pack) -> Iterator[dict[tuple[str, str, int], int]]:
    unit = 1 if pack.breakable else pack.vials_per_box
    arrived = [e for e in problem.arrivals if e.product == pack.product]
    so_far = [sum(e.vials for e in arrived if e.period <= t) for t in range(problem.periods)]
    cells = [
        (place.code, pack.product, t)
        for place in problem.places
        if pack.product in place.takes
        for t in range(problem.periods)
    ]
    ranges = [range(0, so_far[cell[2]] + 1, unit) for cell in cells]
    assume(np.prod([len(each) for each in ranges]) <= 20 * TABLES)
    for counts in every(*ranges):
        sent = dict(zip(cells, counts, strict=True))
        gone = [sum(n for c, n in sent.items() if c[2] <= t) for t in range(problem.periods)]
        if all(n <= there for n, there in zip(gone, so_far, strict=True)):
            yield sent


@st.composite
def problems(draw: st.DrawFn, *, boxes: int = 2) -> Problem:
    """Any problem with up to so many boxes at a time."""
    periods = draw(st.sampled_from([2, 2, 3]))
    codes = ["r0", "r1", "r2"][: 3 if periods == 2 and draw(st.booleans()) else 2]
    packs = tuple(draw(_pack(name, periods)) for name in ["a", "b"][: draw(st.integers(1, 2))])
    names = [each.product for each in packs]
    products = st.frozensets(st.sampled_from(names), min_size=1)
    places = tuple(draw(_place(code, products)) for code in codes)
    arrivals = tuple(
        Arrival(
            pack.product,
            draw(st.integers(0, periods - 1)),
            pack.vials_per_box * draw(st.integers(0, boxes)),
            draw(st.sampled_from([None, periods - 2, periods - 1])),
        )
        for pack in packs
        for _ in range(draw(st.integers(1, 2)))
    )
    arrivals = tuple(e for e in arrivals if e.last is None or e.last >= e.period)
    due = tuple(
        Due(code, group, draw(st.integers(0, 25)), draw(products), draw(st.integers(0, 1)))
        for code in codes
        for group in draw(st.sampled_from([("g0", "g1"), ("g0", "g0"), ("g1", "g0", "g1")]))
    )
    promises = draw(
        st.lists(
            st.builds(
                Promise, st.sampled_from(codes), st.sampled_from(names),
                st.integers(0, periods - 1), st.integers(1, 8),
            ),
            max_size=2,
        )
    )  # fmt: skip
    weigh = st.sampled_from([0.0, 0.0, 1.0, 4.5, 10.0])
    weights = Weights(*(draw(weigh) for _ in range(6)))
    made = Problem(
        periods, packs, places, arrivals, due, tuple(promises), weights, {"g0": 1.0, "g1": 0.4}
    )
    return _with_before(made, draw) if draw(st.booleans()) else made


@st.composite
def _pack(draw: st.DrawFn, name: str, periods: int) -> Pack:
    box, life = draw(st.integers(1, 3)), draw(st.sampled_from([None, 1, periods - 1]))
    return Pack(name, draw(st.sampled_from([5.0, 5.5, 10.0])), box, draw(st.booleans()), life)


@st.composite
def _place(draw: st.DrawFn, code: str, products: st.SearchStrategy[frozenset[str]]) -> Place:
    takes, population = draw(products), draw(st.integers(20, 300))
    stock = {name: draw(st.sampled_from([0.0, 4.0])) for name in sorted(takes)}
    return Place(
        code, population, draw(st.integers(3, 30)), takes, draw(st.integers(0, population // 2)),
        stock,
    )  # fmt: skip


def _with_before(problem: Problem, draw: st.DrawFn) -> Problem:
    cells = [
        (place.code, product, t)
        for place in problem.places
        for product in sorted(place.takes)
        for t in range(problem.periods)
    ]
    counts = [draw(st.integers(0, 2)) for _ in cells]
    frame = pl.DataFrame(
        [(*cell, n) for cell, n in zip(cells, counts, strict=True) if n],
        schema={"place": pl.String, "product": pl.String, "period": pl.Int64, "vials": pl.Int64},
        orient="row",
    )
    return Problem(
        problem.periods, problem.packs, problem.places, problem.arrivals, problem.due,
        problem.promises, problem.weights, problem.priority, frame,
    )  # fmt: skip


EXACT = {"rel": 1e-6, "abs": 1e-6}
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(problems())
def test_the_best_of_all_tables_is_what_the_solver_finds(problem: Problem) -> None:
    must = late_cost(problem) * _must_be_late(*_build(problem))
    best = max(value(problem, sent) for sent in tables(problem)) + must
    plan = solve(problem, gap=0.0, seconds=30)
    assert plan.value == pytest.approx(best, **EXACT)
    assert plan.bound == pytest.approx(best, **EXACT)
    chosen = {tuple(row[:3]): row[3] for row in plan.sent.iter_rows()}
    assert value(problem, chosen) + must == pytest.approx(best, **EXACT)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(problems(), st.integers(0, TABLES))
def test_what_can_be_done_with_given_vials(problem: Problem, pick: int) -> None:
    """Plans that nobody would choose are valued alike too."""
    possible = tables(problem)
    sent = possible[pick % len(possible)]
    best = value(problem, sent)
    assume(best > -inf)
    assert with_sent(problem, sent).value == pytest.approx(best, **EXACT)
