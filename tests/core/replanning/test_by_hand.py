"""What regions did by hand, figures of plans, and other ways out."""

import polars as pl
import pytest
from hypothesis import given, settings

from tests.core.replanning.test_plan import ceiling, chosen, worlds
from tests.core.replanning.worlds import frames, holds, moment, party, slot, window
from vaksam.core.replanning import (
    Action,
    Limits,
    Other,
    Quality,
    Way,
    Weights,
    Why,
    alternatives,
    cancel_all_and_rebook,
    plan,
    quality,
    shift_all,
    with_reserve,
)


def test_rebooking_takes_the_nearest_venue_and_its_first_day():
    slots = [slot(1, starts_at=moment(9)), slot(2, starts_at=moment(3)),
             slot(3, venue=2, starts_at=moment(0))]  # fmt: skip
    made = cancel_all_and_rebook(*frames([party(1)], [window(1)], slots), share_back=1)
    assert made.moves.select("to_slot", "action").row(0) == (2, Action.MOVE)


def test_not_all_come_back():
    people = [party(n) for n in range(10)]
    asked = frames(people, [window(n) for n in range(10)], [slot(1, free=20)])
    made = cancel_all_and_rebook(*asked, share_back=0.7, seed=3)
    assert made.moves["why"].to_list().count(Why.NOT_BACK) == 3
    assert made.moves.equals(cancel_all_and_rebook(*asked, share_back=0.7, seed=3).moves)
    assert not made.moves.equals(cancel_all_and_rebook(*asked, share_back=0.7, seed=4).moves)


def test_all_are_shifted_and_what_does_not_fit_is_counted():
    people = [party(1), party(2), party(3), party(4, starts_at=moment(5))]
    windows = [window(1), window(2), window(3, first=9), window(4)]
    made = shift_all(*frames(people, windows, [slot(1, starts_at=moment(7))]), days=7)
    assert made.moves.select("action", "why").rows() == [
        (Action.MOVE, Why.SAME_VENUE), (Action.CANCEL, Why.NO_ROOM),
        (Action.CANCEL, Why.NO_LONGER_RIGHT), (Action.CANCEL, Why.NO_ROOM),
    ]  # fmt: skip


def test_days_after_the_last_have_no_times_and_the_last_day_counts():
    slots = [slot(1), slot(2, starts_at=moment(7))]
    made = shift_all(*frames([party(1)], [window(1)], slots), days=7)
    assert made.moves["to_slot"].to_list() == [2]


def test_figures_of_a_plan():
    people = [party(1, from_slot=1, product="B"), party(2, persons=2),
              party(3, second=True, dose=2)]  # fmt: skip
    windows = [window(1), window(2), window(3, last=0)]
    slots = [slot(1), slot(2, venue=2, free=3, starts_at=moment(4))]
    asked = frames(people, windows, slots)
    found = quality(plan(*asked), asked[0], asked[1], asked[2])
    assert found == Quality(
        kept=0, other_product=1, moved=3, asked=0, cancelled=0, median_days=4, p90_days=4,
        median_km=found.median_km, p90_km=found.p90_km, seconds_cancelled=0,
        second_doses_outside_interval=0, seats_left_empty=0, points=found.points,
    )  # fmt: skip
    assert found.median_km == pytest.approx(12.2, abs=0.1)


def test_a_second_dose_too_late_is_counted():
    people = [party(1, second=True, dose=2)]
    asked = frames(people, [window(1, last=2)], [slot(1, starts_at=moment(5))])
    made = plan(*asked, weights=Weights(later_than_latest=1))
    assert quality(made, *asked[:3]).second_doses_outside_interval == 1


def test_other_ways_out():
    people = [party(1), party(2)]
    slots = [slot(1), slot(2, venue=2, product="A")]
    windows = [window(n, name) for n in (1, 2) for name in "AB"]
    affected, may, there, venues, doses = frames(people, windows, slots, [ceiling(0, 0)])
    more = frames([], [], [slot(9, product="A")])[2]
    reserve = frames([], [], [], [ceiling(0, 1)])[4]
    found = alternatives(
        affected, may, there, venues, doses, limits=Limits(other_product=Other.ASK),
        more_slots=more, reserve=reserve,
    )  # fmt: skip
    cancelled = {way: each.moves["action"].to_list().count(Action.CANCEL)
                 for way, each in found.items()}  # fmt: skip
    assert cancelled == {
        Way.PROPOSED: 1, Way.OWN_VENUE: 2, Way.SAME_PRODUCT: 1, Way.OTHER_PRODUCT: 1,
        Way.MORE_SESSIONS: 0, Way.RESERVE: 0,
    }  # fmt: skip
    assert Action.ASK in found[Way.RESERVE].moves["action"].to_list()


def test_reserve_is_added_from_its_day_on():
    doses = pl.concat([frames([], [], [], [ceiling(day, 5)])[4] for day in (1, 8)])
    reserve = frames([], [], [], [ceiling(3, 2), ceiling(8, 1)])[4]
    assert with_reserve(doses, reserve)["doses"].to_list() == [5, 8]


@settings(max_examples=40, deadline=None)
@given(worlds(most=8, households=True))
def test_by_hand_is_held_to_the_same_and_never_better(world):
    parties, windows, slots, doses, weights, _ = world
    asked = frames(parties, windows, slots, doses)
    free = Limits(max_km=1e6, max_days=10_000, grid_km=0)
    best = plan(*asked, weights=weights, limits=free)
    rebooked = cancel_all_and_rebook(*asked, share_back=1, weights=weights)
    for made in (rebooked, shift_all(*asked, days=2, weights=weights)):
        assert holds(parties, slots, doses, chosen(made))
        assert made.objective >= best.bound - 1e-6
