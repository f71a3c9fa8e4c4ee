"""Today's delivery: what came, line by line."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base.models import User
from vaksam.base.scope import requires
from vaksam.core.errors import NotFound, Refused
from vaksam.supply import actions, queries
from vaksam.supply.actions import Arrived
from vaksam.web.clinic.common import home, place_of, status_of
from vaksam.web.clinic.forms import ReceiptForm
from vaksam.web.roles import VENUE, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def receive(request: HttpRequest, venue: int, dispatch: int) -> HttpResponse:
    """Count what came, line by line; the lot that was scanned (`?lot=`) is marked."""
    place = place_of(request, venue)
    found = queries.dispatch(dispatch)
    if found.receiver != venue:
        raise NotFound("unknown-dispatch", "There is no such dispatch.")
    form = ReceiptForm(request.POST or None, request.FILES or None, dispatch=found)
    if request.method == "POST" and form.is_valid():
        try:
            _receive(form, account(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Received. It stands in the fridge below."))
            return home(venue)
    context = {
        "form": form, "venue": place, "dispatch": found, "lines": form.lines(),
        "scanned": request.GET.get("lot", ""),
    }  # fmt: skip
    return render(request, "clinic/receive.html", context, status=status_of(form))


def _receive(form: ReceiptForm, by: User) -> None:
    data = form.cleaned_data
    arrived = [
        Arrived(line.id, data[f"whole_{line.id}"], data[f"damaged_{line.id}"], data["discrepancy"])
        for line in form.dispatch.lines
    ]
    told = {name: data[name] for name in ("lowest", "highest", "note", "photo")}
    actions.receive_dispatch(dispatch=form.dispatch.id, arrived=arrived, by=by, **told)
    actions.look()
