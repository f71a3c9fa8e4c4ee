"""The cheapest places of every group at given prices, over all cells there are."""

from dataclasses import dataclass

import numpy as np

from vaksam.core.replanning.parties import Bools, Ints, Parties, Slots, far, points, serves, when
from vaksam.core.replanning.problem import INF, Limits, Weights

_AT_ONCE = 2_000_000  # numbers worked on at once


@dataclass(frozen=True, slots=True)
class Arcs:
    """Ways from groups to cells, in order of both, each once; cost in hundredths a person."""

    group: Ints
    cell: Ints
    cost: Ints

    @property
    def size(self) -> int:
        return len(self.group)


@dataclass(frozen=True, slots=True)
class Market:
    """Parties, slots and what the planner wants: everything costs are made of."""

    parties: Parties
    slots: Slots
    weights: Weights
    limits: Limits

    def cancel(self, groups: Ints) -> Ints:
        return points(self._weight(groups), self.weights.cancel)

    def ask(self, groups: Ints) -> Ints:
        return points(self._weight(groups), self.weights.ask)

    def _weight(self, groups: Ints) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        parties = self.parties
        return parties.weight[parties.place_weight[parties.place_of[groups]]]

    def arc(self, groups: Ints, cells: Ints) -> tuple[Ints, Bools, Bools, Bools]:
        """Cost of cells for groups, INF where not right for them; whether to ask, since too far,
        too long, or another product. The plain way, arc by arc."""
        parties, slots = self.parties, self.slots
        venue, product, day = slots.parts(cells)
        classes = parties.class_of[groups]
        there, too_far, _ = far(
            parties, parties.place_of[groups], venue, slots, self.limits, self.weights
        )
        then, too_long, asked = when(parties, classes, product, day, self.limits, self.weights)
        fits = np.zeros((len(parties.needs), slots.shape[1]), dtype=bool)
        for n, need in enumerate(parties.needs):
            fits[n, : len(slots.kinds)] = [serves(kind, need) for kind in slots.kinds]
        right = fits[parties.need[classes], cells // slots.shape[2] % slots.shape[1]]
        ask = np.where(too_far | too_long | asked, self.ask(groups), 0)
        cost = np.where(right, there + then + ask, INF)
        return np.minimum(cost, INF), too_far, too_long, asked


@dataclass(frozen=True, slots=True)
class _Days:
    """By class and venue: the least of price and cost of day, and its cell; of days that may be
    decided (`near`) and of those to be asked about."""

    near: Ints
    near_cell: Ints
    asked: Ints
    asked_cell: Ints


def cheapest(
    market: Market, groups: Ints, price: Ints, than: Ints, *, venues: int
) -> tuple[Arcs, Ints]:
    """Up to `venues` arcs a group that cost less than `than`, price included, one a venue; and the
    least of all, at most `than`.

    `price` by cell, INF where nothing is to be had.
    """
    parties = market.parties
    used = np.unique(parties.class_of[groups])
    row = np.full(len(parties.window), -1, dtype=np.int64)
    row[used] = np.arange(len(used))
    days = _days(market, used, price)
    step = max(_AT_ONCE // market.slots.shape[0], 1)
    found, least = [], np.array(than)
    for start in range(0, len(groups), step):
        some = slice(start, start + step)
        arcs, lowest = _venues(market, groups[some], row, days, than[some], venues)
        found.append(arcs)
        least[some] = np.minimum(least[some], lowest)
    group, cell, total = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Arcs(group, cell, total - price[cell]), least


def merged(one: Arcs, other: Arcs, cells: int) -> Arcs:
    """Both, each arc once, in order."""
    key = np.concatenate([one.group * cells + one.cell, other.group * cells + other.cell])
    cost = np.concatenate([one.cost, other.cost])
    key, first = np.unique(key, return_index=True)
    return Arcs(key // cells, key % cells, cost[first])


def _venues(
    market: Market, groups: Ints, row: Ints, days: _Days, than: Ints, venues: int
) -> tuple[tuple[Ints, Ints, Ints], Ints]:
    parties = market.parties
    line = row[parties.class_of[groups]]
    ask = market.ask(groups)[:, None]
    there, too_far, _ = far(
        parties, parties.place_of[groups][:, None], np.arange(market.slots.shape[0])[None, :],
        market.slots, market.limits, market.weights,
    )  # fmt: skip
    near = days.near[line] + np.where(too_far, ask, 0)
    asked = days.asked[line] + ask
    total = np.minimum(near, asked) + there
    if venues < total.shape[1]:
        best = np.argpartition(total, venues - 1, axis=1)[:, :venues]
    else:
        best = np.broadcast_to(np.arange(total.shape[1]), total.shape)
    cost = np.take_along_axis(total, best, axis=1)
    at, nth = np.nonzero(cost < than[:, None])
    where = best[at, nth]
    is_near = near[at, where] <= asked[at, where]
    cell = np.where(is_near, days.near_cell[line[at], where], days.asked_cell[line[at], where])
    return (groups[at], cell, cost[at, nth]), cost.min(axis=1)


def _days(market: Market, classes: Ints, price: Ints) -> _Days:
    """Every class with every venue: the best day, kind and product."""
    shape = market.slots.shape
    made = len(classes), shape[0]
    found = _Days(*(np.full(made, 2 * INF if n % 2 == 0 else 0) for n in range(4)))
    prices = price.reshape(shape)
    parties = market.parties
    for number, need in enumerate(parties.needs):
        lines = np.nonzero(parties.need[classes] == number)[0]
        for product in range(len(market.slots.products)):
            kinds = [n for n, kind in enumerate(market.slots.kinds)
                     if kind[0] == product and serves(kind, need)]  # fmt: skip
            may = parties.earliest[parties.window[classes[lines]], product] < INF
            if kinds and may.any():
                _product(market, classes, lines[may], product, prices, kinds, found)
    return found


def _product(
    market: Market, classes: Ints, lines: Ints, product: int, prices: Ints,
    kinds: list[int], found: _Days,
) -> None:  # fmt: skip
    venues, all_kinds, days = market.slots.shape
    sub = prices[:, kinds, :]
    kind = sub.argmin(axis=1)
    least = np.take_along_axis(sub, kind[:, None, :], axis=1)[:, 0, :]
    at = np.arange(venues)[:, None] * all_kinds + np.array(kinds)[kind]
    cells = at * days + np.arange(days)
    step = max(_AT_ONCE // (venues * days), 1)
    for start in range(0, len(lines), step):
        some = lines[start : start + step]
        cost, long, asked = when(
            market.parties, classes[some][:, None], product, np.arange(days)[None, :],
            market.limits, market.weights,
        )  # fmt: skip
        for ask, value, cell in ((False, found.near, found.near_cell),
                                 (True, found.asked, found.asked_cell)):  # fmt: skip
            taken = np.where((long | asked) == ask, cost, INF)
            if (taken >= INF).all():
                continue
            sums = taken[:, None, :] + least[None, :, :]
            day = sums.argmin(axis=2)
            best = np.take_along_axis(sums, day[:, :, None], axis=2)[:, :, 0]
            better = best < value[some]
            value[some] = np.where(better, best, value[some])
            cell[some] = np.where(better, cells[np.arange(venues)[None, :], day], cell[some])
