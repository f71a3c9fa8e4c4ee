"""Free times: nearest to an address, soonest, or at a venue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from vaksam.base import clock
from vaksam.core.distance import kilometres, minutes
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

WITHIN = timedelta(days=60)

_FREE = """
SELECT slot.id, slot.session_id, v.id, slot.product_id, slot.dose, slot.starts_at,
    slot.places - slot.taken
FROM unnest(%(venues)s::bigint[]) WITH ORDINALITY AS v (id, n)
CROSS JOIN LATERAL (
    SELECT * FROM booking_slot
    WHERE programme_id = %(programme)s AND venue_id = v.id AND taken < places
        AND starts_at >= %(since)s AND starts_at < %(until)s
        AND taken + %(units)s <= places
        AND (%(products)s::text[] IS NULL OR product_id = ANY(%(products)s))
        AND (%(dose)s::int IS NULL OR dose IS NULL OR dose = %(dose)s)
        AND (online OR NOT %(online)s)
    ORDER BY starts_at LIMIT %(each)s) AS slot
ORDER BY v.n, slot.starts_at, slot.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for. `products` None: any; `venues` None: all that residents may see.

    Without a position venues come in the order of their names.
    """

    programme: str
    regions: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    products: frozenset[str] | None = None
    dose: int | None = None
    units: int = 1
    venues: tuple[int, ...] | None = None
    hospital: bool = False
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """Free places from a moment on. `km` as the crow flies and `minutes` by road; None: unknown."""

    slot: int
    session: int
    venue: int
    product: str
    dose: int | None
    starts_at: datetime
    free: int
    km: float | None = None
    minutes: float | None = None


def near(search: Search, *, venues: int = 10, each: int = 3, online: bool = True) -> list[Time]:
    """The first free times at each of the nearest venues that have any, the nearest first.

    One statement that looks once into an index for each venue: cost grows with the venues of
    the regions, hardly with days or slots.
    """
    places = _places(search)
    times = _times(search, [ref.id for ref, _ in places], each, online)
    far = {ref.id: km for ref, km in places}
    nearest = list(dict.fromkeys(time.venue for time in times))[:venues]
    return [_far(time, far[time.venue]) for time in times if time.venue in set(nearest)]


def soonest(search: Search, *, most: int = 20, each: int = 3, online: bool = True) -> list[Time]:
    """The first free times anywhere, in order of time, then of distance."""
    places = _places(search)
    times = _times(search, [ref.id for ref, _ in places], each, online)
    far = {ref.id: km for ref, km in places}
    found = sorted(times, key=lambda time: (time.starts_at, far[time.venue] or 0.0))
    return [_far(time, far[time.venue]) for time in found[:most]]


def at_venue(search: Search, *, most: int = 200, online: bool = True) -> list[Time]:
    """All free times at the venues named, in order of time."""
    times = _times(search, list(search.venues or ()), most, online)
    return sorted(times, key=lambda time: time.starts_at)[:most]


def time_of(slot: int) -> Time | None:
    """A slot as it is now, also when nothing is free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, session_id, venue_id, product_id, dose, starts_at, places - taken "
            "FROM booking_slot WHERE id = %s", [slot])  # fmt: skip
        row = cursor.fetchone()
    return Time(*row) if row else None


def _places(search: Search) -> list[tuple[VenueRef, float | None]]:
    """Venues of the search with their distance, the nearest first."""
    found = [
        (ref, _km(search, ref))
        for ref in venues.venues(regions=search.regions)
        if _fits(search, ref)
    ]
    return sorted(found, key=lambda each: (each[1] is None, each[1] or 0.0, each[0].name))


def _fits(search: Search, ref: VenueRef) -> bool:
    if ref.is_store or (search.hospital and ref.kind != "hospital"):
        return False
    return ref.id in search.venues if search.venues is not None else ref.public


def _km(search: Search, ref: VenueRef) -> float | None:
    if search.latitude is None or search.longitude is None:
        return None
    if ref.latitude is None or ref.longitude is None:
        return None
    return kilometres((search.latitude, search.longitude), (ref.latitude, ref.longitude))


def _far(time: Time, km: float | None) -> Time:
    if km is None:
        return time
    return replace(time, km=round(km, 1), minutes=round(minutes(km)))


def _times(search: Search, order: Sequence[int], each: int, online: bool) -> list[Time]:
    now = clock.now()
    values: dict[str, Any] = {
        "venues": list(order), "programme": search.programme, "each": each, "online": online,
        "since": max(search.since or now, now), "until": search.until or now + WITHIN,
        "units": search.units, "dose": search.dose,
        "products": sorted(search.products) if search.products is not None else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FREE, values)
        return [Time(*row) for row in cursor.fetchall()]


def names(times: Iterable[Time]) -> dict[int, VenueRef]:
    """The venues of times, by id."""
    wanted = {time.venue for time in times}
    return {ref.id: ref for ref in venues.venues() if ref.id in wanted}
