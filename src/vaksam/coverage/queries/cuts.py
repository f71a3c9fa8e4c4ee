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
from vaksam.coverage.queries.parts import Asked, Cell, Part, Recipe, combine, fetch
from vaksam.coverage.queries.tables import Table, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to show. `doses` is at least so many; `week` None is the latest there is."""

    doses: int
    age: str
    sex: str = "total"
    week: Week | None = None


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
    return cuts(edition_id, level, [choice], areas=areas, weekly=weekly)[0]


def cuts(
    edition_id: int, level: str, choices: Sequence[Choice | None], *,
    areas: Sequence[str] | None = None, weekly: bool | None = None,
) -> list[Cut | None]:  # fmt: skip
    """`cut` for several choices, in one query; None for None."""
    asked = [
        Asked(how=how, sex=choice.sex, week=_week(how, choice))
        if choice and (how := recipe(edition_id, level, choice, weekly=weekly))
        else None
        for choice in choices
    ]
    found = fetch(edition_id, level, asked, areas)
    return [_cut(one, parts) if one else None for one, parts in zip(asked, found, strict=True)]


def series(edition_id: int, level: str, choice: Choice, *, areas: Sequence[str]) -> list[Series]:
    """The choice week by week, one series an area in the order given; [] when not published."""
    return all_series(edition_id, level, [choice], areas=areas)[0]


def all_series(
    edition_id: int, level: str, choices: Sequence[Choice | None], *, areas: Sequence[str]
) -> list[list[Series]]:
    """`series` for several choices, in one query; [] for None."""
    asked = [
        Asked(how=how, sex=choice.sex, week=None)
        if choice and (how := recipe(edition_id, level, choice, weekly=True))
        else None
        for choice in choices
    ]
    found = fetch(edition_id, level, asked, areas)
    return [
        _series(one.how, parts, areas) if one else []
        for one, parts in zip(asked, found, strict=True)
    ]


def _week(how: Recipe, choice: Choice) -> Week | None:
    """The week of the table that is nearest to the one chosen, else its last."""
    if how.table.weeks is None:
        return None
    first, last = how.table.weeks
    return min(max(choice.week or last, first), last)


def _cut(asked: Asked, parts: Sequence[Part]) -> Cut:
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.area, []).append(part)
    cells = tuple(cell for group in grouped.values() if (cell := combine(asked.how, group)))
    return Cut(recipe=asked.how, week=asked.week, cells=cells)


def _series(how: Recipe, parts: Sequence[Part], areas: Sequence[str]) -> list[Series]:
    grouped: dict[str, dict[int, list[Part]]] = {}
    for part in parts:
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
