"""People in the room at once, over many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vaksam.core.capacity.setup import Setup
from vaksam.core.capacity.stations import Floats

DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Crowd:
    """People in the room in the interval from `starts_at`: mean, and 95th percentile."""

    starts_at: time
    mean: float
    p95: float


@dataclass(frozen=True, slots=True)
class Stays:
    """A day's persons by arrival, in minutes from opening; arrays of shape (persons,)."""

    arrived: Floats
    started: Floats
    vaccinated: Floats
    left: Floats

    @property
    def most(self) -> int:
        """At once in the room; reached when somebody arrives."""
        gone = np.searchsorted(np.sort(self.left), self.arrived, side="right")
        return int((np.arange(1, len(gone) + 1) - gone).max(initial=0))


def people(setup: Setup, days: Sequence[Stays]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """People in the middle of each minute, and whether the venue was at work then.

    Returns
    -------
    array of int, array of bool, shape (days, minutes) each
        Minutes from opening until the last person of any day has left, at least until closing.
        A day's work is until closing, or until its own last has left when that is later.
    """
    ends = [max(day.left.max(initial=0), setup.open_minutes) for day in days]
    minutes = np.arange(ceil(max(ends))) + 0.5
    counts = [
        np.searchsorted(day.arrived, minutes, side="right")
        - np.searchsorted(np.sort(day.left), minutes, side="right")
        for day in days
    ]
    return np.array(counts), minutes < np.array(ends)[:, None]


def crowding(setup: Setup, people: NDArray[np.int64]) -> tuple[Crowd, ...]:
    """By interval over all days, until the last person of any day has left, or midnight."""
    step = setup.interval_minutes
    until = min(people.shape[1], DAY_MINUTES + setup.since_opening(time.min))
    blocks = ((start, people[:, start : start + step]) for start in range(0, until, step))
    return tuple(
        Crowd(setup.clock(start), float(block.mean()), float(np.quantile(block, 0.95)))
        for start, block in blocks
    )
