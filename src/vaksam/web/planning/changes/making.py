"""A change is begun with its first part; parts are added and removed one at a time."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.programmes import queries as programmes
from vaksam.replanning import queries
from vaksam.replanning.actions import working
from vaksam.web.planning.booking.common import region_of
from vaksam.web.planning.changes.common import Names, mark, part_said, to_edit
from vaksam.web.planning.changes.forms import HEADS, PARTS, HeadForm, PartForm
from vaksam.web.planning.changes.words import KIND_HELP, KINDS
from vaksam.web.roles import CHANGE_PLANNERS, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def new(request: HttpRequest) -> HttpResponse:
    """What changes? Then its name and its first part."""
    region = region_of(request, *CHANGE_PLANNERS)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        kinds = [(code, KINDS[code], KIND_HELP[code]) for code in KINDS]
        return render(request, "changes/new.html", {"kinds": kinds})
    head, part = HeadForm(request.POST or None), _part_form(request, kind, region)
    if request.method == "POST" and head.is_valid() and part.is_valid():
        try:
            return HttpResponseRedirect(reverse("changes-one", args=[
                _begun(request, region, head.cleaned_data, part.part())
            ]))  # fmt: skip
        except Refused as error:
            head.refuse(error)
    context = {"kind": KINDS[kind], "head": head, "part": part, "hint": HEADS[kind],
               "nothing": part.nothing}  # fmt: skip
    status = 422 if head.errors or part.errors else 200
    return render(request, "changes/begin.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def parts(request: HttpRequest, change: int) -> HttpResponse:
    """Its name, why, and its parts, each with a button to remove it."""
    found = to_edit(request, change)
    form = HeadForm(
        request.POST or None, initial={"name": found.name, "why": found.why}, begun=True
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        working.change_parts(change=change, parts=found.parts, name=data["name"], why=data["why"],
                             by=account(request))  # fmt: skip
        return HttpResponseRedirect(reverse("changes-one", args=[change]))
    names = Names(found.region_code)
    context = {
        "change": found, "form": form,
        "parts": [(mark(each), part_said(each, names)) for each in found.parts],
        "kinds": list(KINDS.items()),
    }  # fmt: skip
    return render(request, "changes/parts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def add_part(request: HttpRequest, change: int, kind: str) -> HttpResponse:
    """One part more; one that is there already is not added again."""
    found = to_edit(request, change)
    if kind not in KINDS:
        raise NotFound("unknown-kind", "There is no such part of a change.")
    form = _part_form(request, kind, found.region_code)
    if request.method == "POST" and form.is_valid():
        part = form.part()
        try:
            if part not in found.parts:
                working.change_parts(change=change, parts=[*found.parts, part],
                                     by=account(request))  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("changes-parts", args=[change]))
    context = {
        "form": form, "title": KINDS[kind], "eyebrow": found.name, "note": form.nothing,
        "submit": _("Add this"), "back": reverse("changes-parts", args=[change]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*CHANGE_PLANNERS)
def remove_part(request: HttpRequest, change: int, marked: str) -> HttpResponse:
    """One part less; nothing where it is gone already. The last one stays."""
    found = to_edit(request, change)
    kept = [each for each in found.parts if mark(each) != marked]
    if not kept:
        messages.warning(request, _("A change has at least one part. Add another one first."))
    elif len(kept) < len(found.parts):
        working.change_parts(change=change, parts=kept, by=account(request))
    return HttpResponseRedirect(reverse("changes-parts", args=[change]))


def _part_form(request: HttpRequest, kind: str, region: str) -> PartForm:
    return PARTS[kind](request.POST or None, names=Names(region), region=region)


def _begun(
    request: HttpRequest, region: str, head: Mapping[str, Any], part: dict[str, Any]
) -> int:  # fmt: skip
    """The change; the same one for a form that is sent twice."""
    by = account(request)
    for each in queries.changes(scope=scope_of(request.user), what_if=head["what_if"]):
        if (each.name, each.state, each.author_id, each.region_code, list(each.parts)) == (
            head["name"], "draft", by.pk, region, [part]
        ):  # fmt: skip
            return each.id
    if part["kind"] == "directive":
        programme = programmes.version(part["version"]).programme
    else:
        programme = programmes.asked(None, on=clock.today())
    return working.begin_change(region=region, programme=programme, name=head["name"],
                                why=head["why"], parts=[part], what_if=head["what_if"],
                                by=by)  # fmt: skip
