"""When a venue is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a weekday (0: Monday); with dates, first and last day of a season's."""

    weekday: int
    opens_at: time
    closes_at: time
    from_on: date | None = None
    to_on: date | None = None

    @property
    def of_a_season(self) -> bool:
        return self.from_on is not None or self.to_on is not None

    def covers(self, day: date) -> bool:
        """Whether `day` lies within the dates, whatever its weekday."""
        return (self.from_on or date.min) <= day <= (self.to_on or date.max)


def hours_on(rules: Iterable[Hours], day: date) -> tuple[Span, ...]:
    """When a venue is usually open on a day, earliest first.

    Hours of a season take the place of the usual ones on all its days, so a weekday that the
    season does not name is closed.

    >>> usual = Hours(0, time(8), time(16))
    >>> july = Hours(1, time(9), time(12), date(2021, 7, 1), date(2021, 7, 31))
    >>> hours_on([usual, july], date(2021, 4, 12))
    ((datetime.time(8, 0), datetime.time(16, 0)),)
    >>> hours_on([usual, july], date(2021, 7, 5))
    ()
    """
    covering = [each for each in rules if each.covers(day)]
    chosen = [each for each in covering if each.of_a_season] or covering
    spans = ((each.opens_at, each.closes_at) for each in chosen if each.weekday == day.weekday())
    return tuple(sorted(spans))


def clash(rules: Iterable[Hours]) -> tuple[Hours, Hours] | None:
    """The first two rules, both usual or both of a season, that hold at the same time."""
    ordered = sorted(rules, key=lambda each: (each.weekday, each.opens_at))
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if _same_days(one, other) and other.opens_at < one.closes_at:
                return one, other
    return None


def _same_days(one: Hours, other: Hours) -> bool:
    first = max(one.from_on or date.min, other.from_on or date.min)
    last = min(one.to_on or date.max, other.to_on or date.max)
    same_kind = one.of_a_season == other.of_a_season
    return same_kind and one.weekday == other.weekday and first <= last
