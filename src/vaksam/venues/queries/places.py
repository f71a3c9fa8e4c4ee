"""Venues as others see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from vaksam.base.scope import Scope
from vaksam.core.errors import NotFound
from vaksam.venues.models import Kind, Venue


@dataclass(frozen=True, slots=True)
class VenueRef:
    """A venue or a store. `doses_per_week`: what it can give; 0 for a store.

    `languages`: ISO 639 codes; `room`: people let in at once, None where there is no limit;
    `stations` work side by side, each `minutes_per_person`; `public`: shown to residents.
    """

    id: int
    code: str
    name: str
    kind: str
    region_code: str
    municipality_code: str
    frozen: bool
    hours_from_store: float
    doses_per_week: int
    cut_off: time
    contact: str
    telephone: str
    latitude: float | None
    longitude: float | None
    provider: str
    street: str
    postcode: str
    city: str
    step_free: bool
    lift: bool
    toilet: bool
    quiet_room: bool
    parking: bool
    hearing_loop: bool
    languages: tuple[str, ...]
    public_transport: str
    directions: str
    web: str
    observation_minutes: int
    room: int | None
    stations: int
    minutes_per_person: float
    interval_minutes: int
    public: bool

    @property
    def is_store(self) -> bool:
        return self.kind == Kind.STORE


def venues(
    *, regions: Iterable[str] | None = None, kinds: Iterable[str] | None = None
) -> list[VenueRef]:
    """Open venues (of some regions, of some kinds), stores first, then by name; one query."""
    rows = Venue.objects.filter(closed_on=None)
    if regions is not None:
        rows = rows.filter(region_code__in=list(regions))
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    found = [ref(row) for row in rows.order_by("name")]
    return sorted(found, key=lambda each: not each.is_store)


def venue(pk: int, *, scope: Scope | None = None) -> VenueRef:
    """A venue, within the scope's regions. Raises NotFound."""
    row = Venue.objects.filter(pk=pk).first()
    if row is None or (scope is not None and not scope.reaches(row.region_code)):
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return ref(row)


def ref(row: Venue) -> VenueRef:
    values = {name: getattr(row, name) for name in VenueRef.__slots__}
    return VenueRef(**values | {"languages": tuple(row.languages)})
