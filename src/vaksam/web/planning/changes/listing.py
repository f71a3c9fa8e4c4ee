"""The changes of the regions one sees: what waits first, what-ifs in a tab of their own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.base.scope import requires, scope_of
from vaksam.replanning import queries
from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.components import Empty, Link, Progress
from vaksam.web.planning.changes.common import OPEN, stamp
from vaksam.web.planning.changes.shown import progress_of
from vaksam.web.planning.changes.words import STATES, TONES
from vaksam.web.roles import CHANGE_PLANNERS, CHANGES

RUNNING = ("applying", "undoing")


@require_safe
@requires(*CHANGES)
def changes(request: HttpRequest) -> HttpResponse:
    """What waits for approval, is being applied, has been, and drafts; or what-ifs."""
    scope = scope_of(request.user)
    what_if = request.GET.get("tab") == "what-if"
    found = queries.changes(scope=scope, what_if=what_if)
    context: dict[str, Any] = {
        "tabs": [Link(_("Changes"), reverse("changes"), "" if what_if else "page"),
                 Link(_("What if"), f"{reverse('changes')}?tab=what-if",
                      "page" if what_if else "")],
        "may_begin": scope.has(*CHANGE_PLANNERS), "what_if": what_if,
        "sections": _sections(found, request), "several": what_if and len(found) > 1,
        "empty": None if found else _empty(what_if=what_if, may=scope.has(*CHANGE_PLANNERS)),
    }  # fmt: skip
    return render(request, "changes/list.html", context)


def _empty(*, what_if: bool, may: bool) -> Empty:
    begin = [Link(_("Begin a change"), reverse("changes-new"))] if may else []
    if what_if:
        return Empty(
            _("No what-if yet"),
            _("A what-if shows what would happen if a delivery halved or a venue closed. It can "
              "be compared with others, and is never applied."), begin,
        )  # fmt: skip
    return Empty(
        _("No change yet"),
        _("When a directive changes, doses do not come or a venue must close, booked times become "
          "wrong. Say here what changes: you see whose times it makes wrong before anything is "
          "done, get a plan for everybody, and somebody else approves it."), begin,
    )  # fmt: skip


def _sections(found: list[ChangeView], request: HttpRequest) -> list[dict[str, Any]]:
    """Each with a heading, in the order of what is to be done."""
    parted: list[tuple[str, str, list[ChangeView]]] = [
        ("waiting", _("Wait for approval"), [e for e in found if waits(e)]),
        ("approved", _("Approved, to be applied"), [e for e in found if e.state == "approved"]),
        ("running", _("Under way"), [e for e in found if e.state in RUNNING]),
        ("drafts", _("In work"), [e for e in found if e.state in OPEN and not waits(e)]),
        ("over", _("Applied"), [e for e in found if e.state == "applied"]),
        ("ended", _("Taken back or given up"),
         [e for e in found if e.state in ("undone", "dropped")]),
    ]  # fmt: skip
    regions = {each.region_code for each in found}
    names = {a.code: a.short_name for a in areas.regions()} if len(regions) > 1 else {}
    return [
        {"key": key, "title": title,
         "rows": [_row(each, names.get(each.region_code, ""), request) for each in rows]}
        for key, title, rows in parted if rows
    ]  # fmt: skip


def waits(each: ChangeView) -> bool:
    """It has a plan that somebody else may approve."""
    return each.state == "previewed" and each.planned_at is not None and not each.what_if


def _row(each: ChangeView, region: str, request: HttpRequest) -> dict[str, Any]:
    by = each.author or _("the command line")
    note = _("%(by)s, %(at)s") % {"by": by, "at": stamp(each.made_at)}
    running: Progress | None = None
    if each.state in RUNNING:
        running = progress_of(queries.change(each.id, scope=scope_of(request.user)))
    mine = each.author_id == request.user.pk
    return {
        "change": each, "region": region, "note": note, "state": STATES[each.state],
        "tone": TONES[each.state], "progress": running,
        "said": _said(each, mine=mine),
        "approve": waits(each) and not mine
        and scope_of(request.user).reaches(each.region_code, *CHANGE_PLANNERS),
    }  # fmt: skip


def _said(each: ChangeView, *, mine: bool) -> str:
    if waits(each) and mine:
        return _("Somebody else must approve it.")
    if each.state == "applied" and each.undo_until and each.may_undo:
        return _("May be taken back until %(at)s.") % {"at": stamp(each.undo_until)}
    if each.state == "applied" and each.applied_at:
        return _("Applied %(day)s.") % {"day": formats.day(each.applied_at.date())}
    if each.busy:
        return _("Is being worked out.")
    return each.why
