"""Who comes when, and for how long: drawn for many days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vaksam.core.capacity.setup import Setup
from vaksam.core.capacity.stations import Floats
from vaksam.core.capacity.visits import UNITS, Visit


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A day's persons sorted by arrival: `at` in minutes from opening, `minutes` at the station."""

    at: Floats
    minutes: Floats


def draw(
    setup: Setup, booked: Sequence[int], rng: np.random.Generator, *, no_show: float,
    kinds: Mapping[Visit, float], spread: float, punctuality_minutes: float, days: int,
) -> list[Arrivals]:  # fmt: skip
    """As `simulation.simulate` says. All is drawn for all booked, and then those who come kept.

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or a spread is negative.
    """
    _check(no_show, kinds, spread, punctuality_minutes)
    called = np.repeat(np.arange(len(booked)), np.asarray(booked, dtype=np.int64))
    size = (days, len(called))
    comes = rng.random(size) >= no_show
    at = (called + rng.random(size)) * setup.interval_minutes
    at = np.maximum(at + punctuality_minutes * rng.standard_normal(size), 0)
    minutes = setup.minutes * _units(rng.random(size), kinds) * _lengths(rng, spread, size)
    return [_sorted(*day) for day in zip(comes, at, minutes, strict=True)]


def _check(
    no_show: float, kinds: Mapping[Visit, float], spread: float, punctuality_minutes: float
) -> None:
    if not 0 <= no_show <= 1:
        raise ValueError(f"the share that does not come is from 0 to 1: {no_show}")
    if min(kinds.values(), default=0) < 0 or sum(kinds.values()) > 1 + 1e-9:
        raise ValueError(f"shares of kinds are 0 or more, and at most 1 in all: {kinds}")
    if spread < 0 or punctuality_minutes < 0:
        raise ValueError("a standard deviation is 0 or more")


def _units(chances: Floats, kinds: Mapping[Visit, float]) -> Floats:
    """Units by person: the kinds in turn as far as their shares reach, then ordinary."""
    steps = np.cumsum(list(kinds.values()), dtype=float)
    of_kind = np.array([*(UNITS[kind] for kind in kinds), UNITS[Visit.ORDINARY]], dtype=float)
    return of_kind[np.searchsorted(steps, chances, side="right")]


def _lengths(rng: np.random.Generator, spread: float, size: tuple[int, int]) -> Floats:
    """Gamma with mean 1 and standard deviation `spread`."""
    if spread == 0:
        return np.ones(size)
    return rng.standard_gamma(1 / spread**2, size) * spread**2


def _sorted(comes: np.ndarray, at: Floats, minutes: Floats) -> Arrivals:
    order = np.argsort(at[comes], kind="stable")
    return Arrivals(at[comes][order], minutes[comes][order])
