"""What a synthetic region is made from, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: its residents, polygon (WGS 84) and how old it is.

    `tilt` is 0 for the country's ages and about 1 for the oldest municipalities. `town` is SCB's
    letter of its main town's area type: A countryside, B town, C regional centre.
    """

    code: str
    residents: int
    polygon: BaseGeometry
    tilt: float = 0.0
    town: str = "B"


@dataclass(frozen=True, slots=True)
class SmallArea:
    """A DeSO area (or its like): residents, polygon, and what is known of those who live there.

    Shares are between 0 and 1; `index` is the socioeconomic index, 0–100, higher is worse off;
    `sick_days` a person and year.
    """

    code: str
    municipality: str
    residents: int
    polygon: BaseGeometry
    kind: str
    turnout: float
    born_europe: float
    born_outside: float
    single_parents: float
    index: float
    sick_days: float


@dataclass(frozen=True, slots=True)
class Spec:
    """A region to make: the same spec makes the same region on any machine."""

    region: str
    on: date
    municipalities: Sequence[Municipality]
    small_areas: Sequence[SmallArea] = ()
    seed: int = 1
    scale: float = 0.1
    targets: Mapping[tuple[str, int, int], float] | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A synthetic region.

    people
        In the shape of the people file.
    hidden
        local_id; propensity (probability of taking the vaccine when offered), birth_region
        (sweden, europe, outside), area (small area), age on the day.
    claims
        local_id, group, source, sender: who tells of the membership.
    doses
        local_id, product, given_on, dose.
    areas
        The small areas with their characteristics and `propensity`, their mean before age.
    """

    people: pl.DataFrame
    hidden: pl.DataFrame
    claims: pl.DataFrame
    doses: pl.DataFrame
    areas: pl.DataFrame
