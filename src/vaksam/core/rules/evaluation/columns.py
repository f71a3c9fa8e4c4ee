"""The facts frame as NumPy columns."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.rules.evaluation.days import NEVER, Bits, Bools, Days, number

Rows = NDArray[np.intp] | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Persons:
    """Persons in columns. `last_born` is the latest day on which they can have been born.

    `unknown` marks those whose birth is not even known to the year.
    """

    born: Days
    last_born: Days
    unknown: Bools
    sex: NDArray[np.uint8]
    region: NDArray[np.uint8]
    groups: Bits

    def take(self, rows: Rows) -> "Persons":
        return Persons(*(getattr(self, name)[rows] for name in Persons.__slots__))

    def as_last_born(self) -> "Persons":
        return replace(self, born=self.last_born)

    def uncertain(self) -> Rows:
        """Rows of those whose day of birth is not known."""
        return np.flatnonzero((self.born != self.last_born) | self.unknown)


@dataclass(frozen=True, slots=True)
class Given:
    """The doses in one slot of the frame; `on` is NEVER where there is none."""

    on: Days
    product: NDArray[np.uint8]

    def take(self, rows: Rows) -> "Given":
        return Given(self.on[rows], self.product[rows])


def persons(facts: pl.DataFrame, on: date) -> Persons:
    """Read the persons. Birth days that are not known become the last day of the year of `on`."""
    last_day = number(date(on.year, 12, 31))
    read = facts.select(
        pl.col("born_on").to_physical().fill_null(last_day),
        pl.col("year_only").fill_null(False),
        pl.col("sex").cast(pl.UInt8).fill_null(0),
        pl.col("region").cast(pl.UInt8).fill_null(0),
        pl.col("groups").cast(pl.UInt64).fill_null(0),
        unknown=pl.col("born_on").is_null(),
    )
    born = read["born_on"].to_numpy()
    return Persons(
        born=born,
        last_born=_last_born(born, read["year_only"].to_numpy()),
        unknown=read["unknown"].to_numpy(),
        sex=read["sex"].to_numpy(),
        region=read["region"].to_numpy(),
        groups=read["groups"].to_numpy(),
    )


def given(facts: pl.DataFrame, on: date) -> list[Given]:
    """The doses given until a day, slot by slot in the frame's order; later ones are not seen."""
    slots = [name for name in facts.columns if name.startswith("dose_") and name.endswith("_on")]
    read = facts.select(
        *(_day(name, on) for name in slots),
        *(pl.col(_product(name)).cast(pl.UInt8).fill_null(0) for name in slots),
    )
    return [Given(read[name].to_numpy(), read[_product(name)].to_numpy()) for name in slots]


def _day(name: str, on: date) -> pl.Expr:
    day = pl.col(name).to_physical()
    return pl.when(day <= number(on)).then(day).otherwise(pl.lit(NEVER, pl.Int32))


def _product(name: str) -> str:
    return name.removesuffix("_on") + "_product"


def _last_born(born: Days, year_only: Bools) -> Days:
    """The last day of the year, for those who are known by it only."""
    if not year_only.any():
        return born
    years = born[year_only].astype("datetime64[D]").astype("datetime64[Y]")
    last = born.copy()
    last[year_only] = (years + 1).astype("datetime64[D]").astype(np.int32) - 1
    return last
