"""Homes by squares, so that those who live near each other are alike."""

import numpy as np
import polars as pl

from vaksam.core.distance import EARTH_KM

MOST = 20_000  # different homes
_DEGREE_KM = EARTH_KM * np.pi / 180


def on_grid(affected: pl.DataFrame, grid_km: float) -> pl.DataFrame:
    """With `home_lat`, `home_lon`: the middle of the square of the home; 0 km: the home itself.

    Squares are `grid_km` high, and as wide in the middle of their row.
    """
    lat, lon = pl.col("lat").cast(pl.Float64), pl.col("lon").cast(pl.Float64)
    if grid_km <= 0:
        return affected.with_columns(home_lat=lat, home_lon=lon)
    high = grid_km / _DEGREE_KM
    middle = ((lat / high).floor() + 0.5) * high
    wide = high / middle.radians().cos().clip(0.01)
    return affected.with_columns(home_lat=middle, home_lon=((lon / wide).floor() + 0.5) * wide)


def side(affected: pl.DataFrame, grid_km: float) -> float:
    """The side of squares that there are at most `MOST` of, doubled until there are; km."""
    while grid_km > 0 and _squares(affected, grid_km) > MOST:
        grid_km *= 2
    return grid_km


def _squares(affected: pl.DataFrame, grid_km: float) -> int:
    return on_grid(affected, grid_km).select("home_lat", "home_lon").n_unique()
