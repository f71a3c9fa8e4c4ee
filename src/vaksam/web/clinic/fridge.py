"""A venue's fridge on one screen, and counting it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.supply import actions, queries
from vaksam.venues import queries as venues
from vaksam.web.clinic.common import home, may_plan, place_of, status_of
from vaksam.web.clinic.forms import CountForm
from vaksam.web.clinic.shelf import heaps
from vaksam.web.planning.supply.words import KINDS, REASONS, moment, told
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import VENUE, account

_KEY = "venue"


@require_safe
@requires(*VENUE)
def choose(request: HttpRequest) -> HttpResponse:
    """Which venue one works at today; the one chosen last is gone to at once."""
    kept = request.session.get(_KEY)
    if kept and "all" not in request.GET:
        return home(kept)
    reached = scope_of(request.user).regions_as(*VENUE)
    context = {"venues": venues.venues(regions=reached)}
    return render(request, "clinic/choose.html", context)


@require_safe
@requires(*VENUE)
def one(request: HttpRequest, venue: int) -> HttpResponse:
    """One screen: what is expected, what is open, what lies in the fridge."""
    place, products = place_of(request, venue), names_of_products()
    request.session[_KEY] = venue
    context = {
        "venue": place,
        "alerts": [(each, told(each, products)) for each in queries.alerts(venue=venue)],
        "back": reverse("venue-one", args=[venue]),
        "expected": queries.dispatches(receiver=venue, stages=["sent"]),
        "vials": [
            (each, products.get(each.product, each.product), moment(each.until))
            for each in queries.open_vials(venue)
        ],
        "fridge": heaps(
            queries.stock(venue=venue), products, planner=may_plan(request, place),
            store=place.is_store,
        ),
        "token": uuid4,  # called anew for each form
        "documents": [
            (each, KINDS[each.kind], products.get(each.product, each.product),
             REASONS.get(each.reason, ""), moment(each.at))
            for each in queries.documents(venue, limit=12)
        ],
    }  # fmt: skip
    return render(request, "clinic/venue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def count(request: HttpRequest, venue: int) -> HttpResponse:
    """Count the fridge: each lot's unopened vials; differences are written down."""
    place, products = place_of(request, venue), names_of_products()
    lots: dict[int, tuple[str, int]] = {}
    for row in queries.stock(venue=venue):
        if row.state in ("frozen", "cold", "thawed"):
            name = f"{products.get(row.product, row.product)} {row.lot_number}"
            lots[row.lot] = (name, lots.get(row.lot, ("", 0))[1] + row.vials)
    form = CountForm(request.POST or None, lots=lots)
    if request.method == "POST" and form.is_valid():
        changed = 0
        for lot, (_name, there) in lots.items():
            if (vials := form.cleaned_data[f"lot_{lot}"]) != there:
                actions.count(venue=venue, lot=lot, vials=vials, by=account(request))
                changed += 1
        messages.success(
            request, _("Counted; %(n)s differences are written down.") % {"n": changed}
        )
        return home(venue)
    context = {
        "form": form, "title": _("Count the fridge: %(venue)s") % {"venue": place.name},
        "submit": _("Counted"), "back": reverse("venue-one", args=[venue]),
        "note": "" if lots else _("There is nothing in the fridge to count."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=status_of(form))
