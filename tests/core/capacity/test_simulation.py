"""Simulated days: laws that hold whatever is drawn, and the same again with the same seed."""

from dataclasses import replace
from datetime import time

import pytest

from vaksam.core.capacity import Setup, Visit, places, simulate

DAY = Setup(
    opens_at=time(9), closes_at=time(12), stations=4, minutes=6, room=40,
    vaccinators=((time(9), time(12)),) * 3,
)  # fmt: skip


def full(setup: Setup) -> list[int]:
    return [interval.places for interval in places(setup)]


def test_the_same_seed_gives_the_same() -> None:
    one, again, other = (simulate(DAY, full(DAY), seed=seed, days=5) for seed in (1, 1, 2))
    assert one == again != other


def test_nobody_waits_for_a_free_station() -> None:
    """One called every other interval is done long before the next: only the visit and after."""
    booked = [n % 2 for n in range(len(places(DAY)))]
    found = simulate(DAY, booked, seed=3, spread=0, punctuality_minutes=0, days=5)
    assert (found.wait_minutes_mean, found.wait_minutes_p95) == (0, 0)
    assert found.stay_minutes_mean == pytest.approx(6 + 15)
    assert found.people_max <= 3
    assert (found.persons_mean, found.overtime_minutes_p95) == (sum(booked), 0)


def test_littles_law() -> None:
    """People in the room over all minutes are persons × their stay."""
    day = replace(DAY, interval_minutes=1)
    found = simulate(day, full(day), seed=4, no_show=0.1)
    minutes_in_room = sum(crowd.mean for crowd in found.crowding)
    assert minutes_in_room == pytest.approx(found.persons_mean * found.stay_minutes_mean, rel=0.005)


def test_the_mean_over_minutes_is_that_of_the_chart() -> None:
    """When all have left by closing, both are over the same minutes."""
    booked = full(DAY)[:6] + [0] * (len(places(DAY)) - 6)
    found = simulate(DAY, booked, seed=4)
    assert found.last_out_minutes_p95 == 0
    assert len(found.crowding) == 18
    assert sum(crowd.mean for crowd in found.crowding) / 18 == pytest.approx(found.people_mean)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("hours", [((9, 12),), ((10, 11),), ((9, 10), (11, 12))])
def test_a_vaccinator_more_never_makes_the_wait_longer(seed, hours) -> None:
    more = tuple((time(a), time(b)) for a, b in hours)
    booked = full(DAY)
    before = simulate(DAY, booked, seed=seed, days=5)
    after = simulate(replace(DAY, vaccinators=DAY.vaccinators + more), booked, seed=seed, days=5)
    assert after.wait_minutes_mean < before.wait_minutes_mean
    assert after.wait_minutes_p95 <= before.wait_minutes_p95
    assert after.persons_mean == before.persons_mean


def test_a_lost_vaccinator_makes_a_queue_and_overtime() -> None:
    booked = full(DAY)
    lost = replace(DAY, vaccinators=DAY.vaccinators[:2], room=25)
    found = simulate(lost, booked, seed=5)
    usual = simulate(DAY, booked, seed=5)
    # A third of 80 visits, 6 minutes each at two stations, are left over at the end.
    assert 60 < found.overtime_minutes_p95 < 120
    assert found.last_out_minutes_p95 == pytest.approx(found.overtime_minutes_p95 + 15)
    assert found.wait_minutes_mean > 5 * usual.wait_minutes_mean
    assert 0.2 < found.share_above_room < 1
    assert usual.share_above_room == 0


def test_fewer_come_and_longer_visits() -> None:
    booked = full(DAY)
    usual, fewer, longer = (
        simulate(DAY, booked, seed=6, **changed)
        for changed in ({}, {"no_show": 0.3}, {"kinds": {Visit.EXTRA_TIME: 0.5}})
    )
    assert fewer.persons_mean == pytest.approx(0.7 * sum(booked), rel=0.05)
    assert fewer.wait_minutes_mean < usual.wait_minutes_mean < longer.wait_minutes_mean
    at_station = longer.stay_minutes_mean - longer.wait_minutes_mean - 15
    assert at_station == pytest.approx(1.5 * 6, rel=0.03)


def test_all_of_two_intervals_are_in_the_room_at_once() -> None:
    """Who comes within 20 minutes, all 18 of them, stays for 21; an hour later it is the same."""
    day = replace(DAY, stations=18, vaccinators=((time(9), time(12)),) * 18)
    booked = [9 if n % 8 < 2 else 0 for n in range(len(places(day)))]
    found = simulate(day, booked, seed=8, spread=0, punctuality_minutes=0, days=3)
    assert found.wait_minutes_p95 == 0
    assert found.people_max == 18


def test_no_bound_on_the_room_has_no_share_above_it() -> None:
    assert simulate(replace(DAY, room=None), full(DAY), seed=1, days=1).share_above_room is None


def test_an_empty_day() -> None:
    empty = replace(DAY, vaccinators=())
    found = simulate(empty, [0] * len(places(empty)), seed=1, days=2)
    assert (found.persons_mean, found.wait_minutes_p95, found.people_max) == (0, 0, 0)
    assert {crowd.p95 for crowd in found.crowding} == {0}


def test_a_chart_ends_at_midnight() -> None:
    night = Setup(
        opens_at=time(22), closes_at=time(23, 50), stations=1, minutes=10,
        vaccinators=((time(22), time(23, 50)),),
    )  # fmt: skip
    found = simulate(night, [n + 3 for n in full(night)], seed=1, days=2)
    assert found.crowding[-1].starts_at == time(23, 50)
    assert found.overtime_minutes_p95 > 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"booked": [1]},
        {"booked": [-1] * 16},
        {"days": 0},
        {"no_show": 1.1},
        {"kinds": {Visit.INTERPRETER: 0.7, Visit.EXTRA_TIME: 0.4}},
        {"kinds": {Visit.INTERPRETER: -0.1}},
        {"spread": -1},
        {"punctuality_minutes": -1},
    ],
)
def test_what_cannot_be_simulated(wrong) -> None:
    with pytest.raises(ValueError, match=r"persons are|at least one|share|deviation"):
        simulate(**{"setup": DAY, "booked": full(DAY), "seed": 1, **wrong})
