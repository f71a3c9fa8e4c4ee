"""Doses of a person: an earlier one added, one corrected or taken back; a vaccine declined."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.scope import demand_scope, requires, scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.people import queries as people
from vaksam.people.queries import Hit, PersonView
from vaksam.records import actions
from vaksam.records import queries as records
from vaksam.records.queries import DoseView
from vaksam.supply.queries.opened import opened
from vaksam.web.planning.people import doses_shown
from vaksam.web.planning.people.dose_forms import (
    CorrectForm,
    DeclineForm,
    DoseForm,
    TakeBackForm,
    start,
)
from vaksam.web.planning.people.opening import gone, home, name_of, open_record
from vaksam.web.planning.people.views import born
from vaksam.web.roles import PEOPLE, VENUE, account
from vaksam.web.sent import number

_LONGEST_OPEN = timedelta(days=2)  # that a vial keeps after it is opened


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def add(request: HttpRequest, person: int) -> HttpResponse:
    """A dose registered afterwards: from a paper, another country, or before our own records."""
    form = DoseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.register(person=person, by=account(request), **form.cleaned_data)
        except Refused as error:
            if error.code in ("no-such-person", "merged", "protected"):
                raise
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return home(person)
    context = {
        "form": form, "title": _("Add an earlier dose"), "submit": _("Save"),
        "back": reverse("people-one", args=[person]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def correct(request: HttpRequest, person: int, dose: int) -> HttpResponse:
    """A new version of a dose. Before it moves to another person, that person is shown."""
    view = open_record(request, person)
    if view is None:
        return home(person)
    found = _standing(request, view, dose)
    if found is None:
        return gone(request, person)
    form = CorrectForm(request.POST or None, dose=found, vials=_vials(found), initial=start(found))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            to, context = _whom(request, form, person)
            if to is not None:
                changes = form.changes() | ({"person": to} if to != person else {})
                actions.correct(vaccination=dose, why=form.why, by=account(request), **changes)
                said = _("The dose is corrected. What was written before is kept.")
                messages.success(request, said)
                return home(person)
        except Refused as error:
            form.refuse(error)
    return _page(request, view, found, form, context | {
        "title": _("Correct a dose"), "submit": _("Save the correction"),
        "note": _("Change what is wrong. The dose as it was stays in the history."),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def take_back(request: HttpRequest, person: int, dose: int) -> HttpResponse:
    """A dose registered by mistake, taken back after one has looked at it once more."""
    view = open_record(request, person)
    if view is None:
        return home(person)
    found = _standing(request, view, dose)
    if found is None:
        return gone(request, person)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(vaccination=dose, why=form.why, by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The dose is taken back; it is kept in the history."))
            return home(person)
    note = _("The dose no longer counts. It stays in the history, with your name and the reason.")
    if found.in_stock:
        note += " " + _("It is in its vial again.")
    return _page(request, view, found, form, {
        "title": _("Take a dose back"), "submit": _("Take the dose back"), "note": note,
        "tone": "danger",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def decline(request: HttpRequest, person: int) -> HttpResponse:
    """Somebody does not want a vaccine, and is not written to about it."""
    form = DeclineForm(request.POST or None, known=doses_shown.names())
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        told["quiet"] = not told.pop("hear_more")
        try:
            actions.decline(person=person, by=account(request), **told)
        except Refused as error:
            if error.code in ("no-such-person", "merged", "protected"):
                raise
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return home(person)
    context = {
        "form": form, "title": _("Does not want a vaccine"), "submit": _("Save"),
        "back": reverse("people-one", args=[person]),
        "note": _("They get no invitations and no reminders, and may come whenever they want to. "
                  "Times they have are not cancelled here."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*PEOPLE)
def lift(request: HttpRequest, person: int, programme: str) -> HttpResponse:
    """They want it after all."""
    actions.lift(person=person, programme=programme, by=account(request))
    messages.success(request, _("Saved. They are invited and reminded again."))
    return home(person)


def _standing(request: HttpRequest, view: PersonView, dose: int) -> DoseView | None:
    """The dose; None where that version holds no more. Raises NotFound, NotAllowed."""
    found = next((each for each in records.doses(view.id) if each.id == dose), None)
    if found is None:
        raise NotFound("no-such-dose", "There is no such dose.")
    if found.in_stock:
        demand_scope(scope_of(request.user), view.region_code, *VENUE)
    return None if found.withdrawn else found


def _vials(dose: DoseView) -> list[Any]:
    if not dose.in_stock or dose.venue_id is None:
        return []
    return opened(dose.venue_id, since=dose.given_on - _LONGEST_OPEN, until=dose.given_on)


def _whom(
    request: HttpRequest, form: CorrectForm, person: int
) -> tuple[int | None, dict[str, Any]]:
    """To whom the dose goes; None until one of those shown is chosen. Raises Refused."""
    text = form.cleaned_data["given_to"]
    if not text:
        return person, {}
    found = people.find(text, scope=scope_of(request.user), path=request.path)
    hits = [hit for hit in found.hits if hit.person != person]
    if not hits:
        raise Refused("not-one", "That number leads to nobody. Register the person first.")
    chosen = number(request.POST.get("to", ""))
    if chosen in {hit.person for hit in hits}:
        return chosen, {}
    return None, {"candidates": [(hit.person, _told(hit)) for hit in hits], "more": found.more}


def _told(hit: Hit) -> str:
    if hit.protected:
        return _("Person %(id)s") % {"id": hit.person} + ", " + _("protected identity")
    name = f"{hit.given_name} {hit.family_name}".strip() or _("Person %(id)s") % {"id": hit.person}
    return f"{name}, {born(hit.born_on, hit.born_year)}"


def _page(
    request: HttpRequest, view: PersonView, dose: DoseView, form: Any, context: dict[str, Any]
) -> HttpResponse:
    context = context | {
        "form": form, "dose": doses_shown.version(dose), "name": name_of(view),
        "back": reverse("people-one", args=[view.id]),
    }  # fmt: skip
    return render(request, "people/dose.html", context, status=422 if form.errors else 200)
