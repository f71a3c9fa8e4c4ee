"""People at once, counted by hand."""

from datetime import time

import numpy as np

from vaksam.core.capacity import Setup
from vaksam.core.capacity.crowding import Stays, crowding, people

DAY = Setup(opens_at=time(9), closes_at=time(9, 4), stations=1, minutes=1, vaccinators=(),
            interval_minutes=3)  # fmt: skip


def stays(*spans: tuple[float, float]) -> Stays:
    arrived, left = np.array(spans, dtype=float).reshape(-1, 2).T
    return Stays(arrived, arrived, arrived, left)


def test_who_leaves_makes_room_for_who_comes() -> None:
    assert stays((0, 10), (1, 5), (10, 20)).most == 2
    assert stays((0, 10), (1, 5), (9.9, 20), (9.95, 11)).most == 3
    assert stays((0, 10), (10, 20)).most == 1
    assert stays().most == 0


def test_a_days_work_ends_at_closing_or_when_the_last_has_left() -> None:
    counts, at_work = people(DAY, [stays((0, 2), (1, 6)), stays((3, 3.8)), stays()])
    assert counts.tolist() == [[1, 2, 1, 1, 1, 1], [0, 0, 0, 1, 0, 0], [0] * 6]
    assert at_work.sum(axis=1).tolist() == [6, 4, 4]


def test_the_chart_is_over_all_minutes_of_all_days() -> None:
    counts, _ = people(DAY, [stays((0, 2), (1, 6)), stays((3, 3.8))])
    first, second = crowding(DAY, counts)
    assert (first.starts_at, first.mean) == (time(9), 4 / 6)
    assert (second.starts_at, second.mean) == (time(9, 3), 4 / 6)
    assert first.p95 == 1.75  # between the two largest of six, 1 and 2
