"""Finding, opening and registering persons."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.people import actions, queries
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table
from vaksam.web.planning.people import reasons
from vaksam.web.planning.people.forms import FindForm, ReasonForm, RegisterForm
from vaksam.web.planning.people.record import record
from vaksam.web.roles import PEOPLE, VENUE, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def find(request: HttpRequest) -> HttpResponse:
    """One field. What is searched for is in the body of the request, never in its address."""
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "reactions": scope_of(request.user).has(*VENUE)}
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.find(
                form.cleaned_data["text"], scope=scope_of(request.user), path=request.path
            )
        except Refused as error:
            form.refuse(error, "text")
        else:
            if len(found.hits) == 1 and not found.more:
                return HttpResponseRedirect(reverse("people-one", args=[found.hits[0].person]))
            context |= {"found": found, "table": _hits(found)}
    return render(request, "people/find.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def one(request: HttpRequest, person: int) -> HttpResponse:
    """A person's record; a protected one opens with a reason, which holds for a while."""
    scope = scope_of(request.user)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reasons.keep(request, person, form.cleaned_data["reason"])
    reason = reasons.kept(request, person)
    try:
        view = queries.person(person, scope=scope, reason=reason, path=request.path)
    except Refused as error:
        if error.code == "merged":
            return HttpResponseRedirect(reverse("people-one", args=[error.values["person"]]))
        if error.code != "needs-reason":
            raise
        context = {"form": form, "person": person}
        return render(request, "people/protected.html", context, status=422 if form.errors else 200)
    return render(request, "people/person.html", record(view, scope))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def register(request: HttpRequest) -> HttpResponse:
    """A new person; somebody who is there already is led to."""
    form = RegisterForm(request.POST or None, on=clock.today(), initial={"kind": "personal_number"})
    if request.method == "POST" and form.is_valid():
        region = _region(request)
        identity = form.cleaned_data.get("identity")
        try:
            done = actions.register_person(
                region_code=region,
                by=account(request),
                identities=[identity] if identity else [],
                protection=form.cleaned_data["protection"],
                **form.values(),
            )
        except Refused as error:
            if error.code == "person-exists" and "person" in error.values:
                messages.info(request, _("This person is known already."))
                return HttpResponseRedirect(reverse("people-one", args=[error.values["person"]]))
            form.refuse(error)
        else:
            messages.success(request, _("The person is registered."))
            if done.alike:
                messages.warning(request, _("Others are alike: see “Perhaps the same person”."))
            return HttpResponseRedirect(reverse("people-one", args=[done.person]))
    context = {
        "form": form, "title": _("Register a person"), "submit": _("Register"),
        "back": reverse("people"),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


def _region(request: HttpRequest) -> str:
    """The region of the account that works with people there."""
    own = scope_of(request.user).regions_as(*PEOPLE) or frozenset()
    return min(own, default="")


def _hits(found: queries.Found) -> Table:
    names = {area.code: area.name for area in areas.municipalities()}
    rows = [
        [
            Cell(_name(hit), url=reverse("people-one", args=[hit.person])),
            "" if hit.protected else born(hit.born_on, hit.born_year),
            Cell(_("protected identity"), tone="warning")
            if hit.protected
            else names.get(hit.municipality_code, "–"),
        ]
        for hit in found.hits
    ]
    note = _("There are more: write more of the name, or the day of birth.") if found.more else ""
    return Table(
        "hits", _("Found"), [Column(_("Name")), Column(_("Born")), Column(_("Municipality"))],
        rows, note=note,
    )  # fmt: skip


def _name(hit: queries.Hit) -> str:
    if hit.protected:
        return _("Person %(id)s") % {"id": hit.person}
    return f"{hit.given_name} {hit.family_name}".strip() or _("Person %(id)s") % {"id": hit.person}


def born(born_on: Any, born_year: int | None) -> str:
    """The day of birth, or only the year."""
    if born_on:
        return formats.day(born_on)
    return str(born_year or "–")
