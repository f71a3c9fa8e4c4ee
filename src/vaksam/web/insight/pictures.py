"""The pictures of the coverage pages: each with its table, its words and its figures to download.

A picture is drawn only when it is asked for; the page itself carries the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.core.coverage import ranking
from vaksam.core.coverage.classes import class_of, classes
from vaksam.coverage import queries
from vaksam.coverage.queries import Cut, Series
from vaksam.programmes import queries as programmes
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Table
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


def map_of(choice: PageChoice) -> Picture | None:
    """Every region of Sweden, or every municipality of the chosen area's region."""
    within = (
        areas.municipalities(choice.region_code) if choice.map_level == "municipality" else None
    )
    found = queries.cut(
        choice.edition.id,
        choice.map_level,
        choice.asked,
        areas=[place.code for place in within] if within is not None else None,
    )
    if found is None or not found.cells:
        return None
    breaks = classes([cell.share for cell in found.cells])
    labels = _class_labels(breaks)
    told = [
        charts.MapArea(
            code=cell.area,
            name=cell.area_name,
            label=labels[n] if (n := class_of(cell.share, breaks)) is not None else "",
            shown=formats.share(cell.share),
            chosen=cell.area == choice.area.code,
        )
        for cell in found.cells
    ]

    def draw() -> dict[str, Any]:
        region = choice.region_code if choice.map_level == "municipality" else None
        return charts.choropleth(
            told,
            labels,
            areas.geometry(choice.map_level, region),
            title=_("Share vaccinated"),
            missing=_("Not published"),
            name_title=_("Area"),
            share_title=_("Share"),
        )

    title = f"{formats.dose(choice.doses)}, {_when(found, choice)}"
    return Picture(
        key="map",
        title=title,
        alt=_spread(found),
        table=_areas_table(found, choice, labels, breaks),
        rows=_rows(found, choice),
        draw=draw,
        note=_source(found, choice),
        caution=_caution(found, choice),
    )


def course_of(choice: PageChoice) -> Picture | None:
    """Week by week for the chosen areas, with the goals for the dose."""
    found = _series(choice)
    if not found:
        return None
    names = [series.area_name for series in found]
    goals = [goal for goal in programmes.goals(language=_language()) if goal.doses == choice.doses]
    lines = [
        charts.GoalLine(
            goal.share,
            goal.by_on.isoformat(),
            _("Goal %(share)s, %(age)s") % {
                "share": formats.share(goal.share, 0),
                "age": formats.age(goal.ages.code),
            },
        )
        for goal in goals
    ]  # fmt: skip
    rows = [
        {
            "area": series.area_name,
            "on": week.sunday.isoformat(),
            "week": formats.week(week),
            "share": cell.share,
            "shown": formats.share(cell.share),
        }
        for series in found
        for week, cell in series.weeks
        if cell.share is not None
    ]
    how = queries.recipe(choice.edition.id, "region", choice.asked, weekly=True)
    assert how is not None
    return Picture(
        key="course",
        title=_("%(dose)s, week by week") % {"dose": formats.dose(choice.doses)},
        alt=_(
            "Lines of the share vaccinated by week for %(areas)s; the table below has every figure."
        )
        % {"areas": ", ".join(names)},
        table=_course_table(found),
        rows=[
            _row(choice, series.area, cell, str(week), choice.age)
            for series in found
            for week, cell in series.weeks
        ],
        draw=lambda: charts.course(
            rows,
            names,
            lines,
            week_title=_("Week"),
            share_title=_("Share vaccinated"),
            area_title=_("Area"),
            chosen_on=choice.asked_week.sunday.isoformat() if choice.asked_week else None,
        ),
        note=_("Shares are of %(population)s.")
        % {"population": formats.population(choice.age, how.born_by)},
    )


