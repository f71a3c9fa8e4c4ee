"""Sessions at a small place, grouped so that opened vials are emptied."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf


@dataclass(frozen=True, slots=True)
class Session:
    """One session: the days whose persons come, on the last of them.

    `left` doses are in the last vial and nobody is there for them.
    """

    day: int
    since: int
    persons: int
    vials: int
    left: int


def group_sessions(
    persons: Sequence[int], *, doses_per_vial: int, longest_wait: int, dose_cost: float = 1.0,
    day_cost: float = 0.02, session_cost: float = 0.0,
) -> list[Session]:  # fmt: skip
    """Which days to open vials on, at the least cost of doses left over and of waiting.

    Days are cut into sessions; those of a session come on its last day. The cost is
    ``dose_cost · doses left + day_cost · days waited (summed over persons) + session_cost`` a
    session; the best cut is found exactly, by the best cut of what is before (dynamic programming;
    days × longest wait steps).

    Parameters
    ----------
    persons
        Who could come, by day.
    longest_wait
        Days that nobody waits longer than.

    Examples
    --------
    >>> [(s.day, s.persons, s.left) for s in
    ...  group_sessions([2, 2, 2, 0, 5, 1], doses_per_vial=6, longest_wait=3)]
    [(2, 6, 0), (5, 6, 0)]
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(persons) + 1):
        choice = (inf, end)
        for start in range(max(end - longest_wait - 1, 0), end):
            cost = best[start][0] + _cost(
                persons, start, end, doses_per_vial, dose_cost, day_cost, session_cost
            )
            choice = min(choice, (cost, start))
        best.append(choice)
    cuts, end = [], len(persons)
    while end:
        start = best[end][1]
        cuts.append((start, end))
        end = start
    return [
        _session(persons, start, end, doses_per_vial)
        for start, end in reversed(cuts)
        if sum(persons[start:end])
    ]


def _cost(
    persons: Sequence[int], start: int, end: int, doses: int, dose_cost: float, day_cost: float,
    session_cost: float,
) -> float:  # fmt: skip
    there = sum(persons[start:end])
    if not there:
        return 0.0
    last = _last(persons, start, end)
    waited = sum(persons[day] * (last - day) for day in range(start, last + 1))
    return dose_cost * (ceil(there / doses) * doses - there) + day_cost * waited + session_cost


def _last(persons: Sequence[int], start: int, end: int) -> int:
    """The session is held when its last persons can come."""
    return max(day for day in range(start, end) if persons[day])


def _session(persons: Sequence[int], start: int, end: int, doses: int) -> Session:
    there = sum(persons[start:end])
    vials = ceil(there / doses)
    last = _last(persons, start, end)
    return Session(day=last, since=start, persons=there, vials=vials, left=vials * doses - there)
