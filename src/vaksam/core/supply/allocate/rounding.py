"""From vials in parts to whole ones: close to the best, and at once."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

Cell = tuple[str, str, int]  # place, product, period


def rounded(amounts: Mapping[Cell, float], *, first: frozenset[tuple[str, str]]) -> dict[Cell, int]:
    """Whole units, so that no place is a unit away at any time from what it had in parts.

    What a product's places have received so far is rounded down, and the units that remain go to
    those with the largest remainders (Hare's quota), those in `first` (place, product) before
    others. In all never more than before rounding, so the store never runs short.
    """
    products: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for (place, product, t), amount in amounts.items():
        products[product][place][t] = amount
    found = {}
    for product, places in products.items():
        names = sorted(places)
        periods = sorted({t for by_period in places.values() for t in by_period})
        table = np.array([[places[name].get(t, 0.0) for t in periods] for name in names])
        whole = _rounded(table, np.array([(name, product) in first for name in names]))
        found.update({
            (name, product, t): int(whole[n, k])
            for n, name in enumerate(names)
            for k, t in enumerate(periods)
        })  # fmt: skip
    return found


def _rounded(table: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Rows are places, columns periods."""
    so_far = np.cumsum(np.maximum(table, 0), axis=1) + 1e-6
    floors = np.floor(so_far).astype(int)
    reached = np.zeros_like(floors)
    held = np.zeros(len(table), dtype=int)
    for t in range(table.shape[1]):
        held = np.maximum(floors[:, t], held)
        spare = int(np.floor(so_far[:, t].sum())) - int(held.sum())
        remainders = np.where(held > floors[:, t], -1.0, so_far[:, t] - floors[:, t])
        order = np.argsort(-(remainders + (first & (remainders > 0.05))), kind="stable")
        take = order[: max(spare, 0)]
        held[take[remainders[take] > 1e-3]] += 1
        reached[:, t] = held
    return np.diff(reached, axis=1, prepend=0)
