"""Protects a table of counts with all its totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from vaksam.core.disclosure.hypercubes import Bools, Integers, Moves, hide, with_totals
from vaksam.core.disclosure.policy import Policy, rounded, sensitive


def protect(
    table: pl.DataFrame,
    *,
    dimensions: Sequence[str],
    count: str,
    policy: Policy,
    denominator: str | None = None,
    total: str = "total",
) -> pl.DataFrame:
    """A table and its totals with small numbers hidden beyond recovery.

    Parameters
    ----------
    table : DataFrame
        Interior cells only, one row each; a combination without a row has nobody.
    dimensions : sequence of str
        Columns that the cells are by, at least one. Their levels must not overlap.
    count : str
        Column of persons, whole and not negative.
    policy : Policy
    denominator : str, optional
        Column of the cells' populations. The dimensions must divide the population into disjoint
        parts, since populations are summed for the totals. Populations are public and pass
        through.
    total : str
        What a dimension says in a row that is summed over it.

    Returns
    -------
    DataFrame
        The dimensions (as text), `count`, the denominator and `share` of it when given, and
        `hidden`: "primary", "secondary" or null. Totals over every combination of dimensions are
        added; levels stand in order of first appearance, totals last. Hidden counts and shares
        are null; shown ones are rounded, shares at most 1. Which of the two kinds a hidden cell
        is must not be published.

    Raises
    ------
    ValueError
        If a cell occurs twice, a value is missing or negative, or `total` is a level.

    Examples
    --------
    >>> table = pl.DataFrame({"area": ["A", "B", "C"], "given": [2, 9, 30]})
    >>> safe = protect(table, dimensions=["area"], count="given", policy=Policy(rounding=1))
    >>> safe.rows()
    [('A', None, 'primary'), ('B', None, 'secondary'), ('C', 30, None), ('total', 41, None)]
    """
    values = [count] if denominator is None else [count, denominator]
    keys = table.select(pl.col(name).cast(pl.String) for name in dimensions)
    _check(keys, table.select(values), total)
    grid = _Grid.of(keys)
    present = grid.dense(pl.repeat(1, len(table), eager=True)) > 0
    counts = grid.dense(table[count])
    persons = None if denominator is None else grid.dense(table[denominator])
    primary, hidden = _suppress(counts, persons, present, policy)
    cells = grid.labels(present, total).with_columns(
        pl.Series(count, rounded(counts[present], policy)),
        pl.Series("hidden", np.where(primary, "primary", "secondary")[present]),
    )
    if denominator is not None and persons is not None:
        cells = cells.with_columns(pl.Series(denominator, persons[present]))
    return _masked(cells, hidden[present], count, denominator)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The table as an array: the levels of each dimension, and each row's place on each axis."""

    levels: tuple[pl.Series, ...]
    places: tuple[Integers, ...]

    @classmethod
    def of(cls, keys: pl.DataFrame) -> Self:
        levels = tuple(column.unique(maintain_order=True) for column in keys)
        places = tuple(
            column.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)
            for column, known in zip(keys, levels, strict=True)
        )
        return cls(levels, places)

    def dense(self, values: pl.Series) -> Integers:
        """The values with all their totals; 0 where the table has no row."""
        cells = np.zeros([len(known) for known in self.levels], np.int64)
        cells[self.places] = values.to_numpy()
        return with_totals(cells)

    def labels(self, present: Bools, total: str) -> pl.DataFrame:
        """The dimensions of the present cells, in the order in which arrays list them."""
        return pl.DataFrame(
            [
                pl.Series(known.name, [*known, total], pl.String).gather(place)
                for known, place in zip(self.levels, np.nonzero(present), strict=True)
            ]
        )


def _suppress(
    counts: Integers, persons: Integers | None, present: Bools, policy: Policy
) -> tuple[Bools, Bools]:
    """Primary cells, and all hidden cells."""

    def small(change: int) -> Bools:
        return sensitive(counts + change, policy, persons)

    primary = small(0) & present
    room = np.ones_like(present) if persons is None else counts < persons
    moves = Moves(
        rises=present & room & (small(1) == primary),
        falls=present & (counts > 0) & (small(-1) == primary),
    )
    return primary, hide(primary, moves, counts)


def _masked(
    cells: pl.DataFrame, hidden: Bools, count: str, denominator: str | None
) -> pl.DataFrame:
    """Take the counts out of hidden cells and the mark out of the others; add shares."""
    mark = pl.Series(hidden)
    masked = cells.with_columns(
        pl.when(~mark).then(pl.col(count)).alias(count),
        pl.when(mark).then(pl.col("hidden")).alias("hidden"),
    )
    if denominator is None:
        return masked
    share = (pl.col(count) / pl.col(denominator)).clip(0, 1)
    some = pl.when(pl.col(denominator) > 0).then(share).alias("share")
    return masked.select(pl.exclude("hidden"), some, "hidden")


def _check(keys: pl.DataFrame, values: pl.DataFrame, total: str) -> None:
    if not keys.width:
        raise ValueError("a table has at least one dimension; use shown() for a single number")
    if keys.is_duplicated().any():
        raise ValueError("a cell occurs twice")
    if any(column.null_count() for column in (*keys, *values)):
        raise ValueError("a level, a count or a population is missing")
    if not all(column.dtype.is_integer() for column in values):
        raise ValueError("counts and populations are whole numbers")
    if any((column < 0).any() for column in values):
        raise ValueError("a count or a population is negative")
    if any((column == total).any() for column in keys):
        raise ValueError(f"{total!r} is a level of the table: give interior cells only")
