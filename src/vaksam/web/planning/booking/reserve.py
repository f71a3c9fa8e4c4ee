"""The reserve list: doses left, whom they were offered to, and why others were passed over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.queries import LeftoverRef, OfferRef
from vaksam.core.errors import NotFound, Refused
from vaksam.supply import queries as supply
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import LeftForm
from vaksam.web.planning.booking.words import OFFER_TONES, OFFERS, PASSED
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number

UNTIL_CLOSING = 2  # hours


@require_safe
@requires(*VENUE)
def reserve(request: HttpRequest) -> HttpResponse:
    """How many are on the list, and doses that were offered."""
    region = common.region_of(request, *VENUE)
    programme = common.programme_of(request)
    context = {
        "tabs": common.tabs(request),
        "on_list": formats.number(queries.on_reserve(region, programme)),
        "table": _table(queries.leftovers(region=region)),
        "venues": queries.venue_names(region),
    }
    return render(request, "booking/reserve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def offer(request: HttpRequest, venue: int) -> HttpResponse:
    """Offer doses that are left at a venue; the open vials tell how many."""
    place = common.venue_of(request, venue, *VENUE)
    vials = supply.open_vials(venue)
    left: dict[str, int] = {}
    for each in vials:
        left[each.product] = left.get(each.product, 0) + each.left
    most = max(left, key=lambda code: left[code], default="")
    closing = clock.now().astimezone(clock.SWEDEN)
    names = names_of_products()
    form = LeftForm(
        request.POST or None, products={code: names.get(code, code) for code in left} or names,
        initial={"product": most, "doses": left.get(most) or 1,
                 "until": closing.replace(hour=min(closing.hour + UNTIL_CLOSING, 23), minute=0)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        until = clock.at(clock.today(), data["until"])
        try:
            pk = actions.offer_doses(
                venue=venue, product=data["product"], doses=data["doses"], until=until,
                lease=data["lease"], by=account(request),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("booking-left", args=[pk]))
    context = {
        "form": form, "title": _("Doses left: %(venue)s") % {"venue": place.name},
        "submit": _("Offer to the reserve list"), "back": reverse("booking-reserve"),
        "note": _("They are offered in priority order; who does not answer in time gives way."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*VENUE)
def left(request: HttpRequest, leftover: int) -> HttpResponse:
    """Doses left: who is asked, who comes, who was passed over and why. Renews itself."""
    scope = scope_of(request.user)
    actions.go_on()
    found = queries.leftover(leftover, scope=scope)
    offers = queries.offers(leftover, scope=scope, path=request.path)
    asked = [each for each in offers if each.state != "passed"]
    context: dict[str, Any] = {
        "tabs": common.tabs(request), "left": found, "until": common.hour(found.until),
        "open": found.ended_at is None and found.until > clock.now(),
        "asked": [(each, OFFERS[each.state], OFFER_TONES[each.state],
                   common.hour(each.leased_until) if each.leased_until else "")
                  for each in asked],
        "order": _order(offers),
    }  # fmt: skip
    template = "booking/_left.html" if request.headers.get("HX-Request") else "booking/left.html"
    return render(request, template, context)


@require_POST
@requires(*VENUE)
def act(request: HttpRequest, leftover: int, step: str) -> HttpResponse:
    """Answer for somebody on the telephone, or end the offer."""
    queries.leftover(leftover, scope=scope_of(request.user))
    if step == "end":
        actions.end_offers(leftover=leftover, by=account(request))
    elif step in ("yes", "no"):
        pk = number(request.POST.get("offer", ""))
        if pk is None:
            raise Refused("no-number", "Say which offer.")
        try:
            actions.answer(offer=pk, accepts=step == "yes", by=account(request))
        except Refused as error:
            if error.code != "offer-over":
                raise
            messages.warning(request, _("The time to answer had run out; others were asked."))
    else:
        raise NotFound("unknown-step", "There is no such step.")
    return HttpResponseRedirect(reverse("booking-left", args=[leftover]))


def _order(offers: list[OfferRef]) -> Table:
    """Everybody in the order they stood, with what was decided: the list's fairness, to be seen."""
    rows: list[list[Text | Cell]] = [
        [str(each.rank), each.name, str(each.phase or "–"),
         OFFERS[each.state], str(PASSED.get(each.passed, "")) if each.passed else "",  # type: ignore[call-overload]
         common.hour(each.at)]
        for each in offers
    ]  # fmt: skip
    columns = [Column(_("Place")), Column(_("Name")), Column(_("Phase")), Column(_("Decided")),
               Column(_("Why")), Column(_("At"))]  # fmt: skip
    return Table("order", _("Everybody on the list, in the order they stood"), columns, rows)


def _table(found: list[LeftoverRef]) -> Table | None:
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [Cell(f"{each.venue_name}, {common.stamp(each.made_at)}",
              url=reverse("booking-left", args=[each.id])),
         each.product_name, formats.number(each.doses), formats.number(each.accepted),
         ngettext("%(n)s is asked", "%(n)s are asked", each.asked) % {"n": each.asked}
         if each.asked and not each.ended_at else _("ended") if each.ended_at else _("open")]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("Doses left at")), Column(_("Product")), Column(_("Doses"), numeric=True),
               Column(_("Are coming"), numeric=True), Column(_("State"))]  # fmt: skip
    return Table("leftovers", _("Doses that were offered"), columns, rows)
