"""Supply at a glance, stock, and lots."""

from datetime import datetime

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.supply import actions, queries
from vaksam.supply.queries import StockRow
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Stat, Table, Text
from vaksam.web.insight import downloads
from vaksam.web.planning.supply.figures import TABLES
from vaksam.web.planning.supply.forms import RecallForm
from vaksam.web.planning.supply.words import STAGES, STATES, moment, told
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import SUPPLY, SUPPLY_PLANNERS, VENUE, account

UNOPENED = ("frozen", "cold", "thawed")


def region_of(request: HttpRequest) -> str:
    """The region asked for if it is reached, else the account's own, else the first."""
    known = [each.code for each in areas.regions()]
    reached = scope_of(request.user).regions_as(*SUPPLY)
    mine = [code for code in known if reached is None or code in reached]
    asked = request.GET.get("area", "")
    if asked in mine:
        return asked
    with_venues = [code for code in mine if _has_venues(code)]
    return (with_venues or mine or [""])[0]


def tabs(request: HttpRequest) -> list[Link]:
    page = request.resolver_match.url_name if request.resolver_match else ""
    known = {
        "supply": _("Today"), "supply-plan": _("Delivery plan"), "supply-stock": _("Stock"),
        "supply-lots": _("Lots and recalls"), "supply-yields": _("Yield and wastage"),
        "supply-shares": _("Allocation"), "supply-ahead": _("Weeks ahead"),
    }  # fmt: skip
    return [
        Link(label, reverse(name), "page" if name == page else "") for name, label in known.items()
    ]


@require_safe
@requires(*SUPPLY)
def overview(request: HttpRequest) -> HttpResponse:
    """What wants doing, what is on its way, and what there is."""
    region, products = region_of(request), names_of_products()
    rows = queries.stock(venues_in=[region])
    alerts = queries.alerts(regions=[region])
    context = {
        "tabs": tabs(request),
        "region": _name(region),
        "alerts": [(each, told(each, products)) for each in alerts],
        "may_plan": scope_of(request.user).reaches(region, *SUPPLY_PLANNERS),
        "stats": _stats(rows, products),
        "on_way": _dispatches(
            queries.dispatches(regions=[region], stages=["ordered", "planned", "sent"]), products
        ),
        "empty": not rows and not _has_venues(region),
    }
    return render(request, "supply/overview.html", context)


