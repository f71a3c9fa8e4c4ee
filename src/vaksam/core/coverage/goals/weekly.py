"""Weekly points of a cumulative series, and how fast it grows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from scipy import special


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """Cumulative figures at the end of an ISO week.

    `ends_on` is the week's Sunday; `share` is in [0, 1] and `count` in persons, either None when
    it was not published.

    Raises
    ------
    ValueError
        If `ends_on` is not a Sunday.
    """

    ends_on: date
    share: float | None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.ends_on.isoweekday() != 7:
            raise ValueError(f"an ISO week ends on a Sunday: {self.ends_on}")

    @property
    def known_share(self) -> float:
        assert self.share is not None, "the share was not published"
        return self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Growth of a share per week.

    `mean` in share per week; `low` and `high` bound it, both None when there is only one
    increment and so nothing to tell its scatter from; `weeks` is how long a time it is over.
    """

    mean: float
    low: float | None
    high: float | None
    weeks: int


def pace(points: Sequence[WeekPoint], *, weeks: int = 4, level: float = 0.95) -> Pace | None:
    r"""Mean weekly growth over the last `weeks` weeks, with a t interval.

    Parameters
    ----------
    points : sequence of WeekPoint
        In time order, one a week at most, all with a share. Weeks may be missing.
    weeks : int
        Length of the window. Where its first week is missing it reaches back to the point before.
    level : float
        Confidence level of the interval, in (0, 1).

    Returns
    -------
    Pace or None
        None with fewer than two points.

    Notes
    -----
    The window has :math:`m` increments :math:`d_j` of share, each over :math:`k_j` weeks (1 where
    no week is missing). They are taken as independent with mean :math:`k_j\mu` and variance
    :math:`k_j\sigma^2`, so

    .. math::
        \hat\mu = \frac{\sum d_j}{\sum k_j}, \qquad
        \hat\sigma^2 = \frac{1}{m-1} \sum \frac{(d_j - k_j\hat\mu)^2}{k_j}, \qquad
        \hat\mu \pm t_{m-1}\,\frac{\hat\sigma}{\sqrt{\sum k_j}}

    Without gaps this is the ordinary t interval of a mean of `weeks` increments. Successive weeks
    of a campaign are alike (autocorrelation), so the interval is narrower than it should be.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6, 1–25.

    Examples
    --------
    >>> shares = [0.10, 0.12, 0.15, 0.17, 0.20]
    >>> sunday = date(2021, 4, 4)
    >>> series = [WeekPoint(sunday + timedelta(weeks=i), s) for i, s in enumerate(shares)]
    >>> last = pace(series)
    >>> round(last.mean, 4), round(last.low, 4), round(last.high, 4)
    (0.025, 0.0158, 0.0342)
    """
    window = _window(points, weeks)
    if len(window) < 2:
        return None
    steps = list(pairwise(window))
    grown = [after.known_share - before.known_share for before, after in steps]
    lengths = [(after.ends_on - before.ends_on).days // 7 for before, after in steps]
    mean, elapsed, free = sum(grown) / sum(lengths), sum(lengths), len(steps) - 1
    if free == 0:
        return Pace(mean=mean, low=None, high=None, weeks=elapsed)
    squares = sum((d - k * mean) ** 2 / k for d, k in zip(grown, lengths, strict=True))
    error = math.sqrt(squares / free / elapsed)
    reach = float(special.stdtrit(free, (1 + level) / 2)) * error
    return Pace(mean=mean, low=mean - reach, high=mean + reach, weeks=elapsed)


def _window(points: Sequence[WeekPoint], weeks: int) -> Sequence[WeekPoint]:
    if not points:
        return ()
    opens_on = points[-1].ends_on - timedelta(weeks=weeks)
    before = sum(point.ends_on <= opens_on for point in points)
    return points[max(0, before - 1) :]
