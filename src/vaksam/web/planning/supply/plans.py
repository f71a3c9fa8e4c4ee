"""The delivery plan against what came, every change with its notice, and dispatches."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotAllowed, Refused
from vaksam.core.supply import gs1
from vaksam.core.weeks import Week
from vaksam.supply import actions, queries
from vaksam.supply.actions import Wanted
from vaksam.venues import queries as venues
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.insight.pictures.picture import Picture
from vaksam.web.planning.supply import figures
from vaksam.web.planning.supply.forms import AnnounceForm, DispatchForm, ReceiveStockForm
from vaksam.web.planning.supply.views import _name as region_name
from vaksam.web.planning.supply.views import region_of, tabs
from vaksam.web.planning.supply.words import STAGES
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import SUPPLY, SUPPLY_PLANNERS, account

SHOWN = timedelta(weeks=6)


@require_safe
@requires(*SUPPLY)
def plan(request: HttpRequest) -> HttpResponse:
    """Week by week: announced and came; below it the changes and their notice."""
    region, products = region_of(request), names_of_products()
    since = clock.today() - SHOWN
    picture = _picture(region, since)
    asked = figures.file(request, [picture] if picture else [])
    if asked is not None:
        return asked
    context = {
        "tabs": tabs(request),
        "region": region_name(region),
        "figure": figures.figure(request, picture) if picture else None,
        "stats": _notice(region, since),
        "calendar": _calendar(region, products),
        "table": _plan_table(region, since, products),
        "changes": _changes_table(region, since, products),
        "may_plan": scope_of(request.user).reaches(region, *SUPPLY_PLANNERS),
    }
    return render(request, "supply/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY_PLANNERS)
def announce(request: HttpRequest) -> HttpResponse:
    region = region_of(request)
    form = AnnounceForm(request.POST or None, products=names_of_products())
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce(
                **form.cleaned_data, receiver=region, region_code=region, by=account(request)
            )
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept, with the moment and who announced it."))
            return HttpResponseRedirect(reverse("supply-plan"))
    return _form(request, form, _("Announced deliveries"), back="supply-plan")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY_PLANNERS)
def new_dispatch(request: HttpRequest) -> HttpResponse:
    form = DispatchForm(
        request.POST or None, venues=venues.venues(regions=[region_of(request)]),
        products=names_of_products(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.plan_dispatch(
                sender=int(data["sender"]), receiver=int(data["receiver"]),
                expected_on=data["expected_on"], transport=data["transport"], box=data["box"],
                wanted=[Wanted(data["product"], data["vials"])], by=account(request),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("supply-dispatch", args=[made]))
    return _form(request, form, _("Plan a dispatch"), back="supply")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY_PLANNERS)
def receive(request: HttpRequest) -> HttpResponse:
    """Vials from a supplier come to the store."""
    stores = [each for each in venues.venues(regions=[region_of(request)]) if each.is_store]
    form = ReceiveStockForm(request.POST or None, venues=stores, products=names_of_products())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            label = gs1.read(data["code"]) if data["code"] else gs1.Scanned()
            number, last = data["lot"] or label.lot, data["expires_on"] or label.expires_on
            if not number or last is None:
                raise Refused("needs-lot-and-day", "Give the lot and its last day, or the code.")
            found = actions.known_lot(
                product=data["product"], number=number, expires_on=last, gtin=label.gtin
            )
            actions.receive(
                venue=int(data["venue"]), lot=found.pk, vials=data["vials"], by=account(request)
            )
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("In stock."))
            return HttpResponseRedirect(reverse("supply-stock"))
    return _form(request, form, _("Delivery to the store"), back="supply")


@require_safe
@requires(*SUPPLY)
def dispatch(request: HttpRequest, dispatch: int) -> HttpResponse:
    """One dispatch with its lots, and what can be done with it now."""
    found = queries.dispatch(dispatch)
    if not scope_of(request.user).reaches(found.receiver_region, *SUPPLY):
        raise NotAllowed("role-needed", "Your roles do not reach this region.")
    rows = [
        [line.product_name, line.lot_number or "–",
         formats.day(line.expires_on) if line.expires_on else "–", formats.number(line.vials),
         "–" if line.arrived is None else formats.number(line.arrived),
         formats.number(line.damaged)]
        for line in found.lines
    ]  # fmt: skip
    columns = [
        Column(_("Product")), Column(_("Lot")), Column(_("Last day")),
        Column(_("Vials"), numeric=True), Column(_("Arrived whole"), numeric=True),
        Column(_("Damaged"), numeric=True),
    ]  # fmt: skip
    context = {
        "dispatch": found,
        "stage": STAGES[found.stage],
        "table": Table("lines", _("Vials"), columns, rows),
        "may_plan": scope_of(request.user).reaches(found.receiver_region, *SUPPLY_PLANNERS),
    }
    return render(request, "supply/dispatch.html", context)


@require_POST
@requires(*SUPPLY_PLANNERS)
def step(request: HttpRequest, dispatch: int, step: str) -> HttpResponse:
    """Send a planned dispatch, or give it up."""
    if step == "approve":
        actions.approve_order(dispatch=dispatch, by=account(request))
        messages.success(request, _("The order is planned."))
    elif step == "send":
        actions.send(dispatch=dispatch, by=account(request))
        messages.success(request, _("On the way."))
    else:
        actions.cancel_dispatch(dispatch=dispatch, by=account(request))
        messages.success(request, _("The dispatch is cancelled."))
    return HttpResponseRedirect(reverse("supply-dispatch", args=[dispatch]))


def _picture(region: str, since: date) -> Picture | None:
    """Announced beside what came, week by week, products summed."""
    lines = queries.plan(receivers=[region], since=since)
    if not lines:
        return None
    announced, came = _("Announced"), _("Came")
    sums: dict[tuple[date, str], int] = {}
    for line in lines:
        monday = Week.of(line.day).monday
        sums[monday, announced] = sums.get((monday, announced), 0) + line.doses
    outcome = queries.outcome(receivers=[region], regions=[region], since=since)
    for (_product, day), doses in outcome.items():
        monday = Week.of(day).monday
        sums[monday, came] = sums.get((monday, came), 0) + doses
    rows: list[dict[str, object]] = [
        {"week": str(Week.of(day).number), "monday": day.isoformat(), "kind": kind, "doses": doses}
        for (day, kind), doses in sorted(sums.items())
    ]
    title = _("Announced and came, doses a week")
    days = sorted({day for day, _kind in sums})
    cells = [
        [formats.week(Week.of(day)), formats.number(sums.get((day, announced), 0)),
         formats.number(sums.get((day, came), 0))]
        for day in days
    ]  # fmt: skip
    columns = [Column(_("Week")), Column(announced, numeric=True), Column(came, numeric=True)]
    return Picture(
        key="plan-outcome",
        title=title,
        alt=title + ". " + _("; ").join(f"{w}: {a}, {c}" for w, a, c in cells),
        table=Table("plan-outcome", title, columns, cells),
        rows=rows,
        draw=lambda: charts.beside(
            rows, [announced, came], week_title=_("Week"), count_title=_("Doses")
        ),
    )


def _notice(region: str, since: date) -> list[Stat]:
    """How long before changes are told."""
    found = queries.changes(receivers=[region], since=since)
    if not found:
        return []
    days = sorted(each.notice_days for each in found)
    less = sum(min(each.doses - (each.before or 0), 0) for each in found)
    return [
        Stat(_("Changes"), formats.number(len(found)), _("in six weeks and ahead")),
        Stat(_("Notice, in the middle"), _("%(n)s days") % {"n": days[len(days) // 2]},
             _("shortest %(n)s days") % {"n": days[0]}),
        Stat(_("Doses taken away"), formats.number(-less), _("against what was announced first")),
    ]  # fmt: skip


def _calendar(region: str, products: dict[str, str]) -> Table | None:
    """Dispatches on their days, this week and the next."""
    today = clock.today()
    found = queries.dispatches(
        regions=[region], since=Week.of(today).monday,
        stages=["planned", "sent", "received"],
    )  # fmt: skip
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [
            formats.day(each.expected_on),
            Cell(each.receiver_name, url=reverse("supply-dispatch", args=[each.id])),
            _("; ").join(f"{n} {products.get(code, code)}" for code, n in _by_product(each)),
            Cell(str(STAGES[each.stage]), tone="success" if each.stage == "received" else "info"),
        ]
        for each in found
    ]
    columns = [Column(_("Expected")), Column(_("To")), Column(_("Vials")), Column(_("Stage"))]
    return Table("calendar", _("Day by day"), columns, rows)


def _by_product(dispatch: queries.DispatchRef) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for line in dispatch.lines:
        found[line.product] = found.get(line.product, 0) + line.vials
    return sorted(found.items())


def _plan_table(region: str, since: date, products: dict[str, str]) -> Table | None:
    lines = queries.plan(receivers=[region], since=since)
    if not lines:
        return None
    came: dict[tuple[str, date], int] = {}
    for (product, day), doses in queries.outcome(
        receivers=[region], regions=[region], since=since
    ).items():
        monday = Week.of(day).monday
        came[product, monday] = came.get((product, monday), 0) + doses
    this_week = Week.of(clock.today()).monday
    rows: list[list[Text | Cell]] = []
    for line in lines:
        there = came.get((line.product, line.day), 0)
        difference = there - line.doses if line.day <= this_week else None
        rows.append([
            formats.week(Week.of(line.day)),
            products.get(line.product, line.product),
            formats.number(line.doses),
            f"{line.certainty:.0%}".replace("%", " %"),
            formats.number(there) if line.day <= this_week else "–",
            Cell(f"{difference:+d}", tone="warning" if difference < 0 else "success")
            if difference is not None else "–",
            str(line.changes) if line.changes else "–",
        ])  # fmt: skip
    columns = [
        Column(_("Week")), Column(_("Product")), Column(_("Announced doses"), numeric=True),
        Column(_("Certainty"), numeric=True), Column(_("Came"), numeric=True),
        Column(_("Difference"), numeric=True), Column(_("Changes"), numeric=True),
    ]  # fmt: skip
    return Table("plan", _("Plan against outcome"), columns, rows)


def _changes_table(region: str, since: date, products: dict[str, str]) -> Table | None:
    found = queries.changes(receivers=[region], since=since)
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [
            f"{each.announced_at.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}",
            products.get(each.product, each.product),
            formats.week(Week.of(each.day)),
            formats.number(each.before),
            formats.number(each.doses),
            Cell(_("%(n)s days") % {"n": each.notice_days},
                 tone="danger" if each.notice_days < 4 else "warning"),
            each.announced_by,
            each.note or "–",
        ]
        for each in found
    ]  # fmt: skip
    columns = [
        Column(_("Announced")), Column(_("Product")), Column(_("Week")),
        Column(_("Doses before"), numeric=True), Column(_("Doses now"), numeric=True),
        Column(_("Notice")), Column(_("Announced by")), Column(_("Note")),
    ]  # fmt: skip
    return Table("changes", _("Changes, and how long before"), columns, rows)


def _form(request: HttpRequest, form: object, title: str, *, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "submit": _("Save"), "back": reverse(back)}
    failed = bool(getattr(form, "errors", None))
    return render(request, "planning/form.html", context, status=422 if failed else 200)
