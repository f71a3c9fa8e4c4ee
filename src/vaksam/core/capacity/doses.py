"""Doses that can be counted on, when deliveries are uncertain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import gcd

import numpy as np

NOISE = 1e-12
"""Of sums of chances, in binary digits: 0.9 asked for is met by 0.8999999999999999."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A delivery that comes whole with chance `certainty`, or not at all.

    `on` is the first day on which its doses can be given.

    Raises
    ------
    ValueError
        If the doses are negative or the certainty is outside [0, 1].
    """

    doses: int
    certainty: float
    on: date

    def __post_init__(self) -> None:
        if self.doses < 0:
            raise ValueError(f"a delivery has 0 doses or more: {self.doses}")
        if not 0 <= self.certainty <= 1:
            raise ValueError(f"a certainty is from 0 to 1: {self.certainty}")


def doses_to_count_on(held: int, coming: Sequence[Coming], *, certainty: float) -> int:
    r"""The most doses that are there with chance `certainty` or more.

    Parameters
    ----------
    held : int
        Doses in the fridge, certain.
    coming : sequence of Coming
        Deliveries in time, independent of one another. The caller chooses by `on`.
    certainty : float
        Asked for, in (0, 1].

    Returns
    -------
    int
        From `held` to `held` and all that is coming.

    Raises
    ------
    ValueError
        If `held` is negative or the certainty is outside (0, 1].

    Notes
    -----
    Doses are :math:`D = h + \sum_i B_i d_i`, :math:`B_i` Bernoulli with chance :math:`c_i`, and

    .. math:: d^* = \max\{d : P(D \ge d) \ge c\}

    The distribution is exact: one convolution a delivery, on the grid of the deliveries' greatest
    common divisor :math:`g`; deliveries × (Σ dᵢ / g) steps. Deliveries that fail for the same
    cause (a factory stops) are not independent, and then this promises too much.

    Examples
    --------
    >>> week = [Coming(100, 0.9, date(2021, 4, 6)), Coming(60, 0.8, date(2021, 4, 8))]
    >>> [doses_to_count_on(30, week, certainty=c) for c in (0.99, 0.9, 0.72, 0.5)]
    [30, 130, 190, 190]
    """
    if held < 0:
        raise ValueError(f"doses held are 0 or more: {held}")
    if not 0 < certainty <= 1:
        raise ValueError(f"a certainty to count on is over 0 and at most 1: {certainty}")
    step = gcd(*(each.doses for each in coming)) or 1
    chances = np.ones(1)
    for each in coming:
        there = np.pad(chances * each.certainty, (each.doses // step, 0))
        there[: len(chances)] += chances * (1 - each.certainty)
        chances = there
    at_least = np.cumsum(chances[::-1])[::-1]
    enough = np.flatnonzero(at_least >= certainty - NOISE)
    # The first is the chance of any doses at all, 1 but for noise in long sums.
    return held + step * int(enough.max(initial=0))


def doses_by_day(
    held: int, coming: Sequence[Coming], days: Sequence[date], *, certainty: float
) -> tuple[int, ...]:
    """`doses_to_count_on` up to each day: what is held, and what comes on it or before.

    Each day's number holds with the certainty by itself, not all of them together.

    Examples
    --------
    >>> week = [Coming(100, 0.9, date(2021, 4, 6)), Coming(60, 0.8, date(2021, 4, 8))]
    >>> doses_by_day(30, week, [date(2021, 4, day) for day in (5, 6, 7, 8)], certainty=0.7)
    (30, 130, 130, 190)
    """
    return tuple(
        doses_to_count_on(held, [each for each in coming if each.on <= day], certainty=certainty)
        for day in days
    )
