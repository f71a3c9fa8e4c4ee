"""Today: one screen a role, what matters first."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import Scope, requires, scope_of
from vaksam.core.rules.definition import Opening
from vaksam.coverage import queries as coverage
from vaksam.coverage.queries import Cell as Figure
from vaksam.coverage.queries import EditionRef
from vaksam.programmes import queries as programmes
from vaksam.situation import queries as situation
from vaksam.situation.queries import Move, Signal, SignalCode
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Stat, Table
from vaksam.web.insight import goal_cards
from vaksam.web.planning.changes import today as changes
from vaksam.web.planning.directives.words import who
from vaksam.web.planning.due import choice as choices
from vaksam.web.planning.due import figures
from vaksam.web.roles import BOOKERS, DUE

OPENINGS_SHOWN = 6

PLANNERS = (
    Role.NATIONAL_VIEWER, Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.ADMINISTRATOR,
)  # fmt: skip
OF_THE_DAY = (SignalCode.BOOKED_OVER, SignalCode.CALLS_WAIT, SignalCode.SUPPLY_WAITS)
KEEPERS = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.ADMINISTRATOR)


@require_safe
@requires()
def today(request: HttpRequest) -> HttpResponse:
    """Signals, how far it has come, what moved, who is behind, the edition behind it all."""
    scope = scope_of(request.user)
    area = _area(request, scope)
    edition = coverage.newest()
    context: dict[str, object] = {
        "area": area,
        "today": clock.today(),
        "roles": [role.label for role in sorted(scope.roles)],
        "edition": edition,
        "example_data": bool(edition and edition.example),
        "planner": scope.has(*PLANNERS),
        "keeper": scope.has(*KEEPERS),
        "signals": changes.signals(scope)
        + (_signals(edition, scope) if scope.has(*KEEPERS, *BOOKERS) else []),
        **_turns(request, area, scope),
    }
    if edition is not None:
        context |= _figures(edition, area, planner=scope.has(*PLANNERS))
    return render(request, "planning/today.html", context)


def _area(request: HttpRequest, scope: Scope) -> AreaRef:
    """The region asked for if it is reached, else the account's own, else all of Sweden."""
    asked = request.GET.get("area", "")
    if asked and asked != "SE" and scope.reaches(asked):
        return areas.find(asked, kind="region")
    if scope.regions and asked != "SE":
        return areas.find(min(scope.regions), kind="region")
    return areas.country()


def _figures(edition: EditionRef, area: AreaRef, *, planner: bool) -> dict[str, object]:
    moved = situation.moves(edition, area)
    found: dict[str, object] = {
        "stats": [_stat(move) for move in moved],
        "age_days": (days := (clock.today() - edition.edition_on).days),
        "age_told": formats.number(days),
    }
    if planner:
        standings = coverage.standings(
            edition.id,
            str(area.kind),
            programmes.goals(language=(get_language() or "sv")[:2]),
            areas=[area.code],
        )
        found["cards"] = [goal_cards.card(one, edition) for one in standings]
        found["behind"] = _behind(situation.furthest_behind(edition, area), area)
    return found


def _stat(move: Move) -> Stat:
    change = ""
    if move.more is not None and move.points is not None:
        sign = "+" if move.more > 0 else ""
        change = _("%(more)s persons, %(points)s points") % {
            "more": f"{sign}{formats.number(move.more)}",
            "points": formats.points(move.points, 2),
        }
    return Stat(
        formats.dose(move.doses),
        formats.share(move.now.share),
        _("%(count)s %(people)s, %(week)s")
        % {
            "count": formats.number(move.now.count),
            "people": formats.people(move.age),
            "week": formats.week(move.week),
        },
        change,
    )


def _behind(cells: list[Figure], area: AreaRef) -> Table | None:
    if not cells:
        return None
    first = _("Region") if area.kind == "country" else _("Municipality")
    return Table(
        "behind",
        _("Furthest behind, at least 1 dose"),
        [
            Column(first),
            Column(_("Share"), numeric=True),
            Column(_("Not vaccinated"), numeric=True),
        ],
        [
            [
                Cell(cell.area_name, url=f"{reverse('coverage')}?area={cell.area}"),
                formats.share(cell.share),
                formats.number(max(cell.population - cell.count, 0) if cell.population else None),
            ]
            for cell in cells
        ],
    )


