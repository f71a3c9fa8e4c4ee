"""How far an area has come towards a goal, and when it will be there on the latest pace."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from vaksam.core.coverage.goals.weekly import Pace, WeekPoint, pace


class Outcome(StrEnum):
    MET = "met"  # the latest share is at the goal
    PROJECTED = "projected"  # not there; `expected_on` says when on this pace
    BEYOND = "beyond"  # not within the horizon on this pace
    NEVER = "never"  # the share stands still or falls
    UNKNOWN = "unknown"  # one week only: the distance is known but no pace
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an area stands against a goal.

    Attributes
    ----------
    outcome : Outcome
        Where it stands after the latest week.
    latest : WeekPoint or None
        The latest week with a share.
    share_left : float or None
        Share still missing, 0 when met.
    persons_left : int or None
        Persons still missing; None when the population cannot be told.
    met_on, met_after : date or None
        The goal was first met in the week (or gap of weeks) after `met_after` that ends on
        `met_on`. `met_after` is None when the series begins at the goal.
    lost_on : date or None
        A cumulative share can fall through re-registration: end of the week since which the
        latest share has been below a goal once met.
    in_time : bool or None
        First met by the deadline. None while the deadline is ahead, and when it falls inside the
        very week in which the goal was met, since weekly figures cannot tell.
    days_late : int or None
        From the deadline to `met_on`, negative when early.
    at_deadline : WeekPoint or None
        The last week that ends on or before the deadline; None before the series reaches it.
    pace : Pace or None
        Share per week; None with fewer than two weeks.
    expected_on, earliest_on, latest_on : date or None
        When the goal is reached on the mean pace and on its bounds, unless already met. None:
        not within the horizon (an open end), or without two increments no interval.
    """

    outcome: Outcome
    latest: WeekPoint | None = None
    share_left: float | None = None
    persons_left: int | None = None
    met_on: date | None = None
    met_after: date | None = None
    lost_on: date | None = None
    in_time: bool | None = None
    days_late: int | None = None
    at_deadline: WeekPoint | None = None
    pace: Pace | None = None
    expected_on: date | None = None
    earliest_on: date | None = None
    latest_on: date | None = None


def progress(
    points: Iterable[WeekPoint],
    goal_share: float,
    by_on: date,
    weeks: int = 4,
    *,
    population: int | None = None,
    level: float = 0.95,
    horizon: int = 104,
) -> Progress:
    r"""Compare a cumulative weekly series with a goal.

    Parameters
    ----------
    points : iterable of WeekPoint
        In any order; weeks may be missing, points without a share are passed over.
    goal_share : float
        In (0, 1].
    by_on : date
        The goal's deadline.
    weeks : int
        The pace is the mean over this many weeks.
    population : int, optional
        Persons in the goal's population. Without it, count / share of the latest week with a
        share in (0, 1): shares are capped at 1, and then tell nothing of the population.
    level : float
        Confidence level of the interval, in (0, 1).
    horizon : int
        Weeks ahead within which a date is given.

    Returns
    -------
    Progress

    Raises
    ------
    ValueError
        If a week occurs twice.

    Notes
    -----
    With share :math:`s` at the latest week's end, goal :math:`g` and pace :math:`\hat\mu` per week
    (see `pace`), the goal is expected :math:`(g - s) / \hat\mu` weeks later. The interval has the
    same with the pace's upper and lower bound, and is open when the lower bound is 0 or less.

    Limits: uptake flattens as fewer remain who want the dose, so a straight line is optimistic,
    the more the further ahead. The interval is for the mean pace only, assumes weeks independent
    of one another, and knows nothing of coming deliveries or new groups. The latest weeks of a
    published edition are still to be completed by late registration, which pulls the pace down.

    Examples
    --------
    >>> shares = [0.60, 0.62, 0.64, 0.66, 0.67]
    >>> sunday = date(2021, 6, 6)
    >>> series = [WeekPoint(sunday + timedelta(weeks=i), s) for i, s in enumerate(shares)]
    >>> now = progress(series, 0.7, date(2021, 8, 15))
    >>> now.outcome.value, round(now.share_left, 2), now.expected_on.isoformat()
    ('projected', 0.03, '2021-07-16')
    >>> now.earliest_on.isoformat(), now.latest_on.isoformat()
    ('2021-07-13', '2021-07-27')
    """
    known = _ordered(points)
    if not known:
        return Progress(outcome=Outcome.NO_DATA)
    latest, left = known[-1], max(0.0, goal_share - known[-1].known_share)
    speed = pace(known, weeks=weeks, level=level)
    met = next((i for i, point in enumerate(known) if point.known_share >= goal_share), None)
    met_on = None if met is None else known[met].ends_on
    met_after = known[met - 1].ends_on if met else None
    rates = (speed.mean, speed.high, speed.low) if speed else (None, None, None)
    expected_on, earliest_on, latest_on = (
        _reached_on(latest, left, rate, horizon) for rate in rates
    )
    return Progress(
        outcome=_outcome(left, speed, expected_on),
        latest=latest,
        share_left=left,
        persons_left=_persons_left(known, goal_share, population) if left else 0,
        met_on=met_on,
        met_after=met_after,
        lost_on=_lost_on(known, goal_share),
        in_time=_in_time(latest, by_on, met_on, met_after),
        days_late=(met_on - by_on).days if met_on else None,
        at_deadline=_at_deadline(known, by_on),
        pace=speed,
        expected_on=expected_on,
        earliest_on=earliest_on,
        latest_on=latest_on,
    )


