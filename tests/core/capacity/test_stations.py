"""The queue, against a slow reference and against theory."""

from datetime import time
from math import factorial, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.capacity import Setup
from vaksam.core.capacity.stations import closures, serve

ANY = settings(max_examples=150, deadline=None)
SPAN = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1]))
PERSONS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=12).map(sorted)


def one_by_one(persons, stations, shut) -> list[int]:
    """Each starts at the first minute, not before the one ahead, when a station has nobody."""
    starts: list[int] = []
    for n, (arrival, _) in enumerate(persons):
        moment = max([arrival, *starts[-1:]])
        while True:
            busy = sum(start + persons[k][1] > moment for k, start in enumerate(starts[:n]))
            closed = sum(since <= moment < until for since, until in shut)
            if busy + closed < stations:
                break
            moment += 1
        starts.append(moment)
    return starts


def served(persons, stations, shut=()) -> list[float]:
    arrivals, minutes = (np.array([p[n] for p in persons], dtype=float) for n in (0, 1))
    return serve(arrivals, minutes, stations=stations, closures=shut).tolist()


@ANY
@given(PERSONS, st.integers(1, 4), st.data())
def test_equals_the_reference(persons, stations, data) -> None:
    """Shifts of whole minutes, so that leaving, coming and being done fall together."""
    shifts = data.draw(st.lists(SPAN, min_size=1, max_size=4))
    day = Setup(
        opens_at=time(9), closes_at=time(10), stations=stations, minutes=5,
        vaccinators=tuple((at(a), at(b)) for a, b in shifts),
    )  # fmt: skip
    shut = closures(day)
    assert served(persons, stations, shut) == one_by_one(persons, stations, shut)


def at(minutes: int) -> time:
    return time(9 + minutes // 60, minutes % 60)


def test_nobody_waits_at_one_station_with_even_arrivals() -> None:
    """D/D/1 under capacity."""
    persons = [(6 * n, 6) for n in range(50)]
    assert served(persons, 1) == [6.0 * n for n in range(50)]


def test_the_wait_grows_evenly_over_capacity() -> None:
    """D/D/1 with a visit of 6 minutes every 5: the n-th waits n minutes."""
    persons = [(5 * n, 6) for n in range(50)]
    waits = [
        start - arrival for start, (arrival, _) in zip(served(persons, 1), persons, strict=True)
    ]
    assert waits == list(range(50))


@pytest.mark.parametrize("stations", [1, 3])
def test_erlangs_waiting_time(stations) -> None:
    """M/M/c at half load: Erlang C, W = C(c, a) / (c μ - λ); 3 standard errors of the mean."""
    rng, load = np.random.default_rng(7), 0.5
    arrivals = np.cumsum(rng.exponential(1 / (load * stations), 40_000))
    waits = serve(arrivals, rng.exponential(1, 40_000), stations=stations) - arrivals
    offered = load * stations
    all_busy = offered**stations / factorial(stations) / (1 - load)
    queues = all_busy / (sum(offered**k / factorial(k) for k in range(stations)) + all_busy)
    assert waits.mean() == pytest.approx(queues / (stations - offered), rel=0.08)
    assert (waits > 0).mean() == pytest.approx(queues, rel=0.04)


def test_the_last_on_duty_stay() -> None:
    day = Setup(
        opens_at=time(9), closes_at=time(16), stations=3, minutes=6,
        vaccinators=((time(8), time(12)), (time(10), time(15)), (time(10), time(15))),
    )  # fmt: skip
    assert set(closures(day)) == {(0, 60), (0, 60), (180, inf)}


def test_nobody_on_duty_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody is on duty"):
        closures(
            Setup(
                opens_at=time(9), closes_at=time(16), stations=1, minutes=6,
                vaccinators=((time(7), time(8)),),
            )
        )  # fmt: skip
