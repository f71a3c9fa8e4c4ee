"""A venue's week of sessions, and one session: places, doses, queue, those booked."""

from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.booking import actions, queries
from vaksam.booking.queries import SessionRef
from vaksam.core.capacity import Simulated
from vaksam.core.errors import NotFound, Refused
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import CloseForm, SessionForm, initial_of
from vaksam.web.planning.booking.words import LIMITS
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import BOOKING, BOOKING_PLANNERS, account

DEFAULT_CERTAINTY = 90


@require_safe
@requires(*BOOKING)
def venue(request: HttpRequest, venue: int) -> HttpResponse:
    """Day by day: sessions with open and booked places, beside the doses expected."""
    place, monday = common.venue_of(request, venue), common.monday_of(request)
    days = [monday + timedelta(days=n) for n in range(7)]
    found = queries.sessions([venue], days[0], days[-1])
    by_day: dict[date, list[SessionRef]] = defaultdict(list)
    for each in found:
        by_day[each.day].append(each)
    context = {
        "tabs": common.tabs(request), "venue": place, "monday": monday,
        "next_monday": monday + timedelta(days=7), "week": formats.week(Week.of(monday)),
        "before": f"?week={monday - timedelta(days=7)}",
        "after": f"?week={monday + timedelta(days=7)}",
        "days": [(day, [_shown(each) for each in by_day[day]]) for day in days],
        "any": bool(found), "may_plan": common.may_plan(request, place.region_code),
        "doses": _doses(place, found),
    }  # fmt: skip
    return render(request, "booking/venue.html", context)


