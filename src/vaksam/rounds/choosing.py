"""Who is due for a product and lives where a team goes, gathered by address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import QuerySet

from vaksam.booking import queries as booking
from vaksam.core.distance import kilometres
from vaksam.core.rounds import Way
from vaksam.core.rules.decision import Status
from vaksam.eligibility.queries.stored import StoredStatus, stored
from vaksam.people.models import Person, Residence
from vaksam.records import queries as records
from vaksam.rounds.models import Member, State
from vaksam.venues import queries as venues
from vaksam.venues.models import Kind
from vaksam.venues.queries import VenueRef

CARE_HOMES, HOMES = "care_homes", "homes"
NEAR_KM = 0.1  # a care home among the venues is the one people live in
_MAY = (Status.DUE, Status.AVAILABLE, Status.NOT_YET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A plan of rounds to be proposed.

    `kind`: care_homes or homes. `teams` leave together and are back by `until`; a stop takes
    `door_minutes` and `person_minutes` for each person. `drive_minutes`, `outside_minutes`: as
    `vaksam.core.rounds.Limits` (None: any). `persons`: only these; empty: everybody who is due,
    at most `most`, those whose turn came first first.
    """

    venue: int
    programme: str
    product: str
    day: date
    kind: str = CARE_HOMES
    leaves: time = time(8)
    until: time = time(16)
    teams: int = 1
    person_minutes: int = 8
    door_minutes: int = 7
    way: Way = Way.OPENED
    drive_minutes: int | None = None
    outside_minutes: int | None = None
    most: int = 200
    municipality: str = ""
    persons: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A stop: who lives there (id and dose number). Addresses are personal data."""

    latitude: float
    longitude: float
    name: str = field(repr=False)
    street: str = field(repr=False)
    postcode: str
    city: str
    venue: int | None
    persons: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`without_place`: due, but nobody knows where they live; `over`: more than were asked for."""

    places: tuple[Place, ...]
    without_place: int
    over: int


def chosen(ask: Ask, venue: VenueRef) -> Chosen:
    """Who is to be visited. Five queries."""
    rows = {row.pk: row for row in _people(ask, venue.region_code)}
    known = {pk: each for pk, each in stored(ask.programme, list(rows)).items() if _may(each, ask)}
    busy = _busy(ask.programme, list(known))
    due = sorted((pk for pk in known if pk not in busy), key=lambda pk: _turn(known[pk]))
    lost = [pk for pk in due if rows[pk].latitude is None or rows[pk].longitude is None]
    placed = [pk for pk in due if pk not in set(lost)]
    taken = placed[: ask.most]
    doses = {pk: known[pk].next_dose for pk in taken}
    return Chosen(_places([rows[pk] for pk in taken], doses, venue.region_code), len(lost),
                  len(placed) - len(taken))  # fmt: skip


def open_members(programme: str, persons: Sequence[int]) -> QuerySet[Member]:
    """Who stands on a round of the programme that has not been closed, without an outcome."""
    rows = Member.objects.filter(round__programme=programme, outcome="", person__in=persons)
    return rows.exclude(round__state=State.CLOSED)


def _people(ask: Ask, region: str) -> QuerySet[Person]:
    rows = Person.objects.filter(
        region_code=region, merged_into=None, died_on=None, moved_out_on=None
    )
    if ask.persons:
        return rows.filter(pk__in=ask.persons)
    if ask.municipality:
        rows = rows.filter(municipality_code=ask.municipality)
    if ask.kind == CARE_HOMES:
        return rows.filter(residence=Residence.CARE_HOME)
    return rows.filter(home_visit=True).exclude(residence=Residence.CARE_HOME)


def _may(status: StoredStatus, ask: Ask) -> bool:
    return (
        status.status in _MAY
        and status.next_dose is not None
        and ask.product in status.products
        and not status.hospital
        and (status.open if status.earliest_on is None else status.earliest_on <= ask.day)
    )


def _busy(programme: str, persons: Sequence[int]) -> set[int]:
    """Those who have a time, have declined, or stand on another round."""
    booked = {each.person for each in booking.held_by(persons) if each.programme == programme}
    on_round = set(open_members(programme, persons).values_list("person_id", flat=True))
    return booked | records.declined(persons, programme) | on_round


def _turn(status: StoredStatus) -> tuple[int, date, int, int]:
    return (status.phase or 99, status.earliest_on or date.max, status.born_year or 9999,
            status.person)  # fmt: skip


def _places(
    people: Sequence[Person], doses: Mapping[int, int | None], region: str
) -> tuple[Place, ...]:
    """Those of one address together."""
    together: dict[tuple[object, ...], list[Person]] = {}
    for row in people:
        assert row.latitude is not None and row.longitude is not None
        at = (row.street.casefold(), row.postcode) if row.street else (
            round(row.latitude, 4), round(row.longitude, 4))  # fmt: skip
        together.setdefault(at, []).append(row)
    homes = venues.venues(regions=[region], kinds=[Kind.CARE_HOME])
    return tuple(_place(rows, doses, homes) for rows in together.values())


def _place(
    rows: Sequence[Person], doses: Mapping[int, int | None], homes: Sequence[VenueRef]
) -> Place:
    first = rows[0]
    assert first.latitude is not None and first.longitude is not None
    here = (first.latitude, first.longitude)
    home = None
    if first.residence == Residence.CARE_HOME:
        home = next((each for each in homes if _is_at(each, first, here)), None)
    return Place(
        *here, home.name if home else "", first.street, first.postcode, first.city,
        home.id if home else None, tuple(sorted((row.pk, doses[row.pk]) for row in rows)),
    )  # fmt: skip


def _is_at(home: VenueRef, person: Person, here: tuple[float, float]) -> bool:
    if home.street and home.street.casefold() == person.street.casefold():
        return home.postcode.replace(" ", "") in ("", person.postcode)
    if home.latitude is None or home.longitude is None:
        return False
    return kilometres((home.latitude, home.longitude), here) <= NEAR_KM
