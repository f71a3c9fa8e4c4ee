"""One choice of dose, age, sex and week, answered for many areas from the sheet that can.

A figure is taken as published where a sheet has just that cell, otherwise added up from published
cells that together are exactly it (18+ = 18–29 + … + 90+; at least 1 dose = exactly 1 + exactly 2
+ at least 3). What cannot be had in either way is not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.goals import Doses, compose
from vaksam.core.weeks import Week
from vaksam.coverage.models import Figure
from vaksam.coverage.queries.tables import Table, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to show. `doses` is at least so many; `week` None is the latest there is."""

    doses: int
    age: str
    sex: str = "total"
    week: Week | None = None


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
class Cut:
    """A choice answered: where from, for which week (None: the edition's date), and the cells."""

    recipe: Recipe
    week: Week | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One area's weekly figures, oldest first."""

    area: str
    area_name: str
    weeks: tuple[tuple[Week, Cell], ...]


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


PART_COLUMNS = (
    "area__code", "area__short_name", "week", "age", "doses", "count", "share", "population",
)  # fmt: skip


def recipe(
    edition_id: int, level: str, choice: Choice, *, weekly: bool | None = None
) -> Recipe | None:
    """How to answer the choice for areas of a level; None when the edition cannot.

    Published cells are preferred to sums, series to figures of the edition's date.
    """
    found = [
        recipe
        for table in tables(edition_id)
        if serves(table, level)
        and choice.sex in table.sexes
        and (weekly is None or table.weekly == weekly)
        and (recipe := _from(table, choice))
    ]
    return min(found, key=lambda r: (not r.published, not r.table.weekly), default=None)


def cut(
    edition_id: int, level: str, choice: Choice, *, areas: Sequence[str] | None = None,
    weekly: bool | None = None,
) -> Cut | None:  # fmt: skip
    """The choice for every area of a level (or those named), in the order of their codes."""
    how = recipe(edition_id, level, choice, weekly=weekly)
    if how is None:
        return None
    week = None
    if how.table.weeks:
        first, last = how.table.weeks
        week = min(max(choice.week or last, first), last)
    parts = _parts(edition_id, how, level, choice, areas, week.key if week else 0)
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.area, []).append(part)
    cells = tuple(cell for group in grouped.values() if (cell := combine(how, group)))
    return Cut(recipe=how, week=week, cells=cells)


def series(edition_id: int, level: str, choice: Choice, *, areas: Sequence[str]) -> list[Series]:
    """The choice week by week, one series an area in the order given; [] when not published."""
    how = recipe(edition_id, level, choice, weekly=True)
    if how is None:
        return []
    grouped: dict[str, dict[int, list[Part]]] = {}
    for part in _parts(edition_id, how, level, choice, areas, None):
        grouped.setdefault(part.area, {}).setdefault(part.week, []).append(part)
    return [
        Series(
            area=area,
            area_name=next(iter(grouped[area].values()))[0].name,
            weeks=tuple(
                (Week.from_key(key), cell)
                for key, group in sorted(grouped[area].items())
                if (cell := combine(how, group))
            ),
        )
        for area in areas
        if area in grouped
    ]


def serves(table: Table, level: str) -> bool:
    """Whether the table tells of areas of the level."""
    return table.level == level or (level == "country" and table.level == "region")


def _from(table: Table, choice: Choice) -> Recipe | None:
    """The cells that make up the choice: its ages, and for each of them its doses."""
    ages = [choice.age] if choice.age in table.doses_by_age else _compose_ages(table, choice.age)
    wanted = Doses(choice.doses)
    cells: list[tuple[str, Doses]] = []
    for age in ages:
        doses = compose(wanted, table.doses_by_age[age])
        if doses is None:
            return None
        cells += [(age, one) for one in doses]
    return Recipe(table=table, cells=tuple(cells)) if cells else None


def _compose_ages(table: Table, age: str) -> list[str]:
    try:
        found = compose(AgeGroup.parse(age), bands_of(table))
    except ValueError:
        return []
    return [age.code for age in found or ()]


def bands_of(table: Table) -> list[AgeGroup]:
    """The table's ages that have limits."""
    return [AgeGroup.parse(age) for age in table.ages if age not in ("", "all")]


def _parts(
    edition_id: int, how: Recipe, level: str, choice: Choice, areas: Sequence[str] | None,
    week: int | None,
) -> list[Part]:  # fmt: skip
    rows = Figure.objects.filter(
        edition_id=edition_id,
        sheet=how.table.sheet,
        doses__in=[dose.first for dose in how.doses],
        age__in=how.ages,
        sex=choice.sex,
        area__kind=level,
    )
    if week is not None:
        rows = rows.filter(week=week)
    if areas is not None:
        rows = rows.filter(area__code__in=areas)
    found = rows.order_by("area__code").values_list(*PART_COLUMNS)
    return [Part(*row) for row in found]


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
