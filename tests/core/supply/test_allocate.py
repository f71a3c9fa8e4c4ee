"""Plans keep every limit, promises come first, and a plan can be explained and compared."""

from collections import defaultdict
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.core.supply.test_allocate_exact import problems
from vaksam.core.errors import Refused
from vaksam.core.supply.allocate import (
    SECOND,
    Arrival,
    Due,
    Less,
    Pack,
    Place,
    Plan,
    Problem,
    Promise,
    Reason,
    Weights,
    difference,
    extra_box,
    outcome,
    pro_rata,
    solve,
    why_less,
    with_sent,
)
from vaksam.core.supply.allocate.rounding import rounded
from vaksam.core.supply.allocate.solving import _build, _must_be_late, late_cost

CLOSE = 1e-5
ANY = settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
A, B = frozenset("a"), frozenset("b")


def cells(plan: Plan) -> dict[tuple[str, str, int], int]:
    return {tuple(row[:3]): row[3] for row in plan.sent.iter_rows()}


def late(plan: Plan) -> float:
    return float(plan.late["doses"].sum())


# --- limits


def demand_limits(problem: Problem, plan: Plan) -> None:
    for pack in problem.packs:
        _never_more_than_has_come(problem, plan, pack)
    given_at: dict[tuple[str, int], float] = defaultdict(float)
    served: dict[tuple[str, str], float] = defaultdict(float)
    for place, group, product, t, doses in plan.given.iter_rows():
        given_at[place, t] += doses
        served[place, group] += doses
        assert doses > 0
        assert _may_be_given(problem, place, group, product, t)
    for place in problem.places:
        for t in range(problem.periods):
            assert given_at[place.code, t] <= place.capacity + CLOSE
        for pack in problem.packs:
            _given_lives(problem, plan, place, pack)
    for place, group in {(each.place, each.group) for each in problem.due}:
        there = [e.persons for e in problem.due if (e.place, e.group) == (place, group)]
        assert served[place, group] <= sum(there) + CLOSE
    _late_is_what_is_owed(problem, plan)


