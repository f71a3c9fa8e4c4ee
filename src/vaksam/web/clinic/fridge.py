"""A venue's fridge: today's delivery, open vials, wastage and counts."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base.models import User
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import gs1
from vaksam.supply import actions, queries
from vaksam.supply.actions import Arrived
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web.clinic.forms import CountForm, ReceiptForm, WasteForm, token_of
from vaksam.web.planning.supply.views import names_of_products
from vaksam.web.planning.supply.words import KINDS, REASONS, STATES, moment, told
from vaksam.web.roles import VENUE, account

_KEY = "venue"


@require_safe
@requires(*VENUE)
def choose(request: HttpRequest) -> HttpResponse:
    """Which venue one works at today; the one chosen last is gone to at once."""
    kept = request.session.get(_KEY)
    if kept and "all" not in request.GET:
        return HttpResponseRedirect(reverse("venue-one", args=[kept]))
    reached = scope_of(request.user).regions_as(*VENUE)
    context = {"venues": venues.venues(regions=reached)}
    return render(request, "clinic/choose.html", context)


@require_safe
@requires(*VENUE)
def one(request: HttpRequest, venue: int) -> HttpResponse:
    """One screen: what is expected, what is open, what lies in the fridge."""
    place, products = _venue(request, venue), names_of_products()
    request.session[_KEY] = venue
    rows = queries.stock(venue=venue)
    context = {
        "venue": place,
        "alerts": [(each, told(each, products)) for each in queries.alerts(venue=venue)],
        "back": reverse("venue-one", args=[venue]),
        "expected": queries.dispatches(receiver=venue, stages=["sent"]),
        "vials": [
            (each, products.get(each.product, each.product), moment(each.until))
            for each in queries.open_vials(venue)
        ],
        "fridge": [
            {
                "row": row,
                "product": products.get(row.product, row.product),
                "state": STATES[row.state],
                "until": moment(row.until),
                "may_open": row.state in ("cold", "thawed") and not row.block,
                "may_thaw": row.state == "frozen" and not row.block,
            }
            for row in rows
            if row.state in ("frozen", "cold", "thawed", "quarantine")
        ],
        "token": uuid4(),
        "documents": [
            (each, KINDS[each.kind], products.get(each.product, each.product),
             REASONS.get(each.reason, ""), moment(each.at))
            for each in queries.documents(venue, limit=12)
        ],
    }  # fmt: skip
    return render(request, "clinic/venue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def receive(request: HttpRequest, venue: int, dispatch: int) -> HttpResponse:
    """Count what came, line by line."""
    place = _venue(request, venue)
    found = queries.dispatch(dispatch)
    if found.receiver != venue:
        raise NotFound("unknown-dispatch", "There is no such dispatch.")
    form = ReceiptForm(request.POST or None, request.FILES or None, dispatch=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        arrived = [
            Arrived(line.id, data[f"whole_{line.id}"], data[f"damaged_{line.id}"],
                    data["discrepancy"])
            for line in found.lines
        ]  # fmt: skip
        try:
            actions.receive_dispatch(
                dispatch=dispatch, arrived=arrived, by=account(request), lowest=data["lowest"],
                highest=data["highest"], note=data["note"], photo=data["photo"],
            )  # fmt: skip
            actions.look()
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Received. It stands in the fridge below."))
            return HttpResponseRedirect(reverse("venue-one", args=[venue]))
    context = {"form": form, "venue": place, "dispatch": found, "lines": form.lines()}
    return render(request, "clinic/receive.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*VENUE)
def act(request: HttpRequest, venue: int, what: str) -> HttpResponse:
    """One tap: open, thaw, draw, give, empty. A tap sent twice is done once."""
    _venue(request, venue)
    by, token = account(request), token_of(request)
    number = _number(request)
    doses = int(request.POST.get("doses", "1")) if request.POST.get("doses", "1").isdecimal() else 1
    match what:
        case "open":
            actions.open_vial(venue=venue, lot=number, by=by, token=token)
        case "thaw":
            actions.thaw(venue=venue, lot=number, vials=doses, by=by, token=token)
        case "draw":
            actions.draw(vial=number, doses=doses, by=by, token=token)
        case "give":
            actions.give(vial=number, doses=doses, by=by, token=token)
        case "empty":
            actions.empty(vial=number, by=by, token=token)
        case "reverse":
            actions.reverse(document=number, by=by, note=_("Taken back at the venue"))
        case _:
            raise NotFound("unknown-step", "There is no such step.")
    actions.look()
    return HttpResponseRedirect(reverse("venue-one", args=[venue]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def waste(request: HttpRequest, venue: int, kind: str, number: int) -> HttpResponse:
    """Thrown away: a vial that is open, or unopened ones of a lot. A reason is one tap."""
    place = _venue(request, venue)
    form = WasteForm(request.POST or None, of_open_vial=kind == "vial")
    if request.method == "POST" and form.is_valid():
        try:
            _waste(venue, kind, number, form.cleaned_data, account(request), token_of(request))
            actions.look()
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Written down."))
            return HttpResponseRedirect(reverse("venue-one", args=[venue]))
    context = {"form": form, "venue": place, "reasons": form.reasons(), "token": uuid4()}
    return render(request, "clinic/waste.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def count(request: HttpRequest, venue: int) -> HttpResponse:
    """Count the fridge: each lot's unopened vials; differences are written down."""
    place, products = _venue(request, venue), names_of_products()
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
        return HttpResponseRedirect(reverse("venue-one", args=[venue]))
    context = {
        "form": form, "title": _("Count the fridge: %(venue)s") % {"venue": place.name},
        "submit": _("Counted"), "back": reverse("venue-one", args=[venue]),
        "note": "" if lots else _("There is nothing in the fridge to count."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*VENUE)
def scan(request: HttpRequest, venue: int) -> HttpResponse:
    """What a scanned code means here: lot and last day, and whether it lies in the fridge."""
    _venue(request, venue)
    label = gs1.read(request.GET.get("code", ""))
    rows = [row for row in queries.stock(venue=venue) if row.lot_number == label.lot.upper()]
    context = {"label": label, "rows": rows, "venue": venue}
    return render(request, "clinic/scan.html", context)


def _waste(venue: int, kind: str, number: int, data: dict[str, Any], by: User, token: Any) -> None:
    told = {"reason": data["reason"], "note": data["note"], "by": by, "token": token}
    if kind == "vial":
        actions.waste_vial(vial=number, **told)
    else:
        actions.waste(venue=venue, lot=number, vials=data["vials"], **told)


def _venue(request: HttpRequest, pk: int) -> VenueRef:
    found = venues.venue(pk)
    if not scope_of(request.user).reaches(found.region_code, *VENUE):
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return found


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    if not text.isdecimal():
        raise Refused("no-number", "Say which vial or lot.")
    return int(text)
