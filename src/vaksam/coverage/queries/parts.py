"""Stored figures fetched for many choices at once, and added up to the cells that were asked for.

One query, however many choices, areas and weeks.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from vaksam.core.coverage.goals import Doses
from vaksam.core.weeks import Week
from vaksam.coverage.models import Figure
from vaksam.coverage.queries.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One area's figure: persons, share of the population (None: not known), population."""

    area: str
    area_name: str
    count: int
    share: float | None
    population: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """From which cells of which table a choice is answered; one cell: as published."""

    table: Table
    cells: tuple[tuple[str, Doses], ...]

    @property
    def ages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(age for age, _ in self.cells))

    @property
    def doses(self) -> tuple[Doses, ...]:
        return tuple(dict.fromkeys(doses for _, doses in self.cells))

    @property
    def published(self) -> bool:
        return len(self.cells) == 1

    @property
    def born_by(self) -> int | None:
        """Last birth year of the whole population, where the notes tell it."""
        return self.table.born_by.get(self.doses[0].first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A recipe with what it leaves open; `week` None: every week of its table."""

    how: Recipe
    sex: str
    week: Week | None


@dataclass(frozen=True, slots=True)
class Part:
    """A stored figure that a recipe adds up."""

    area: str
    name: str
    week: int
    age: str
    doses: int
    count: int
    share: float | None
    population: int | None


_COLUMNS = (
    "sheet", "sex", "area__code", "area__short_name", "week", "age", "doses", "count", "share",
    "population",
)  # fmt: skip


def fetch(
    edition_id: int, level: str, asked: Sequence[Asked | None], areas: Sequence[str] | None
) -> list[list[Part]]:
    """The figures that each of `asked` may add up, by area; none for None.

    `areas` None: every area of the level.
    """
    wanted = [one for one in asked if one]
    if not wanted:
        return [[] for _ in asked]
    rows = Figure.objects.filter(_where(wanted), edition_id=edition_id)
    if areas is None:
        rows = rows.filter(area__kind=level)
    else:
        rows = rows.filter(area__code__in=areas, area__edition="")
    by: dict[tuple[int, str], list[Part]] = defaultdict(list)
    for sheet, sex, *columns in rows.order_by("area__code").values_list(*_COLUMNS):
        by[sheet, sex].append(Part(*columns))
    return [_of(by[one.how.table.sheet, one.sex], one.week) if one else [] for one in asked]


def _where(asked: Iterable[Asked]) -> Q:
    """Of each sheet all ages and doses that any of its recipes needs; `combine` picks."""
    grouped: dict[tuple[int, str, Week | None], list[Recipe]] = defaultdict(list)
    for one in asked:
        grouped[one.how.table.sheet, one.sex, one.week].append(one.how)
    return reduce(or_, (_sheet(*key, hows) for key, hows in grouped.items()))


def _sheet(sheet: int, sex: str, week: Week | None, hows: Sequence[Recipe]) -> Q:
    ages = sorted({age for how in hows for age in how.ages})
    doses = sorted({dose.first for how in hows for dose in how.doses})
    found = Q(sheet=sheet, sex=sex, age__in=ages, doses__in=doses)
    return found if week is None else found & Q(week=week.key)


def _of(parts: list[Part], week: Week | None) -> list[Part]:
    return parts if week is None else [part for part in parts if part.week == week.key]


def combine(how: Recipe, found: Sequence[Part]) -> Cell | None:
    """One cell as published, several added up over their ages; None where one of them lacks."""
    cells = {(age, doses.first) for age, doses in how.cells}
    parts = [part for part in found if (part.age, part.doses) in cells]
    if len(parts) != len(cells):
        return None
    first = parts[0]
    count = sum(part.count for part in parts)
    population = _population(parts)
    share = first.share if len(parts) == 1 else count / population if population else None
    return Cell(
        area=first.area,
        area_name=first.name,
        count=count,
        share=min(share, 1.0) if share is not None else None,
        population=population,
    )


def _population(parts: Sequence[Part]) -> int | None:
    """Persons in the ages together: as published, otherwise what count and share amount to."""
    by_age: dict[str, int] = {}
    for part in parts:
        if part.population is not None:
            by_age[part.age] = part.population
        elif part.share and part.share < 1:
            by_age[part.age] = round(part.count / part.share)
    return sum(by_age.values()) if by_age.keys() == {part.age for part in parts} else None