def _never_more_than_has_come(problem: Problem, plan: Plan, pack: Pack) -> None:
    sent = plan.sent.filter(pl.col("product") == pack.product)
    assert (sent["vials"] > 0).all()
    assert (sent["vials"] // pack.vials_per_box == sent["boxes"]).all()
    if not pack.breakable:
        assert (sent["vials"] % pack.vials_per_box == 0).all()
    for t in range(problem.periods):
        come = sum(e.vials for e in problem.arrivals if e.product == pack.product and e.period <= t)
        assert sent.filter(pl.col("period") <= t)["vials"].sum() <= come


def _may_be_given(problem: Problem, place: str, group: str, product: str, t: int) -> bool:
    takes = next(each.takes for each in problem.places if each.code == place)
    if group == SECOND:
        return any((e.place, e.product) == (place, product) for e in problem.promises)
    return product in takes and any(
        (e.place, e.group) == (place, group) and product in e.products and e.since <= t
        for e in problem.due
    )


def _given_lives(problem: Problem, plan: Plan, place: Place, pack: Pack) -> None:
    """Played back, the oldest first: what is given has come and has not grown too old."""
    sent, given_by = cells(plan), defaultdict(float)
    for code, _, product, t, doses in plan.given.iter_rows():
        if (code, product) == (place.code, pack.product):
            given_by[t] += doses
    heap: list[list[float]] = [[0, place.stock.get(pack.product, 0.0)]]
    for t in range(problem.periods):
        heap.append([t, sent.get((place.code, pack.product, t), 0) * pack.doses_per_vial])
        if pack.life is not None:
            heap = [batch for batch in heap if t < batch[0] + pack.life]
        for batch in heap:
            part = min(batch[1], given_by[t])
            batch[1], given_by[t] = batch[1] - part, given_by[t] - part
        assert given_by[t] <= CLOSE


def _late_is_what_is_owed(problem: Problem, plan: Plan) -> None:
    seconds = plan.given.filter(pl.col("group") == SECOND)
    told = {tuple(row[:3]): row[3] for row in plan.late.iter_rows()}
    for place, product in {(each.place, each.product) for each in problem.promises}:
        mine = seconds.filter((pl.col("place") == place) & (pl.col("product") == product))
        for t in range(problem.periods):
            owed = sum(
                e.doses
                for e in problem.promises
                if (e.place, e.product) == (place, product) and e.period <= t
            )
            owed -= mine.filter(pl.col("period") <= t)["doses"].sum()
            assert told.get((place, product, t), 0.0) == pytest.approx(owed, abs=CLOSE)


@ANY
@given(problems(boxes=12), st.sampled_from([0.0, 0.005, 0.2]))
def test_a_plan_keeps_every_limit(problem: Problem, gap: float) -> None:
    plan = solve(problem, gap=gap, seconds=30)
    demand_limits(problem, plan)
    assert plan.value <= plan.bound
    assert plan.bound - plan.value <= gap * abs(plan.value) + CLOSE
    assert plan.value >= with_sent(problem, {}).value - CLOSE  # sending nothing is one way


@ANY
@given(problems(boxes=12))
def test_what_ends_at_the_store_is_not_given_later(problem: Problem) -> None:
    """In all, which is what the model promises: each place's lot is settled when vials go."""
    plan = solve(problem)
    for pack in problem.packs:
        for t in range(problem.periods):
            lasting = sum(
                each.vials
                for each in problem.arrivals
                if each.product == pack.product and (each.last is None or each.last > t)
            )
            there = sum(place.stock.get(pack.product, 0.0) for place in problem.places)
            later = (pl.col("product") == pack.product) & (pl.col("period") > t)
            given_later = plan.given.filter(later)["doses"].sum()
            assert given_later <= lasting * pack.doses_per_vial + there + CLOSE


@ANY
@given(problems(boxes=12))
def test_the_plain_rule_keeps_the_same_limits(problem: Problem) -> None:
    problem = replace(problem, arrivals=tuple(replace(e, last=None) for e in problem.arrivals))
    demand_limits(problem, pro_rata(problem))


@ANY
@given(problems(boxes=12))
def test_no_plain_plan_is_better_than_the_bound(problem: Problem) -> None:
    plain = cells(pro_rata(problem))
    assume(not any(each.last is not None for each in problem.arrivals))
    assert with_sent(problem, plain).value <= solve(problem).bound + CLOSE


@ANY
@given(problems(boxes=6), st.integers(1, 4))
def test_more_vials_are_never_worse(problem: Problem, more: int) -> None:
    extra = Arrival(problem.packs[0].product, 0, more * problem.packs[0].vials_per_box)
    richer = replace(problem, arrivals=(*problem.arrivals, extra))
    less, much = solve(problem, gap=0.0, seconds=30), solve(richer, gap=0.0, seconds=30)
    # What must be late whatever is done is taken out of the value: put back, to compare.
    less_all, much_all = less.value - _must(problem), much.value - _must(richer)
    assert much_all >= less_all - CLOSE * max(abs(less_all), 1)


def _must(problem: Problem) -> float:
    return late_cost(problem) * _must_be_late(*_build(problem))


# --- promises


@ANY
@given(problems(boxes=4))
def test_a_promise_that_can_be_kept_is_kept(problem: Problem) -> None:
    """With vials that go one by one and the usual weights: as few late doses as when nobody else
    waits."""
    packs = tuple(replace(each, breakable=True) for each in problem.packs)
    problem = replace(problem, packs=packs, weights=Weights(), before=None)
    alone = solve(replace(problem, due=()), gap=0.0, seconds=30)
    assert late(solve(problem, gap=0.0, seconds=30)) <= late(alone) + CLOSE


def two_places(**changed: object) -> Problem:
    """`x` with a promised dose that 1 vial keeps; `y`, where 200 wait."""
    made = {
        "periods": 1,
        "packs": (Pack("a", 6),),
        "places": (Place("x", 100, 1000, A), Place("y", 1000, 1000, A)),
        "arrivals": (Arrival("a", 0, 20),),
        "due": (Due("y", "g", 200, A),),
        "promises": (Promise("x", "a", 0, 1),),
    }
    return Problem(**made | changed)


def test_a_promise_is_kept_before_others_are_served() -> None:
    plan = solve(two_places())
    assert late(plan) == 0
    assert cells(plan) == {("x", "a", 0): 1, ("y", "a", 0): 19}


@pytest.mark.parametrize(
    "problem",
    [
        two_places(packs=(Pack("a", 6, 20, breakable=False),)),
        two_places(
            packs=(Pack("a", 10),), arrivals=(Arrival("a", 0, 1),), weights=Weights(changes=10),
            before=pl.DataFrame({"place": ["y"], "product": ["a"], "period": [0], "vials": [1]}),
        ),
        two_places(
            places=(Place("x", 1000, 1000, A, stock={"a": 10}), Place("y", 10**5, 10, A, 50000)),
            arrivals=(), due=(Due("x", "g", 200, A), Due("y", "g", 50000, A)),
            promises=(Promise("x", "a", 0, 10),), weights=Weights(least=10),
        ),
    ],
    ids=["an unbroken box", "changes weigh", "the least covered weighs"],
)  # fmt: skip
def test_a_promise_is_kept_whatever_the_rest_would_gain(problem: Problem) -> None:
    assert late(solve(problem, gap=0.0)) == 0


# --- persons due


def test_those_who_are_due_later_are_not_given_before() -> None:
    due = (Due("x", "g", 10, A), Due("x", "g", 10, A, since=1))
    plan = solve(Problem(2, (Pack("a", 5),), (Place("x", 100, 99, A),), (Arrival("a", 0, 4),), due))
    assert sorted(row[3:] for row in plan.given.iter_rows()) == [(0, 10.0), (1, 10.0)]


def test_those_who_may_have_another_product_are_not_given_this() -> None:
    due = (Due("x", "g", 10, A), Due("x", "g", 10, B))
    packs, place = (Pack("a", 5), Pack("b", 5)), Place("x", 100, 99, A | B)
    plan = solve(Problem(1, packs, (place,), (Arrival("a", 0, 4),), due))
    assert plan.given["doses"].sum() == pytest.approx(10)


def test_nothing_to_share_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        two_places(places=(), due=(), promises=())
    assert refused.value.code == "nothing-to-share"


# --- the plain rule


def test_the_plain_rule_shares_by_population_and_carries_remainders() -> None:
    places = tuple(Place(code, n, 99, A) for code, n in [("x", 50), ("y", 30), ("z", 20)])
    arrivals = tuple(Arrival("a", t, 1) for t in range(10))
    plan = pro_rata(Problem(10, (Pack("a", 5),), places, arrivals, ()))
    assert dict(plan.sent.group_by("place").agg(pl.col("vials").sum()).rows()) == {
        "x": 5, "y": 3, "z": 2,
    }  # fmt: skip


def test_the_plain_rule_keeps_promises_then_priority() -> None:
    due = (Due("x", "low", 10, A), Due("x", "high", 4, A))
    problem = Problem(
        1, (Pack("a", 5),), (Place("x", 10, 8, A),), (Arrival("a", 0, 2),), due,
        (Promise("x", "a", 0, 3),), priority={"high": 1.0, "low": 0.1},
    )  # fmt: skip
    given_to = {row[1]: row[4] for row in pro_rata(problem).given.iter_rows()}
    assert given_to == {SECOND: 3.0, "high": 4.0, "low": 1.0}


def test_the_plain_rule_gives_nothing_that_has_ended() -> None:
    problem = Problem(
        2, (Pack("a", 5),), (Place("x", 9, 5, A),), (Arrival("a", 0, 2, last=0),),
        (Due("x", "g", 50, A),),
    )  # fmt: skip
    assert pro_rata(problem).given["doses"].sum() == 5


def test_the_plain_rule_gives_first_what_ends_first() -> None:
    packs = (Pack("a", 5), Pack("b", 5, life=1))
    problem = Problem(
        2, packs, (Place("x", 9, 5, A | B),), (Arrival("a", 0, 1), Arrival("b", 0, 1)),
        (Due("x", "g", 50, A | B),),
    )  # fmt: skip
    assert pro_rata(problem).given["doses"].sum() == 10


# --- whole vials out of parts


PARTS = st.floats(0, 4, allow_nan=False).map(lambda part: round(part, 3))


@ANY
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_rounding_stays_close_and_never_above_in_all(
    rows: int, periods: int, data: st.DataObject
) -> None:
    """Less than a unit over its parts; short by less than one in the first period, and by less
    than two later, where what others already have cannot be taken back."""
    amounts = {(f"r{n}", "a", t): data.draw(PARTS) for n in range(rows) for t in range(periods)}
    units = rounded(amounts, needed={})
    assert units.keys() == amounts.keys()
    assert all(count >= 0 for count in units.values())
    for t in range(periods):
        parts, whole = (
            [sum(of[f"r{n}", "a", u] for u in range(t + 1)) for n in range(rows)]
            for of in (amounts, units)
        )
        assert sum(parts) - 1 < sum(whole) <= sum(parts) + CLOSE
        over = [b - a for a, b in zip(parts, whole, strict=True)]
        assert max(over) < 1
        assert min(over) > (-2 if t else -1)


@ANY
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_rounding_never_sends_more_than_the_parts_whatever_is_needed(
    rows: int, periods: int, data: st.DataObject
) -> None:
    names = [(f"r{n}", "a", t) for n in range(rows) for t in range(periods)]
    amounts = {cell: data.draw(PARTS) for cell in names}
    needed = {cell: data.draw(st.integers(0, 5)) for cell in names}
    units = rounded(amounts, needed=needed)
    assert all(count >= 0 for count in units.values())
    for t in range(periods):
        parts, whole = (sum(n for cell, n in of.items() if cell[2] <= t) for of in (amounts, units))
        assert whole <= parts + CLOSE


def test_what_is_needed_comes_before_the_largest_remainder() -> None:
    amounts = {("x", "a", 0): 0.2, ("y", "a", 0): 0.8}
    assert rounded(amounts, needed={}) == {("x", "a", 0): 0, ("y", "a", 0): 1}
    assert rounded(amounts, needed={("x", "a", 0): 1}) == {("x", "a", 0): 1, ("y", "a", 0): 0}


# --- one more box


def one_place(**changed: object) -> Problem:
    made = {
        "periods": 2, "packs": (Pack("a", 5, 2),), "places": (Place("x", 100, 30, A),),
        "arrivals": (Arrival("a", 0, 2),), "due": (Due("x", "g0", 17, A), Due("x", "g1", 50, A)),
        "priority": {"g0": 1.0, "g1": 0.3},
    }  # fmt: skip
    return Problem(**made | changed)


def test_one_more_box_tells_whom_it_would_serve() -> None:
    problem = one_place()
    extra = extra_box(problem, solve(problem), "x", "a", 1)
    assert extra.vials == 2
    assert extra.persons == pytest.approx({"g0": 7, "g1": 3})


def test_one_more_box_helps_nobody_where_nobody_waits_or_it_cannot_be_kept() -> None:
    served = one_place(due=(Due("x", "g0", 10, A),))
    assert extra_box(served, solve(served), "x", "a", 0).persons == {}
    other = one_place(packs=(Pack("a", 5, 2), Pack("b", 5, 2)))
    assert extra_box(other, solve(other), "x", "b", 0).persons == {}


@ANY
@given(problems(boxes=4), st.integers(0, 2), st.integers(0, 1))
def test_one_more_box_serves_no_fewer_and_no_more_than_it_holds(
    problem: Problem, n: int, t: int
) -> None:
    """One product, no promises, no ties: doses flow, and no flow shrinks with more to share."""
    pack = problem.packs[0]
    problem = replace(
        problem, promises=(), packs=(pack,), before=None,
        weights=Weights(equal=0.0, early=0.0),
        arrivals=tuple(replace(e, last=None) for e in problem.arrivals if e.product == "a"),
        due=tuple(replace(e, products=A) for e in problem.due),
    )  # fmt: skip
    place = problem.places[n % len(problem.places)].code
    extra = extra_box(problem, solve(problem), place, "a", t)
    assert all(persons > 0 for persons in extra.persons.values())
    assert sum(extra.persons.values()) <= extra.vials * pack.doses_per_vial + CLOSE


def test_one_more_box_that_only_moves_doses_serves_nobody_more() -> None:
    problem = one_place(
        periods=1, packs=(Pack("a", 5), Pack("b", 5)), places=(Place("x", 100, 5, A | B),),
        arrivals=(Arrival("b", 0, 1),), due=(Due("x", "g0", 5, A), Due("x", "g1", 5, B)),
    )  # fmt: skip
    assert sum(extra_box(problem, solve(problem), "x", "a", 0).persons.values()) == 0


def test_one_more_box_serves_no_more_than_it_holds_where_groups_are_equal() -> None:
    problem = one_place(
        periods=3, packs=(Pack("a", 5),), places=(Place("x", 20, 8, A),),
        due=(Due("x", "g0", 14, A), Due("x", "g1", 5, A)), weights=Weights(due=0, equal=0, early=0),
    )  # fmt: skip
    assert sum(extra_box(problem, solve(problem), "x", "a", 0).persons.values()) <= 5


# --- why a place got less


def less_at_x(problem: Problem) -> Less:
    [less] = why_less(problem, solve(problem, gap=0.0))
    assert less.place == "x"
    assert less.doses < less.share
    return less


def uneven(**changed: object) -> Problem:
    """`x` and `y` are alike, except in what is changed."""
    made = {
        "periods": 1, "packs": (Pack("a", 5),), "arrivals": (Arrival("a", 0, 20),),
        "places": (Place("x", 100, 90, A), Place("y", 100, 90, A)),
        "due": (Due("x", "g", 80, A), Due("y", "g", 80, A)),
        "weights": Weights(equal=5),
    }  # fmt: skip
    return Problem(**made | changed)


BEFORE = pl.DataFrame({"place": ["y"], "product": ["a"], "period": [0], "vials": [16]})
TO_Y = {"promises": (), "weights": Weights(changes=10), "before": BEFORE}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"due": (Due("x", "g", 10, A), Due("y", "g", 80, A))}, Reason.NOBODY_LEFT),
        ({"places": (Place("x", 100, 7, A), Place("y", 100, 90, A))}, Reason.CAPACITY),
        (
            {
                "packs": (Pack("a", 5), Pack("b", 5)),
                "arrivals": (Arrival("a", 0, 3), Arrival("b", 0, 10)),
                "places": (Place("x", 100, 90, A), Place("y", 100, 90, A | B)),
                "due": (Due("x", "g", 80, A), Due("y", "g", 80, A | B)),
            },
            Reason.CANNOT_KEEP,
        ),
        (
            {
                "due": (Due("x", "low", 80, A), Due("y", "high", 80, A)),
                "priority": {"high": 1.0, "low": 0.1},
            },
            Reason.LOWER_PRIORITY,
        ),
        ({"places": (Place("x", 100, 90, A, 50), Place("y", 100, 90, A))}, Reason.WELL_COVERED),
        (
            {"packs": (Pack("a", 5, 3, breakable=False),), "arrivals": (Arrival("a", 0, 3),),
             "places": (Place("x", 100, 90, A), Place("y", 101, 90, A)),
             "weights": Weights(population=1)},
            Reason.WHOLE_UNITS,
        ),
        (TO_Y, Reason.AS_BEFORE),
    ],
    ids=lambda told: told.value if isinstance(told, Reason) else "",
)  # fmt: skip
def test_each_reason_and_no_other(changed: dict[str, object], reason: Reason) -> None:
    assert less_at_x(uneven(**changed)).reasons == (reason,)


