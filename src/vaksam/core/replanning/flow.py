"""The best flow over some arcs, by OR-tools, and what the last place of each cell is worth."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from vaksam.core.replanning.parties import Ints
from vaksam.core.replanning.pricing import Arcs
from vaksam.core.replanning.problem import INF


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Doses expected, as chains: those of a venue and product follow each other by day.

    Link `n` lets through at most `most[n]` appointments up to its day, and leads to `n + 1`, or
    out where `last[n]`. `of_cell` is the link a cell leads to, -1: none.
    """

    most: Ints
    last: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    of_cell: Ints

    @property
    def links(self) -> int:
        return len(self.most)

    def road(self, tolls: Ints) -> Ints:
        """By cell, the tolls of its ceilings from its own to the last."""
        price = np.array(tolls)
        for n in range(self.links - 2, -1, -1):
            if not self.last[n]:
                price[n] += price[n + 1]
        return np.where(self.of_cell >= 0, np.append(price, 0)[self.of_cell], 0)


@dataclass(frozen=True, slots=True)
class Flow:
    """Persons on each arc; worth of a place more for each group; the price of each cell, all
    ceilings included (INF: nothing there), of its own places alone, and of each ceiling."""

    on: Ints
    cancelled: Ints
    worth: Ints
    price: Ints
    own: Ints
    toll: Ints
    over: Ints  # persons by cell in places that are not there


def best_flow(
    supply: Ints, cancel: Ints, arcs: Arcs, free: Ints, ceilings: Ceilings,
    before: Flow | None = None, most_price: Ints | None = None,
) -> Flow:  # fmt: skip
    """The cheapest way for `supply[g]` persons of each group, to cells or cancelled.

    A network of groups, cells and ceilings: whole numbers in, whole numbers out. Prices are
    shortest ways to the end in what is left of the network.

    `most_price` by cell: what a place that is not there is had for; no price is higher. Prices that
    are wild where arcs are missing are held so (J. E. Marsten and others, Operations Research 23,
    1975). Only a flow with nobody `over` is one that can be carried out.
    """
    groups, links = len(supply), ceilings.links
    used, cell = np.unique(arcs.cell, return_inverse=True)
    link = ceilings.of_cell[used]
    end = groups + len(used) + links
    onward = np.where(ceilings.last, end, groups + len(used) + np.arange(links) + 1)
    own, toll = (
        (before.own[used], before.toll)
        if before
        else (np.zeros(len(used), dtype=np.int64), np.zeros(links, dtype=np.int64))
    )
    price = own if before is None else before.price[used]
    starts = np.searchsorted(arcs.group, np.arange(groups))
    lone = starts == np.append(starts[1:], arcs.size)
    worth = np.minimum(
        cancel,
        np.where(lone, INF, np.minimum.reduceat(np.append(arcs.cost + price[cell], INF), starts)),
    )
    solver = min_cost_flow.SimpleMinCostFlow()
    add = solver.add_arcs_with_capacity_and_unit_cost
    most = supply[arcs.group]
    if most_price is None:
        most = np.minimum(free[arcs.cell], most)
    add(arcs.group, groups + cell, most, arcs.cost + price[cell] - worth[arcs.group])
    add(np.arange(groups), np.full(groups, end), supply, cancel - worth)
    add(groups + np.arange(len(used)), np.where(link < 0, end, groups + len(used) + link),
        free[used], -own)  # fmt: skip
    add(groups + len(used) + np.arange(links), onward, ceilings.most, -toll)
    if most_price is not None:
        add(groups + np.arange(len(used)), np.full(len(used), end),
            np.full(len(used), supply.sum()), most_price[used] - price)  # fmt: skip
    solver.set_nodes_supplies(np.arange(groups), supply)
    solver.set_node_supply(end, -int(supply.sum()))
    status = solver.solve()
    assert status == solver.OPTIMAL, status  # everybody may be cancelled
    flow = np.array(solver.flows(np.arange(solver.num_arcs())), dtype=np.int64)
    on = flow[: arcs.size]
    after = arcs.size + groups
    link_at = after + len(used)
    cancelled, through = flow[arcs.size : after], flow[link_at : link_at + links]
    over = np.zeros(len(free), dtype=np.int64)
    if most_price is not None:
        over[used] = flow[link_at + links :]
    return _priced(supply, cancel, arcs, free, ceilings, on, cancelled, through, over, most_price)