def _ordered(points: Iterable[WeekPoint]) -> list[WeekPoint]:
    known = [p for p in points if p.share is not None and not math.isnan(p.share)]
    known.sort(key=lambda point: point.ends_on)
    for before, after in pairwise(known):
        if before.ends_on == after.ends_on:
            raise ValueError(f"two points for the week that ends on {after.ends_on}")
    return known


def _outcome(left: float, speed: Pace | None, expected_on: date | None) -> Outcome:
    if left == 0:
        return Outcome.MET
    if speed is None:
        return Outcome.UNKNOWN
    if speed.mean <= 0:
        return Outcome.NEVER
    return Outcome.PROJECTED if expected_on else Outcome.BEYOND


def _reached_on(latest: WeekPoint, left: float, rate: float | None, horizon: int) -> date | None:
    if left == 0 or rate is None or rate <= 0 or left / rate > horizon:
        return None
    # Rounded first, so that noise in the last binary digit does not cost a day.
    return latest.ends_on + timedelta(days=math.ceil(round(7 * left / rate, 6)))


def _persons_left(
    known: Sequence[WeekPoint], goal_share: float, population: int | None
) -> int | None:
    count = known[-1].count
    population = population or _population(known)
    if count is None or population is None:
        return None
    # The decimal as written: 0.07 of 100 persons is 7, where binary floats would say 8.
    return max(1, math.ceil(Fraction(str(goal_share)) * population) - count)


def _population(known: Sequence[WeekPoint]) -> int | None:
    for point in reversed(known):
        if point.count and 0 < point.known_share < 1:
            return round(point.count / point.known_share)
    return None


def _lost_on(known: Sequence[WeekPoint], goal_share: float) -> date | None:
    met = [i for i, point in enumerate(known) if point.known_share >= goal_share]
    if not met or met[-1] == len(known) - 1:
        return None
    return known[met[-1] + 1].ends_on


def _in_time(
    latest: WeekPoint, by_on: date, met_on: date | None, met_after: date | None
) -> bool | None:
    if met_on is None:
        return False if latest.ends_on >= by_on else None
    if met_on <= by_on:
        return True
    return False if met_after is not None and met_after >= by_on else None


def _at_deadline(known: Sequence[WeekPoint], by_on: date) -> WeekPoint | None:
    reached = known[-1].ends_on + timedelta(weeks=1) > by_on
    before = [point for point in known if point.ends_on <= by_on]
    return before[-1] if reached and before else None
