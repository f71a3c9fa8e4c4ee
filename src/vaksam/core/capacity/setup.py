"""What a venue has on a day: hours, stations, vaccinators and a room."""

from dataclasses import dataclass
from datetime import time
from math import inf

Span = tuple[time, time]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A venue's day, in local time and whole minutes.

    Attributes
    ----------
    opens_at, closes_at : time
        The first may come at the one; the last is vaccinated before the other.
    stations : int
        Where vaccines are given. One works only while a vaccinator is there.
    vaccinators : tuple of (time, time)
        From and to when each is on duty; one with a break has two spans.
    minutes : float
        Of an ordinary visit, at the station.
    observation_minutes : float
        In the room after the dose.
    waiting_minutes : float
        Allowed for in the room before the station.
    room : int or None
        People allowed at once: waiting, at stations and under observation. None: no bound.
    interval_minutes : int
        People are called in per interval, and arrive spread within it.

    Raises
    ------
    ValueError
        If any of this cannot be.

    Examples
    --------
    >>> Setup(opens_at=time(9), closes_at=time(16), stations=4, minutes=6,
    ...       vaccinators=((time(9), time(16)),) * 4).stay_minutes
    26.0
    """

    opens_at: time
    closes_at: time
    stations: int
    vaccinators: tuple[Span, ...]
    minutes: float
    observation_minutes: float = 15
    room: int | None = None
    interval_minutes: int = 10
    waiting_minutes: float = 5

    def __post_init__(self) -> None:
        needed = {
            "opens before it closes": self.opens_at < self.closes_at,
            "has a station": self.stations >= 1,
            "vaccinates in over 0 and finite minutes": 0 < self.minutes < inf,
            "observes for 0 minutes or more": 0 <= self.observation_minutes < inf,
            "lets wait for 0 minutes or more": 0 <= self.waiting_minutes < inf,
            "holds a person, if bounded": self.room is None or self.room >= 1,
            "calls in each minute at most": self.interval_minutes >= 1,
            "has shifts that start before they end": all(a < b for a, b in self.vaccinators),
            "keeps whole minutes of local time": all(map(_is_whole, self._times())),
        }
        for words, holds in needed.items():
            if not holds:
                raise ValueError(f"a venue {words}: {self}")

    def _times(self) -> tuple[time, ...]:
        spans = [moment for span in self.vaccinators for moment in span]
        return (self.opens_at, self.closes_at, *spans)

    @property
    def stay_minutes(self) -> float:
        """Planned in the room: waiting, at the station and under observation."""
        return float(self.waiting_minutes + self.minutes + self.observation_minutes)

    @property
    def open_minutes(self) -> int:
        return self.since_opening(self.closes_at)

    def since_opening(self, moment: time) -> int:
        """Minutes from opening; negative before."""
        return _minute(moment) - _minute(self.opens_at)

    def clock(self, minutes: int) -> time:
        """The time this many minutes after opening, on the same day."""
        return time(*divmod(_minute(self.opens_at) + minutes, 60))

    def working(self, start: int, end: int) -> int:
        """Stations that work from `start` to `end`, in minutes from opening, all the time."""
        return min(self.stations, self.on_duty(start, end))

    def on_duty(self, start: int, end: int) -> int:
        """Vaccinators on duty from `start` to `end`, in minutes from opening, all the time."""
        return sum(
            self.since_opening(since) <= start and end <= self.since_opening(until)
            for since, until in self.vaccinators
        )


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _is_whole(moment: time) -> bool:
    return moment.second == moment.microsecond == 0 and moment.tzinfo is None
