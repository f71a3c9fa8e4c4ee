"""Pairs worth comparing, found by the database: comparing all with all would never end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from django.db import connection

from vaksam.core.identity import Identity
from vaksam.core.identity.matching import Known
from vaksam.people.models import Person
from vaksam.people.queries.identities import identities_of

# Each part of the union has an index: people_by_birth, people_by_name.
_NEAR: Final = """
WITH told AS MATERIALIZED (
    SELECT * FROM unnest(%s::int[], %s::date[], %s::date[], %s::int[], %s::text[], %s::text[])
    AS told (number, born_on, swapped, born_year, name, postcode)
), person AS NOT MATERIALIZED (
    SELECT *, upper(family_name) COLLATE "C" AS name FROM people_person
    WHERE region_code = %s AND merged_into_id IS NULL AND protection = ''
)
SELECT number, id FROM told JOIN person ON person.born_on = told.born_on
UNION SELECT number, id FROM told JOIN person ON person.born_on = told.swapped
UNION SELECT number, id FROM told JOIN person USING (name, born_year) WHERE told.name <> ''
UNION SELECT number, id FROM told JOIN person USING (name, postcode)
    WHERE told.born_year IS NULL AND told.name <> '' AND told.postcode <> ''
ORDER BY 1, 2"""


def near(known: Sequence[Known], *, region_code: str) -> list[tuple[int, int]]:
    """Places in `known`, each with the id of a person of the region to compare it with.

    They are born on the same day, day and month in either order; or of the same family name and
    year; or of the same family name and postcode where birth is not known. Without those merged
    away, and without protected persons: they are found by number only.
    """
    columns = (
        list(range(len(known))),
        [each.born_on for each in known],
        [_swapped(each.born_on) for each in known],
        [each.year for each in known],
        [each.family_name.upper() for each in known],
        [each.postcode for each in known],
    )
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [*columns, region_code])
        return [(number, person) for number, person in cursor.fetchall()]


def known_persons(persons: Sequence[int]) -> dict[int, tuple[Person, Known]]:
    """Persons, and as the core compares them, by id; two queries."""
    numbers = identities_of(persons)
    rows = Person.objects.filter(pk__in=persons)
    return {row.pk: (row, known_of(row, numbers.get(row.pk, ()))) for row in rows}


def known_of(person: Person, identities: Sequence[Identity] = ()) -> Known:
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


def _swapped(born_on: date | None) -> date | None:
    """With day and month in each other's place."""
    if born_on is not None:
        with suppress(ValueError):
            return date(born_on.year, born_on.day, born_on.month)
    return None
