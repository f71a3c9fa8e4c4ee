"""Who holds a place that there is no dose, or nobody to give it, for.

With ceilings that only grow (doses up to each day), the appointments to give up so that those that
stay weigh the most are found by going through the days in order and giving up the lightest so far
whenever there are too many: the sets that fit form a matroid, of which this greedy way finds a
heaviest one (Edmonds 1971).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """An appointment's claim to a dose: second doses before first ones, then the oldest, then
    whoever booked first (the lower id).
    """

    second: bool
    age: int
    first_booked: int  # minus the appointment's id
    appointment: int
    on: date
    units: int = 1


def beyond(claims: Sequence[Claim], most: Mapping[date, int]) -> set[int]:
    """Appointments to give up so that up to each day no more are held than `most` says.

    Days without a number are bound by the next later one that has one. Claims of several units
    (extra time) take one dose.

    >>> day = date(2021, 1, 18)
    >>> beyond([Claim(False, 80, -1, 1, day), Claim(True, 70, -2, 2, day)], {day: 1})
    {1}
    """
    by_day: dict[date, list[Claim]] = {}
    for claim in claims:
        by_day.setdefault(claim.on, []).append(claim)
    given_up: set[int] = set()
    held: list[Claim] = []
    for day in sorted(by_day.keys() | most.keys()):
        for claim in by_day.get(day, []):
            heappush(held, claim)
        while day in most and len(held) > most[day]:
            given_up.add(heappop(held).appointment)
    return given_up


def crowded(claims: Mapping[Hashable, Sequence[Claim]], room: Mapping[Hashable, int]) -> set[int]:
    """Appointments beyond the places (units) of each slot: the lightest claims."""
    found: set[int] = set()
    for slot, here in claims.items():
        if slot not in room:
            continue
        taken = sum(claim.units for claim in here)
        for claim in sorted(here):
            if taken <= room[slot]:
                break
            found.add(claim.appointment)
            taken -= claim.units
    return found
