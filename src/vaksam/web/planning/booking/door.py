"""The waiting room: how many are let in a minute."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base.scope import requires
from vaksam.booking import actions, queries
from vaksam.core.errors import Refused
from vaksam.web import formats
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import DoorForm
from vaksam.web.roles import BOOKING_PLANNERS, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def door(request: HttpRequest) -> HttpResponse:
    """Shut it before a group of many is opened; staff and phone agents never pass it."""
    region = common.region_of(request, *BOOKING_PLANNERS)
    per_minute, waiting = queries.door(region)
    form = DoorForm(request.POST or None, initial={"per_minute": per_minute})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_door(region=region, per_minute=form.cleaned_data["per_minute"],
                             by=account(request))  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept."))
            return HttpResponseRedirect(reverse("booking-door"))
    context = {
        "tabs": common.tabs(request), "form": form, "waiting": formats.number(waiting),
        "on": bool(per_minute),
    }  # fmt: skip
    return render(request, "booking/door.html", context, status=422 if form.errors else 200)
