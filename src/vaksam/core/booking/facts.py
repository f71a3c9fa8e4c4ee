"""What is asked of a booking, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A place that somebody wants: a product on a day, for one dose number or any (None).

    `hospital`: the venue can take whoever has reacted with anaphylaxis before. `by_staff`: staff
    book it, who may send somebody to a hospital for a physician's assessment there.
    """

    programme: str
    product: str
    on: date
    dose: int | None = None
    hospital: bool = False
    by_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A place that the person holds already."""

    appointment: int
    programme: str
    disease: str
    product: str
    dose: int
    on: date
    place: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Another disease's vaccine on the same day, and whether its rules allow that; None: silent."""

    disease: str
    allowed: bool | None


class Why(StrEnum):
    """Why a place is not for somebody. Each says in words what to do instead."""

    PAST = "past"
    NOT_RECOMMENDED = "not_recommended"
    NOT_OPENED = "not_opened"
    TOO_EARLY = "too_early"  # by interval, age, opening or season; `earliest_on` says when
    COMPLETE = "complete"
    NEEDS_ASSESSMENT = "needs_assessment"
    NO_PRODUCT = "no_product"  # none may be given on the day
    OTHER_PRODUCT = "other_product"  # this one may not; `products` may
    OTHER_DOSE = "other_dose"  # the place is for another dose number
    HOSPITAL_ONLY = "hospital_only"
    BOOKED = "booked"  # for this dose, there and then
    DOSE_AFTER = "dose_after"  # a later dose, booked already, would come too soon
    NOT_TOGETHER = "not_together"  # another vaccine is booked for the day


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that stands in the way; `values` fill the words."""

    why: Why
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the place may be booked, for which dose, or everything that stands in the way.

    `earliest_on` is the first day of this product for the dose, where there is one.
    """

    dose: int | None
    earliest_on: date | None
    recommended_on: date | None
    refusals: tuple[Refusal, ...] = ()

    @property
    def may(self) -> bool:
        return not self.refusals