@require_POST
@requires(*BOOKING_PLANNERS)
def copy(request: HttpRequest, venue: int) -> HttpResponse:
    """Plan this week's sessions again in the next week."""
    monday = parse_date(request.POST.get("week", "")) or clock.today()
    monday -= timedelta(days=monday.weekday())
    to = monday + timedelta(days=7)
    copied = actions.copy_week(venue=venue, monday=monday, to=to, by=account(request))
    text = ngettext("%(n)s session is planned in the next week.",
                    "%(n)s sessions are planned in the next week.", copied)  # fmt: skip
    messages.success(request, text % {"n": copied})
    return HttpResponseRedirect(f"{reverse('booking-venue', args=[venue])}?week={to}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def new(request: HttpRequest, venue: int) -> HttpResponse:
    """Plan a session, beginning with what the venue usually has."""
    place = common.venue_of(request, venue, *BOOKING_PLANNERS)
    form = _form(request, initial=_usual(request, place))
    if request.method == "POST" and form.is_valid():
        try:
            pk = actions.plan_session(venue=venue, plan=form.plan(), by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            made = queries.session(pk)
            messages.success(request, _told(made))
            return HttpResponseRedirect(reverse("booking-session", args=[pk]))
    context = {
        "form": form, "title": _("Plan a session: %(venue)s") % {"venue": place.name},
        "submit": _("Open places"), "back": reverse("booking-venue", args=[venue]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def change(request: HttpRequest, session: int) -> HttpResponse:
    """Fewer vaccinators, another pace: places follow, the booked keep their times."""
    found = _session(request, session, plan=True)
    form = _form(request, initial=initial_of(queries.plan(session)), fixed=True)
    if request.method == "POST" and form.is_valid():
        try:
            over = actions.change_session(session=session, plan=form.plan(), by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _told(queries.session(session)))
            if over:
                text = ngettext("%(n)s person is booked beyond that. Move them, or add staff.",
                                "%(n)s persons are booked beyond that. Move them, or add staff.",
                                over)  # fmt: skip
                messages.warning(request, text % {"n": formats.number(over)})
            return HttpResponseRedirect(reverse("booking-session", args=[session]))
    context = {
        "form": form, "title": _("Change the session: %(venue)s") % {"venue": found.venue_name},
        "submit": _("Keep"), "back": reverse("booking-session", args=[session]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*BOOKING)
def session(request: HttpRequest, session: int) -> HttpResponse:
    """What binds the places, the doses for them, waiting and crowding, times and who is booked."""
    found = _session(request, session)
    held, coming = queries.doses(found.venue, found.product)
    rows = queries.slots(session)
    context: dict[str, Any] = {
        "tabs": common.tabs(request), "session": found, "when": _when(found),
        "may_plan": common.may_plan(request, found.region_code),
        "stats": _stats(found), "binds": _binds(session) if not found.closed_at else "",
        "held": held, "coming": _coming(coming, found.day),
        "slots": _slots(rows), "token": uuid4(), "past": found.ends_at < clock.now(),
    }  # fmt: skip
    if found.taken and not found.closed_at:
        context["queue"] = _simulated(found, full=False)
        context["queue_full"] = _simulated(found, full=True)
    return render(request, "booking/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def close(request: HttpRequest, session: int) -> HttpResponse:
    """Close it at once: nobody more can book; those booked are moved next."""
    found = _session(request, session, plan=True)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            booked = actions.close_session(
                session=session, reason=form.cleaned_data["reason"], by=account(request)
            )
        except Refused as error:
            form.refuse(error)
        else:
            text = ngettext("Closed. %(n)s person is booked: move them now.",
                            "Closed. %(n)s persons are booked: move them now.", booked)  # fmt: skip
            messages.success(request, text % {"n": booked} if booked else _("Closed."))
            return HttpResponseRedirect(reverse("booking-session", args=[session]))
    context = {
        "form": form, "title": _("Close the session: %(venue)s") % {"venue": found.venue_name},
        "submit": _("Close"), "back": reverse("booking-session", args=[session]),
        "note": ngettext("%(n)s person is booked and keeps the time until moved.",
                         "%(n)s persons are booked and keep their times until moved.",
                         found.taken) % {"n": found.taken} if found.taken else "",
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*BOOKING_PLANNERS)
def move(request: HttpRequest, session: int) -> HttpResponse:
    """Give those booked (or those too many) the nearest other times; messages tell them."""
    _session(request, session, plan=True)
    done = actions.move_booked(session=session, by=account(request))
    text = ngettext("%(n)s person has a new time.", "%(n)s persons have new times.", done.moved)
    messages.success(request, text % {"n": formats.number(done.moved)})
    if done.left:
        text = ngettext("%(n)s person could not be moved: call them.",
                        "%(n)s persons could not be moved: call them.", len(done.left))  # fmt: skip
        messages.warning(request, text % {"n": formats.number(len(done.left))})
    return HttpResponseRedirect(reverse("booking-session", args=[session]))


def _session(request: HttpRequest, pk: int, *, plan: bool = False) -> SessionRef:
    found = queries.session(pk)
    common.venue_of(request, found.venue, *(BOOKING_PLANNERS if plan else ()))
    return found


def _form(request: HttpRequest, *, initial: dict[str, Any], fixed: bool = False) -> SessionForm:
    language = (get_language() or "sv")[:2]
    wanted = {*programmes.running(), initial.get("programme")}
    known = [(each.code, each.name) for each in programmes.programmes(language=language)
             if each.code in wanted]  # fmt: skip
    if not known:
        raise NotFound("no-programme", "No programme runs now. Approve a directive first.")
    return SessionForm(
        request.POST or None, programmes=known, products=names_of_products(),
        initial=initial, fixed=fixed,
    )  # fmt: skip


def _usual(request: HttpRequest, place: VenueRef) -> dict[str, Any]:
    """The venue's own settings, its usual hours that day, and the day asked for."""
    try:
        day = parse_date(request.GET.get("day", "")) or clock.today() + timedelta(days=1)
    except ValueError:
        day = clock.today() + timedelta(days=1)
    spans = venues.open_on([place.id], day).get(place.id, ())
    return {
        "day": day, "opens_at": spans[0][0] if spans else time(9),
        "closes_at": spans[0][1] if spans else time(15), "stations": place.stations,
        "minutes": place.minutes_per_person, "interval": place.interval_minutes,
        "certainty": DEFAULT_CERTAINTY, "drop_in": 0, "online": place.public,
    }  # fmt: skip


def _shown(each: SessionRef) -> dict[str, Any]:
    return {"ref": each, "hours": f"{common.hour(each.starts_at)}–{common.hour(each.ends_at)}"}


def _when(each: SessionRef) -> str:
    day = date_format(each.day, "l j F")
    return f"{day.capitalize()} {common.hour(each.starts_at)}–{common.hour(each.ends_at)}"


def _told(made: SessionRef) -> str:
    return _("%(places)s places are open of %(planned)s that staff and room allow.") % {
        "places": formats.number(made.places), "planned": formats.number(made.planned),
    }  # fmt: skip


def _stats(each: SessionRef) -> list[Stat]:
    return [
        Stat(_("Booked"), formats.number(each.taken),
             _("of %(n)s open places") % {"n": formats.number(each.places)},
             _("%(n)s too many") % {"n": formats.number(each.over)} if each.over else "",
             "danger" if each.over else ""),
        Stat(_("Staff and room allow"), formats.number(each.planned)),
        Stat(_("Free"), formats.number(max(each.free, 0))),
    ]  # fmt: skip


def _binds(session: int) -> str:
    found = queries.binding(session).most_common(1)
    return str(LIMITS[found[0][0]]) if found else ""


def _coming(coming: list[Any], until: date) -> list[tuple[str, str, str]]:
    return [
        (formats.day(each.on), formats.number(each.doses), formats.share(each.certainty, 0))
        for each in coming
        if each.on <= until and each.doses
    ]


def _slots(rows: list[queries.SlotRef]) -> Table:
    cells: list[list[Text | Cell]] = [
        [common.hour(each.starts_at), formats.number(each.planned), formats.number(each.places),
         Cell(formats.number(each.taken), tone="danger" if each.taken > each.planned else "")
         if each.taken > each.planned else formats.number(each.taken),
         formats.number(each.places - each.taken)]
        for each in rows
    ]  # fmt: skip
    columns = [Column(_("Time")), Column(_("Room for"), numeric=True),
               Column(_("Open"), numeric=True), Column(_("Booked"), numeric=True),
               Column(_("Free"), numeric=True)]  # fmt: skip
    return Table("slots", _("Times"), columns, cells)


def _simulated(found: SessionRef, *, full: bool) -> dict[str, str] | None:
    """Waiting and crowding, in words; None where nobody vaccinates."""
    try:
        seen: Simulated = queries.simulated(found.id, full=full)
    except ValueError:
        return None
    over = seen.share_above_room
    return {
        "wait": formats.decimal(seen.wait_minutes_mean, 0),
        "p95": formats.decimal(seen.wait_minutes_p95, 0),
        "most": formats.number(round(seen.people_p95)),
        "overtime": formats.decimal(seen.overtime_minutes_p95, 0),
        "over": formats.share(over, 0) if over is not None else "",
    }


def _doses(place: VenueRef, found: list[SessionRef]) -> list[tuple[str, str, str]]:
    """For each product of the week: doses held, and expected this week."""
    names = {each.product: each.product_name for each in found}
    told = []
    for code, name in sorted(names.items(), key=lambda each: each[1]):
        held, coming = queries.doses(place.id, code)
        last = max(each.day for each in found if each.product == code)
        soon = sum(each.doses for each in coming if each.on <= last)
        told.append((name, formats.number(held), formats.number(soon)))
    return told
