"""Places of a session from stations, vaccinators and the room."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from fractions import Fraction
from math import floor

from vaksam.core.capacity.setup import Setup


class Limit(StrEnum):
    """What keeps an interval from having more places."""

    STATIONS = "stations"
    VACCINATORS = "vaccinators"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Interval:
    """Places of those who are called in from `starts_at` on."""

    starts_at: time
    places: int


def places(setup: Setup) -> tuple[Interval, ...]:
    r"""Places interval by interval, in units of an ordinary visit (`visits.units`).

    Parameters
    ----------
    setup : Setup

    Returns
    -------
    tuple of Interval
        Whole intervals from opening on. The last is the last one in which a person who comes at
        its end, waits `waiting_minutes` and is vaccinated in `minutes`, is done at closing;
        observation may go on after it. Empty where the day is too short for that.

    Notes
    -----
    With :math:`w_i` stations that work in interval :math:`i` (the fewer of stations and
    vaccinators on duty all through it: let shifts meet at the start of an interval), interval
    length :math:`\Delta`, visit :math:`m`, room :math:`R` and planned stay
    :math:`W = \text{waiting} + m + \text{observation}`, people can come at most

    .. math::
        r_i = \min\left(\frac{w_i \Delta}{m},\; \frac{R \Delta}{W}\right)

    an interval, the latter since :math:`L = \lambda W` people are in the room on average. Places
    are whole, and what is rounded off is carried to the next interval:

    .. math::
        n_i = \left\lfloor \sum_{j \le i} r_j \right\rfloor
              - \left\lfloor \sum_{j < i} r_j \right\rfloor

    so that the day up to any interval has its share to less than one place, never more. Exact in
    rational arithmetic. One vaccinator more never gives fewer places up to any interval, but
    may move one from an interval to an earlier one.

    Little's law is of averages: who comes at the same time crowds the room for a while. See
    `simulation.simulate` for the peaks.

    References
    ----------
    Little (1961), A proof for the queuing formula L = λW, Operations Research 9(3), 383–387.

    Examples
    --------
    >>> day = Setup(opens_at=time(9), closes_at=time(10), stations=2, minutes=6,
    ...             vaccinators=((time(9), time(10)), (time(9), time(9, 30))))
    >>> [(each.starts_at.minute, each.places) for each in places(day)]
    [(0, 3), (10, 3), (20, 4), (30, 1)]
    """
    found, due, given = [], Fraction(0), 0
    for start in _starts(setup):
        due += _rate(setup, start)
        found.append(Interval(setup.clock(start), floor(due) - given))
        given = floor(due)
    return tuple(found)


def limits(setup: Setup) -> tuple[Limit, ...]:
    """What binds in each of the intervals that `places` has.

    The room where it lets fewer come than the stations serve; else vaccinators where some
    station has none; else stations, also where as many vaccinators as stations are on duty.

    Examples
    --------
    >>> day = Setup(opens_at=time(9), closes_at=time(9, 40), stations=2, minutes=6, room=7,
    ...             vaccinators=((time(9), time(10)), (time(9), time(9, 10))))
    >>> [limit.value for limit in limits(day)]
    ['room', 'vaccinators']
    """
    return tuple(_limit(setup, start) for start in _starts(setup))


def _limit(setup: Setup, start: int) -> Limit:
    room = _by_room(setup)
    if room is not None and room < _by_stations(setup, start):
        return Limit.ROOM
    staffed = setup.working(start, start + setup.interval_minutes) == setup.stations
    return Limit.STATIONS if staffed else Limit.VACCINATORS


def _starts(setup: Setup) -> range:
    """Starts of the intervals, in minutes from opening."""
    last = setup.open_minutes - _exact(setup.waiting_minutes) - _exact(setup.minutes)
    return range(0, floor(last) - setup.interval_minutes + 1, setup.interval_minutes)


def _rate(setup: Setup, start: int) -> Fraction:
    served, room = _by_stations(setup, start), _by_room(setup)
    return served if room is None else min(served, room)


def _by_stations(setup: Setup, start: int) -> Fraction:
    working = setup.working(start, start + setup.interval_minutes)
    return working * setup.interval_minutes / _exact(setup.minutes)


def _by_room(setup: Setup) -> Fraction | None:
    if setup.room is None:
        return None
    parts = (setup.waiting_minutes, setup.minutes, setup.observation_minutes)
    return setup.room * setup.interval_minutes / sum(map(_exact, parts), Fraction(0))


def _exact(minutes: float) -> Fraction:
    """The decimal as written: 0.1 is a tenth, where binary floats would be a little more."""
    return Fraction(str(minutes))
