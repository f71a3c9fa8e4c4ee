"""Coverage by age: one area, every published age group and dose, as on the edition's date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vaksam.coverage.models import Figure
from vaksam.coverage.queries.cuts import (
    PART_COLUMNS,
    Cell,
    Choice,
    Part,
    Recipe,
    combine,
    recipe,
)
from vaksam.coverage.queries.tables import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCell:
    """At least `doses` doses in one age group of one area."""

    age: str
    doses: int
    cell: Cell


def profile(
    edition_id: int, level: str, areas: Sequence[str], doses: Sequence[int]
) -> list[AgeCell]:
    """Every closed age group (and the oldest open one) by dose, by area in the order given.

    One query, however many ages and doses.
    """
    recipes = {
        (age, dose): found
        for age in bands(edition_id, level)
        for dose in doses
        if (found := recipe(edition_id, level, Choice(doses=dose, age=age), weekly=False))
    }
    parts = _parts(edition_id, recipes.values(), areas)
    return [
        AgeCell(age=age, doses=dose, cell=cell)
        for area in areas
        for (age, dose), how in recipes.items()
        if (cell := combine(how, parts.get((area, how.table.sheet), [])))
    ]


def bands(edition_id: int, level: str) -> list[str]:
    """The age groups of the level's table by age that tells of most of them."""
    wanted = "municipality-age" if level == "municipality" else "age"
    found = [table.ages for table in tables(edition_id) if table.kind == wanted]
    ages = max(found, key=len, default=())
    oldest = max((age for age in ages if "-" not in age), key=_first, default=None)
    return sorted((age for age in ages if "-" in age or age == oldest), key=_first)


def _first(age: str) -> int:
    return int(age.rstrip("+").split("-")[0])


def _parts(
    edition_id: int, recipes: Iterable[Recipe], areas: Sequence[str]
) -> dict[tuple[str, int], list[Part]]:
    """By area and sheet."""
    used = list(recipes)
    rows = Figure.objects.filter(
        edition_id=edition_id,
        sheet__in={how.table.sheet for how in used},
        age__in={age for how in used for age in how.ages},
        sex="total",
        week=0,
        area__code__in=areas,
        area__edition="",
    ).values_list("sheet", *PART_COLUMNS)
    parts: dict[tuple[str, int], list[Part]] = {}
    for sheet, *columns in rows:
        part = Part(*columns)
        parts.setdefault((part.area, sheet), []).append(part)
    return parts
