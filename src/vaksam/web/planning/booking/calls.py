"""The callback list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.core.errors import Refused
from vaksam.messaging import queries as messaging
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import CallForm
from vaksam.web.roles import BOOKERS, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Who waits to be called, longest first; and somebody without a record put on the list."""
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_call(
                region_code=common.region_of(request, *BOOKERS), by=account(request),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error, "telephone")
        else:
            messages.success(request, _("On the callback list."))
            return HttpResponseRedirect(reverse("booking-calls"))
    region = common.region_of(request, *BOOKERS)
    waiting = queries.callbacks(scope=scope_of(request.user), path=request.path)
    context = {
        "tabs": common.tabs(request), "form": form,
        "unreached": [
            (each, common.stamp(each.starts_at)) for each in messaging.unreachable(
                region, scope=scope_of(request.user))[:50]
        ],
        "calls": [(each, common.stamp(each.made_at)) for each in waiting],
    }  # fmt: skip
    return render(request, "booking/calls.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*BOOKERS)
def done(request: HttpRequest, callback: int) -> HttpResponse:
    """The call was made."""
    actions.called(callback=callback, outcome=request.POST.get("outcome", ""), by=account(request))
    return HttpResponseRedirect(reverse("booking-calls"))
