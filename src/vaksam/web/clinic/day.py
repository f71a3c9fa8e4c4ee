"""The venue's day on one screen: who is here, who is watched, who is expected, who is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.clinic import queries as clinic
from vaksam.core.errors import Refused
from vaksam.supply import queries as supply
from vaksam.web.clinic import day_shown as shown
from vaksam.web.clinic.common import place_of
from vaksam.web.planning.people.forms import FindForm
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number


@require_safe
@requires(*VENUE)
def day(request: HttpRequest, venue: int) -> HttpResponse:
    """Four groups and the open vials; checking in somebody who is booked is one tap."""
    place, scope, today = place_of(request, venue), scope_of(request.user), clock.today()
    visits = clinic.here(venue, scope=scope, path=request.path)
    coming = queries.day(venue, today, scope=scope, path=request.path)
    groups, vials = shown.groups(visits, coming), supply.open_vials(venue)
    context: dict[str, Any] = {
        "venue": place, "groups": groups, "find": FindForm(auto_id="find_%s"),
        "vials": shown.strip(vials, names_of_products() if vials else {}),
        "accepted": queries.accepted(venue),
        "sessions": queries.sessions([venue], today, today),
        "queues": queries.queues([venue]),
    }  # fmt: skip
    return render(request, "clinic/day.html", context)


@require_POST
@requires(*VENUE)
def came(request: HttpRequest, venue: int) -> HttpResponse:
    """Somebody who was expected did not come."""
    place_of(request, venue)
    pk = number(request.POST.get("appointment", ""))
    if pk is None:
        raise Refused("no-number", "Say which time.")
    try:
        actions.no_show(appointment=pk, by=account(request))
        messages.success(request, _("Written down."))
    except Refused as error:
        if error.code != "not-held":  # of a tap sent twice, the page shows that it is done
            raise
    return HttpResponseRedirect(reverse("venue-day", args=[venue]))
