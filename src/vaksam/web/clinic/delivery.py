"""Today's delivery: what came, line by line."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base.models import User
from vaksam.base.scope import requires
from vaksam.core.errors import NotFound, Refused
from vaksam.supply import actions, queries
from vaksam.supply.actions import Arrived, Wanted
from vaksam.web.clinic.common import home, place_of, status_of
from vaksam.web.clinic.forms import OrderForm, ReceiptForm
from vaksam.web.planning.words import names_of_products
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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def order(request: HttpRequest, venue: int) -> HttpResponse:
    """Ask the store for vials; a coordinator plans them."""
    place = place_of(request, venue)
    form = OrderForm(request.POST or None, products=names_of_products())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.order(
                venue=venue, wanted=[Wanted(data["product"], data["vials"])],
                expected_on=data["expected_on"], note=data["note"], by=account(request),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Ordered. A coordinator plans it."))
            return home(venue)
    context = {
        "form": form, "title": _("Order vials: %(venue)s") % {"venue": place.name},
        "submit": _("Order"), "back": reverse("venue-one", args=[venue]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=status_of(form))


def _receive(form: ReceiptForm, by: User) -> None:
    data = form.cleaned_data
    arrived = [
        Arrived(line.id, data[f"whole_{line.id}"], data[f"damaged_{line.id}"], data["discrepancy"])
        for line in form.dispatch.lines
    ]
    told = {name: data[name] for name in ("lowest", "highest", "note", "photo")}
    actions.receive_dispatch(dispatch=form.dispatch.id, arrived=arrived, by=by, **told)
    actions.look()
