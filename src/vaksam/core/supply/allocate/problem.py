"""What is asked and what is answered, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from vaksam.core.errors import Refused

SENT: Final = {
    "place": pl.String, "product": pl.String, "period": pl.Int64, "vials": pl.Int64,
    "boxes": pl.Int64,
}  # fmt: skip
GIVEN: Final = {
    "place": pl.String, "group": pl.String, "product": pl.String, "period": pl.Int64,
    "doses": pl.Float64,
}  # fmt: skip
LATE: Final = {
    "place": pl.String, "product": pl.String, "period": pl.Int64, "doses": pl.Float64,
}  # fmt: skip
SECOND: Final = "second"  # the group of promised second doses


@dataclass(frozen=True, slots=True)
class Pack:
    """A product as it is sent.

    `doses_per_vial` is what is expected of one: realised yield less wastage. `life` is the number
    of periods, that of arrival included, in which it must be used at a place; None: no limit.
    A box that is not `breakable` goes whole.
    """

    product: str
    doses_per_vial: float
    vials_per_box: int = 1
    breakable: bool = True
    life: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A venue, municipality or region.

    `capacity` is doses it can give a period; `covered` persons who have a first dose; `takes` the
    products that can be brought and kept there; `stock` doses of a product there already.
    """

    code: str
    population: int
    capacity: float
    takes: frozenset[str]
    covered: int = 0
    stock: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Vials that come to the store in a period, usable to the end of `last` (None: beyond)."""

    product: str
    period: int
    vials: int
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Persons who wait for a first dose at a place, from a period on, of some products."""

    place: str
    group: str
    persons: float
    products: frozenset[str]
    since: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """Second doses promised in a period."""

    place: str
    product: str
    period: int
    doses: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What a coordinator weighs, each 0 to 10.

    population
        Doses follow population, for each dose short of the share.
    due
        A first dose counts by the priority of who gets it.
    equal
        A dose counts more the lower coverage is where it is given. A little by default, since it
        parts what is equally good otherwise, and costs next to no dose.
    least
        The coverage of the least covered place.
    early
        A dose counts more the sooner it is given.
    changes
        For each dose's worth of vials that goes otherwise than in the plan before.
    """

    population: float = 0.0
    due: float = 5.0
    equal: float = 1.0
    least: float = 0.0
    early: float = 3.0
    changes: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """`priority` is a group's worth, 0 to 1; `before` the vials sent by the accepted plan."""

    periods: int
    packs: tuple[Pack, ...]
    places: tuple[Place, ...]
    arrivals: tuple[Arrival, ...]
    due: tuple[Due, ...]
    promises: tuple[Promise, ...] = ()
    weights: Weights = field(default_factory=Weights)
    priority: Mapping[str, float] = field(default_factory=dict)
    before: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.periods < 1 or not self.packs or not self.places:
            raise Refused("nothing-to-share", "There is nothing to share, or nobody to share with.")
        products = {each.product for each in self.packs}
        places = {each.code for each in self.places}
        told = [(each.product, each.period) for each in self.arrivals]
        told += [(each.product, each.period) for each in self.promises]
        assert all(product in products and 0 <= t < self.periods for product, t in told)
        assert {each.place for each in self.due} | {p.place for p in self.promises} <= places

    def pack(self, product: str) -> Pack:
        return next(each for each in self.packs if each.product == product)


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer.

    Attributes
    ----------
    sent
        place, product, period, vials, and the unbroken boxes among them.
    given
        place, group, product, period, doses expected to be given; group "second" are promises.
    late
        place, product, period, doses promised by then and not yet given.
    value, bound
        The plan's value and the highest any plan can have; `gap` is their relative distance.
    store_value
        (product, period) → value of one more vial in the store; `place_value`: (place, period) →
        value of one more dose of capacity. Both are duals of the relaxed model with the sent
        vials fixed, in units of the objective.
    size
        Columns, whole-number columns and rows of the model. `seconds` it took.
    """

    sent: pl.DataFrame
    given: pl.DataFrame
    late: pl.DataFrame
    value: float = 0.0
    bound: float = 0.0
    store_value: Mapping[tuple[str, int], float] = field(default_factory=dict)
    place_value: Mapping[tuple[str, int], float] = field(default_factory=dict)
    size: tuple[int, int, int] = (0, 0, 0)
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        return max(self.bound - self.value, 0.0) / max(abs(self.value), 1e-9)
