"""Doses a vial really gives, and what is wasted, by venue."""

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.core.supply.realised import realised_yield
from vaksam.core.supply.wastage import wastage_rates
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.supply import queries
from vaksam.venues import queries as venues
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.insight.pictures.picture import Picture
from vaksam.web.planning.supply import figures
from vaksam.web.planning.supply.views import _name as region_name
from vaksam.web.planning.supply.views import region_of, tabs
from vaksam.web.planning.supply.words import REASONS
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import SUPPLY

SINCE = timedelta(weeks=8)
LIKELY = 0.9


@require_safe
@requires(*SUPPLY)
def yields(request: HttpRequest) -> HttpResponse:
    """Yield by product, venue and week; wastage by venue, drawn towards all; and why."""
    region, since = region_of(request), clock.today() - SINCE
    vials = queries.opened_and_drawn(regions=[region], since=since)
    lost = queries.wasted(regions=[region], since=since)
    places = {each.id: each.name for each in venues.venues(regions=[region])}
    products, nominal = names_of_products(), _nominal()
    pictures = [
        _picture(vials, code, places, products[code], nominal.get(code, 1))
        for code in sorted(vials.filter("done")["product"].unique().to_list())
    ]
    rates = _rates(vials, lost, nominal)
    weeks = _weeks(vials)
    asked = (
        figures.file(request, pictures)
        if request.GET.get("file", "").startswith("yield-")
        else figures.table_file(request, "wastage", _named(rates, places))
        or figures.table_file(request, "weeks", _named(weeks, places))
    )
    if asked is not None:
        return asked
    context = {
        "tabs": tabs(request),
        "region": region_name(region),
        "stats": _stats(vials, nominal, products),
        "figures": [figures.figure(request, each) for each in pictures],
        "wastage": _wastage_table(rates, places),
        "wastage_files": figures.links(request, "wastage"),
        "reasons": _reasons_table(lost, products),
        "weeks": _weeks_table(weeks, places, products),
        "weeks_files": figures.links(request, "weeks"),
    }
    return render(request, "supply/yields.html", context)


def _nominal() -> dict[str, int]:
    today = clock.today()
    return {each.code: each.doses_per_vial(today) or 1 for each in programmes.products()}


def _stats(vials: pl.DataFrame, nominal: dict[str, int], products: dict[str, str]) -> list[Stat]:
    return [
        Stat(
            products.get(product, product), formats.decimal(mean),
            _("doses a vial; nominal %(n)s") % {"n": nominal.get(product, 1)},
        )
        for product, mean in realised_yield(vials, by=("product",))
        .select("product", "mean").iter_rows()
    ]  # fmt: skip


