"""Stored statuses of some persons, and whether they can be trusted as they stand."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vaksam.base import clock
from vaksam.core.rules.decision import Status as Standing
from vaksam.core.rules.definition import Place
from vaksam.core.rules.in_force import RuleSet
from vaksam.eligibility.models import Refresh, Status
from vaksam.programmes import queries as programmes

TRUSTED_FOR = 1.0  # seconds until rules and refreshes are looked at again


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """A person's status as last worked out. `products` are codes."""

    person: int
    status: str
    phase: int | None
    next_dose: int | None
    products: frozenset[str]
    earliest_on: date | None
    recommended_on: date | None
    hospital: bool
    born_year: int | None

    @property
    def open(self) -> bool:
        """May be vaccinated by it: recommended and due, or on request."""
        return self.status in (Standing.DUE, Standing.AVAILABLE)


@dataclass(frozen=True, slots=True)
class Trusted:
    """The rules in force, and the day the statuses of a region were all worked out by them.

    `as_of` is None where rules have changed since: then no stored status is to be relied on.
    """

    rules: RuleSet
    as_of: date | None


def stored(programme: str, persons: Sequence[int]) -> dict[int, StoredStatus]:
    """By person; those without a status are not there. One query, and one for the products."""
    rows = Status.objects.filter(programme_id=programme, person_id__in=list(persons))
    codes = {each.number: each.code for each in trusted(programme, "").rules.products}
    fields = ("person_id", "status", "phase", "next_dose", "products", "earliest_on",
              "recommended_on", "place", "born_year")  # fmt: skip
    numbers = tuple(codes.items())
    return {
        person: StoredStatus(person, status, phase, dose, _products(bits, numbers), earliest_on,
                             recommended_on, place == Place.HOSPITAL, born_year)
        for person, status, phase, dose, bits, earliest_on, recommended_on, place, born_year
        in rows.values_list(*fields)
    }  # fmt: skip


def codes_of(programme: str, bits: int) -> frozenset[str]:
    """The products that a status names, as codes."""
    rules = trusted(programme, "").rules
    return _products(bits, tuple((each.number, each.code) for each in rules.products))


@lru_cache(maxsize=256)
def _products(bits: int, codes: tuple[tuple[int, str], ...]) -> frozenset[str]:
    return frozenset(code for number, code in codes if bits >> number & 1)


_seen: dict[tuple[str, str], tuple[float, date, Trusted]] = {}


def trusted(programme: str, region_code: str) -> Trusted:
    """Rules and the day of the statuses, looked at anew every second in each process."""
    now, today = time.monotonic(), clock.today()
    kept = _seen.get((programme, region_code))
    if kept is not None and now - kept[0] < TRUSTED_FOR and kept[1] == today:
        return kept[2]
    found = Trusted(programmes.rules(programme), _as_of(programme, region_code))
    _seen[programme, region_code] = (now, today, found)
    return found


def forget() -> None:
    """Look anew at the next call."""
    _seen.clear()


def _as_of(programme: str, region_code: str) -> date | None:
    rows = Refresh.objects.filter(programme_id=programme, region_code=region_code)
    newest = rows.order_by("-started_at").values_list("on", "started_at").first()
    changed = programmes.changed_at(programme)
    if newest is None or (changed is not None and newest[1] < changed):
        return None
    return newest[0]
