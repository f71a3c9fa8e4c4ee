"""What is known when one looks ahead. Weeks are counted from this one, which is 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vaksam.core.supply.forecast.uptake import Uptake


@dataclass(frozen=True, slots=True)
class Line:
    """A product: doses a vial gives after wastage against nominal, and weeks between doses.

    `given` is the share of nominal doses that reach an arm, `spread` its standard deviation.
    """

    product: str
    interval: int = 6
    doses: int = 2
    given: float = 0.97
    spread: float = 0.01
    paused: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cohort:
    """Persons alike: an age group, say. `waiting` have no dose; `uptake` of all `persons`."""

    code: str
    persons: int
    waiting: int
    opens: int
    products: frozenset[str]
    uptake: Uptake


@dataclass(frozen=True, slots=True)
class Held:
    """Nominal doses in stock, usable to the end of a week (None: beyond)."""

    product: str
    doses: int
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """Nominal doses planned to come in a week, with how sure that is (0 to 1)."""

    product: str
    week: int
    doses: int
    certainty: float = 1.0
    lasts: int | None = None  # weeks of use, that of arrival included


@dataclass(frozen=True, slots=True)
class Situation:
    """`second` doses fall due by (product, week); `capacity` is doses a week.

    `waits` are persons' shares who hold out for a product from a week on: (product, week, share).
    """

    weeks: int
    lines: tuple[Line, ...]
    cohorts: tuple[Cohort, ...]
    held: tuple[Held, ...]
    coming: tuple[Coming, ...]
    second: Mapping[tuple[str, int], float] = field(default_factory=dict)
    capacity: float = float("inf")
    waits: tuple[tuple[str, int, float], ...] = ()
    interest: tuple[tuple[int, float], ...] = ()  # from a week on, times so much
