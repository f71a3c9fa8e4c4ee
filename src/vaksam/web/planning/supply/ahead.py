"""The weeks ahead: what is needed, left over and expiring, and scenarios of it."""

from datetime import timedelta
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import BadFile, NotFound, Refused
from vaksam.core.supply.forecast import Fan
from vaksam.core.weeks import Week
from vaksam.replanning import ahead as weeks_ahead
from vaksam.supply import actions, queries
from vaksam.web import charts, formats
from vaksam.web.components import Column, Link, Table, Text
from vaksam.web.insight.pictures.picture import Picture
from vaksam.web.planning.supply import figures
from vaksam.web.planning.supply.forms import ScenarioForm
from vaksam.web.planning.supply.views import _name as region_name
from vaksam.web.planning.supply.views import region_of, tabs
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import SUPPLY, SUPPLY_PLANNERS, account

QUANTITIES = {
    "stock": lambda: _("Doses in stock at the week's end"),
    "needed": lambda: _("Doses needed"),
    "given": lambda: _("Doses given"),
    "short": lambda: _("Doses short"),
    "expired": lambda: _("Doses expiring"),
}
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY)
def ahead(request: HttpRequest) -> HttpResponse:
    """A fan of the weeks ahead, as things are and in each chosen scenario."""
    region = region_of(request)
    may = scope_of(request.user).reaches(region, *SUPPLY_PLANNERS)
    form, faults = ScenarioForm(request.POST or None), []
    if request.method == "POST" and may and form.is_valid():
        try:
            actions.save_scenario(
                region_code=region, text=form.cleaned_data["text"], by=account(request)
            )
        except BadFile as error:
            faults = list(error.faults)
        else:
            messages.success(request, _("The scenario is kept for everybody in the region."))
            return HttpResponseRedirect(reverse("supply-ahead"))
    context: dict[str, Any] = {
        "tabs": tabs(request),
        "region": region_name(region),
        "form": form if may else None,
        "faults": faults,
        "kept": queries.scenarios(region),
        "may_plan": may,
        "products": sorted(names_of_products()),
    }
    try:
        found = _found(request, region)
    except Refused as error:
        if request.GET.get("file"):
            raise
        return render(request, "supply/ahead.html", context | {"refused": error}, status=200)
    if (asked := _file(request, found)) is not None:
        return asked
    quantity = _quantity(request)
    context |= {
        "figure": figures.figure(request, _picture(found, quantity)),
        "table": _totals(found),
        "quantities": [
            Link(label(), f"?quantity={code}", "page" if code == quantity else "")
            for code, label in QUANTITIES.items()
        ],
        "files": figures.links(request, "ahead"),
    }
    return render(request, "supply/ahead.html", context, status=422 if faults else 200)


@require_POST
@requires(*SUPPLY_PLANNERS)
def drop(request: HttpRequest, scenario: int) -> HttpResponse:
    actions.drop_scenario(scenario=scenario, by=account(request))
    messages.success(request, _("The scenario is thrown away."))
    return HttpResponseRedirect(reverse("supply-ahead"))


def _found(request: HttpRequest, region: str) -> list[tuple[str, Fan]]:
    """As things are first, then the region's scenarios."""
    texts = [each.text for each in queries.scenarios(region)][:SHOWN]
    found = weeks_ahead.fans(region, texts)
    return [(name or _("As planned"), fan) for name, fan in found]


def _quantity(request: HttpRequest) -> str:
    asked = request.GET.get("quantity", "stock")
    return asked if asked in QUANTITIES else "stock"


def _file(request: HttpRequest, found: list[tuple[str, Fan]]) -> HttpResponse | None:
    if request.GET.get("file") == "ahead":
        frames = [
            fan.weeks.with_columns(pl.lit(name).alias("scenario")).join(
                _mondays(fan.weeks), on="week"
            )
            for name, fan in found
        ]
        return figures.table_file(request, "ahead", pl.concat(frames))
    if not request.GET.get("file"):
        return None
    key = request.GET["file"].removeprefix("ahead-")
    if key not in QUANTITIES:
        raise NotFound("no-such-file", "There is no such file.")
    return figures.file(request, [_picture(found, key)])


def _mondays(weeks: pl.DataFrame) -> pl.DataFrame:
    numbers = sorted(weeks["week"].unique().to_list())
    return pl.DataFrame(
        {"week": numbers, "monday": [_monday(n) for n in numbers]},
        schema_overrides={"week": pl.Int64},
    )


def _monday(number: int) -> Any:
    today = clock.today()
    return Week.of(today).monday + timedelta(weeks=number)


def _picture(found: list[tuple[str, Fan]], quantity: str) -> Picture:
    title = QUANTITIES[quantity]()
    rows: list[dict[str, Any]] = []
    for name, fan in found:
        summed = (
            fan.weeks.filter(quantity=quantity)
            .group_by("week").agg(pl.col("^p[0-9]+$").sum()).sort("week")
        )  # fmt: skip
        rows += [
            {"name": name, "week": _("w. %(n)s") % {"n": Week.of(_monday(row["week"])).number},
             **{key: round(value) for key, value in row.items() if key != "week"}}
            for row in summed.iter_rows(named=True)
        ]  # fmt: skip
    names = [name for name, _fan in found]
    cells: list[list[Text]] = [
        [row["week"], row["name"], formats.number(row["p5"]), formats.number(row["p50"]),
         formats.number(row["p95"])]
        for row in rows
    ]  # fmt: skip
    columns = [
        Column(_("Week")), Column(_("Scenario")), Column(_("5 %"), numeric=True),
        Column(_("Middle"), numeric=True), Column(_("95 %"), numeric=True),
    ]  # fmt: skip
    return Picture(
        key=f"ahead-{quantity}",
        title=title,
        alt=title + ". " + _("; ").join(f"{row[1]}, {row[0]}: {row[3]}" for row in cells[:40]),
        table=Table(f"ahead-{quantity}", title, columns, cells),
        rows=rows,
        draw=lambda: charts.fan(rows, names, week_title=_("Week"), count_title=_("Doses")),
        note=_(
            "Bands hold nine and five in ten of the courses drawn, as planned. Products are summed."
        ),
    )


def _totals(found: list[tuple[str, Fan]]) -> Table:
    """Scenarios down, quantities across: the middle, with nine in ten."""
    rows: list[list[Text]] = []
    for name, fan in found:
        told = {row["quantity"]: row for row in fan.totals.iter_rows(named=True)}
        rows.append(
            [
                name,
                *(
                    _("%(middle)s (%(low)s to %(high)s)")
                    % {
                        "middle": formats.number(round(told[code]["p50"])),
                        "low": formats.number(round(told[code]["p5"])),
                        "high": formats.number(round(told[code]["p95"])),
                    }
                    for code in ("needed", "given", "short", "stock", "expired")
                ),
            ]
        )
    columns = [
        Column(_("Scenario")), Column(_("Needed"), numeric=True), Column(_("Given"), numeric=True),
        Column(_("Short at the end"), numeric=True), Column(_("Left over"), numeric=True),
        Column(_("Expired"), numeric=True),
    ]  # fmt: skip
    count = found[0][1].weeks["week"].n_unique()
    caption = _("%(n)s weeks in doses: the middle, and nine in ten") % {"n": count}
    return Table("totals", caption, columns, rows)
