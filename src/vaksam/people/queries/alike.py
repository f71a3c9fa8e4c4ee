"""Who may be the same person: a few found by birth and name, then scored by the core."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate, Upper

from vaksam.core import identity as known_as
from vaksam.core.identity.matching import Known, Score, score, verdict
from vaksam.people.models import Person
from vaksam.people.queries.identities import identities_in, identities_of

#: Family names as `find` and `near` compare them; the index people_by_name has the same.
FAMILY_NAME = Collate(Upper(F("family_name")), "C")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same. `score` tells in what they agree, and how much it weighs."""

    person: int
    given_name: str
    family_name: str
    born_on: date | None
    born_year: int | None
    municipality_code: str
    verdict: str
    score: Score


def known_of(person: Person, identities: Collection[known_as.Identity] = ()) -> Known:
    """A person as the core compares them."""
    return Known(
        given_name=person.given_name,
        family_name=person.family_name,
        born_on=person.born_on,
        born_year=person.born_year,
        sex=person.sex,
        street=person.street,
        postcode=person.postcode,
        municipality=person.municipality_code,
        identities=tuple(identities),
    )


def described(given: Mapping[str, str], *, municipality: str = "") -> Known:
    """Whom a row of a list describes. `municipality` is the sender's."""
    born = given.get("born_on", "")
    return Known(
        given_name=given.get("given_name", ""),
        family_name=given.get("family_name", ""),
        born_on=date.fromisoformat(born) if len(born) > 4 else None,
        born_year=int(born[:4]) if born else None,
        street=given.get("street", ""),
        postcode=given.get("postcode", ""),
        municipality=municipality,
        identities=tuple(identities_in(given)),
    )


def near(known: Collection[Known], *, region_code: str) -> QuerySet[Person]:
    """Persons of a region to compare: born on the same day, day and month in either order; or
    of the same name and year; or of the same name and postcode where birth is not known.

    Without those merged away, and without protected ones: they are found by number only.
    """
    days = {day for each in known for day in _days(each.born_on)}
    years = {each.year for each in known if each.year}
    names = {name.upper() for each in known for name in (each.family_name, each.given_name)}
    postcodes = {each.postcode for each in known if not each.year and each.postcode}
    like = Q(born_year__in=years) | Q(postcode__in=postcodes)
    return (
        Person.objects.filter(region_code=region_code, merged_into=None, protection="")
        .annotate(name=FAMILY_NAME)
        .filter(Q(born_on__in=days) | Q(name__in=names - {""}) & like)
    )


def alike_to(person: Person) -> tuple[Alike, ...]:
    """Others of the region who may be the same, the likeliest first."""
    numbers = identities_of([person.pk]).get(person.pk, ())
    return alike(known_of(person, numbers), region_code=person.region_code, but=person.pk)


def alike(known: Known, *, region_code: str, but: int | None = None) -> tuple[Alike, ...]:
    """Persons of a region who may be the one described, the likeliest first; at most ten.

    For actions and for queries that log it.
    """
    persons = list(near([known], region_code=region_code).exclude(pk=but or 0))
    numbers = identities_of([person.pk for person in persons])
    scored = [(score(known, known_of(p, numbers.get(p.pk, ()))), p) for p in persons]
    likely = [_alike(person, at) for at, person in scored if verdict(at) != "different"]
    return tuple(sorted(likely, key=lambda each: (-each.score.bits, each.person))[:SHOWN])


def _alike(person: Person, at: Score) -> Alike:
    return Alike(
        person=person.pk,
        given_name=person.given_name,
        family_name=person.family_name,
        born_on=person.born_on,
        born_year=person.born_year,
        municipality_code=person.municipality_code,
        verdict=verdict(at),
        score=at,
    )


def _days(born_on: date | None) -> set[date]:
    """The day, and the one with day and month in each other's place."""
    if born_on is None:
        return set()
    with suppress(ValueError):
        return {born_on, date(born_on.year, born_on.day, born_on.month)}
    return {born_on}
