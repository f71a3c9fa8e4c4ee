"""Changing what is known of a person: one form a page, each done by one action."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.people import actions, queries
from vaksam.people.queries import PersonView
from vaksam.web.planning.people import reasons
from vaksam.web.planning.people.forms import (
    ChangeForm,
    ClaimForm,
    ContactForm,
    HouseholdForm,
    IdentityForm,
    LifeForm,
    ProtectForm,
)
from vaksam.web.roles import PEOPLE, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def change(request: HttpRequest, person: int) -> HttpResponse:
    try:
        view = _open(request, person)
    except Refused as error:
        if error.code != "needs-reason":
            raise
        return HttpResponseRedirect(reverse("people-one", args=[person]))
    start = {name: getattr(view, name) for name in
             ("given_name", "family_name", "language", "residence", "interpreter", "extra_time",
              "travel_help", "home_visit", "digital_identity")}  # fmt: skip
    if view.address is not None:
        start |= {name: getattr(view.address, name) for name in ("street", "postcode", "city")}
    form = ChangeForm(request.POST or None, initial=start, protected=view.address is None)
    return _page(
        request, person, form, _("Change what is known"),
        lambda f: actions.change_person(person=person, by=account(request), **f.values()),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def contact(request: HttpRequest, person: int) -> HttpResponse:
    form = ContactForm(request.POST or None)
    return _page(
        request, person, form, _("How the person wants to be reached"),
        lambda f: actions.choose_contact(person=person, by=account(request), **f.cleaned_data),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def claim(request: HttpRequest, person: int) -> HttpResponse:
    form = ClaimForm(request.POST or None, initial={"source": "own_declaration"})
    return _page(
        request, person, form, _("Add a group"),
        lambda f: actions.claim_group(person=person, by=account(request), **f.cleaned_data),
    )  # fmt: skip


@require_POST
@requires(*PEOPLE)
def withdraw_claim(request: HttpRequest, person: int, claim_id: int) -> HttpResponse:
    actions.withdraw_claim(claim=claim_id, by=account(request))
    messages.success(request, _("The group is taken away; who did it is kept."))
    return HttpResponseRedirect(reverse("people-one", args=[person]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def identity(request: HttpRequest, person: int) -> HttpResponse:
    form = IdentityForm(request.POST or None, on=clock.today())
    return _page(
        request, person, form, _("Add a number"),
        lambda f: actions.add_identity(
            person=person, identity=f.cleaned_data["identity"], by=account(request)
        ),
    )  # fmt: skip


@require_POST
@requires(*PEOPLE)
def end_identity(request: HttpRequest, person: int, identity_id: int) -> HttpResponse:
    actions.end_identity(identity=identity_id, last_day=clock.today(), by=account(request))
    messages.success(request, _("The number has ended; it still leads to the person."))
    return HttpResponseRedirect(reverse("people-one", args=[person]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def household(request: HttpRequest, person: int) -> HttpResponse:
    form = HouseholdForm(request.POST or None)

    def act(f: Any) -> None:
        text = f.cleaned_data["lives_with"]
        if not text:
            actions.leave_household(person=person, by=account(request))
            return
        found = queries.find(text, scope=scope_of(request.user), path=request.path).hits
        if len(found) != 1:
            raise Refused("not-one", "That number leads to nobody. Register the person first.")
        actions.set_household(person=person, lives_with=found[0].person, by=account(request))

    return _page(request, person, form, _("Household"), act)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def protect(request: HttpRequest, person: int) -> HttpResponse:
    form = ProtectForm(request.POST or None, initial={"protection": "confidentiality_marking"})

    def act(f: Any) -> None:
        if kind := f.cleaned_data["protection"]:
            actions.protect(person=person, protection=kind, by=account(request))
        else:
            actions.unprotect(person=person, by=account(request))

    note = _(
        "Protecting erases address, area and household for good, here and in lists. When it ends, "
        "the next file from the population register brings them back."
    )
    return _page(request, person, form, _("Protected identity"), act, note=note)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def life(request: HttpRequest, person: int) -> HttpResponse:
    form = LifeForm(request.POST or None)

    def act(f: Any) -> None:
        if f.cleaned_data["died_on"]:
            actions.record_death(
                person=person, died_on=f.cleaned_data["died_on"], by=account(request)
            )
        if f.cleaned_data["moved_out_on"]:
            actions.record_move_out(
                person=person, moved_out_on=f.cleaned_data["moved_out_on"], by=account(request)
            )

    return _page(request, person, form, _("Died or moved"), act)


def _open(request: HttpRequest, person: int) -> PersonView:
    """The record, opened and logged; a protected one wants the reason its own page asks for."""
    reason = reasons.kept(request, person)
    return queries.person(person, scope=scope_of(request.user), reason=reason, path=request.path)


def _page(
    request: HttpRequest,
    person: int,
    form: Any,
    title: str,
    act: Callable[[Any], object],
    *,
    note: str = "",
) -> HttpResponse:
    """Show the form; posted, do it and go back to the record."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except Refused as error:
            if error.code in ("no-such-person", "merged", "protected"):
                raise
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("people-one", args=[person]))
    context = {
        "form": form, "title": title, "submit": _("Save"), "note": note,
        "back": reverse("people-one", args=[person]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)
