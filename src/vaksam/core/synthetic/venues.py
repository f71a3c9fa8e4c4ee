"""Venues of a region that does not exist: a store, hospitals, mass venues, health centres."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from vaksam.core.distance import DETOUR, kilometres
from vaksam.core.venues import HIDDEN, VenueFacts

KM_PER_HOUR = 70.0  # by the store's own car
DOSES_PER_RESIDENT = 0.03  # that a health centre can give in a week
DOSES_PER_STATION = 360  # a week: 5 days of 6 hours, 5 minutes a dose
PEOPLE_PER_STATION = 6  # let in: one in the chair, three under observation, two who wait

# Of each municipality: postcode, and what is spoken beside Swedish and English. Sami languages
# where they are at home: South (sma) and Ume Sami (sju).
_TOWNS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "2480": ("903 26", ("ar", "so", "fi")), "2482": ("931 31", ("ar", "so", "fi")),
    "2481": ("921 31", ("ar", "so", "sju")), "2460": ("911 32", ("ar",)),
    "2401": ("914 32", ("ar",)), "2409": ("915 31", ()), "2404": ("922 31", ("ar",)),
    "2462": ("912 32", ("ar", "sma")), "2421": ("923 31", ("sma", "sju")),
    "2463": ("919 32", ("sma",)), "2418": ("939 31", ("sju",)), "2417": ("935 31", ("so",)),
    "2425": ("917 31", ("sma",)), "2422": ("924 31", ("sju",)), "2403": ("916 31", ()),
}  # fmt: skip
# Of each kind: street, how to go there, and how to find the door.
_DOORS: Final[dict[str, tuple[str, str, str]]] = {
    "store": ("Industrivägen 10", "", "Lastkaj 2, ring på klockan."),
    "hospital": ("Lasarettsvägen 1", "Hållplats Sjukhuset, 50 m från entrén",
                 "Huvudentrén, plan 2. Följ skyltarna Vaccination."),
    "health_centre": ("Storgatan 12", "Hållplats Hälsocentralen, 150 m",
                      "Entrén mot parkeringen. Anmäl dig i receptionen."),
    "mass_venue": ("Idrottsvägen 4", "Hållplats Sporthallen, 100 m; extrabuss på lördagar",
                   "Ingång på gaveln. Värdar i väst visar vägen."),
}  # fmt: skip


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
    far = kilometres((store.latitude, store.longitude), (place.latitude, place.longitude))
    hours = far * DETOUR / KM_PER_HOUR
    return VenueFacts(
        code=f"{region}-{place.code}-{kind}".replace("_", "-"), name=name, kind=kind,
        region_code=region, municipality_code=place.code, frozen=frozen,
        hours_from_store=round(max(hours, 0.3), 1), doses_per_week=doses,
        contact="Vaccinlagret" if kind == "store" else f"Ansvarig sjuksköterska, {place.name}",
        telephone="090-1234567", latitude=place.latitude, longitude=place.longitude,
        **_door(place, kind), **_pace(kind, doses),
    )  # fmt: skip


def _door(place: Place, kind: str) -> dict[str, Any]:
    """Where it is, how to come in, and what is spoken there."""
    postcode, languages = _TOWNS.get(place.code, ("", ()))
    street, transport, directions = _DOORS[kind]
    large = kind in ("hospital", "mass_venue")
    return {
        "street": street, "postcode": postcode, "city": place.name, "directions": directions,
        "public_transport": transport, "languages": ("sv", "en", *languages),
        "lift": kind == "hospital", "toilet": kind != "store", "quiet_room": large,
        "parking": kind != "store", "hearing_loop": large, "public": kind not in HIDDEN,
    }  # fmt: skip


def _pace(kind: str, doses: int) -> dict[str, Any]:
    """Stations enough for the week's doses, and room for those at them."""
    if kind == "store":
        return {}
    stations = max(ceil(doses / DOSES_PER_STATION), 1)
    quick = kind == "mass_venue"
    return {
        "stations": stations, "room": max(stations * PEOPLE_PER_STATION, 12),
        "minutes_per_person": 4.0 if quick else 5.0, "interval_minutes": 5 if quick else 10,
    }  # fmt: skip