def _turns(request: HttpRequest, area: AreaRef, scope: Scope) -> dict[str, object]:
    """Whose turn it is by the running programme, and for planners how many they are."""
    running = programmes.running()
    if not running:
        return {}
    programme = programmes.programme(running[0], language=(get_language() or "sv")[:2])
    today = clock.today()
    region = area.code if area.kind == "region" else ""
    found = situation.openings(programme.code, region, today=today)
    context: dict[str, object] = {
        "programme": programme,
        "openings": [_opening(rule, today) for rule in found[:OPENINGS_SHOWN]],
    }
    if scope.has(*DUE) and area.kind == "region":
        choice = choices.read(request)
        grid = figures.grid(choice)
        if grid.levels:
            context["due"] = figures.stats(grid, figures.weeks(choice))
            context["due_address"] = choice.address()
    return context


def _opening(rule: Opening, today: date) -> dict[str, object]:
    when = formats.day(rule.effective_from)
    soon = rule.effective_from > today
    return {
        "who": who(rule.who),
        "when": _("from %(day)s") % {"day": when},
        "tone": "info" if soon else "success",
        "state": _("soon") if soon else _("now"),
        "directive": rule.directive,
    }


def _signals(edition: EditionRef | None, scope: Scope) -> list[dict[str, str]]:
    found = situation.signals(edition, scope=scope, today=clock.today())
    keeper = scope.has(*KEEPERS)  # others see what is about the day's work
    return [_worded(signal) for signal in found if keeper or signal.code in OF_THE_DAY]


def _counted(signal: Signal) -> dict[str, str] | None:
    """Signals that are a number of things on a page."""
    n = int(str(signal.values.get("count", 0)))
    texts: dict[SignalCode, tuple[str, str, str]] = {
        SignalCode.DIRECTIVES_WAIT: (
            ngettext("%(n)s directive waits for you to check it.",
                     "%(n)s directives wait for you to check them.", n),
            "directives", _("Check")),
        SignalCode.DIRECTIVES_OLD: (
            ngettext("%(n)s directive has passed its day of review.",
                     "%(n)s directives have passed their day of review.", n),
            "directives", _("See them")),
        SignalCode.SUPPLY_WAITS: (
            ngettext("%(n)s thing about supply waits for somebody to see to it.",
                     "%(n)s things about supply wait for somebody to see to them.", n),
            "supply", _("See to it")),
        SignalCode.BOOKED_OVER: (
            ngettext("%(n)s person is booked this week beyond what can be given.",
                     "%(n)s persons are booked this week beyond what can be given.", n),
            "booking", _("See to it")),
        SignalCode.STAFF_MISSING: (
            ngettext("%(n)s shift today or tomorrow has nobody.",
                     "%(n)s shifts today or tomorrow have nobody.", n),
            "venues-shifts", _("Find somebody")),
        SignalCode.PAIRS_WAIT: (
            ngettext("%(n)s person may be booked twice.",
                     "%(n)s persons may be booked twice.", n),
            "booking-pairs", _("Look")),
        SignalCode.CALLS_WAIT: (
            ngettext("%(n)s person waits to be called back.",
                     "%(n)s persons wait to be called back.", n),
            "booking-calls", _("Call")),
        SignalCode.ROWS_WAIT: (
            ngettext("%(n)s row of a list waits for somebody to say whom it means.",
                     "%(n)s rows of lists wait for somebody to say whom they mean.", n),
            "lists", _("Look at them")),
        SignalCode.LISTS_END: (
            ngettext("%(n)s list ends within two weeks: ask for a new one.",
                     "%(n)s lists end within two weeks: ask for new ones.", n),
            "lists", _("See which")),
    }  # fmt: skip
    if signal.code not in texts:
        return None
    text, page, link = texts[signal.code]
    return {"tone": "warning", "text": text % {"n": formats.number(n)}, "url": reverse(page),
            "link": link}  # fmt: skip


def _worded(signal: Signal) -> dict[str, str]:
    if counted := _counted(signal):
        return counted
    values = signal.values
    if signal.code is SignalCode.IMPORT_REFUSED:
        return {
            "tone": "danger",
            "text": _("The latest import was refused: %(file)s.") % values,
            "url": reverse("coverage-import", args=[values["run"]]),
            "link": ngettext("See the fault", "See the %(faults)s faults",
                             int(str(values["faults"]))) % values,
        }  # fmt: skip
    if signal.code is SignalCode.EXAMPLE_DATA:
        return {
            "tone": "warning",
            "text": _("The figures are invented. Import the official workbook to replace them."),
            "url": reverse("coverage-editions"),
            "link": _("Import"),
        }
    return {
        "tone": "warning",
        "text": _("The newest edition is %(days)s days old.")
        % {"days": formats.number(int(str(values["days"])))},
        "url": reverse("coverage-editions"),
        "link": _("Import a newer one"),
    }