def _picture(
    vials: pl.DataFrame, product: str, places: dict[int, str], name: str, nominal: int
) -> Picture:
    found = realised_yield(vials.filter(product=product), by=("venue", "product")).sort(
        "mean", descending=True
    )
    rows: list[dict[str, Any]] = [
        {"name": places.get(row["venue"], "–"), "product": product, "vials": row["vials"],
         "mean": round(row["mean"], 3),
         "low": None if row["low"] is None else round(row["low"], 3),
         "high": None if row["high"] is None else round(row["high"], 3)}
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    title = _("Doses a vial of %(product)s, by venue") % {"product": name}
    cells = [
        [str(row["name"]), formats.decimal(row["mean"]), _interval(row["low"], row["high"]),
         formats.number(row["vials"])]
        for row in rows
    ]  # fmt: skip
    columns = [
        Column(_("Venue")), Column(_("Doses a vial"), numeric=True),
        Column(_("Interval (95 %)"), numeric=True), Column(_("Emptied vials"), numeric=True),
    ]  # fmt: skip
    return Picture(
        key=f"yield-{product}",
        title=title,
        alt=title + ". " + _("; ").join(f"{row[0]}: {row[1]}" for row in cells),
        table=Table(f"yield-{product}", title, columns, cells),
        rows=rows,
        draw=lambda: charts.intervals(
            rows, name_title=_("Venue"), value_title=_("Doses a vial"), nominal=nominal
        ),
        note=_("The broken line is the nominal number. A dose that cannot be drawn is no wastage."),
    )  # fmt: skip


def _rates(vials: pl.DataFrame, lost: pl.DataFrame, nominal: dict[str, int]) -> pl.DataFrame:
    """Vials and parts of vials, by venue."""
    doses = pl.col("product").replace_strict(nominal, default=1, return_dtype=pl.Float64)
    wasted = lost.group_by("venue").agg(
        (pl.col("vials") + pl.col("doses") / doses).sum().alias("wasted"),
        pl.col("vials").sum().alias("unopened"),
    )
    opened = vials.group_by("venue").agg(pl.len().alias("opened"))
    return wastage_rates(
        opened.join(wasted, on="venue", how="full", coalesce=True)
        .with_columns(pl.col("wasted", "unopened", "opened").fill_null(0))
        .with_columns((pl.col("opened") + pl.col("unopened")).cast(pl.Float64).alias("handled"))
        .with_columns(pl.min_horizontal("wasted", "handled").alias("wasted"))
        .select("venue", "wasted", "handled")
    )


def _wastage_table(rates: pl.DataFrame, places: dict[int, str]) -> Table | None:
    if not rates.height:
        return None
    rows: list[list[Text | Cell]] = [
        [
            places.get(row["venue"], "–"),
            formats.number(round(row["handled"])),
            formats.decimal(row["wasted"], 1),
            formats.share(row["rate"]),
            formats.share(row["shrunk"]),
            _shares(row["low"], row["high"]),
            Cell(_("likely above the others"), tone="warning")
            if row["above"] is not None and row["above"] > LIKELY
            else "–",
        ]
        for row in rates.iter_rows(named=True)
    ]
    columns = [
        Column(_("Venue")), Column(_("Vials"), numeric=True), Column(_("Wasted"), numeric=True),
        Column(_("Share"), numeric=True), Column(_("Share, fairly compared"), numeric=True),
        Column(_("Interval (95 %)"), numeric=True), Column(_("Follow up")),
    ]  # fmt: skip
    note = _(
        "Fairly compared: a venue with few vials is drawn towards the share of all, so that one "
        "mishap does not put it first."
    )
    return Table("wastage", _("Wasted vials by venue, eight weeks"), columns, rows, note=note)


def _reasons_table(lost: pl.DataFrame, products: dict[str, str]) -> Table | None:
    found = (
        lost.group_by("reason", "product")
        .agg(pl.col("vials").sum(), pl.col("doses").sum())
        .filter((pl.col("vials") > 0) | (pl.col("doses") > 0))
        .sort("vials", descending=True)
    )
    if not found.height:
        return None
    rows: list[list[Text | Cell]] = [
        [str(REASONS.get(reason, reason)), products.get(product, product), formats.number(vials),
         formats.number(doses)]
        for reason, product, vials, doses in found.iter_rows()
    ]  # fmt: skip
    columns = [
        Column(_("Reason")), Column(_("Product")), Column(_("Unopened vials"), numeric=True),
        Column(_("Doses of open vials"), numeric=True),
    ]  # fmt: skip
    return Table("reasons", _("Why vials are wasted"), columns, rows)


def _weeks(vials: pl.DataFrame) -> pl.DataFrame:
    monday = pl.col("day").dt.truncate("1w").alias("week")
    return realised_yield(vials.with_columns(monday), by=("week", "venue", "product"))


def _weeks_table(
    weeks: pl.DataFrame, places: dict[int, str], products: dict[str, str]
) -> Table | None:
    if not weeks.height:
        return None
    rows: list[list[Text | Cell]] = [
        [
            _week(row["week"]), places.get(row["venue"], "–"),
            products.get(row["product"], row["product"]), formats.number(row["vials"]),
            formats.decimal(row["mean"]), _interval(row["low"], row["high"]),
        ]
        for row in weeks.sort("week", descending=True).iter_rows(named=True)
    ]  # fmt: skip
    columns = [
        Column(_("Week")), Column(_("Venue")), Column(_("Product")),
        Column(_("Emptied vials"), numeric=True), Column(_("Doses a vial"), numeric=True),
        Column(_("Interval (95 %)"), numeric=True),
    ]  # fmt: skip
    return Table("weeks", _("Yield by week"), columns, rows)


def _named(frame: pl.DataFrame, places: dict[int, str]) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("venue").replace_strict(places, default="", return_dtype=pl.String)
    )


def _week(day: date) -> str:
    return formats.week(Week.of(day))


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "–"
    return f"{formats.decimal(low)}–{formats.decimal(high)}"


def _shares(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{formats.share(low)}–{formats.share(high)}"
