"""Secondary suppression by hypercubes; see the notes of `vaksam.core.disclosure`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moves:
    """What an outsider must think possible, for each cell of a table with totals.

    `rises` (`falls`): one person more (fewer) would not change whether the cell is sensitive.
    Arrays have one axis a dimension, the last place on each being the total.
    """

    rises: Bools
    falls: Bools


def with_totals(cells: Integers) -> Integers:
    """Append the sum over each axis, and so over every combination of axes.

    >>> with_totals(np.array([[1, 2], [3, 4]])).tolist()
    [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    """
    for axis in range(cells.ndim):
        cells = np.concatenate([cells, cells.sum(axis=axis, keepdims=True)], axis=axis)
    return cells


def hide(primary: Bools, moves: Moves, counts: Integers) -> Bools:
    """Cells to hide so that no primary one can be told by adding and subtracting.

    Parameters
    ----------
    primary : array of bool
        Sensitive cells of the table with totals.
    moves : Moves
    counts : array of int, same shape

    Returns
    -------
    array of bool, same shape
        Primary and secondary cells. Every cell of the table when no hypercube serves.

    Examples
    --------
    >>> counts = with_totals(np.array([2, 9, 30]))
    >>> free = Moves(counts > 1, counts > 1)
    >>> hide(counts < 5, free, counts).tolist()
    [True, True, False, False]
    """
    hidden, safe = primary.copy(), np.zeros_like(primary)
    cost = np.where(hidden, 0, counts + counts.max(initial=0) * _is_total(counts.shape))
    for cell in np.argwhere(primary):
        if safe[tuple(cell)]:
            continue
        other = _cheapest(tuple(cell), moves, cost)
        if other is None:
            return np.ones_like(primary)
        corners = np.ix_(*[[own, level] for own, level in zip(cell, other, strict=True)])
        hidden[corners] = safe[corners] = True
        cost[corners] = 0
    return hidden


def _cheapest(cell: Sequence[int], moves: Moves, cost: Integers) -> tuple[int, ...] | None:
    """The corner opposite `cell` in the serving hypercube that hides the fewest more persons."""
    shape = cost.shape
    signs = [_signs(own, size) for own, size in zip(cell, shape, strict=True)]
    up, down = np.ones(shape, np.bool_), np.ones(shape, np.bool_)
    price = np.zeros(shape)
    for moved in product((False, True), repeat=len(shape)):
        # The corners that differ from `cell` on the moved axes, for all levels there at once.
        corner = tuple(
            slice(None) if m else slice(i, i + 1) for m, i in zip(moved, cell, strict=True)
        )
        plus = _outer([s if m else np.ones(1) for m, s in zip(moved, signs, strict=True)]) > 0
        rises, falls = moves.rises[corner], moves.falls[corner]
        up &= np.where(plus, rises, falls)
        down &= np.where(plus, falls, rises)
        price += cost[corner]
    price[~(up | down)] = np.inf
    for axis, own in enumerate(cell):
        price[(slice(None),) * axis + (own,)] = np.inf
    best = np.unravel_index(price.argmin(), shape)
    return None if np.isinf(price[best]) else tuple(int(level) for level in best)


def _signs(own: int, size: int) -> npt.NDArray[np.float64]:
    """-1 where a level must fall as `own` rises; a level and its total rise together."""
    total = size - 1
    return np.where((np.arange(size) == total) | (own == total), 1.0, -1.0)


def _outer(factors: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    grid = np.ones((1,) * len(factors))
    for axis, factor in enumerate(factors):
        grid = grid * factor.reshape([-1 if i == axis else 1 for i in range(len(factors))])
    return grid


def _is_total(shape: tuple[int, ...]) -> Bools:
    marks = np.zeros(shape, np.bool_)
    for axis in range(len(shape)):
        marks[(slice(None),) * axis + (-1,)] = True
    return marks
