"""What a scanned code means at a venue, and what can be done with it in one tap."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.base.scope import requires
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import gs1
from vaksam.core.supply.gs1 import Scanned
from vaksam.supply import actions, queries
from vaksam.supply.queries import DispatchRef, LotRef
from vaksam.venues.queries import VenueRef
from vaksam.web import formats
from vaksam.web.clinic.common import home, may_plan, place_of, status_of
from vaksam.web.clinic.forms import TakeInForm
from vaksam.web.clinic.shelf import Heap, heaps
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import token_in
from vaksam.web.templatetags.faults import said

LONGEST = 200  # characters of a code; a label has some 60


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a scanned lot. Two products may have lots of the same number."""

    label: Scanned
    lots: list[LotRef]
    products: dict[str, str]  # that the lot is of, or may be of
    heaps: list[Heap]
    expected: list[tuple[DispatchRef, int]]  # with the id of the lot in it

    @property
    def last_day(self) -> date | None:
        """As the lot is known; else what the code says."""
        return self.lots[0].expires_on if self.lots else self.label.expires_on

    @property
    def ended(self) -> bool:
        return self.last_day is not None and self.last_day < clock.today()

    @property
    def recalled(self) -> bool:
        return any(lot.recalled for lot in self.lots)

    @property
    def may_be_taken_in(self) -> bool:
        return bool(self.label.lot) and not (self.ended or self.recalled or self.expected)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def scan(request: HttpRequest, venue: int) -> HttpResponse:
    """A code, scanned or typed (`?code=`); posted, vials of its lot come to a store."""
    place = place_of(request, venue)
    if "code" not in request.GET:
        return render(request, "clinic/scan.html", {"venue": place})
    code = request.GET["code"][: LONGEST + 1]
    try:
        label = _read(code)
    except Refused as error:
        context = {"venue": place, "code": code, "fault": said(error)}
        return render(request, "clinic/scan.html", context, status=422)
    found = _found(request, place, label)
    form = _take_in_form(request, place, found)
    if request.method == "POST" and form is None:
        raise NotFound("unknown-step", "There is no such step.")
    if form is not None and form.is_bound and form.is_valid():
        try:
            _take_in(request, venue, label, form, account(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Received. It stands in the fridge below."))
            return home(venue)
    context = {
        "venue": place, "found": found, "warnings": _warnings(found, place), "form": form,
        "token": uuid4,  # called anew for each form
    }  # fmt: skip
    return render(request, "clinic/scan.html", context, status=status_of(form))


def _read(code: str) -> Scanned:
    if len(code) > LONGEST:
        raise Refused("too-long", "That is longer than a code. Scan or type one code.")
    return gs1.read(code)


def _found(request: HttpRequest, place: VenueRef, label: Scanned) -> Found:
    number, names = label.lot.upper(), names_of_products()
    lots = [each for each in queries.lots() if number and each.number == number]
    known = {each.id for each in lots}
    rows = [row for row in queries.stock(venue=place.id) if row.lot in known]
    return Found(
        label=label,
        lots=lots,
        products=_products(lots, label.gtin, names),
        heaps=heaps(rows, names, planner=may_plan(request, place), store=place.is_store),
        expected=[
            (dispatch, line.lot)
            for dispatch in queries.dispatches(receiver=place.id, stages=["sent"])
            for line in dispatch.lines
            if line.lot in known
        ],
    )


def _warnings(found: Found, place: VenueRef) -> list[str]:
    """What to know before anything is done, the gravest first."""
    label, number = found.label, found.label.lot.upper()
    if not number:
        return [_("The code says no lot. Scan the code on the vial or its box.")]
    told = []
    if found.recalled:
        told.append(_("Lot %(lot)s is recalled. Put it aside.") % {"lot": number})
    if found.ended and found.last_day:
        day = formats.day(found.last_day)
        told.append(_("The last day of lot %(lot)s was %(day)s.") % {"lot": number, "day": day})
    if found.lots and label.expires_on and label.expires_on != found.last_day:
        told.append(
            _("The code says the last day %(day)s. Look at the box again.")
            % {"day": formats.day(label.expires_on)}
        )
    if not found.lots:
        told.append(_("Lot %(lot)s is not known. Is the number right?") % {"lot": number})
    elif not found.heaps and not found.expected and not place.is_store:
        told.append(_("No delivery with this lot is on its way here. Ring the store before use."))
    return told


def _take_in_form(request: HttpRequest, place: VenueRef, found: Found) -> TakeInForm | None:
    """Suppliers deliver to stores, and what is on a dispatch is received there."""
    if not place.is_store or not found.may_be_taken_in:
        return None
    told = request.POST if request.method == "POST" else None
    return TakeInForm(told, products=found.products, expires_on=found.last_day)


def _take_in(request: HttpRequest, venue: int, label: Scanned, form: TakeInForm, by: User) -> None:
    """A lot known with another last day than the code says is refused."""
    data, number = form.cleaned_data, label.lot.upper()
    known = [each for each in queries.lots(product=data["product"]) if each.number == number]
    last_day = label.expires_on or (known[0].expires_on if known else data.get("expires_on"))
    if last_day is None:
        raise Refused("needs-last-day", "Give the lot's last day.")
    lot = actions.known_lot(
        product=data["product"], number=number, expires_on=last_day, gtin=label.gtin
    )
    actions.receive(venue=venue, lot=lot.pk, vials=data["vials"], by=by, token=token_in(request))
    actions.look()


def _products(lots: list[LotRef], gtin: str, names: dict[str, str]) -> dict[str, str]:
    """Of the lot; else of other lots with the same GTIN; else all, to choose from."""
    alike = lots or [each for each in queries.lots() if gtin and each.gtin == gtin]
    return {each.product: names.get(each.product, each.product) for each in alike} or names
