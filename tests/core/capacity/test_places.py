"""Places by hand, and what no setup may do."""

from dataclasses import replace
from datetime import time
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.capacity import Limit, Setup, Visit, limits, places, units

ANY = settings(max_examples=200, deadline=None)
NINE, FOUR = time(9), time(16)


def setup(**changed: object) -> Setup:
    day = Setup(
        opens_at=NINE, closes_at=FOUR, stations=4, vaccinators=((NINE, FOUR),) * 4, minutes=6
    )
    return replace(day, **changed)


def at(minute: int) -> time:
    return time(*divmod(minute, 60))


SPANS = st.lists(st.integers(8 * 60, 17 * 60), min_size=2, max_size=2, unique=True).map(
    lambda ends: (at(min(ends)), at(max(ends)))
)
SETUPS = st.builds(
    Setup,
    opens_at=st.just(NINE),
    closes_at=st.integers(9 * 60 + 1, 15 * 60).map(at),
    stations=st.integers(1, 6),
    vaccinators=st.lists(SPANS, max_size=7).map(tuple),
    minutes=st.sampled_from([0.1, 3, 4.5, 6, 7, 12, 25]),
    observation_minutes=st.sampled_from([0, 15, 30]),
    room=st.none() | st.integers(1, 40),
    interval_minutes=st.integers(1, 60),
    waiting_minutes=st.sampled_from([0, 2.5, 5]),
)


def numbers(day: Setup) -> list[int]:
    return [interval.places for interval in places(day)]


def test_a_day_at_four_stations() -> None:
    """6 h 49 min of intervals that are done by 16: 40 whole ones of 4 × 10 / 6 places."""
    found = places(setup())
    assert numbers(setup())[:6] == [6, 7, 7, 6, 7, 7]
    assert (len(found), sum(numbers(setup()))) == (40, 266)
    assert (found[0].starts_at, found[-1].starts_at) == (NINE, time(15, 30))


def test_the_last_who_comes_is_vaccinated_by_closing() -> None:
    last = {places(setup(minutes=m))[-1].starts_at for m in (5, 5.5)}
    assert last == {time(15, 40), time(15, 30)}


def test_rounding_is_carried() -> None:
    """One and a half an interval are one and two, not one and one."""
    day = setup(stations=1, minutes=20, interval_minutes=30)
    assert numbers(day)[:4] == [1, 2, 1, 2]


def test_minutes_are_decimals() -> None:
    """Visits of 0.1 minutes are 10 a minute from the first; a binary 0.1 is more, and gives 9."""
    day = setup(stations=1, minutes=0.1, interval_minutes=1)
    assert set(numbers(day)) == {10}


def test_the_room_bounds_what_stations_could_give() -> None:
    """Little: 13 in the room for 26 minutes each let 5 come in 10 minutes."""
    small = setup(room=13)
    assert set(numbers(small)) == {5}
    assert set(limits(small)) == {Limit.ROOM}


def test_a_missing_vaccinator_and_a_lunch() -> None:
    shifts = ((NINE, time(12)), (time(13), FOUR), (NINE, time(11)))
    day = setup(stations=2, minutes=5, vaccinators=shifts)
    by_time = {each.starts_at: each.places for each in places(day)}
    shown = [by_time[time(hour)] for hour in (9, 11, 12, 13)]
    assert shown == [4, 2, 0, 2]
    bound = dict(zip(by_time, limits(day), strict=True))
    assert [bound[time(hour)] for hour in (9, 11)] == [Limit.STATIONS, Limit.VACCINATORS]


def test_part_of_an_interval_on_duty_is_not_counted() -> None:
    late = setup(stations=1, minutes=5, vaccinators=((time(9, 1), FOUR),))
    assert numbers(late)[:2] == [0, 2]


def test_nobody_on_duty_and_days_too_short() -> None:
    assert set(numbers(setup(vaccinators=()))) == {0}
    assert places(setup(closes_at=time(9, 20))) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_at": NINE},
        {"stations": 0},
        {"minutes": 0},
        {"minutes": float("nan")},
        {"observation_minutes": -1},
        {"waiting_minutes": -1},
        {"room": 0},
        {"interval_minutes": 0},
        {"vaccinators": ((FOUR, NINE),)},
        {"opens_at": time(9, 0, 30)},
    ],
)
def test_what_cannot_be(wrong) -> None:
    with pytest.raises(ValueError, match="a venue"):
        setup(**wrong)


@ANY
@given(SETUPS)
def test_never_more_than_stations_vaccinators_or_room(day) -> None:
    """Up to each interval, in exact arithmetic; and less than one place fewer in all."""
    step, minutes = day.interval_minutes, Fraction(str(day.minutes))
    stay = minutes + Fraction(str(day.waiting_minutes)) + Fraction(str(day.observation_minutes))
    upto = list(accumulate(numbers(day)))
    best = Fraction(0)
    for n, total in enumerate(upto):
        start, end = (9 * 60 + step * k for k in (n, n + 1))
        there = sum(a <= at(start) and at(end) <= b for a, b in day.vaccinators)
        served = step * min(there, day.stations) / minutes
        best += served if day.room is None else min(served, step * day.room / stay)
        assert best - 1 < total <= best
    assert (
        9 * 60 + len(upto) * step + minutes + Fraction(str(day.waiting_minutes))
        <= (day.closes_at.hour * 60 + day.closes_at.minute)
        or not upto
    )
    assert len(limits(day)) == len(upto)


@ANY
@given(SETUPS, SPANS)
def test_a_vaccinator_more_never_gives_fewer(day, span) -> None:
    more = replace(day, vaccinators=(*day.vaccinators, span))
    for before, after in zip(accumulate(numbers(day)), accumulate(numbers(more)), strict=True):
        assert before <= after


@pytest.mark.parametrize(
    ("visits", "places_taken"),
    [
        ((), 1),
        ({Visit.ORDINARY}, 1),
        ({Visit.TWO_VACCINES}, 1),
        ({Visit.EXTRA_TIME}, 2),
        ({Visit.EXTRA_TIME, Visit.INTERPRETER}, 2),
        ({Visit.TWO_VACCINES, Visit.INTERPRETER}, 2),
    ],
)
def test_units(visits, places_taken) -> None:
    assert units(visits) == places_taken