def test_nobody_gets_less_where_all_get_alike() -> None:
    assert why_less(uneven(), solve(uneven(), gap=0.0)) == []


def test_who_misses_most_is_told_first() -> None:
    places = tuple(Place(code, 100, 90, A) for code in "xyz")
    due = (Due("x", "g", 20, A), Due("y", "g", 10, A), Due("z", "g", 90, A))
    problem = uneven(places=places, due=due)
    told = why_less(problem, solve(problem, gap=0.0))
    assert [each.place for each in told] == ["y", "x"]


def test_a_place_that_can_give_nothing_lacks_capacity() -> None:
    closed = uneven(places=(Place("x", 100, 0, A), Place("y", 100, 90, A)))
    assert less_at_x(closed).reasons == (Reason.CAPACITY,)


def test_whoever_gets_less_is_told_why() -> None:
    alike = uneven(weights=Weights(), arrivals=(Arrival("a", 0, 10),))
    assert all(less.reasons for less in why_less(alike, solve(alike)))


# --- plans side by side


def test_the_figures_of_a_plan() -> None:
    """50 of 100 and 30 of 300: mean 80/400 = 0.2, spread √((100·0.3² + 300·0.1²)/400)."""
    places = (Place("x", 100, 40, A, 10, {"a": 4}), Place("y", 300, 20, A, 10))
    problem = Problem(
        2, (Pack("a", 5),), places, (Arrival("a", 0, 14), Arrival("a", 1, 2)),
        (Due("x", "g", 40, A), Due("y", "g", 25, A)), (Promise("x", "a", 1, 8),),
    )  # fmt: skip
    sent = pl.DataFrame({"place": ["x"], "product": ["a"], "period": [0], "vials": [9]})
    given_to = pl.DataFrame(
        [("x", "g", "a", 0, 30.0), ("x", "g", "a", 1, 10.0), ("x", SECOND, "a", 1, 6.0),
         ("y", "g", "a", 1, 20.0)],
        schema=["place", "group", "product", "period", "doses"], orient="row",
    )  # fmt: skip
    behind = pl.DataFrame({"place": ["x"], "product": ["a"], "period": [1], "doses": [2.0]})
    found = outcome(problem, Plan(sent, given_to, behind))
    assert (found.first, found.second, found.first_half) == (60, 6, 30)
    assert found.on_time == pytest.approx(6 / 8)
    assert found.unmet == {"g": 5}
    assert (found.lowest, found.highest, found.mean) == pytest.approx((0.1, 0.5, 0.2))
    assert found.spread == pytest.approx(0.03**0.5)
    assert found.unused == pytest.approx(16 * 5 + 4 - 66)


