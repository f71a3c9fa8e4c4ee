"""What the weeks ahead ask for: who is due where, when, with which products; who has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from vaksam.core.weeks import Week
from vaksam.eligibility.queries.counts import age_cases

_DUE = """
SELECT municipality_code, CASE {ages} ELSE '' END, coalesce(phase, 0)::int,
    least(coalesce(next_dose, 1), 2)::int, products,
    CASE WHEN status = 'due' THEN 0
         WHEN coalesce(recommended_on, earliest_on) IS NULL THEN NULL
         ELSE greatest((date_trunc('week', coalesce(recommended_on, earliest_on))::date
                        - %(monday)s) / 7, 0) END,
    count(*)::int
FROM eligibility_status
WHERE programme_id = %(programme)s AND region_code = ANY(%(regions)s)
    AND status IN ('due', 'not_yet')
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"""
_RESIDENTS = """
SELECT municipality_code, CASE {ages} ELSE '' END, count(*)::int,
    (count(*) FILTER (WHERE valid_doses > 0))::int
FROM eligibility_status WHERE programme_id = %(programme)s AND region_code = ANY(%(regions)s)
GROUP BY 1, 2 ORDER BY 1, 2"""
_CAME = """
SELECT CASE {ages} ELSE '' END, date_trunc('week', first.at)::date, count(*)::int
FROM eligibility_status
JOIN (SELECT person_id, min(given_on) AS at FROM records_vaccination
      WHERE withdrawn_at IS NULL AND given_on > %(since)s GROUP BY 1) AS first USING (person_id)
WHERE programme_id = %(programme)s AND region_code = ANY(%(regions)s)
GROUP BY 1, 2 ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class DueCell:
    """Persons alike. `week` from this one (0); None: no day is known. `dose` 2: a later one.

    Bit n of `products`: the product of number n.
    """

    municipality: str
    age: str
    phase: int
    dose: int
    products: int
    week: int | None
    persons: int


@dataclass(frozen=True, slots=True)
class Residents:
    municipality: str
    age: str
    persons: int
    covered: int  # with a dose that counts


def due_cells(programme: str, *, regions: Sequence[str], on: date) -> list[DueCell]:
    """Everybody who is due or will be, in cells; one query."""
    return [DueCell(*row) for row in _rows(_DUE, programme, regions, on)]


def residents(programme: str, *, regions: Sequence[str], on: date) -> list[Residents]:
    """Everybody, by municipality and age; one query."""
    return [Residents(*row) for row in _rows(_RESIDENTS, programme, regions, on)]


def came(
    programme: str, *, regions: Sequence[str], on: date, since: date
) -> dict[str, dict[date, int]]:
    """Persons with their first dose, by age and the week's Monday."""
    found: dict[str, dict[date, int]] = {}
    for age, monday, persons in _rows(_CAME, programme, regions, on, since=since):
        found.setdefault(age, {})[monday] = persons
    return found


def _rows(
    statement: str, programme: str, regions: Sequence[str], on: date, **more: object
) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"programme": programme, "regions": list(regions),
              "monday": Week.of(on).monday, **more}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement.format(ages=age_cases(on.year)), values)
        return list(cursor.fetchall())
