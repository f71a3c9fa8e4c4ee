"""The accordion: places open and close along with the doses that can be counted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Accordion:
    """Places to keep open, interval by interval or day by day.

    `places` includes those taken; `doses` can be counted on; `booked` are taken in all; `over`
    are booked beyond the doses, people who must be moved.
    """

    places: tuple[int, ...]
    doses: int
    booked: int
    over: int


def open_places(wanted: Sequence[int], taken: Sequence[int], doses: int) -> tuple[int, ...]:
    """Places to keep open so that they are no more than the doses.

    Parameters
    ----------
    wanted : sequence of int
        Places planned, in time order.
    taken : sequence of int
        Of them booked; may be more than planned (a station was lost after the booking).
    doses : int
        That can be counted on for all of these.

    Returns
    -------
    tuple of int
        As long as `wanted`. A taken place is never closed, and the sum is at most the larger of
        `doses` and all taken. Free places are opened in proportion to what each has free, whole
        ones by the largest remainder (Hamilton's method), the earlier one first among equals.

    Raises
    ------
    ValueError
        If lengths differ or a number is negative.

    Examples
    --------
    >>> open_places([6, 6, 6], [6, 2, 0], 13)
    (6, 4, 3)
    >>> open_places([6, 6, 6], [6, 2, 0], 5)
    (6, 2, 0)
    """
    free = _free(wanted, taken)
    more = min(max(doses - sum(taken), 0), sum(free))
    shares = [divmod(more * each, sum(free) or 1) for each in free]
    left = more - sum(whole for whole, _ in shares)
    by_remainder = sorted(range(len(free)), key=lambda n: -shares[n][1])
    up = set(by_remainder[:left])
    return tuple(
        there + whole + (n in up)
        for n, (there, (whole, _)) in enumerate(zip(taken, shares, strict=True))
    )


def accordion(wanted: Sequence[int], taken: Sequence[int], doses: int) -> Accordion:
    """`open_places` of one supply of doses, and how many are booked beyond it.

    Examples
    --------
    >>> accordion([6, 6, 6], [6, 2, 0], 5)
    Accordion(places=(6, 2, 0), doses=5, booked=8, over=3)
    """
    booked = sum(taken)
    return Accordion(
        places=open_places(wanted, taken, doses),
        doses=doses,
        booked=booked,
        over=max(booked - doses, 0),
    )


def spread_days(
    wanted_by_day: Sequence[int],
    taken_by_day: Sequence[int],
    cumulative_doses_by_day: Sequence[int],
) -> Accordion:
    r"""Places to keep open day by day, when doses of a later day cannot be given earlier.

    Parameters
    ----------
    wanted_by_day, taken_by_day : sequence of int
        Places planned and booked, days in order.
    cumulative_doses_by_day : sequence of int
        Doses counted on from the first day up to each, before any is given
        (`doses.doses_by_day`).

    Returns
    -------
    Accordion
        `places` by day; `doses` up to the last day; `over` is the largest number on any day who
        are booked up to it without a dose.

    Raises
    ------
    ValueError
        If lengths differ or a number of places is negative.

    Notes
    -----
    With :math:`k_t` taken, :math:`f_t = \max(0, w_t - k_t)` free and :math:`C_t` doses, what the
    bookings up to day :math:`t` leave is :math:`S_t = \max(0, C_t - \sum_{s \le t} k_s)`. Opened
    free places :math:`x_t \in [0, f_t]` must keep :math:`X_t = \sum_{s \le t} x_s \le S_t` every
    day. A dose opened on day :math:`t` is gone on all later days, so this is the same as
    :math:`X_t \le M_t = \min_{u \ge t} S_u`: later bookings have their doses set aside. Each day
    in turn opens all it can,

    .. math:: x_t = \min(f_t,\; M_t - X_{t-1})

    No choice has opened more by any day. Proof by induction: :math:`M` never falls, so
    :math:`x_t \ge 0` and the choice is allowed; and for any other allowed choice :math:`Y`,
    :math:`Y_t \le \min(Y_{t-1} + f_t, M_t) \le \min(X_{t-1} + f_t, M_t) = X_t`.

    Examples
    --------
    Ten doses now and ten on the third day; the eight booked on the second keep theirs.

    >>> spread_days([6, 10, 10], [1, 8, 0], [10, 10, 20]).places
    (2, 8, 10)
    """
    free = _free(wanted_by_day, taken_by_day)
    booked = accumulate(taken_by_day)
    spare = [doses - k for doses, k in zip(cumulative_doses_by_day, booked, strict=True)]
    allowed = list(accumulate((max(each, 0) for each in reversed(spare)), min))[::-1]
    opened, places = 0, []
    for there, more, most in zip(taken_by_day, free, allowed, strict=True):
        extra = min(more, most - opened)
        opened += extra
        places.append(there + extra)
    return Accordion(
        places=tuple(places),
        doses=cumulative_doses_by_day[-1] if places else 0,
        booked=sum(taken_by_day),
        over=max((-each for each in spare if each < 0), default=0),
    )


def _free(wanted: Sequence[int], taken: Sequence[int]) -> list[int]:
    if min([*wanted, *taken], default=0) < 0:
        raise ValueError("places wanted and taken are 0 or more")
    return [max(plan - there, 0) for plan, there in zip(wanted, taken, strict=True)]
