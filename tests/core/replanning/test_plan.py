"""Plans worked by hand, and beside the best of all ways."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.replanning.worlds import (
    DAY,
    VENUES,
    cost,
    frames,
    holds,
    least_by_assignment,
    least_by_trying,
    moment,
    part,
    party,
    slot,
    weight,
    window,
)
from vaksam.core.distance import kilometres
from vaksam.core.replanning import Action, Limits, Other, Plan, Weights, Why, plan, solving
from vaksam.core.replanning.problem import MOVES, SCALE

ANY = settings(max_examples=40, deadline=None)
EVEN = Weights(second_first=1, oldest_first=0)


def said(made: Plan) -> list[tuple[Any, ...]]:
    return made.moves.select("party", "action", "to_slot", "why").rows()


def ceiling(day: int, doses: int, venue: int = 1, product: str = "B") -> dict[str, Any]:
    return {"venue": venue, "product": product, "on": DAY + timedelta(days=day), "doses": doses}


def test_who_may_stay_stays():
    held = slot(1, product="A", starts_at=moment(0))
    made = plan(*frames([party(1, from_slot=1)], [window(1, "A")], [held, slot(2)]))
    assert said(made) == [(1, Action.KEEP, 1, Why.STILL_RIGHT)]
    assert (made.objective, made.bound, made.gap) == (0, 0, 0)


def test_another_product_at_the_same_time():
    made = plan(*frames([party(1)], [window(1)], [slot(1), slot(2, starts_at=moment(1))]))
    assert said(made) == [(1, Action.OTHER_PRODUCT, 1, Why.SAME_TIME)]
    assert made.moves["cost"].item() == pytest.approx(5 * 1.25)  # 50 years: five ninths of 0.45


def test_an_interval_too_short_waits():
    one = party(1, product="B", from_slot=1, second=True, dose=2)
    slots = [slot(1), slot(2, starts_at=moment(6)), slot(3, starts_at=moment(9))]
    made = plan(*frames([one], [window(1, first=7)], slots), weights=EVEN)
    assert said(made) == [(1, Action.MOVE, 3, Why.SAME_VENUE)]
    assert made.moves.select("days", "km", "cost").row(0) == (9, 0.0, 9.0)


def test_farther_than_should_be_decided_is_asked():
    made = plan(*frames([party(1)], [window(1)], [slot(1, venue=3)]))
    assert said(made) == [(1, Action.ASK, 1, Why.TOO_FAR)]
    assert made.moves["km"].item() == pytest.approx(109.8, abs=1)


def test_later_than_should_be_decided_is_asked():
    made = plan(*frames([party(1)], [window(1)], [slot(1, starts_at=moment(15))]))
    assert said(made) == [(1, Action.ASK, 1, Why.TOO_LONG)]


def test_waiting_that_the_rules_ask_for_is_not_asked_about():
    made = plan(*frames([party(1)], [window(1, first=15)], [slot(1, starts_at=moment(15))]))
    assert said(made) == [(1, Action.MOVE, 1, Why.SAME_VENUE)]


def test_another_product_only_with_consent():
    asked = frames([party(1)], [window(1)], [slot(1)])
    for other, wanted in ((Other.ASK, (1, Action.ASK, 1, Why.CONSENT)),
                          (Other.NEVER, (1, Action.CANCEL, None, Why.NO_TIMES))):  # fmt: skip
        assert said(plan(*asked, limits=Limits(other_product=other))) == [wanted]


def test_why_somebody_is_cancelled():
    people = [party(1), party(2), party(3, age=60), party(4)]
    windows = [window(2, first=3), window(3), window(4)]
    made = plan(*frames(people, windows, [slot(1)]))
    assert said(made) == [
        (1, Action.CANCEL, None, Why.NOTHING_RIGHT), (2, Action.CANCEL, None, Why.NO_TIMES),
        (3, Action.OTHER_PRODUCT, 1, Why.SAME_TIME), (4, Action.CANCEL, None, Why.NO_ROOM),
    ]  # fmt: skip


def test_dose_hospital_and_language_are_for_those_who_need_them():
    people = [party(1, dose=2, second=True), party(2, hospital=True), party(3, needs_language="so")]
    slots = [slot(1, dose=1), slot(2, dose=2, starts_at=moment(3)),
             slot(3, hospital=True, starts_at=moment(4)),
             slot(4, languages=["so", "ar"], starts_at=moment(5))]  # fmt: skip
    made = plan(*frames(people, [window(n) for n in (1, 2, 3)], slots))
    assert made.moves["to_slot"].to_list() == [2, 3, 4]


def test_second_doses_and_the_oldest_go_first():
    people = [party(1, age=90), party(2, age=30, second=True, dose=2), party(3, age=30)]
    slots = [slot(n, starts_at=moment(n)) for n in (1, 2, 3)]
    made = plan(*frames(people, [window(n) for n in (1, 2, 3)], slots))
    assert made.moves["to_slot"].to_list() == [2, 1, 3]
    last = plan(*frames(people, [window(n) for n in (1, 2, 3)], slots),
                weights=Weights(second_first=0.1))  # fmt: skip
    assert last.moves["to_slot"].to_list() == [1, 3, 2]


def test_the_oldest_of_those_alike_get_the_nearest_day():
    people = [party(n, age=age) for n, age in ((1, 51), (2, 59), (3, 55))]
    slots = [slot(n, starts_at=moment(n)) for n in (1, 2, 3)]
    made = plan(*frames(people, [window(n) for n in (1, 2, 3)], slots))
    assert made.moves["to_slot"].to_list() == [3, 1, 2]


def test_time_of_day_stays_near():
    slots = [slot(n, starts_at=moment(1, hour)) for n, hour in ((1, 8), (2, 13), (3, 17))]
    made = plan(*frames([party(1, starts_at=moment(0, 14))], [window(1)], slots))
    assert made.moves["to_slot"].item() == 2


def test_a_household_stays_together():
    people = [party(1, persons=3, appointment=[1, 2, 3])]
    slots = [slot(1, free=2), slot(2, free=2), slot(3, free=3, starts_at=moment(4))]
    made = plan(*frames(people, [window(1)], slots), weights=EVEN)
    assert said(made) == [(1, Action.MOVE, 3, Why.SAME_VENUE)]
    assert (made.objective, made.bound) == (27, 15)  # the bound lets them be split


def test_doses_expected_bind_up_to_a_day():
    people = [party(n, age=50 + n) for n in range(4)]
    slots = [slot(1, free=4), slot(2, free=4, starts_at=moment(8))]
    asked = frames(people, [window(n) for n in range(4)], slots, [ceiling(3, 1), ceiling(9, 3)])
    made = plan(*asked)
    assert made.moves["to_slot"].to_list() == [None, 2, 2, 1]
    assert made.gap == 0


def test_pinned_stay_or_are_asked():
    people = [party(1, pinned=True), party(2, pinned=True, product="B", from_slot=2, venue=2)]
    slots = [slot(1, starts_at=moment(0, 10)), slot(2, venue=2), slot(3, venue=2)]
    made = plan(*frames(people, [window(1), window(2)], slots))
    assert said(made) == [(1, Action.ASK, None, Why.PINNED), (2, Action.KEEP, 2, Why.STILL_RIGHT)]
    assert made.objective == made.bound == 30 * 1.25


def test_later_than_the_latest_only_when_it_has_a_cost():
    asked = frames([party(1)], [window(1, last=2)], [slot(1, starts_at=moment(5))])
    assert plan(*asked).moves["action"].item() == Action.CANCEL
    late = plan(*asked, weights=Weights(oldest_first=0, later_than_latest=2))
    assert late.moves["cost"].item() == 5 + 5 + 3 * 2


def test_nothing_asked_and_nothing_there():
    empty = plan(*frames([], [], [slot(1)]))
    assert empty.moves.schema == MOVES
    none = plan(*frames([party(1)], [window(1)], []))
    assert said(none) == [(1, Action.CANCEL, None, Why.NO_TIMES)]


def test_a_venue_without_coordinates():
    with pytest.raises(ValueError, match="A party is at a venue"):
        plan(*frames([party(1, venue=9)], [], [slot(1)]))


def test_cost_never_exceeds_cancelling():
    made = plan(*frames([party(1)], [window(1)], [slot(1)]), weights=Weights(other_product=999))
    assert made.moves["action"].item() == Action.CANCEL


@st.composite
def worlds(draw: Any, *, most: int, households: bool) -> tuple[Any, ...]:
    parties, windows = [], []
    for n in range(draw(st.integers(1, most))):
        second = draw(st.booleans())
        far = draw(st.booleans())
        parties.append(party(
            n, persons=draw(st.integers(1, 3)) if households else 1,
            from_slot=draw(st.integers(0, 5)), starts_at=moment(draw(st.integers(-1, 6))),
            venue=draw(st.integers(1, 3)), product=draw(st.sampled_from("AB")), second=second,
            dose=2 if second else 1, hospital=draw(st.integers(0, 5)) == 0,
            age=draw(st.sampled_from([20, 55, 90])), lat=63.9 if far else None,
            lon=20.6 if far else None,
            needs_language=draw(st.sampled_from([None, None, None, "so"])),
        ))  # fmt: skip
        for name in "BC":
            if draw(st.integers(0, 3)):
                last = draw(st.one_of(st.none(), st.integers(0, 8)))
                windows.append(window(n, name, draw(st.integers(-2, 6)), last))
    slots = [
        slot(n, venue=draw(st.integers(1, 3)), product=draw(st.sampled_from("BBC")),
             dose=draw(st.sampled_from([None, None, 1, 2])), free=draw(st.integers(0, 3)),
             starts_at=moment(draw(st.integers(0, 7)), draw(st.integers(8, 10))),
             hospital=draw(st.booleans()), languages=draw(st.sampled_from([[], ["so"]])))
        for n in range(draw(st.integers(1, 6)))
    ]  # fmt: skip
    doses = [
        ceiling(day, draw(st.integers(0, 3)), venue, name)
        for venue, name in ((1, "B"), (2, "B"), (3, "C"))
        for day in draw(st.sets(st.integers(0, 7), max_size=2))
    ]
    weights = Weights(
        days=draw(st.sampled_from([0.0, 1.0, 3.0])),
        ask=draw(st.sampled_from([0.0, 30.0])),
        cancel=draw(st.sampled_from([40.0, 200.0])),
        later_than_latest=draw(st.sampled_from([None, None, 2.0])),
    )
    limits = Limits(
        max_km=draw(st.sampled_from([5.0, 40.0])),
        max_days=draw(st.integers(0, 5)),
        other_product=draw(st.sampled_from(Other)),
        own_venue=draw(st.booleans()),
        grid_km=0.0,
    )
    return parties, windows, slots, doses, weights, limits


def told(made: Plan) -> int:
    return round(made.objective * SCALE)


def chosen(made: Plan) -> list[int | None]:
    return made.moves.sort("party")["to_slot"].to_list()


@ANY
@given(worlds(most=12, households=False))
def test_single_persons_as_the_hungarian_method(world: Any) -> None:
    parties, windows, slots, _, weights, limits = world
    made = plan(*frames(parties, windows, slots), weights=weights, limits=limits)
    assert told(made) == least_by_assignment(parties, windows, slots, weights, limits)
    assert made.gap == 0
    assert holds(parties, slots, [], chosen(made))


@ANY
@given(worlds(most=4, households=False))
def test_with_ceilings_as_every_way_tried(world: Any) -> None:
    parties, windows, slots, doses, weights, limits = world
    made = plan(*frames(parties, windows, slots, doses), weights=weights, limits=limits)
    assert told(made) == least_by_trying(parties, windows, slots, doses, weights, limits)
    assert made.gap == 0
    assert holds(parties, slots, doses, chosen(made))


@ANY
@given(worlds(most=4, households=True))
def test_households_lie_between_the_bound_and_what_is_found(world: Any) -> None:
    parties, windows, slots, doses, weights, limits = world
    made = plan(*frames(parties, windows, slots, doses), weights=weights, limits=limits)
    least = least_by_trying(parties, windows, slots, doses, weights, limits)
    assert round(made.bound * SCALE) <= least <= told(made)
    assert holds(parties, slots, doses, chosen(made))


@ANY
@given(worlds(most=8, households=True), st.randoms(use_true_random=False))
def test_never_outside_windows_and_the_same_in_any_order(world: Any, dice: Any) -> None:
    parties, windows, slots, doses, weights, limits = world
    made = plan(*frames(parties, windows, slots, doses), weights=weights, limits=limits)
    on = pl.col("starts_at").dt.date()
    seated = made.moves.filter(pl.col("to_slot").is_not_null()).join(
        frames(parties, windows, slots)[1], on=["party", "product"], how="left"
    )
    assert seated.filter(pl.col("earliest_on").is_null() | (on < pl.col("earliest_on"))).is_empty()
    if weights.later_than_latest is None:
        assert seated.filter(on > pl.col("latest_on")).is_empty()
    shuffled = [dice.sample(each, len(each)) for each in (parties, windows, slots, doses)]
    again = plan(*frames(*shuffled), weights=weights, limits=limits)
    assert again.moves.equals(made.moves)


def test_samples_and_rounds_prove_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many groups at little room, so that prices matter and samples are drawn."""
    parties = [
        party(n, age=20 + n % 70, lat=63.7 + (n * 37 % 100) / 300, lon=20.4,
              second=n % 3 == 0, dose=2 if n % 3 == 0 else 1, starts_at=moment(n % 9))
        for n in range(300)
    ]  # fmt: skip
    windows = [window(n, name, n % 5) for n in range(300) for name in "BC"]
    slots = [slot(n, venue=1 + n % 3, product="BC"[n % 2], free=1 + n % 7,
                  starts_at=moment(n % 20, 8 + n % 9)) for n in range(70)]  # fmt: skip
    monkeypatch.setattr(solving, "_FEW", 20)
    monkeypatch.setattr(solving, "_VENUES", 1)
    exact = Limits(grid_km=0)
    made = plan(*frames(parties, windows, slots), limits=exact)
    assert told(made) == least_by_assignment(parties, windows, slots, Weights(), exact)
    assert made.gap == 0
    assert VENUES.height == 3
    stopped = plan(*frames(parties, windows, slots), limits=exact, seconds=0)
    assert stopped.bound <= made.objective <= stopped.objective


