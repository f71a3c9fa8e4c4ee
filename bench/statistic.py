"""Disclosure control and ranking, beside the plain answers that do without them."""

from itertools import chain, combinations

import numpy as np
import polars as pl
from report import Table
from timing import measure

from vaksam.core.coverage.ranking import rank
from vaksam.core.disclosure import Policy, protect

SEED = 20210418
_TABLES: tuple[tuple[str, dict[str, int], float], ...] = (
    ("21 regions × 10 ages × 2 sexes × 4 doses", {"r": 21, "a": 10, "s": 2, "d": 4}, 900.0),
    ("290 municipalities × 10 ages", {"m": 290, "a": 10}, 60.0),
    ("290 municipalities × 10 ages, small numbers", {"m": 290, "a": 10}, 6.0),
    ("580 areas × 10 ages, small numbers", {"m": 580, "a": 10}, 6.0),
    ("1,160 areas × 10 ages, small numbers", {"m": 1160, "a": 10}, 6.0),
)  # fmt: skip
_RANKED = (21, 290, 580, 1160, 3363)


def run() -> list[Table]:
    return [_disclosure(), _ranking()]


def _disclosure() -> Table:
    return Table(
        "Disclosure control",
        ("table", "cells", "hidden", "protect ms", "plain sums ms", "ratio"),
        [_protected(*about) for about in _TABLES],
        ["“Plain sums” groups the same table by every combination of its dimensions, in Polars."],
    )


def _protected(name: str, sizes: dict[str, int], mean: float) -> tuple[object, ...]:
    cells = _cells(sizes, mean)
    by = list(sizes)
    policy = Policy(threshold=5, rounding=5)
    hidden = 0

    def safe() -> None:
        nonlocal hidden
        found = protect(cells, dimensions=by, count="given", policy=policy)
        hidden = found["hidden"].is_not_null().sum()

    protected = measure(safe, 5, at_most=2).median
    plain = measure(lambda: _sums(cells, by), 15).median
    return name, cells.height, hidden, protected * 1e3, plain * 1e3, protected / plain


def _cells(sizes: dict[str, int], mean: float) -> pl.DataFrame:
    """Counts that scatter as areas' sizes do, many of them small."""
    rng = np.random.default_rng(SEED)
    frame = pl.DataFrame({"": [0]})
    for name, size in sizes.items():
        levels = pl.Series(name, [f"{name}{i}" for i in range(size)])
        frame = frame.join(levels.to_frame(), how="cross")
    given = rng.poisson(mean * rng.lognormal(0, 1, frame.height))
    return frame.drop("").with_columns(pl.Series("given", given))


def _sums(cells: pl.DataFrame, by: list[str]) -> list[pl.DataFrame]:
    groups = chain.from_iterable(combinations(by, n) for n in range(1, len(by) + 1))
    queries = [cells.lazy().group_by(group).agg(pl.col("given").sum()) for group in groups]
    return pl.collect_all(queries)


def _ranking() -> Table:
    return Table(
        "Ranking with intervals",
        ("areas", "rank ms", "plain ranks ms", "ratio"),
        [_ranked(size) for size in _RANKED],
        ["Every area is compared with every other: four times the time for twice the areas."],
    )


def _ranked(size: int) -> tuple[object, ...]:
    rng = np.random.default_rng(SEED)
    people = np.round(rng.lognormal(9.85, 0.9, size))
    shares = rng.beta(80, 15, size)
    full = measure(lambda: rank(shares, people), 9, at_most=2).median
    plain = measure(lambda: 1 + np.searchsorted(np.sort(-shares), -shares), 99).median
    return f"{size:,}", full * 1e3, plain * 1e3, full / plain
