"""Suspected double bookings, decided by a human with one click."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.web.planning.booking import common
from vaksam.web.roles import LISTS, account
from vaksam.web.sent import number


@require_safe
@requires(*LISTS)
def pairs(request: HttpRequest) -> HttpResponse:
    """Two records with a place each for the same dose."""
    names = {each.code: each.name for each in areas.regions()}
    found = queries.pairs(scope=scope_of(request.user), path=request.path)
    context = {
        "tabs": common.tabs(request),
        "pairs": [
            (each, [names.get(code, code) for code in each.regions],
             [(time, common.stamp(time.starts_at)) for time in each.times])
            for each in found
        ],
    }  # fmt: skip
    return render(request, "booking/pairs.html", context)


@require_POST
@requires(*LISTS)
def settle(request: HttpRequest, suspicion: int) -> HttpResponse:
    """One person (and which time to give up), or two."""
    cancel = number(request.POST.get("cancel", ""))
    actions.settle(suspicion=suspicion, same=cancel is not None, cancel=cancel,
                   by=account(request))  # fmt: skip
    said = _("One of the two times is cancelled.") if cancel else _("They stay as two persons.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("booking-pairs"))
