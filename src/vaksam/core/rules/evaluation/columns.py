"""The facts frame as NumPy columns."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.rules.evaluation.days import NEVER, Bits, Bools, Days, number

PERSON_COLUMNS = ("born_on", "year_only", "sex", "region", "groups")


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


@dataclass(frozen=True, slots=True)
class Given:
    """The doses in one slot of the frame; `on` is NEVER where there is none."""

    on: Days
    product: NDArray[np.uint8]


def persons(facts: pl.DataFrame, on: date) -> Persons:
    """Read the persons. Birth days that are not known become the last day of the year of `on`."""
    born_on = facts["born_on"]
    unknown = born_on.is_null().to_numpy()
    born = _days(born_on, number(date(on.year, 12, 31)))
    return Persons(
        born=born,
        last_born=_last_born(born, facts["year_only"].fill_null(False).to_numpy()),
        unknown=unknown,
        sex=facts["sex"].fill_null(0).cast(pl.UInt8).to_numpy(),
        region=facts["region"].fill_null(0).cast(pl.UInt8).to_numpy(),
        groups=facts["groups"].fill_null(0).cast(pl.UInt64).to_numpy(),
    )


def given(facts: pl.DataFrame, on: date) -> list[Given]:
    """The doses given until a day, slot by slot in date order; later ones are not seen."""
    slots = []
    while (name := f"dose_{len(slots) + 1}_on") in facts.columns:
        days = _days(facts[name], NEVER)
        days = np.where(days <= number(on), days, np.int32(NEVER))
        product = facts[f"dose_{len(slots) + 1}_product"].fill_null(0).cast(pl.UInt8)
        slots.append(Given(days, product.to_numpy()))
    return slots


def _last_born(born: Days, year_only: Bools) -> Days:
    """The last day of the year, for those who are known by it only."""
    if not year_only.any():
        return born
    years = born[year_only].astype("datetime64[D]").astype("datetime64[Y]")
    last = born.copy()
    last[year_only] = (years + 1).astype("datetime64[D]").astype(np.int32) - 1
    return last


def _days(column: pl.Series, missing: int) -> Days:
    return column.cast(pl.Int32).fill_null(missing).to_numpy()
