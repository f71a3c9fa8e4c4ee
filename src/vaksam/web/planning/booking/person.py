"""Booking for a person on the telephone: reasons, times held, free times; keyboard alone."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask, Terms
from vaksam.booking.queries import AppointmentRef, Judged, Search, Time
from vaksam.core.booking import Held
from vaksam.core.capacity import Visit, units
from vaksam.core.errors import NotFound, Refused
from vaksam.people import queries as people
from vaksam.people.queries import PersonView
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.web import formats
from vaksam.web.planning.answer import card
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import CallForm, CancelForm
from vaksam.web.planning.booking.words import CHANNELS, REASONS, STATES, VISITS
from vaksam.web.planning.people import reasons
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import BOOKERS, account
from vaksam.web.sent import number, token_of
from vaksam.web.templatetags.faults import said

PHONE = "phone"
SHOWN = 24


@require_safe
@requires(*BOOKERS)
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Whose turn it is and why, what is booked, and the nearest or soonest free times."""
    try:
        view = people.person(person, scope=scope_of(request.user),
                             reason=reasons.kept(request, person), path=request.path)  # fmt: skip
    except Refused as error:
        if error.code in ("needs-reason", "merged"):
            return HttpResponseRedirect(reverse("people-one", args=[person]))
        raise
    return render(request, "booking/person.html", _context(request, view))


@require_POST
@requires(*BOOKERS)
def book(request: HttpRequest, person: int) -> HttpResponse:
    """Book the time chosen, with dose 2 if it was chosen as well, or move one that is held."""
    slot = number(request.POST.get("slot", ""))
    if slot is None:
        raise Refused("no-place", "Choose a time.")
    move = number(request.POST.get("move", ""))
    visits = tuple(code for code in VISITS if request.POST.get(code))
    needs = request.POST.get("needs", "").strip()
    asks = [Ask(person, slot, visits, needs, replaces=move)]
    for name in ("second", "also"):
        if more := number(request.POST.get(name, "")):
            asks.append(Ask(person, more, visits, needs))
    try:
        done = actions.book(asks=asks, token=token_of(request), channel=PHONE,
                            by=account(request))  # fmt: skip
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        actions.count_shown(channel=PHONE, gone=error.code == "place-gone")
        messages.error(request, said(error))
    else:
        actions.count_shown(channel=PHONE, gone=False)
        times = queries.appointments(done.appointments)
        told = "; ".join(f"{common.stamp(each.starts_at)}, {each.venue_name}" for each in times)
        messages.success(request, _("Booked: %(times)s.") % {"times": told})
    return _back(person)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKERS)
def cancel(request: HttpRequest, appointment: int) -> HttpResponse:
    """Give a place up, with the reason."""
    found = _appointment(appointment)
    people.person(found.person, scope=scope_of(request.user),
                  reason=reasons.kept(request, found.person), path=request.path)  # fmt: skip
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cancel(appointments=[appointment], reason=form.cleaned_data["reason"],
                       channel=PHONE, by=account(request))  # fmt: skip
        messages.success(request, _("Cancelled: the place is free for others."))
        return _back(found.person)
    context = {
        "form": form, "submit": _("Cancel the time"),
        "title": _("Cancel %(time)s") % {"time": common.stamp(found.starts_at)},
        "note": found.venue_name, "back": reverse("booking-person", args=[found.person]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*BOOKERS)
def keep(request: HttpRequest, appointment: int) -> HttpResponse:
    """Keep a time that came by letter."""
    found = _appointment(appointment)
    actions.keep(appointments=[appointment], by=account(request))
    messages.success(request, _("The time is kept."))
    return _back(found.person)


@require_POST
@requires(*BOOKERS)
def reserve(request: HttpRequest, person: int) -> HttpResponse:
    """On the reserve list or off it; with the household, all or none."""
    programme = request.POST.get("programme", "")
    if "leave" in request.POST:
        actions.leave_reserve(person=person, programme=programme, by=account(request))
        messages.success(request, _("Taken off the reserve list."))
        return _back(person)
    minutes = number(request.POST.get("minutes", "")) or 30
    with_them = [number(text) for text in request.POST.getlist("with")]
    actions.join(persons=[person, *(pk for pk in with_them if pk)], programme=programme,
                 terms=Terms(most_minutes=max(5, min(minutes, 300))), channel=PHONE,
                 by=account(request))  # fmt: skip
    messages.success(request, _("On the reserve list."))
    return _back(person)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKERS)
def call(request: HttpRequest, person: int) -> HttpResponse:
    """Put the person on the callback list."""
    view = people.person(person, scope=scope_of(request.user),
                         reason=reasons.kept(request, person), path=request.path)  # fmt: skip
    mobile = view.contact[0].mobile if view.contact else ""
    form = CallForm(request.POST or None, initial={"telephone": mobile})
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_call(region_code=view.region_code, person=person, by=account(request),
                                 **form.cleaned_data)  # fmt: skip
        except Refused as error:
            form.refuse(error, "telephone")
        else:
            messages.success(request, _("On the callback list."))
            return _back(person)
    context = {"form": form, "title": _("Put on the callback list"), "submit": _("Put on the list"),
               "back": reverse("booking-person", args=[person])}  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