@ANY
@given(st.lists(st.tuples(st.floats(63.6, 64.2), st.floats(20.0, 20.9)), min_size=1, max_size=12),
       st.sampled_from([0.5, 2.0, 20.0]))  # fmt: skip
def test_a_grid_costs_at_most_its_diagonals(homes: list[tuple[float, float]], grid: float) -> None:
    """Each of the kilometres before and after is half a diagonal off at most, in either plan."""
    parties = [party(n, lat=lat, lon=lon, venue=1 + n % 3) for n, (lat, lon) in enumerate(homes)]
    windows = [window(n) for n in range(len(homes))]
    slots = [slot(n, venue=1 + n % 3, free=2, starts_at=moment(n)) for n in range(6)]
    asked = frames(parties, windows, slots)
    near = {"max_km": 1e6, "max_days": 100}
    exact, coarse = (plan(*asked, limits=Limits(grid_km=km, **near)) for km in (0.0, grid))
    where = Limits(grid_km=0, **near)
    true = sum(
        part(weight(one, Weights()), Weights().cancel) if at is None
        else cost(one, slots[at], windows, Weights(), where) or 0
        for one, at in zip(parties, chosen(coarse), strict=True)
    )  # fmt: skip
    most = 2 * Weights().km * weight(parties[0], Weights()) * 1.5 * grid * len(homes)
    assert told(exact) <= true <= told(exact) + most * SCALE + 2 * len(homes)
    km = zip(coarse.moves["km"].to_list(), homes, chosen(coarse), parties, strict=True)
    where_at = {venue: place for venue, *place in VENUES.iter_rows()}
    for told_km, home, at, one in km:
        if at is not None:
            now, then = (
                kilometres(home, tuple(where_at[to])) for to in (one["venue"], slots[at]["venue"])
            )
            assert told_km == pytest.approx(max(then - now, 0), abs=1e-6)