def ages_of(choice: PageChoice) -> Picture | None:
    """The chosen areas by age and dose, as on the edition's date."""
    places = choice.places[:2]
    cells = queries.profile(
        choice.edition.id,
        "municipality" if choice.level == "municipality" else "region",
        [place.code for place in places],
        [dose for dose in choice.doses_offered() if dose <= 4],
    )
    if not cells:
        return None
    ages = list(dict.fromkeys(cell.age for cell in cells))
    doses = sorted({cell.doses for cell in cells})
    names = [place.short_name for place in places]
    by = {(cell.cell.area, cell.age, cell.doses): cell.cell for cell in cells}
    rows = [
        {
            "age": formats.age_mark(age),
            "dose": formats.dose(dose),
            "area": cell.area_name,
            "share": cell.share,
            "shown": formats.share(cell.share),
        }
        for (_area, age, dose), cell in by.items()
        if cell.share is not None
    ]
    title = _("%(areas)s by age") % {"areas": _and(names)}
    columns = [Column(_("Age"))] + [
        Column(
            f"{place.short_name}: {formats.dose(dose)}" if len(places) > 1 else formats.dose(dose),
            numeric=True,
        )
        for place in places
        for dose in doses
    ]
    return Picture(
        key="ages",
        title=title,
        alt=_("Lines of the share vaccinated by age group, one a dose; the table has the figures."),
        table=Table(
            "ages-table",
            title,
            columns,
            [
                [formats.age(age)]
                + [
                    formats.share(cell.share) if (cell := by.get((place.code, age, dose))) else "–"
                    for place in places
                    for dose in doses
                ]
                for age in ages
            ],
        ),
        rows=[
            _row(choice, area, cell, None, age) | {"dose": dose}
            for (area, age, dose), cell in by.items()
        ],
        draw=lambda: charts.profile(
            rows,
            [formats.age_mark(age) for age in ages],
            [formats.dose(dose) for dose in doses],
            names,
            age_title=_("Age"),
            share_title=_("Share vaccinated"),
            dose_title=_("Dose"),
            area_title=_("Area"),
        ),
        note=_(
            "Ages are those reached at the end of %(year)s. At least so many doses; added up from "
            "the published figures where the sheet has exactly so many."
        )
        % {"year": choice.edition.edition_on.year},
    )


def ranks_of(choice: PageChoice) -> Picture | None:
    """Municipalities best first, with the interval that each rank deserves."""
    within = areas.municipalities(choice.region_code)
    found = queries.cut(
        choice.edition.id, "municipality", choice.asked, areas=[place.code for place in within]
    )
    if found is None:
        return None
    cells = [cell for cell in found.cells if cell.share is not None and cell.population]
    ranks = ranking.rank([cell.share for cell in cells], [cell.population for cell in cells])
    spans = ranking.wilson(
        [min(cell.count, cell.population or 0) for cell in cells],
        [cell.population for cell in cells],
    )
    order = np.lexsort(([cell.area for cell in cells], ranks.rank))
    shown = [
        {
            "name": cells[i].area_name,
            "share": cells[i].share,
            "low": float(spans[i][0]),
            "high": float(spans[i][1]),
            "shown": formats.share(cells[i].share),
            "ranks": _span(int(ranks.lowest[i]), int(ranks.highest[i])),
            "chosen": cells[i].area == choice.area.code,
        }
        for i in order
    ]
    title = _("Municipalities by coverage: %(dose)s, %(when)s") % {
        "dose": formats.dose(choice.doses).lower(),
        "when": _when(found, choice),
    }
    return Picture(
        key="ranking",
        title=title,
        alt=_("Dots for each municipality's share, best first, with a line for its uncertainty."),
        table=Table(
            "ranking-table",
            title,
            [
                Column(_("Municipality")),
                Column(_("Rank"), numeric=True),
                Column(_("Rank, 95 % interval"), numeric=True),
                Column(_("Share"), numeric=True),
                Column(_("Persons"), numeric=True),
                Column(_("Population"), numeric=True),
            ],
            [
                [
                    Cell(cells[i].area_name, url="?" + choice.address(area=cells[i].area)),
                    str(ranks.rank[i]),
                    _span(int(ranks.lowest[i]), int(ranks.highest[i])),
                    formats.share(cells[i].share),
                    formats.number(cells[i].count),
                    formats.number(cells[i].population),
                ]
                for i in order
            ],
        ),
        rows=[
            _row(choice, cells[i].area, cells[i], None, choice.age)
            | {
                "rank": int(ranks.rank[i]),
                "rank_lowest": int(ranks.lowest[i]),
                "rank_highest": int(ranks.highest[i]),
            }
            for i in order
        ],
        draw=lambda: charts.ranks(
            shown, share_title=_("Share vaccinated"), rank_title=_("Rank"),
            name_title=_("Municipality"),
        ),
        note=_source(found, choice),
        caution=_caution(found, choice),
    )  # fmt: skip


