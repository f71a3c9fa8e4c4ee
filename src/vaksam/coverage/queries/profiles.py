"""Coverage by age: one area, every published age group and dose, as on the edition's date."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaksam.coverage.queries.cuts import Choice, recipe
from vaksam.coverage.queries.parts import Asked, Cell, combine, fetch
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
    asked = [Asked(how=how, sex="total", week=None) for how in recipes.values()]
    fetched = fetch(edition_id, level, asked, areas)
    parts = {
        (key, area): [part for part in of if part.area == area]
        for key, of in zip(recipes, fetched, strict=True)
        for area in areas
    }
    return [
        AgeCell(age=age, doses=dose, cell=cell)
        for area in areas
        for (age, dose), how in recipes.items()
        if (cell := combine(how, parts[(age, dose), area]))
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
