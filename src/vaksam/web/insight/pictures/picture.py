"""What every picture is made of: its table, its words, its figures to download."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from vaksam.coverage import queries
from vaksam.coverage.queries import Cut
from vaksam.web import formats
from vaksam.web.components import Table
from vaksam.web.insight.choice import PageChoice

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Picture:
    """`rows` are the figures as machines read them; `draw` makes the Vega-Lite specification."""

    key: str
    title: str
    alt: str
    table: Table
    rows: Sequence[Row]
    draw: Callable[[], dict[str, Any]]
    note: str = ""
    caution: str = ""


def rows_of(found: Cut, choice: PageChoice) -> list[dict[str, object]]:
    week = str(found.week) if found.week else None
    return [row_of(choice, cell.area, cell, week, choice.age) for cell in found.cells]


def row_of(
    choice: PageChoice, area: str, cell: queries.Cell, week: str | None, age: str
) -> dict[str, object]:
    """One figure for a download; every row says where it comes from."""
    return {
        "area": area,
        "area_name": cell.area_name,
        "week": week,
        "dose": choice.doses,
        "age": age,
        "sex": choice.sex,
        "count": cell.count,
        "share": cell.share,
        "population": cell.population,
        "edition": choice.edition.edition_on.isoformat(),
        "source": "exempeldata" if choice.edition.example else "Folkhälsomyndigheten",
    }


def when(found: Cut, choice: PageChoice) -> str:
    return formats.week(found.week) if found.week else formats.day(choice.edition.edition_on)


def source(found: Cut, choice: PageChoice) -> str:
    population = formats.population(choice.age, found.recipe.born_by)
    text = _("Shares are of %(population)s.") % {"population": population}
    if not found.recipe.published:
        text += " " + _("Added up from published figures.")
    return text


def caution(found: Cut, choice: PageChoice) -> str:
    """Why the picture is of another time than the one chosen; empty when it is not."""
    if found.week is not None or choice.asked_week is None:
        return ""
    return _(
        "The areas below are not published week by week. They are shown as of %(day)s instead "
        "of %(week)s."
    ) % {"day": formats.day(choice.edition.edition_on), "week": formats.week(choice.asked_week)}


def all_of(names: Sequence[str]) -> str:
    return _(" and ").join(names)
