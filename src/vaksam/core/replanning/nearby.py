"""Every arc that costs little more than a group's cheapest, at given prices."""

import numpy as np

from vaksam.core.replanning.parties import Bools, Ints, far, serves, when
from vaksam.core.replanning.pricing import Arcs, Market, cheapest, merged
from vaksam.core.replanning.problem import INF

_AT_ONCE = 2_000_000  # numbers worked on at once
NO_ARCS = Arcs(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def nearby(
    market: Market, groups: Ints, price: Ints, off: int, *, venues: int
) -> tuple[Arcs, Ints]:
    """Arcs of each group, at its `venues` best, that cost at most `off` more than its cheapest
    (or than being cancelled, where that is cheaper); and the least of all."""
    parties, (_, kinds, days) = market.parties, market.slots.shape
    firsts, least = cheapest(market, groups, price, market.cancel(groups), venues=venues)
    below = np.zeros(parties.groups, dtype=np.int64)
    below[groups] = least + off
    near = firsts.cost + price[firsts.cell] <= below[firsts.group]
    group, venue = firsts.group[near], firsts.cell[near] // (kinds * days)
    order = np.argsort(parties.class_of[group], kind="stable")
    group, venue = group[order], venue[order]
    prices, made = price.reshape(-1, kinds * days), []
    step = max(_AT_ONCE // (kinds * days), 1)
    for start in range(0, len(group), step):
        some, at = group[start : start + step], venue[start : start + step]
        cost = _costs(market, some, at)
        row, cell = np.nonzero(cost + prices[at] <= below[some][:, None])
        made.append((some[row], at[row] * kinds * days + cell, cost[row, cell]))
    if not made:
        return NO_ARCS, least
    found = Arcs(*(np.concatenate(parts) for parts in zip(*made, strict=True)))
    return merged(found, NO_ARCS, len(price)), least


def _costs(market: Market, groups: Ints, venues: Ints) -> Ints:
    """Cost of every kind and day at a venue each. Classes that are alike are worked out once."""
    parties = market.parties
    classes, line = np.unique(parties.class_of[groups], return_inverse=True)
    cost, asked = _days(market, classes)
    there, too_far, _ = far(
        parties, parties.place_of[groups], venues, market.slots, market.limits, market.weights
    )
    ask = market.ask(groups)[:, None]
    found: Ints = cost[line] + there[:, None]
    found += np.where(too_far[:, None] | asked[line], ask, 0)
    return found


def _days(market: Market, classes: Ints) -> tuple[Ints, Bools]:
    _, kinds, days = market.slots.shape
    cost = np.full((len(classes), kinds, days), INF, dtype=np.int64)
    asked = np.zeros(cost.shape, dtype=bool)
    for n, kind in enumerate(market.slots.kinds):
        then, long, consent = when(
            market.parties, classes[:, None], kind[0], np.arange(days)[None, :], market.limits,
            market.weights,
        )  # fmt: skip
        fits = np.array([serves(kind, need) for need in market.parties.needs], dtype=bool)
        cost[:, n] = np.where(fits[market.parties.need[classes]][:, None], then, INF)
        asked[:, n] = long | consent
    return cost.reshape(len(classes), -1), asked.reshape(len(classes), -1)