PICTURES: dict[str, Callable[[PageChoice], Picture | None]] = {
    "map": map_of,
    "course": course_of,
    "ages": ages_of,
    "ranking": ranks_of,
}


def _series(choice: PageChoice) -> list[Series]:
    codes = [place.code for place in choice.places if place.kind != "municipality"]
    found = []
    for level in ("country", "region"):
        wanted = [code for code in codes if (code == "SE") == (level == "country")]
        if wanted:
            found += queries.series(choice.edition.id, level, choice.asked, areas=wanted)
    return sorted(found, key=lambda series: codes.index(series.area))


def _areas_table(
    found: Cut, choice: PageChoice, labels: Sequence[str], breaks: Sequence[float]
) -> Table:
    return Table(
        "map-table",
        _("The areas on the map"),
        [
            Column(_("Area")),
            Column(_("Share"), numeric=True),
            Column(_("Persons"), numeric=True),
            Column(_("Population"), numeric=True),
            Column(_("Class on the map"), numeric=True),
        ],
        [
            [
                Cell(cell.area_name, url="?" + choice.address(area=cell.area)),
                formats.share(cell.share),
                formats.number(cell.count),
                formats.number(cell.population),
                labels[n] if (n := class_of(cell.share, breaks)) is not None else "–",
            ]
            for cell in sorted(found.cells, key=lambda cell: formats.alphabetical(cell.area_name))
        ],
    )


def _course_table(found: Sequence[Series]) -> Table:
    """Newest week first."""
    weeks = sorted({week for series in found for week, _cell in series.weeks}, reverse=True)
    by = {(series.area, week): cell for series in found for week, cell in series.weeks}
    columns = [Column(_("Week"))]
    for series in found:
        columns += [
            Column(f"{series.area_name}, {_('share')}", numeric=True),
            Column(f"{series.area_name}, {_('persons')}", numeric=True),
        ]
    rows: list[list[str]] = []
    for week in weeks:
        row = [capfirst(formats.week(week))]
        for series in found:
            cell = by.get((series.area, week))
            row += [formats.share(cell.share), formats.number(cell.count)] if cell else ["–", "–"]
        rows.append(row)
    return Table("course-table", _("Share and persons vaccinated by week"), columns, rows)


def _class_labels(breaks: Sequence[float]) -> list[str]:
    decimals = 0 if all(round(b * 100, 6).is_integer() for b in breaks) else 1
    return [
        f"{formats.percent(low, decimals)}–{formats.share(high, decimals)}"
        for low, high in pairwise(breaks)
    ]


def _rows(found: Cut, choice: PageChoice) -> list[dict[str, object]]:
    week = str(found.week) if found.week else None
    return [_row(choice, cell.area, cell, week, choice.age) for cell in found.cells]


def _row(
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


def _when(found: Cut, choice: PageChoice) -> str:
    return formats.week(found.week) if found.week else formats.day(choice.edition.edition_on)


def _source(found: Cut, choice: PageChoice) -> str:
    population = formats.population(choice.age, found.recipe.born_by)
    text = _("Shares are of %(population)s.") % {"population": population}
    if not found.recipe.published:
        text += " " + _("Added up from published figures.")
    return text


def _caution(found: Cut, choice: PageChoice) -> str:
    """Why the picture is of another time than the one chosen; empty when it is not."""
    if found.week is not None or choice.asked_week is None:
        return ""
    return _(
        "The areas below are not published week by week. They are shown as of %(day)s instead "
        "of %(week)s."
    ) % {"day": formats.day(choice.edition.edition_on), "week": formats.week(choice.asked_week)}


def _spread(found: Cut) -> str:
    known = sorted((cell for cell in found.cells if cell.share is not None), key=_share)
    if not known:
        return _("Map without figures.")
    return _("Map: from %(low)s in %(worst)s to %(high)s in %(best)s.") % {
        "low": formats.share(known[0].share),
        "worst": known[0].area_name,
        "high": formats.share(known[-1].share),
        "best": known[-1].area_name,
    }


def _share(cell: queries.Cell) -> float:
    assert cell.share is not None
    return cell.share


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _and(names: Sequence[str]) -> str:
    return _(" and ").join(names)


def _language() -> str:
    return (get_language() or "sv")[:2]
