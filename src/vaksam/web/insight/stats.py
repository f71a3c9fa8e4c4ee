"""The chosen area in large figures, and the form that chooses."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.coverage import queries
from vaksam.coverage.queries import Choice
from vaksam.web import formats
from vaksam.web.components import Stat
from vaksam.web.insight.choice import COMPARED_AT_MOST, PageChoice


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One choice of the form. A single option needs no asking and is kept hidden."""

    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


@dataclass(frozen=True, slots=True)
class Form:
    selects: list[Select]
    kept: list[tuple[str, str]]
    compare: list[Option]


def form(choice: PageChoice) -> Form:
    """What can be chosen here, given what is chosen already."""
    selects = [
        _select("dose", _("Dose"), [(str(n), formats.dose(n)) for n in choice.doses_offered()],
                str(choice.doses)),
        _select("age", _("Ages"),
                [(_asked(choice, age), formats.age(age)) for age in choice.ages_offered()],
                _asked(choice, choice.age)),
        _select("sex", _("Sex"), [(s, formats.sex(s)) for s in choice.sexes_offered()], choice.sex),
        _select("week", _("Week"), _weeks(choice),
                str(choice.asked_week) if choice.asked_week else ""),
        _select("edition", _("Edition"),
                [("", _("The newest"))] + [
                    (e.edition_on.isoformat(), formats.day(e.edition_on))
                    for e in queries.editions()
                ],
                choice.asked_edition.isoformat() if choice.asked_edition else ""),
    ]  # fmt: skip
    kept = [("area", choice.area.code), *(("with", place.code) for place in choice.compared)]
    return Form([one for one in selects if len(one.options) > 1], kept, _compare(choice))


def of(choice: PageChoice) -> list[Stat]:
    """Share, persons, and the change since the week before."""
    found = queries.series(choice.edition.id, choice.level, choice.asked, areas=[choice.area.code])
    if found:
        return _weekly(choice, found[0])
    cut = queries.cut(choice.edition.id, choice.level, choice.asked, areas=[choice.area.code])
    if cut is None or not cut.cells:
        return []
    (cell,) = cut.cells
    when = formats.day(choice.edition.edition_on)
    population = formats.population(choice.age, cut.recipe.born_by)
    return [
        Stat(formats.area(choice.area), formats.share(cell.share),
             _("%(population)s, %(when)s") % {"population": population, "when": when}),
        Stat(_("Persons"), formats.number(cell.count), _people(cell.population)),
    ]  # fmt: skip


def _weekly(choice: PageChoice, series: queries.Series) -> list[Stat]:
    weeks = [
        (week, cell)
        for week, cell in series.weeks
        if choice.asked_week is None or week <= choice.asked_week
    ]
    if not weeks:
        return []
    week, cell = weeks[-1]
    how = queries.recipe(choice.edition.id, choice.level, choice.asked, weekly=True)
    population = formats.population(choice.age, how.born_by if how else None)
    found = [
        Stat(
            formats.area(choice.area),
            formats.share(cell.share),
            _("%(population)s, %(when)s") % {"population": population, "when": formats.week(week)},
        ),
        Stat(_("Persons"), formats.number(cell.count), _people(cell.population)),
    ]
    if len(weeks) > 1:
        found.append(_change(cell, weeks[-2][1]))
    return found


def _change(now: queries.Cell, before: queries.Cell) -> Stat:
    more = now.count - before.count
    share = _("%(points)s percentage points") % {
        "points": formats.points((now.share or 0) - (before.share or 0), 2)
    }
    sign = "+" if more > 0 else ""
    return Stat(_("Since the week before"), f"{sign}{formats.number(more)}", share)


def _people(population: int | None) -> str:
    if population is None:
        return ""
    return _("of %(population)s residents") % {"population": formats.number(population)}


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> Select:
    return Select(name, label, [Option(value, text, value == chosen) for value, text in options])


def _asked(choice: PageChoice, age: str) -> str:
    """What asks for an age: nothing for the usual one, so that it follows when the dose changes."""
    return "" if age == choice.usual_age else age


def _weeks(choice: PageChoice) -> list[tuple[str, str]]:
    chosen = Choice(doses=choice.doses, age=choice.age)
    levels = (choice.map_level, choice.level)
    recipes = [queries.recipe(choice.edition.id, level, chosen, weekly=True) for level in levels]
    how = next((one for one in recipes if one is not None), None)
    if how is None or how.table.weeks is None:
        return []
    first, last = how.table.weeks
    weeks = [week for week in queries.weeks(choice.edition.id) if first <= week <= last]
    return [
        ("", _("The latest")),
        *((str(week), capfirst(formats.week(week))) for week in reversed(weeks)),
    ]


def _compare(choice: PageChoice) -> list[Option]:
    """Areas that can be added to the comparison."""
    taken = {place.code for place in choice.places}
    if len(taken) >= COMPARED_AT_MOST:
        return []
    offered = [areas.country(), *areas.regions()]
    return [Option(place.code, formats.area(place), False) for place in offered
            if place.code not in taken]  # fmt: skip