@require_safe
@requires(*SUPPLY)
def stock(request: HttpRequest) -> HttpResponse:
    """Stock by venue, product, lot and state, now or at a past moment."""
    region, at = region_of(request), _at(request)
    rows = queries.stock(venues_in=[region], at=at)
    form = request.GET.get("form", "")
    if form in dict(TABLES):
        return downloads.table_file(_frame(rows), form, name=f"stock-{region}")
    context = {
        "tabs": tabs(request),
        "region": _name(region),
        "at": at,
        "asked": request.GET.get("at", ""),
        "table": _stock_table(rows),
        "files": [Link(label, f"?{_query(request)}form={form}") for form, label in TABLES],
    }
    return render(request, "supply/stock.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY)
def lots(request: HttpRequest) -> HttpResponse:
    """Lots and recalls; calling one back."""
    form = RecallForm(request.POST or None, lots=queries.lots(), products=names_of_products())
    if request.method == "POST" and form.is_valid():
        try:
            actions.recall(
                lot=int(form.cleaned_data["lot"]), reason=form.cleaned_data["reason"],
                by=account(request),
            )  # fmt: skip
            actions.look()
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The lot is called back."))
            return HttpResponseRedirect(reverse("supply-lot", args=[int(form.cleaned_data["lot"])]))
    context = {
        "tabs": tabs(request),
        "form": form if scope_of(request.user).has(*SUPPLY_PLANNERS) else None,
        "table": _lots_table(),
    }
    return render(request, "supply/lots.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*SUPPLY)
def lot(request: HttpRequest, lot: int) -> HttpResponse:
    """Where a lot lies and who received it."""
    found = next((each for each in queries.lots() if each.id == lot), None)
    if found is None:
        raise NotFound("unknown-lot", "There is no such lot.")
    reached = scope_of(request.user).regions_as(*SUPPLY)
    where = [
        each for each in queries.where_lot(lot) if reached is None or each.region_code in reached
    ]
    rows = [
        [each.venue_name, str(STATES.get(each.state, each.state)), formats.number(each.vials),
         formats.number(each.doses)]
        for each in where
    ]  # fmt: skip
    columns = [Column(_("Venue")), Column(_("State")), Column(_("Vials"), numeric=True),
               Column(_("Doses"), numeric=True)]  # fmt: skip
    recalls = [each for each in queries.recalls() if each.lot == lot]
    context = {
        "lot": found,
        "product": names_of_products().get(found.product, found.product),
        "recalls": recalls,
        "may_lift": scope_of(request.user).has(*SUPPLY_PLANNERS),
        "table": Table("where", _("Where it is, or went"), columns, rows),
    }
    return render(request, "supply/lot.html", context)


@require_POST
@requires(*SUPPLY_PLANNERS)
def lift(request: HttpRequest, recall: int) -> HttpResponse:
    actions.lift_recall(recall=recall, by=account(request))
    actions.look()
    messages.success(request, _("The lot may be used again."))
    return HttpResponseRedirect(reverse("supply-lots"))


@require_POST
@requires(*VENUE)
def take(request: HttpRequest, alert: int) -> HttpResponse:
    """This account sees to an alert."""
    actions.take(alert=alert, by=account(request))
    messages.success(request, _("You see to it."))
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if back and here else reverse("supply"))


def _stats(rows: list[StockRow], products: dict[str, str]) -> list[Stat]:
    doses: dict[str, int] = {}
    for row in rows:
        if row.state in UNOPENED:
            doses[row.product] = doses.get(row.product, 0) + row.doses
    return [
        Stat(products.get(code, code), formats.number(n), _("doses in stock"))
        for code, n in sorted(doses.items(), key=lambda each: -each[1])
    ]


def _dispatches(found: list[queries.DispatchRef], products: dict[str, str]) -> Table | None:
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.receiver_name, url=reverse("supply-dispatch", args=[each.id])),
            formats.day(each.expected_on),
            ", ".join(f"{line.vials} {products.get(line.product, line.product)}"
                      for line in each.lines),
            each.box or "–",
            Cell(
                str(STAGES[each.stage]), tone="warning" if each.stage == "ordered" else "info"
            ),
        ]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("To")), Column(_("Expected")), Column(_("Vials")), Column(_("Box")),
               Column(_("Stage"))]  # fmt: skip
    return Table("on-way", _("Planned and on the way"), columns, rows)


def _stock_table(rows: list[StockRow]) -> Table | None:
    if not rows:
        return None
    products = names_of_products()
    cells: list[list[Text | Cell]] = [
        [
            row.venue_name,
            products.get(row.product, row.product),
            Cell(row.lot_number, url=reverse("supply-lot", args=[row.lot])),
            Cell(_("recalled"), tone="danger") if row.block else str(STATES[row.state]),
            moment(row.until),
            formats.number(row.vials),
            formats.number(row.doses),
        ]
        for row in rows
    ]
    columns = [
        Column(_("Venue")), Column(_("Product")), Column(_("Lot")), Column(_("State")),
        Column(_("Until")), Column(_("Vials"), numeric=True), Column(_("Doses"), numeric=True),
    ]  # fmt: skip
    return Table("stock", _("Stock"), columns, cells)


def _lots_table() -> Table | None:
    products, found = names_of_products(), queries.lots()
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.number, url=reverse("supply-lot", args=[each.id])),
            products.get(each.product, each.product),
            formats.day(each.expires_on),
            Cell(_("recalled"), tone="danger") if each.recalled else _("may be used"),
        ]
        for each in found
    ]
    columns = [Column(_("Lot")), Column(_("Product")), Column(_("Last day")), Column(_("State"))]
    return Table("lots", _("Lots"), columns, rows)


def _frame(rows: list[StockRow]) -> pl.DataFrame:
    names = ("venue_name", "product", "lot_number", "expires_on", "state", "vials", "doses",
             "until", "block")  # fmt: skip
    told = [{name: getattr(row, name) for name in names} for row in rows]
    for row in told:
        row["until"] = row["until"].astimezone(clock.SWEDEN).isoformat()
    return pl.DataFrame(told, infer_schema_length=None)


def _at(request: HttpRequest) -> datetime | None:
    try:
        asked = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        return None
    return asked.replace(tzinfo=clock.SWEDEN) if asked and asked.tzinfo is None else asked


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("form", None)
    return f"{kept.urlencode()}&" if kept else ""


def _name(region: str) -> str:
    return next((each.short_name for each in areas.regions() if each.code == region), region)


def _has_venues(region: str) -> bool:
    from vaksam.venues import queries as venues

    return bool(venues.venues(regions=[region]))
