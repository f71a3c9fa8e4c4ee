"""Parties of more than one, who need their places in one slot."""

from collections.abc import Iterator

import numpy as np

from vaksam.core.replanning.flow import Flow
from vaksam.core.replanning.parties import Ints
from vaksam.core.replanning.pricing import Arcs, Market, cheapest
from vaksam.core.replanning.problem import INF
from vaksam.core.replanning.room import Room

_TURNS, _VENUES = 8, 4


def seat_households(
    market: Market, space: Room, supply: Ints, arcs: Arcs, flow: Flow, seat: Ints
) -> None:
    """Where the flow sends them, as far as whole parties fit; the rest where it costs least.

    The largest first, and dearer ones before cheaper: what a place is worth to others is in its
    price. Fills `seat` and uses up `space`.
    """
    queues = _queues(market, supply)
    sizes = market.parties.persons
    sent = np.nonzero((flow.on > 0) & (sizes[arcs.group] > 1) & (supply[arcs.group] > 0))[0]
    order = np.lexsort((arcs.cell[sent], arcs.cost[sent], arcs.group[sent],
                        -sizes[arcs.group[sent]]))  # fmt: skip
    for arc in sent[order].tolist():
        group, cell = int(arcs.group[arc]), int(arcs.cell[arc])
        for _ in range(int(flow.on[arc]) // int(sizes[group])):
            if not _seat(market, space, queues[group], cell, seat):
                break
    for _ in range(_TURNS):
        waiting = [group for group, queue in queues.items() if queue]
        if not waiting or not sum(_again(market, space, queues, waiting, flow.price, seat)):
            break


def _queues(market: Market, supply: Ints) -> dict[int, list[int]]:
    """Rows of each group of households, the oldest last, so that they are taken first."""
    parties = market.parties
    rows = np.nonzero((parties.persons > 1)[parties.group] & (supply > 0)[parties.group])[0]
    found: dict[int, list[int]] = {}
    for row in rows[::-1].tolist():
        found.setdefault(int(parties.group[row]), []).append(row)
    return found


def _seat(market: Market, space: Room, queue: list[int], cell: int, seat: Ints) -> bool:
    """The next of a queue in a cell, at their own time where they have it."""
    row, parties = queue[-1], market.parties
    persons = int(parties.persons[parties.group[row]])
    own = int(parties.own[row])
    if own < 0 or int(market.slots.cell[own]) != cell or not space.fits(own, persons):
        own = space.nearest(cell, persons, int(parties.minute[row]))
    if own < 0:
        return False
    space.take(own, persons)
    seat[row] = own
    queue.pop()
    return True


def _again(
    market: Market, space: Room, queues: dict[int, list[int]], waiting: list[int],
    price: Ints, seat: Ints,
) -> Iterator[int]:  # fmt: skip
    """One turn: each group's cheapest cells with a slot that takes them, at the flow's prices."""
    sizes = market.parties.persons[waiting]
    for size in sorted(set(sizes.tolist()), reverse=True):
        groups = np.array(waiting, dtype=np.int64)[sizes == size]
        open_ = np.where(space.largest() >= size, np.minimum(price, INF), INF)
        arcs, _ = cheapest(market, groups, open_, market.cancel(groups), venues=_VENUES)
        total = arcs.cost + open_[arcs.cell]
        for arc in np.lexsort((arcs.cell, arcs.group, total)).tolist():
            queue = queues[int(arcs.group[arc])]
            while queue and _seat(market, space, queue, int(arcs.cell[arc]), seat):
                yield 1
