"""The venue's day: who is expected, who did not come, the drop-in queue."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions.ending import NO_SHOW_AFTER
from vaksam.booking.queries import Coming
from vaksam.core.errors import NotFound, Refused
from vaksam.supply import queries as supply
from vaksam.web.clinic.common import place_of
from vaksam.web.planning.booking.common import hour, number, token_of
from vaksam.web.planning.booking.words import STATES, TICKETS, VISITS
from vaksam.web.roles import VENUE, account


@require_safe
@requires(*VENUE)
def day(request: HttpRequest, venue: int) -> HttpResponse:
    """Today's times in order, with what each needs; who is late can be noted as not come."""
    place = place_of(request, venue)
    found = queries.day(venue, clock.today(), scope=scope_of(request.user), path=request.path)
    context = {
        "venue": place,
        "people": [_row(each) for each in found],
        "coming": sum(each.appointment.held for each in found),
        "accepted": queries.accepted(venue),
        "sessions": queries.sessions([venue], clock.today(), clock.today()),
        "queues": queries.queues([venue]),
    }
    return render(request, "clinic/day.html", context)


@require_POST
@requires(*VENUE)
def came(request: HttpRequest, venue: int) -> HttpResponse:
    """Somebody did not come, or has come."""
    place_of(request, venue)
    pk = number(request.POST.get("appointment", ""))
    if pk is None:
        raise Refused("no-number", "Say which time.")
    step = actions.come if "came" in request.POST else actions.no_show
    try:
        step(appointment=pk, by=account(request))
        messages.success(request, _("Written down."))
    except Refused as error:
        if error.code != "not-held":  # of a tap sent twice, the page shows that it is done
            raise
    return HttpResponseRedirect(reverse("venue-day", args=[venue]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def desk(request: HttpRequest, venue: int, session: int) -> HttpResponse:
    """The drop-in desk: give out a number, call the next, doses and places left."""
    place = place_of(request, venue)
    here = [each for each in queries.queues([venue]) if each[0].id == session]
    if not here:
        raise NotFound("no-drop-in", "There is no drop-in there.")
    if request.method == "POST":
        return _desk_tap(request, venue, session)
    found, places, last, called = here[0]
    waiting = [each for each in queries.tickets(session) if each[1] in ("waiting", "called")]
    doses = sum(row.doses for row in supply.stock(venue=venue)
                if row.product == found.product and not row.block)  # fmt: skip
    context: dict[str, Any] = {
        "venue": place, "session": found, "left": places - last, "called": called,
        "doses": doses, "waiting": [(n, TICKETS[state], hour(at), state)
                                    for n, state, at in waiting],
        "minutes": queries.waiting_minutes(session, queries.tickets_waiting(session)),
        "token": uuid4(), "given": request.GET.get("given", ""),
        "board": reverse("public-board", args=["sv", session]),
    }  # fmt: skip
    return render(request, "clinic/desk.html", context)


def _desk_tap(request: HttpRequest, venue: int, session: int) -> HttpResponse:
    """One tap; a tap that is sent twice gives one number."""
    address, by = reverse("venue-desk", args=[venue, session]), account(request)
    if "ticket" in request.POST:
        given = actions.draw_ticket(session=session, key=token_of(request), by=by)
        return HttpResponseRedirect(f"{address}?given={given}")
    if "next" in request.POST:
        if actions.call_next(session=session, by=by) is None:
            messages.info(request, _("Nobody is waiting."))
    elif (taken := number(request.POST.get("number", ""))) is not None:
        actions.serve(session=session, number=taken, by=by, came="gone" not in request.POST)
    return HttpResponseRedirect(address)


def _row(each: Coming) -> dict[str, Any]:
    time = each.appointment
    name = f"{each.given_name} {each.family_name}".strip()
    return {
        "id": time.id, "person": time.person, "when": hour(time.starts_at),
        "name": _("protected identity") if each.protected else name,
        "born": each.born_on, "product": time.product_name, "dose": time.dose,
        "state": STATES[time.state], "held": time.held, "reserved": time.state == "reserved",
        "needs": time.needs, "visits": [VISITS[kind] for kind in time.visits if kind in VISITS],
        "language": each.language if each.language not in ("", "sv") else "",
        "late": time.held and time.starts_at + NO_SHOW_AFTER < clock.now(),
        "soon": time.held and time.starts_at - clock.now() < timedelta(minutes=45),
    }  # fmt: skip