def test_nothing_promised_is_neither_on_time_nor_late() -> None:
    assert outcome(uneven(), solve(uneven())).on_time is None


def test_a_late_dose_counts_once() -> None:
    twice = (Promise("x", "a", 0, 5), Promise("x", "a", 0, 5))
    problem = one_place(periods=1, arrivals=(Arrival("a", 0, 1),), due=(), promises=twice)
    assert outcome(problem, solve(problem)).on_time == pytest.approx(0.5)


def test_only_what_differs_is_a_difference() -> None:
    schema = ["place", "product", "period", "vials"]
    before = pl.DataFrame([("x", "a", 0, 5), ("y", "a", 0, 3)], schema=schema, orient="row")
    after = pl.DataFrame([("x", "a", 0, 5), ("x", "a", 1, 3)], schema=schema, orient="row")
    assert difference(before, after).rows() == [("x", "a", 1, 0, 3), ("y", "a", 0, 3, 0)]
    assert difference(before, before).is_empty()


def test_replanning_disturbs_less_when_changes_cost() -> None:
    codes = [f"r{n}" for n in range(6)]
    problem = Problem(
        4, (Pack("a", 5),), tuple(Place(code, 200, 25, A) for code in codes),
        tuple(Arrival("a", t, 20) for t in range(4)),
        tuple(Due(code, "g", 90 + n, A) for n, code in enumerate(codes)),
    )  # fmt: skip
    accepted = solve(problem)
    halved = tuple(replace(e, vials=10) if e.period == 1 else e for e in problem.arrivals)
    moved = replace(problem, arrivals=halved, before=accepted.sent)
    calm = solve(replace(moved, weights=Weights(changes=3)))
    free = solve(replace(moved, weights=Weights(equal=1)))
    changed = difference(accepted.sent, calm.sent)
    assert changed.height < difference(accepted.sent, free.sent).height
    assert (changed["before"] - changed["after"]).abs().sum() == 10  # only what did not come
