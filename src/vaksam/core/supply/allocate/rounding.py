"""From vials in parts to whole ones: close to the best, and at once."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Cell = tuple[str, str, int]  # place, product, period
SURE = 1e-6


def rounded(amounts: Mapping[Cell, float], *, needed: Mapping[Cell, int]) -> dict[Cell, int]:
    """Whole units, each place's sum so far close to what it was in parts.

    What a product's places have received so far is rounded down; what promises need so far comes
    first, if need be from places with more than they need; and the units that remain go to the
    largest remainders (Hare's quota). In all never more than before rounding, so that the store
    never runs short.

    Parameters
    ----------
    amounts
        Units by cell.
    needed
        Units that a place must have received by then, by cell.
    """
    products: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for (place, product, t), amount in amounts.items():
        products[product][place][t] = amount
    found = {}
    for product, places in products.items():
        names = sorted(places)
        periods = sorted({t for by_period in places.values() for t in by_period})
        table = np.array([[places[name].get(t, 0.0) for t in periods] for name in names])
        need = np.array([[needed.get((name, product, t), 0) for t in periods] for name in names])
        whole = _rounded(table, need)
        found.update({
            (name, product, t): int(whole[n, k])
            for n, name in enumerate(names)
            for k, t in enumerate(periods)
        })  # fmt: skip
    return found


def _rounded(table: NDArray[np.float64], need: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows are places, columns periods."""
    so_far = np.cumsum(np.maximum(table, 0), axis=1) + SURE
    before = np.zeros(len(table), dtype=np.int64)
    reached = np.zeros_like(need)
    for t in range(table.shape[1]):
        parts, there = so_far[:, t], int(np.floor(so_far[:, t].sum()))
        held = np.maximum(np.floor(parts).astype(np.int64), before)
        held = np.maximum(held, np.minimum(need[:, t], held + 1))
        while (over := int(held.sum()) - there) > 0:
            spare = np.flatnonzero((held > before) & (held > need[:, t]))
            if not len(spare):
                spare = np.flatnonzero(held > before)
            held[spare[np.argsort(parts[spare] - held[spare], kind="stable")][:over]] -= 1
        remainders = parts - held
        order = np.argsort(-remainders, kind="stable")[: max(there - int(held.sum()), 0)]
        held[order[remainders[order] > 10 * SURE]] += 1
        before = reached[:, t] = held
    return np.diff(reached, axis=1, prepend=0)
