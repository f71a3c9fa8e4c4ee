"""What one does with a change: work it out, approve, apply, stop, take back, give up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.scope import requires
from vaksam.core.errors import NotFound, Refused
from vaksam.replanning.actions import applying, undoing, working
from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.planning.changes import plan_shown
from vaksam.web.planning.changes.common import Names, part_said, stamp, to_edit, to_write
from vaksam.web.planning.changes.views import page
from vaksam.web.planning.changes.words import PARTS_STAYED
from vaksam.web.roles import CHANGE_PLANNERS, account

AFTER_APPROVAL = ("approved", "applying", "applied")


@require_POST
@requires(*CHANGE_PLANNERS)
def act(request: HttpRequest, change: int, step: str) -> HttpResponse:
    """One step. What was refused is said on the change's own page."""
    found = to_write(request, change)
    known = {"plan": _ask, "compare": _ask, "way": _way, "approve": _approve, "stop": _stop,
             "resume": _resume, "drop": _drop}  # fmt: skip
    if step not in known:
        raise NotFound("unknown-step", "There is no such step.")
    try:
        known[step](request, found, step)
    except Refused as error:
        return page(request, change, refused=error)
    return _back(change)


def _ask(request: HttpRequest, found: ChangeView, step: str) -> None:
    if found.busy != step:
        to_edit(request, found.id)
    working.ask(change=found.id, what=step, by=account(request))


def _way(request: HttpRequest, found: ChangeView, step: str) -> None:
    """Take one of the ways out, and plan by it."""
    to_edit(request, found.id)
    by = account(request)
    way = request.POST.get("way", "")
    working.set_terms(change=found.id, alternative=way, by=by)
    working.ask(change=found.id, what="plan", by=by)


def _approve(request: HttpRequest, found: ChangeView, step: str) -> None:
    by = account(request)
    if found.state in AFTER_APPROVAL and found.approved_by == by.get_username():
        return  # pressed twice
    applying.approve(change=found.id, by=by)
    messages.success(request, _("Approved. Nothing is done until it is applied."))


def _stop(request: HttpRequest, found: ChangeView, step: str) -> None:
    applying.stop(change=found.id, by=account(request))
    messages.success(request, _("It stops after the times at hand."))


def _resume(request: HttpRequest, found: ChangeView, step: str) -> None:
    applying.resume(change=found.id, by=account(request))


def _drop(request: HttpRequest, found: ChangeView, step: str) -> None:
    if found.state == "dropped":
        return
    working.drop(change=found.id, by=account(request))
    messages.success(request, _("The change is given up. It is kept to be read."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def apply(request: HttpRequest, change: int) -> HttpResponse:
    """Asks once more, with what happens in words; then it begins."""
    found = to_write(request, change)
    if found.state in ("applying", "applied"):
        return _back(change)  # pressed twice
    if found.state != "approved":
        raise Refused("not-approved", "The change is not approved yet. Let somebody approve it.")
    refused = None
    if request.method == "POST":
        try:
            applying.begin(change=change, by=account(request))
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("It has begun. Messages go to the soonest times first."))
            return _back(change)
    context = _asked(found) | {"refused": refused}
    return render(request, "changes/apply.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def undo(request: HttpRequest, change: int) -> HttpResponse:
    """Asks once more; then it is taken back, as far as it can be."""
    found = to_write(request, change)
    if found.state in ("undoing", "undone"):
        return _back(change)  # pressed twice
    refused = None
    if request.method == "POST":
        try:
            _tell(request, undoing.undo(change=change, by=account(request)))
        except Refused as error:
            refused = error
        else:
            return _back(change)
    done = formats.number(found.steps.get("done", 0))
    context: dict[str, Any] = {
        "change": found,
        "refused": refused,
        "done": done,
        "until": stamp(found.undo_until) if found.undo_until else "",
    }
    return render(request, "changes/undo.html", context, status=422 if refused else 200)


def _tell(request: HttpRequest, stayed: list[str]) -> None:
    messages.success(request, _("It is being taken back."))
    if stayed:
        kinds = ", ".join(str(PARTS_STAYED.get(each, each)) for each in dict.fromkeys(stayed))
        messages.warning(request, _("Somebody has changed this since, so it stays as it is: "
                                    "%(what)s.") % {"what": kinds})  # fmt: skip


def _asked(found: ChangeView) -> dict[str, Any]:
    names = Names(found.region_code)
    plan = found.plan or {}
    return {
        "change": found, "parts": [part_said(each, names) for each in found.parts],
        "times": formats.number(plan.get("times", 0)), "sentences": plan_shown.sentences(found),
    }  # fmt: skip


def _back(change: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("changes-one", args=[change]))
