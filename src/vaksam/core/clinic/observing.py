"""Observation after a dose: until when, and who may go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class Observed:
    """Somebody under observation: the visit, when the dose was given, and for how long."""

    visit: int
    given_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.given_at + timedelta(minutes=self.minutes)

    def left(self, now: datetime) -> int:
        """Minutes left, begun ones counted; 0 when it is over."""
        return max(ceil((self.ends_at - now) / timedelta(minutes=1)), 0)

    def is_past(self, now: datetime) -> bool:
        return now >= self.ends_at


def of_visit(visit: int, doses: Iterable[tuple[datetime, int]]) -> Observed:
    """One observation for all doses of a visit (moment, minutes): that which ends last.

    >>> of_visit(7, [(datetime(2021, 4, 20, 9, 0), 30), (datetime(2021, 4, 20, 9, 2), 15)]).minutes
    30
    """
    return max((Observed(visit, *each) for each in doses), key=lambda each: each.ends_at)


def past(observed: Iterable[Observed], now: datetime) -> tuple[Observed, ...]:
    """Who may go, the longest over first."""
    return tuple(sorted((each for each in observed if each.is_past(now)), key=_order))


def staying(observed: Iterable[Observed], now: datetime) -> tuple[Observed, ...]:
    """Who must stay, the first to go first."""
    return tuple(sorted((each for each in observed if not each.is_past(now)), key=_order))


def _order(each: Observed) -> tuple[datetime, int]:
    return each.ends_at, each.visit
