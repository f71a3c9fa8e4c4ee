"""Doses a vial really gives, with an interval."""

from typing import Final

import numpy as np
import polars as pl
from scipy import stats

LEVEL: Final = 0.95
COLUMNS: Final = ("vials", "doses", "mean", "low", "high")


def realised_yield(vials: pl.DataFrame, *, by: tuple[str, ...]) -> pl.DataFrame:
    """Mean doses drawn from an emptied vial in each group, with a 95 % interval.

    The spread of vials about their group's mean is pooled over groups of the same product, so
    that a venue whose three vials all gave six is not taken to be sure:
    ``mean ± t(N − K; 0.975) · s / √n`` with ``s² = Σᵢⱼ (dᵢⱼ − d̄ⱼ)² / (N − K)`` over a product's
    N vials in K groups (pooled variance of a one-way layout; Snedecor & Cochran, *Statistical
    Methods*, 8th ed., 1989, section 12.2). Without a degree of freedom there is no interval.

    Parameters
    ----------
    vials
        A row a vial: `product`, `drawn` (doses), `done` (emptied), and the columns of `by`.
    by
        The groups, as ``("venue", "product")``; `product` is one of them.

    Returns
    -------
    The columns of `by`, then vials, doses, mean, low, high; ordered by `by`. Vials that are still
    open or were thrown away tell nothing about yield and are left out.

    Examples
    --------
    >>> frame = pl.DataFrame({"venue": [1, 1, 2, 2], "product": ["a"] * 4,
    ...                       "drawn": [6, 5, 6, 6], "done": [True] * 4})
    >>> found = realised_yield(frame, by=("venue", "product"))
    >>> found.select("mean", pl.col("low").round(3)).rows()
    [(5.5, 3.979), (6.0, 4.479)]
    """
    emptied = vials.filter("done")
    groups = emptied.group_by(*by).agg(
        pl.len().cast(pl.Int64).alias("vials"),
        pl.col("drawn").sum().alias("doses"),
        pl.col("drawn").mean().alias("mean"),
        ((pl.col("drawn") - pl.col("drawn").mean()) ** 2).sum().alias("squares"),
    )
    pooled = groups.group_by("product").agg(
        (pl.col("vials").sum() - pl.len()).alias("freedom"), pl.col("squares").sum().alias("all")
    )
    joined = groups.join(pooled, on="product", how="left")
    half = _half_widths(joined)
    return (
        joined.with_columns(half=half)
        .with_columns(
            low=(pl.col("mean") - pl.col("half")).clip(lower_bound=0.0),
            high=pl.col("mean") + pl.col("half"),
        )
        .select(*by, *COLUMNS)
        .sort(*by)
    )


def _half_widths(groups: pl.DataFrame) -> pl.Series:
    freedom = groups["freedom"].to_numpy().astype(float)
    known = freedom > 0
    spread = np.sqrt(groups["all"].to_numpy() / np.where(known, freedom, 1))
    quantile = stats.t.ppf((1 + LEVEL) / 2, np.where(known, freedom, 1))
    half = np.where(known, quantile * spread / np.sqrt(groups["vials"].to_numpy()), np.nan)
    return pl.Series("half", half).fill_nan(None)
