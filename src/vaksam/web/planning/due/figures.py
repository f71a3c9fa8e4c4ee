"""Counts of persons as a page shows them, small numbers protected where they must be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.base.disclosure import policy
from vaksam.core import groups
from vaksam.core.disclosure import protect, shown
from vaksam.core.weeks import Week
from vaksam.eligibility import queries
from vaksam.eligibility.queries import Count, Dimension
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.insight.pictures import Picture
from vaksam.web.planning.due.choice import DueChoice
from vaksam.web.planning.words import STATUSES

TOTAL = "total"
HIDDEN = "·"


@dataclass(frozen=True, slots=True)
class Grid:
    """Persons by level and status with all totals; None where a number is protected."""

    levels: Sequence[str]
    cells: dict[tuple[str, str], int | None]

    def at(self, level: str, status: str = TOTAL) -> int | None:
        return self.cells.get((level, status), 0)


def grid(choice: DueChoice) -> Grid:
    """The counts the page is about."""
    counts = queries.count(
        choice.programme.code,
        regions=choice.regions,
        by=choice.by,
        on=choice.on,
        municipality=choice.municipality.code if choice.municipality else "",
    )
    if choice.by is Dimension.GROUP:  # a person may have several: each group is a table of its own
        whole: dict[tuple[str, str], int | None] = {}
        for level in counts.levels():
            whole |= _cells([c for c in counts.cells if c.level == level], exact=choice.exact)
        return Grid(counts.levels(), {key: n for key, n in whole.items() if key[0] != TOTAL})
    return Grid(counts.levels(), _cells(counts.cells, exact=choice.exact))


def _cells(counts: Sequence[Count], *, exact: bool) -> dict[tuple[str, str], int | None]:
    if not counts:
        return {}
    if exact:
        cells: dict[tuple[str, str], int | None] = {}
        for each in counts:
            for key in ((each.level, each.status), (each.level, TOTAL), (TOTAL, each.status),
                        (TOTAL, TOTAL)):  # fmt: skip
                cells[key] = (cells.get(key) or 0) + each.persons
        return cells
    frame = pl.DataFrame(
        [(each.level, each.status, each.persons) for each in counts],
        schema=["level", "status", "persons"],
        orient="row",
    )
    safe = protect(frame, dimensions=["level", "status"], count="persons", policy=policy())
    return {(row[0], row[1]): row[2] for row in safe.iter_rows()}


def table(choice: DueChoice, found: Grid) -> Table:
    """Levels down, statuses across."""
    statuses = [each for each in STATUSES if any(found.at(lv, each) != 0 for lv in found.levels)]
    names = level_names(choice, found.levels)
    columns = [
        Column(HEADINGS[choice.by]()),
        *(Column(STATUSES[s], numeric=True) for s in statuses),
    ]
    rows: list[list[Text | Cell]] = [
        [_heading(choice, level, names[level]), *(_told(found.at(level, s)) for s in statuses),
         _told(found.at(level))]
        for level in found.levels
    ]  # fmt: skip
    totals: list[Text | Cell] = []
    if (TOTAL, TOTAL) in found.cells and len(found.levels) > 1:
        totals = [_("All"), *(_told(found.at(TOTAL, s)) for s in statuses), _told(found.at(TOTAL))]
    notes = []
    if any(n is None for n in found.cells.values()):
        notes.append(_("“%(mark)s”: a small number that is not shown.") % {"mark": HIDDEN})
    if choice.by is Dimension.GROUP:
        notes.append(_("A person with several groups is counted in each."))
    return Table(
        "counts", _("Persons by status"), [*columns, Column(_("All"), numeric=True)], rows, totals,
        note=" ".join(notes),
    )  # fmt: skip


def stats(found: Grid, weeks: Sequence[tuple[Week, int | None]]) -> list[Stat]:
    """What a planner asks first. `found` has totals over its levels."""
    soon = weeks[1][1] if len(weeks) > 1 else 0
    return [
        Stat(STATUSES["due"], _told(found.at(TOTAL, "due"))),
        Stat(_("May be vaccinated from next week"), _told(soon),
             formats.week(weeks[1][0]) if len(weeks) > 1 else ""),
        Stat(STATUSES["needs_assessment"], _told(found.at(TOTAL, "needs_assessment"))),
        Stat(STATUSES["complete"], _told(found.at(TOTAL, "complete"))),
    ]  # fmt: skip


def weeks(choice: DueChoice) -> list[tuple[Week, int | None]]:
    """Persons by the week in which they may first be vaccinated."""
    found = queries.weeks_ahead(
        choice.programme.code,
        regions=choice.regions,
        on=choice.on,
        municipality=choice.municipality.code if choice.municipality else "",
    )
    rule = policy()
    return [(Week.of(monday), n if choice.exact else shown(n, rule)) for monday, n in found]


def weeks_picture(choice: DueChoice, found: Sequence[tuple[Week, int | None]]) -> Picture:
    """Columns week by week; the first holds everyone whose turn has come."""
    place = choice.municipality or choice.area
    title = _("When they may first be vaccinated, %(place)s") % {"place": place.short_name}
    rows = [
        {"week": str(week), "persons": n, "area": place.code, "programme": choice.programme.code}
        for week, n in found
    ]
    told = _("; ").join(
        _("%(week)s: %(count)s") % {"week": formats.week(week), "count": _told(n)}
        for week, n in found
    )
    labelled: list[dict[str, object]] = [
        {**row, "week": _label(week)} for row, (week, _n) in zip(rows, found, strict=True)
    ]
    return Picture(
        key="weeks",
        title=title,
        alt=f"{title}. {told}",
        table=Table(
            "weeks", title,
            [Column(_("Week")), Column(_("Persons"), numeric=True)],
            [[formats.week(week), _told(n)] for week, n in found],
        ),
        rows=rows,
        draw=lambda: charts.columns(labelled, week_title=_("Week"), count_title=_("Persons")),
        note=_("This week holds everyone whose turn has come. Whoever has no date yet is in none."),
    )  # fmt: skip


def level_names(choice: DueChoice, levels: Iterable[str]) -> dict[str, str]:
    """What the levels are called in the language of the page."""
    if choice.by is Dimension.MUNICIPALITY:
        known = {each.code: each.name for each in areas.municipalities(choice.area.region_code)}
        return {level: known.get(level, _("Not known")) for level in levels}
    if choice.by is Dimension.REGION:
        known = {each.code: each.short_name for each in areas.regions()}
        return {level: known.get(level, level) for level in levels}
    if choice.by is Dimension.GROUP:
        known = groups.names((get_language() or "sv")[:2])
        return {level: known.get(level, level) for level in levels}
    if choice.by is Dimension.AGE:
        return {level: formats.age(_age(level)) for level in levels}
    return {level: _("Phase %(n)s") % {"n": level} if level else _("No phase") for level in levels}


HEADINGS = {
    Dimension.PHASE: lambda: _("Phase"),
    Dimension.AGE: lambda: _("Age reached this year"),
    Dimension.MUNICIPALITY: lambda: _("Municipality"),
    Dimension.GROUP: lambda: _("Group"),
    Dimension.REGION: lambda: _("Region"),
}


def _heading(choice: DueChoice, level: str, name: str) -> Text | Cell:
    if choice.by is Dimension.REGION:
        return Cell(name, url=f"?{choice.address(area=level, by='')}")
    if choice.by is Dimension.MUNICIPALITY and level:
        return Cell(name, url=f"?{choice.address(municipality=level, by=str(Dimension.AGE))}")
    return name


def _age(level: str) -> str:
    return level if not level.endswith("-") else f"{level[:-1]}+"


def _label(week: Week) -> str:
    return _("w. %(number)s") % {"number": week.number}


def _told(persons: int | None) -> str:
    return HIDDEN if persons is None else formats.number(persons)
