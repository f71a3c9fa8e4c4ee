"""Many who change places at once, where one's old place is another's new one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Going:
    """A party that goes as a whole or stays: the places it gives back and takes, by slot."""

    gives: Mapping[int, int] = field(default_factory=dict)
    takes: Mapping[int, int] = field(default_factory=dict)


def who_goes(parties: Sequence[Going], room: Mapping[int, int]) -> set[int]:
    """The parties, by their place in the list, that can all go at once.

    `room` is how many more a slot takes as things are (below 0: it holds too many already). No
    slot that somebody comes to is filled beyond it. Who stands first in the list goes first;
    who stays keeps a place that another may have waited for, so that one stays, too.
    Some ten steps a party.
    """
    need: Counter[int] = Counter()
    comers: dict[int, list[int]] = defaultdict(list)
    going = set(range(len(parties)))
    for n, each in enumerate(parties):
        _count(need, each, 1)
        for slot in each.takes:
            comers[slot].append(n)
    tight = sorted(comers, reverse=True)
    while tight:
        slot = tight.pop()
        while need[slot] > room.get(slot, 0) and comers[slot]:
            last = comers[slot].pop()
            if last in going:
                going.discard(last)
                _count(need, parties[last], -1)
                tight += [given for given in parties[last].gives if comers.get(given)]
    return going | _after_all(parties, going, need, room)


def _after_all(
    parties: Sequence[Going], going: set[int], need: Counter[int], room: Mapping[int, int]
) -> set[int]:
    """Those that stayed for somebody who stays as well, in order, as long as one more can go."""
    found: set[int] = set()
    waiting = [n for n in range(len(parties)) if n not in going]
    while waiting:
        left = []
        for n in waiting:
            if _fits(parties[n], need, room):
                _count(need, parties[n], 1)
                found.add(n)
            else:
                left.append(n)
        if len(left) == len(waiting):
            break
        waiting = left
    return found


def _count(need: Counter[int], party: Going, sign: int) -> None:
    for slot, units in party.takes.items():
        need[slot] += sign * units
    for slot, units in party.gives.items():
        need[slot] -= sign * units


def _fits(party: Going, need: Mapping[int, int], room: Mapping[int, int]) -> bool:
    return all(
        need[slot] + units - party.gives.get(slot, 0) <= room.get(slot, 0)
        for slot, units in party.takes.items()
    )
