"""Week by week, with the goals for the dose."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.coverage import queries
from vaksam.coverage.queries import Series
from vaksam.programmes import queries as programmes
from vaksam.web import charts, formats
from vaksam.web.components import Column, Table
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures.picture import Picture, row_of


def course_of(choice: PageChoice) -> Picture | None:
    """Week by week for the chosen areas, with the goals for the dose."""
    found = _series(choice)
    if not found:
        return None
    names = [_name(series) for series in found]
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
            "area": _name(series),
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
            row_of(choice, series.area, cell, str(week), choice.age)
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
        % {"population": formats.population(choice.age, how.born_by)}
        + _beside(choice, [goal.ages.code for goal in goals]),
    )


def _beside(choice: PageChoice, ages: Sequence[str]) -> str:
    """That the goals are not the line's: 80 % of those over 65 is no goal for all over 12."""
    if set(ages) <= {choice.age}:
        return ""
    return " " + _(
        "The goals are for other ages than the line, which therefore cannot tell whether they "
        "were met; the page Goals says what can be told."
    )


def _series(choice: PageChoice) -> list[Series]:
    codes = [place.code for place in choice.places if place.kind != "municipality"]
    found = []
    for level in ("country", "region"):
        wanted = [code for code in codes if (code == "SE") == (level == "country")]
        if wanted:
            found += queries.series(choice.edition.id, level, choice.asked, areas=wanted)
    return sorted(found, key=lambda series: codes.index(series.area))


def _course_table(found: Sequence[Series]) -> Table:
    """Newest week first."""
    weeks = sorted({week for series in found for week, _cell in series.weeks}, reverse=True)
    by = {(series.area, week): cell for series in found for week, cell in series.weeks}
    columns = [Column(_("Week"))]
    for series in found:
        columns += [
            Column(_("%(area)s, share") % {"area": _name(series)}, numeric=True),
            Column(_("%(area)s, persons") % {"area": _name(series)}, numeric=True),
        ]
    rows: list[list[str]] = []
    for week in weeks:
        row = [capfirst(formats.week(week))]
        for series in found:
            cell = by.get((series.area, week))
            row += [formats.share(cell.share), formats.number(cell.count)] if cell else ["–", "–"]
        rows.append(row)
    return Table("course-table", _("Share and persons vaccinated by week"), columns, rows)


def _name(series: Series) -> str:
    return formats.place(series.area, series.area_name)


def _language() -> str:
    return (get_language() or "sv")[:2]
