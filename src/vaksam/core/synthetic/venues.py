"""Venues of a region that does not exist: a store, hospitals, mass venues, health centres."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from vaksam.core.venues import VenueFacts

KM_PER_HOUR = 70.0
DETOUR = 1.3
DOSES_PER_RESIDENT = 0.03  # that a health centre can give in a week


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: its residents and a point inside."""

    code: str
    name: str
    residents: int
    latitude: float
    longitude: float


def venues(region: str, places: Iterable[Place], *, scale: float = 1.0) -> list[VenueFacts]:
    """The store stands in the largest municipality; the three largest have hospitals."""
    ordered = sorted(places, key=lambda each: -each.residents)
    store = ordered[0]
    found = [_venue(region, store, store, "store", "Regionens vaccinlager", 0, frozen=True)]
    for n, place in enumerate(ordered):
        doses = max(round(place.residents * DOSES_PER_RESIDENT * scale), 6)
        centre = _venue(region, store, place, "health_centre", f"{place.name} hälsocentral", doses)
        found.append(centre)
        if n < 3:
            found.append(_venue(region, store, place, "hospital", f"{place.name} sjukhus",
                                doses // 2, frozen=n == 0))  # fmt: skip
        if n < 2:
            name = f"{place.name} vaccinationsmottagning"
            found.append(_venue(region, store, place, "mass_venue", name, doses * 2))
    return found


def _venue(
    region: str, store: Place, place: Place, kind: str, name: str, doses: int, *,
    frozen: bool = False,
) -> VenueFacts:  # fmt: skip
    hours = _kilometres(store, place) * DETOUR / KM_PER_HOUR
    return VenueFacts(
        code=f"{region}-{place.code}-{kind}".replace("_", "-"), name=name, kind=kind,
        region_code=region, municipality_code=place.code, frozen=frozen,
        hours_from_store=round(max(hours, 0.3), 1), doses_per_week=doses,
        contact="Vaccinlagret" if kind == "store" else f"Ansvarig sjuksköterska, {place.name}",
        telephone="090-1234567", latitude=place.latitude, longitude=place.longitude,
    )  # fmt: skip


def _kilometres(one: Place, other: Place) -> float:
    """Along the great circle (haversine formula; R. W. Sinnott 1984), Earth's radius 6371 km."""
    a, b = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))
