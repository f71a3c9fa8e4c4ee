"""How many are due: by phase, age, municipality or group, and week by week ahead."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import connection

from vaksam.core import groups
from vaksam.core.weeks import Week
from vaksam.eligibility.models import Refresh

# Years of birth are grouped as the official statistics group ages (age reached in the year).
AGES = ((90, None), (80, 89), (75, 79), (70, 74), (65, 69), (60, 64), (50, 59), (40, 49), (30, 39),
        (18, 29), (16, 17), (12, 15), (0, 11))  # fmt: skip


class Dimension(StrEnum):
    PHASE = "phase"
    AGE = "age"
    MUNICIPALITY = "municipality"
    GROUP = "group"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Count:
    """Persons of one level who have one status."""

    level: str
    status: str
    persons: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Persons by level and status; `weeks` those becoming due, by the week's Monday."""

    by: Dimension
    cells: tuple[Count, ...]

    def levels(self) -> list[str]:
        """In order of the cells."""
        return list(dict.fromkeys(cell.level for cell in self.cells))

    def persons(self, level: str, status: str) -> int:
        return sum(c.persons for c in self.cells if c.level == level and c.status == status)


_LEVELS = {
    Dimension.PHASE: "coalesce(phase::text, '')",
    Dimension.MUNICIPALITY: "municipality_code",
    Dimension.REGION: "region_code",
    Dimension.AGE: "CASE {cases} ELSE '' END",
}
_COUNT = """SELECT {level} AS level, status, count(*) FROM eligibility_status {more}
    WHERE programme_id = %(programme)s AND region_code = ANY(%(regions)s)
    AND (%(municipality)s = '' OR municipality_code = %(municipality)s)
    GROUP BY 1, 2 ORDER BY 1, 2"""
_WEEKS = """SELECT date_trunc('week', greatest(earliest_on, %(on)s))::date, count(*)
    FROM eligibility_status
    WHERE programme_id = %(programme)s AND region_code = ANY(%(regions)s)
    AND (%(municipality)s = '' OR municipality_code = %(municipality)s)
    AND status IN ('due', 'not_yet') AND earliest_on < %(end)s
    GROUP BY 1 ORDER BY 1"""


def count(
    programme: str, *, regions: list[str], by: Dimension, on: date, municipality: str = ""
) -> Counts:
    """Persons by level and status. One query, one pass over the statuses of the regions.

    A person with several groups is counted in each of them.
    """
    level, more = _LEVELS.get(by, "g.code"), ""
    if by is Dimension.AGE:
        level = level.format(cases=age_cases(on.year))
    if by is Dimension.GROUP:
        more = f"JOIN (VALUES {_groups()}) AS g (code, bit) ON groups & (1::bigint << bit) <> 0"
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(level=level, more=more),
            {"programme": programme, "regions": regions, "municipality": municipality},
        )
        cells = tuple(Count(*row) for row in cursor.fetchall())
    if by is Dimension.AGE:
        order = {age_code(*ages): n for n, ages in enumerate(AGES)}
        cells = tuple(sorted(cells, key=lambda cell: order.get(cell.level, len(order))))
    return Counts(by, cells)


def weeks_ahead(
    programme: str, *, regions: list[str], on: date, weeks: int = 8, municipality: str = ""
) -> list[tuple[date, int]]:
    """Persons by the Monday of the week in which they may first be vaccinated.

    Those due already stand in this week. Whoever has no date yet stands nowhere.
    """
    monday = Week.of(on).monday
    with connection.cursor() as cursor:
        cursor.execute(
            _WEEKS,
            {
                "programme": programme, "regions": regions, "municipality": municipality,
                "on": on, "end": monday + timedelta(weeks=weeks),
            },
        )  # fmt: skip
        found = dict(cursor.fetchall())
    mondays = [monday + timedelta(weeks=n) for n in range(weeks)]
    return [(each, found.get(each, 0)) for each in mondays]


def refreshed(programme: str, *, regions: list[str]) -> list[Refresh]:
    """The newest refresh of each region."""
    return list(
        Refresh.objects.filter(programme_id=programme, region_code__in=regions)
        .order_by("region_code", "-id")
        .distinct("region_code")
    )


def age_code(age_from: int, age_to: int | None) -> str:
    """As in the official figures: "80-89", "90-"."""
    return f"{age_from}-{'' if age_to is None else age_to}"


def age_cases(year: int) -> str:
    """Whole numbers only, from the constant above."""
    return " ".join(
        f"WHEN born_year <= {year - age_from} THEN '{age_code(age_from, age_to)}'"
        for age_from, age_to in AGES
    )


def _groups() -> str:
    """Codes and bits of the catalogue, which is the package's own data."""
    return ", ".join(f"('{group.code}', {group.bit})" for group in groups.CATALOGUE.values())
