"""The drop-in desk: numbers given out, called and served."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base.scope import requires
from vaksam.booking import actions, queries
from vaksam.core.errors import NotFound
from vaksam.supply import queries as supply
from vaksam.web.clinic.common import place_of
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.booking.words import TICKETS
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number, token_of


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
