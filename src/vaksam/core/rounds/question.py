"""A plan's question with its distances, and the way an order of stops goes through the day."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaksam.core.rounds.problem import Limits, Stop, Team
from vaksam.core.rounds.travel import Travel

Orders = dict[int, list[int]]
"""Places of stops in order, by the team's place."""


@dataclass(frozen=True, slots=True)
class Question:
    stops: Sequence[Stop]
    teams: Sequence[Team]
    limits: Limits
    far: Travel
    leaves: int

    def minutes(self, one: int | None, other: int | None) -> int:
        """From one stop's place to another's; None: the fridge."""
        places = (0 if each is None else each + 1 for each in (one, other))
        return int(self.far.minutes[tuple(places)])

    def latest_start(self, stop: Stop) -> int:
        """When it must have begun there."""
        latest = self.limits.latest(self.leaves)
        return stop.closes if latest is None else min(stop.closes, latest - stop.minutes)

    def walk(self, order: Sequence[int]) -> tuple[list[tuple[int, int]], int]:
        """When a team arrives and begins at each stop, and when it is back."""
        now, here, times = self.leaves, None, []
        for n in order:
            arrives = now + self.minutes(here, n)
            starts = max(arrives, self.stops[n].opens)
            times.append((arrives, starts))
            now, here = starts + self.stops[n].minutes, n
        return times, now + self.minutes(here, None)

    def back(self, order: Sequence[int], team: int) -> int | None:
        """When the team is back; None where a limit is broken on the way."""
        times, back = self.walk(order)
        if order and back > self.teams[team].until:
            return None
        if any(starts > self.latest_start(self.stops[n])
               for n, (_, starts) in zip(order, times, strict=True)):  # fmt: skip
            return None
        most = self.limits.drive_minutes
        if most is not None and self.driven(order) > most:
            return None
        return back

    def driven(self, order: Sequence[int]) -> int:
        """Minutes of driving until the last stop."""
        return sum(self.minutes(one, n) for one, n in zip([None, *order], order, strict=False))

    def worth(self, orders: Orders) -> tuple[int, int]:
        """Persons reached, and minus the minutes out: the more, the better."""
        persons = sum(self.stops[n].persons for order in orders.values() for n in order)
        return persons, -sum(self.walk(order)[1] - self.leaves for order in orders.values())
