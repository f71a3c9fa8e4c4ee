"""Who may be the same person: a few found by birth and name, then scored by the core."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vaksam.core.identity.matching import Known, Score, score, verdict
from vaksam.people.models import Person
from vaksam.people.queries.identities import identities_in, identities_of
from vaksam.people.queries.near import known_of, known_persons, near

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


def alike_to(person: Person) -> tuple[Alike, ...]:
    """Others of the region who may be the same, the likeliest first."""
    numbers = identities_of([person.pk]).get(person.pk, ())
    return alike(known_of(person, numbers), region_code=person.region_code, but=person.pk)


def alike(known: Known, *, region_code: str, but: int | None = None) -> tuple[Alike, ...]:
    """Persons of a region who may be the one described, the likeliest first; at most ten.

    For actions and for queries that log it.
    """
    found = [pk for _, pk in near([known], region_code=region_code) if pk != but]
    scored = [(person, score(known, other)) for person, other in known_persons(found).values()]
    likely = [_alike(person, at) for person, at in scored if verdict(at) != "different"]
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
