"""One change from top to bottom: what it is, what it would do, the plan, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.replanning import queries
from vaksam.replanning.actions import undoing
from vaksam.replanning.queries import ChangeView
from vaksam.web.components import Column, Link, Table
from vaksam.web.planning.changes import plan_shown, preview_shown, rules, telling, words
from vaksam.web.planning.changes.common import (
    OPEN,
    Names,
    change_of,
    mark,
    may_write,
    part_said,
    stamp,
)
from vaksam.web.planning.changes.counts import Counts
from vaksam.web.planning.changes.shown import next_of, progress_of
from vaksam.web.planning.supply import figures
from vaksam.web.roles import CHANGES

BY_STEP = ("applied", "applying", "undoing", "undone")


@require_safe
@requires(*CHANGES)
def one(request: HttpRequest, change: int) -> HttpResponse:
    """The story of a change; also the files of its tables."""
    return page(request, change)


def page(request: HttpRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """The page, with why something was refused."""
    change = change_of(request, pk)
    counts = Counts(exact=may_write(scope_of(request.user), change))
    names = Names(change.region_code)
    if change.preview and (asked := _file(request, change, counts)) is not None:
        return asked
    context = (
        _head(request, change, names) | _preview(request, change, counts, names)
        | _plan(change, counts, names) | _after(request, change, counts) | {"refused": refused}
    )  # fmt: skip
    return render(request, "changes/one.html", context, status=422 if refused else 200)


@require_safe
@requires(*CHANGES)
@never_cache
def progress(request: HttpRequest, change: int) -> HttpResponse:
    """The bar alone; when nothing runs any more, the whole page is loaded anew."""
    found = progress_of(change_of(request, change))
    if found is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "components/progress.html", {"progress": found})


def _head(request: HttpRequest, change: ChangeView, names: Names) -> dict[str, Any]:
    scope = scope_of(request.user)
    may, mine = may_write(scope, change), change.author_id == request.user.pk
    planned = change.state == "previewed" and change.plan is not None
    old = planned and not change.busy and queries.is_old(change.id, scope=scope)
    running = progress_of(change)
    open_ = may and change.state in OPEN and not change.busy
    return {
        "change": change, "may": may, "mine": mine, "open": open_, "progress": running,
        "region": areas.find(change.region_code, kind="region").short_name,
        "next": None if running else next_of(change, may=may, mine=mine, old=old),
        "state": words.STATES[change.state], "tone": words.TONES[change.state],
        "made": _("%(by)s, %(at)s") % {"by": change.author or _("the command line"),
                                       "at": stamp(change.made_at)},
        "approved": stamp(change.approved_at) if change.approved_at else "",
        "parts": [part_said(each, names) for each in change.parts],
        "may_stop": may and change.state in ("applying", "undoing") and not change.stop,
        "may_undo": may and (change.may_undo or (change.state == "applying" and change.stop)),
        "undo_until": stamp(change.undo_until) if change.undo_until else "",
    }  # fmt: skip


def _preview(
    request: HttpRequest, change: ChangeView, counts: Counts, names: Names
) -> dict[str, Any]:  # fmt: skip
    preview = change.preview
    if not preview:
        return {}
    picture = preview_shown.weeks_picture(preview, counts)
    by = "name" if request.GET.get("by") == "name" else "hit"
    return {
        "preview": preview, "previewed": stamp(change.previewed_at) if change.previewed_at else "",
        "stats": preview_shown.stats(preview, counts),
        "reasons": preview_shown.reasons(preview, counts),
        "figure": figures.figure(request, picture) if picture else None,
        "places": preview_shown.places_table(preview, counts, by=by),
        "places_by": [Link(_("Hardest hit first"), "?#places", "true" if by == "hit" else ""),
                      Link(_("By name"), "?by=name#places", "true" if by == "name" else "")],
        "places_files": figures.links(request, "places"),
        "turn": preview_shown.turn_tables(preview, counts, names),
        "turn_stats": _turned(preview, counts),
        "doses": preview_shown.doses_table(preview, counts, names),
        "doses_files": figures.links(request, "doses") if counts.exact else [],
        "goals": preview_shown.goals_table(preview),
        "behind": preview_shown.behind_said(preview, counts),
        "equality": preview_shown.equality_table(preview, counts),
    }  # fmt: skip


def _turned(preview: dict[str, Any], counts: Counts) -> str:
    turn = preview["turn"]
    if not turn or not (turn["gains"] or turn["loses"]):
        return ""
    return _(
        "Persons who may come and could not before: %(gains)s. Who may not any more: %(loses)s."
    ) % {"gains": counts.number(turn["gains"]), "loses": counts.number(turn["loses"])}


def _plan(change: ChangeView, counts: Counts, names: Names) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rules": [(mark(each), rules.said(each, names)) for each in change.rules],
        "weighed": bool(change.weights),
        "way": words.WAYS.get(change.alternative, "") if change.alternative else "",
    }
    if change.plan is None or "quality" not in change.plan:
        return found
    return found | {
        "plan": change.plan, "planned": stamp(change.planned_at) if change.planned_at else "",
        "plan_stats": plan_shown.stats(change.plan, counts),
        "actions": plan_shown.actions_table(change.plan, counts),
        "whys": plan_shown.whys_table(change.plan, counts),
        "ways": plan_shown.ways(change, counts),
    }  # fmt: skip


def _after(request: HttpRequest, change: ChangeView, counts: Counts) -> dict[str, Any]:
    if change.state not in BY_STEP:
        return {}
    found: dict[str, Any] = telling.afterwards(change, request, counts)
    left = undoing.came_back(change=change.id) if change.state == "undone" else change.left
    if back := left.pop("", 0):
        found["back"] = _("Times that are what they were: %(n)s.") % {"n": counts.number(back)}
    if left:
        rows = [[str(words.LEFT.get(why, why)), counts.number(n)] for why, n in left.items()]
        columns = [Column(_("Why")), Column(_("Times"), numeric=True)]
        found["left"] = Table("left", _("Left for a human"), columns, rows)
    if change.state != "undone" and may_write(scope_of(request.user), change):
        found["letters"] = telling.letters(change, Names(change.region_code))
    return found


def _file(request: HttpRequest, change: ChangeView, counts: Counts) -> HttpResponse | None:
    """The file asked for; None where the page is."""
    asked = request.GET.get("file", "")
    if not asked or change.preview is None:
        return None
    if asked == "places":
        frame = preview_shown.places_frame(change.preview, counts)
        return figures.table_file(request, "places", frame)
    if asked == "doses" and counts.exact:
        return figures.table_file(request, "doses", preview_shown.doses_frame(change.preview))
    picture = preview_shown.weeks_picture(change.preview, counts)
    return figures.file(request, [picture] if picture else [])
