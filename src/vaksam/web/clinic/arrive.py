"""Somebody comes: found, registered where nobody knew them, and checked in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import queries as booking
from vaksam.booking.queries import AppointmentRef
from vaksam.clinic import actions
from vaksam.clinic import queries as clinic
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.people import queries as persons
from vaksam.programmes import queries as programmes
from vaksam.venues.queries import VenueRef
from vaksam.web import formats
from vaksam.web.clinic.arriving_forms import CheckInForm
from vaksam.web.clinic.common import place_of
from vaksam.web.clinic.day_shown import language_of
from vaksam.web.clinic.words import shown_in
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.people.forms import FindForm, RegisterForm
from vaksam.web.planning.people.views import born
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number, token_of


@dataclass(frozen=True, slots=True)
class Who:
    """Whom one checks in. Of protected persons nothing but that."""

    person: int
    name: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    protected: bool = False
    language: str = ""
    interpreter: bool = False
    household: dict[int, str] = field(default_factory=dict, repr=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def find(request: HttpRequest, venue: int) -> HttpResponse:
    """Whoever stands there: by number, or by name and birth. What is written is in the body."""
    place = place_of(request, venue)
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"venue": place, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = persons.find(form.cleaned_data["text"], scope=scope_of(request.user),
                                 path=request.path)  # fmt: skip
        except Refused as error:
            form.refuse(error, "text")
        else:
            if len(found.hits) == 1 and not found.more:
                return _to_check_in(venue, found.hits[0].person)
            context |= {
                "found": found,
                "hits": [(hit, born(hit.born_on, hit.born_year)) for hit in found.hits],
            }
    return render(request, "clinic/find.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def new(request: HttpRequest, venue: int) -> HttpResponse:
    """Somebody whom nobody knew, also without any number; they are checked in next."""
    place = place_of(request, venue)
    form = RegisterForm(request.POST or None, on=clock.today(), initial={"kind": "personal_number"})
    if request.method == "POST" and form.is_valid():
        identity = form.cleaned_data.get("identity")
        try:
            done = people.register_person(
                region_code=place.region_code, by=account(request),
                identities=[identity] if identity else [],
                protection=form.cleaned_data["protection"], **form.values(),
            )  # fmt: skip
        except Refused as error:
            known = error.values.get("person")
            if error.code == "person-exists" and isinstance(known, int):
                messages.info(request, _("This person is known already."))
                return _to_check_in(venue, known)
            form.refuse(error)
        else:
            if done.alike:
                messages.warning(request, _("Somebody alike is registered already. Look at the "
                                            "record and tell a coordinator."))  # fmt: skip
            return _to_check_in(venue, done.person)
    context = {
        "form": form, "title": _("Register a person"), "submit": _("Register and check in"),
        "back": reverse("venue-day", args=[venue]), "eyebrow": place.name,
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def check_in(request: HttpRequest, venue: int, person: int) -> HttpResponse:
    """Who it is, how one knows, the time held, and those they live with."""
    place = place_of(request, venue)
    try:
        who = _who(request, person)
    except Refused as error:
        if error.code == "merged":
            return _to_check_in(venue, int(str(error.values["person"])))
        raise
    times = _times(venue, [person, *who.household])
    own = next((each for each in times if each.person == person), None)
    with_them = {each.person: f"{who.household[each.person]}, {hour(each.starts_at)}"
                 for each in times if each.person in who.household}  # fmt: skip
    form = CheckInForm(request.POST or None, time=own is not None, programmes=_programmes(own),
                       household=with_them)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            visit = _check_in(request, form, place, person, own)
        except Refused as error:
            if isinstance(error, NotFound):
                raise
            form.refuse(error, "note" if error.code == "needs-voucher" else None)
        else:
            return HttpResponseRedirect(reverse("venue-visit", args=[venue, visit]))
    context = {
        "venue": place, "who": who, "form": form, "time": own, "token": uuid4(),
        "when": hour(own.starts_at) if own else "",
        "here": None if form.is_bound else _here(person, form.chosen),
    }  # fmt: skip
    return render(request, "clinic/check_in.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*VENUE)
def tap(request: HttpRequest, venue: int) -> HttpResponse:
    """Check in somebody who is booked, with an identity document seen: one tap."""
    place = place_of(request, venue)
    pk = number(request.POST.get("appointment", ""))
    found = booking.appointments([pk]) if pk else []
    if not found or found[0].venue != venue:
        raise NotFound("unknown-appointment", "There is no such appointment.")
    time = found[0]
    actions.check_in(
        person=time.person, venue=place.id, programme=time.programme, way="booked",
        identified="document", appointment=time.id, token=token_of(request), by=account(request),
    )  # fmt: skip
    messages.success(request, _("Checked in."))
    return HttpResponseRedirect(reverse("venue-day", args=[venue]))


def _check_in(
    request: HttpRequest, form: CheckInForm, place: VenueRef, person: int,
    own: AppointmentRef | None,
) -> int:  # fmt: skip
    """All of them or none; the visit of the first."""
    data, by = form.cleaned_data, account(request)
    told = {"venue": place.id, "programme": form.chosen, "identified": data["identified"],
            "note": data["note"], "by": by}  # fmt: skip
    with transaction.atomic():
        visit = actions.check_in(
            person=person, way=data.get("way") or "booked", token=token_of(request),
            appointment=own.id if own and own.programme == form.chosen else None, **told,
        )  # fmt: skip
        for member in data.get("household", []):
            actions.check_in(person=int(member), way="household", **told)
    return visit


def _who(request: HttpRequest, person: int) -> Who:
    """Raises NotFound, NotAllowed, and Refused for a merged record."""
    try:
        view = persons.person(person, scope=scope_of(request.user), path=request.path)
    except Refused as error:
        if error.code == "needs-reason":
            return Who(person, protected=True)
        raise
    return Who(
        person, f"{view.given_name} {view.family_name}".strip() or _("name not known"),
        formats.day(view.born_on) if view.born_on else str(view.born_year or "–"),
        language=language_of(view.language), interpreter=view.interpreter,
        household={each.person: f"{each.given_name} {each.family_name}".strip()
                   for each in view.household},
    )  # fmt: skip


def _times(venue: int, of: list[int]) -> list[AppointmentRef]:
    """The times that some persons hold at the venue today."""
    today: date = clock.today()
    return [each for each in booking.held_by(of) if each.venue == venue and each.day == today]


def _programmes(own: AppointmentRef | None) -> dict[str, str]:
    """Those that run, that of the time held first."""
    codes = programmes.running()
    if own and own.programme not in codes:
        codes = [own.programme, *codes]
    elif own:
        codes = [own.programme, *(code for code in codes if code != own.programme)]
    return {code: programmes.programme(code, language=shown_in()).name for code in codes}


def _here(person: int, programme: str) -> int | None:
    return clinic.visit_of(person, programme) if programme else None


def _to_check_in(venue: int, person: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("venue-check-in", args=[venue, person]))