def _back(person: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("booking-person", args=[person]))


def _appointment(pk: int) -> AppointmentRef:
    found = queries.appointments([pk])
    if not found:
        raise NotFound("unknown-appointment", "There is no such appointment.")
    return found[0]


def _context(request: HttpRequest, view: PersonView) -> dict[str, Any]:
    times = queries.of_person(view.id)
    held = [each for each in times if each.held]
    move = number(request.GET.get("move", ""))
    moved = next((each for each in held if each.id == move), None)
    programme = moved.programme if moved else common.programme_of(request)
    judged = queries.judged(view.id, programme, without=[moved.id] if moved else [])
    visits = _visits(request, view)
    context: dict[str, Any] = {
        "person": view, "name": f"{view.given_name} {view.family_name}".strip(),
        "born": formats.day(view.born_on) if view.born_on else str(view.born_year or "–"),
        "held": [(each, common.stamp(each.starts_at), STATES[each.state]) for each in held],
        "past": [(each, common.stamp(each.starts_at), STATES[each.state],
                  REASONS.get(each.ended_reason, ""), CHANNELS[each.channel])
                 for each in times if not each.held],
        "moved": moved, "programme": programme, "judged": judged, "visits": visits,
        "kinds": list(VISITS.items()), "token": uuid4(),
        "programmes": _programmes(), "sort": _sort(request), "cards": [],
        "on_reserve": programme in {row[0] for row in queries.reserve_of(view.id)},
        "venues": queries.venue_names(view.region_code),
        "venue": number(request.GET.get("venue", "")),
        "since": request.GET.get("since", ""),
    }  # fmt: skip
    if judged is None:
        return context
    language = (get_language() or "sv")[:2]
    rules = programmes.rules(programme)
    context["card"] = card(judged.decision, rules, language=language,
                           title=_("After what is booked"))  # fmt: skip
    found = _times(request, view, judged, visits) if judged.may else []
    names = names_of_products()
    refs = {ref.id: ref for ref in context["venues"]}
    context["times"] = [
        (each, common.stamp(each.starts_at), refs[each.venue].name, names.get(each.product, ""),
         formats.decimal(each.km, 0) if each.km is not None else "")
        for each in found if each.venue in refs
    ]  # fmt: skip
    context["second"] = _second(view, judged, found, visits) if found and not moved else []
    return context


def _programmes() -> list[tuple[str, str]]:
    language = (get_language() or "sv")[:2]
    return [(code, programmes.programme(code, language=language).name)
            for code in programmes.running()]  # fmt: skip


def _visits(request: HttpRequest, view: PersonView) -> list[str]:
    """What the person needs: as the record says, or as was just chosen."""
    if "asked" in request.GET:
        return [code for code in VISITS if request.GET.get(code)]
    own = {"extra_time": view.extra_time, "interpreter": view.interpreter}
    return [code for code, wanted in own.items() if wanted]


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "near")
    return sort if sort in ("near", "soon") else "near"


def _search(view: PersonView, judged: Judged, visits: list[str], since: date) -> Search:
    at = view.address
    return Search(
        programme=judged.programme, regions=(view.region_code,),
        since=clock.at(since),
        products=frozenset(judged.products), dose=judged.dose,
        units=units([Visit(each) for each in visits]), hospital=judged.hospital,
        latitude=at.latitude if at else None, longitude=at.longitude if at else None,
    )  # fmt: skip


def _times(request: HttpRequest, view: PersonView, judged: Judged, visits: list[str]) -> list[Time]:
    since = judged.since or clock.today()
    with suppress(ValueError):  # the 31st of February
        since = max(since, parse_date(request.GET.get("since", "")) or since)
    search = _search(view, judged, visits, since)
    venue = number(request.GET.get("venue", ""))
    if venue:
        found = queries.at_venue(replace(search, venues=(venue,)), most=SHOWN, online=False)
    elif _sort(request) == "soon":
        found = queries.soonest(search, most=SHOWN, online=False)
    else:
        found = queries.near(search, venues=6, each=4, online=False)
    return [each for each in found if judged.products[each.product] <= clock.day_of(each.starts_at)]


def _second(
    view: PersonView, judged: Judged, found: list[Time], visits: list[str]
) -> list[tuple[int, str, str]]:
    """Times for the dose after, at the venue of the first time shown, from the day advised on."""
    first = found[0]
    disease = programmes.programme(judged.programme).disease
    held = Held(appointment=0, programme=judged.programme, disease=disease,
                product=first.product, dose=judged.dose or 1,
                on=clock.day_of(first.starts_at))  # fmt: skip
    after = queries.judged(view.id, judged.programme, also=[held])
    if after is None or not after.may or first.product not in after.products:
        return []
    since = max(after.recommended_on or after.products[first.product],
                after.products[first.product])  # fmt: skip
    search = replace(_search(view, after, visits, since), venues=(first.venue,),
                     products=frozenset({first.product}))  # fmt: skip
    name = venues.venue(first.venue).name
    return [(each.slot, common.stamp(each.starts_at), name)
            for each in queries.at_venue(search, most=8, online=False)]  # fmt: skip