def _priced(
    supply: Ints, cancel: Ints, arcs: Arcs, free: Ints, ceilings: Ceilings,
    on: Ints, cancelled: Ints, through: Ints, over: Ints, most_price: Ints | None,
) -> Flow:  # fmt: skip
    """Shortest ways by Bellman and Ford, over all arcs at once until nothing changes."""
    taken = np.bincount(arcs.cell, weights=on, minlength=len(free)).astype(np.int64)
    taken -= over
    has_room = (taken < free) & (free > 0)
    link = ceilings.of_cell
    open_ = (through < ceilings.most) & (ceilings.most > 0)
    toll = np.where(open_ & ceilings.last, 0, INF)
    cell = np.where(has_room & (link < 0), 0, INF)
    if most_price is not None:
        cell = np.minimum(cell, most_price)
    back = np.nonzero(on)[0]
    starts = np.searchsorted(arcs.group, np.arange(len(supply)))
    lone = starts == np.append(starts[1:], arcs.size)
    worth = np.array(cancel)
    while True:
        before = int(np.minimum(cell, INF).sum()) + int(toll.sum()), int(worth.sum())
        _along(ceilings, link, toll, cell, has_room, taken, open_, through)
        if arcs.size:
            ways = np.append(arcs.cost + cell[arcs.cell], INF)
            least = np.minimum.reduceat(ways, starts)
            worth = np.minimum(worth, np.where(lone, INF, least))
            np.minimum.at(cell, arcs.cell[back], worth[arcs.group[back]] - arcs.cost[back])
        if (int(np.minimum(cell, INF).sum()) + int(toll.sum()), int(worth.sum())) == before:
            break
    return _prices(arcs, free, ceilings, on, cancelled, worth, cell, toll, over)


def _along(
    ceilings: Ceilings, link: Ints, toll: Ints, cell: Ints, has_room: "np.ndarray",
    taken: Ints, open_: "np.ndarray", through: Ints,
) -> None:  # fmt: skip
    """Ways along the ceilings, onward where there is room and back where somebody came."""
    if not ceilings.links:
        return
    held = np.nonzero((link >= 0) & (taken > 0))[0]
    np.minimum.at(toll, link[held], cell[held])
    for n in range(ceilings.links - 2, -1, -1):
        if open_[n] and not ceilings.last[n]:
            toll[n] = min(toll[n], toll[n + 1])
    for n in range(ceilings.links - 1):
        if through[n] and not ceilings.last[n]:
            toll[n + 1] = min(toll[n + 1], toll[n])
    inside = np.nonzero((link >= 0) & has_room)[0]
    cell[inside] = np.minimum(cell[inside], toll[link[inside]])


def _prices(
    arcs: Arcs, free: Ints, ceilings: Ceilings, on: Ints, cancelled: Ints,
    worth: Ints, cell: Ints, toll: Ints, over: Ints,
) -> Flow:  # fmt: skip
    """Differences along the ways: what a place, and what a dose by each day, is worth.

    Nothing is worth more than the dearest cancelled appointment; a cell without any arc costs
    what its ceilings do.
    """
    top = int(worth.max(initial=0))
    ways = np.minimum(toll, top)
    after = np.where(ceilings.last, 0, np.append(ways[1:], 0)) if ceilings.links else ways
    tolls = np.maximum(ways - after, 0)
    road = ceilings.road(tolls)
    named = np.zeros(len(free), dtype=bool)
    named[arcs.cell] = True
    own = np.where(named, np.maximum(np.minimum(cell, top) - road, 0), 0)
    total = np.where(free > 0, own + road, INF)
    return Flow(on, cancelled, worth, total, own, tolls, over)
