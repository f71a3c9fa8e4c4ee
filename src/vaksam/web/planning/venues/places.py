"""The region's venues, and one of them."""

from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.core.venues import Span
from vaksam.venues import actions, queries
from vaksam.venues.queries import Staffing, VenueRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Stat, Table, Text
from vaksam.web.insight import downloads
from vaksam.web.planning.supply.figures import TABLES
from vaksam.web.planning.venues import common, words
from vaksam.web.planning.venues.common import KEEPERS
from vaksam.web.planning.venues.forms import VenueForm
from vaksam.web.planning.venues.hours import table as hours_table
from vaksam.web.planning.venues.week import week
from vaksam.web.roles import account

Day = dict[int, Any]


@require_safe
@requires(*KEEPERS)
def venues(request: HttpRequest) -> HttpResponse:
    """Every venue: what it is, whether it is open today, and who is there."""
    region, today = common.region_of(request), clock.today()
    found = queries.venues(regions=[region.code])
    form = request.GET.get("form", "")
    if form in dict(TABLES):
        return downloads.table_file(_frame(found), form, name=f"venues-{region.code}")
    ids = [each.id for each in found]
    hours, staffing = queries.open_on(ids, today), queries.staffing(ids, today)
    context = {
        "tabs": common.tabs(request),
        "region": formats.area(region),
        "regions": _regions(request, region.code),
        "stats": _stats(found, hours, staffing),
        "table": _table(found, hours, staffing) if found else None,
        "files": [Link(label, f"?area={region.code}&form={form}") for form, label in TABLES],
    }
    return render(request, "venues/venues.html", context)


@require_safe
@requires(*KEEPERS)
def one(request: HttpRequest, venue: int) -> HttpResponse:
    """One venue: facts, hours, and its staff of a week."""
    found = common.venue_of(request, venue)
    hours = queries.hours(venue)
    context = {
        "venue": found,
        "kind": words.KINDS[found.kind],
        "address": words.address(found),
        "access": words.access(found),
        "facts": _facts(found),
        "hours": hours_table(hours) if hours else None,
        "reasons": words.REASONS.items(),
        **week(found, common.day_of(request)),
    }
    return render(request, "venues/venue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def change(request: HttpRequest, venue: int) -> HttpResponse:
    """What a venue is like, in a form."""
    found = common.venue_of(request, venue)
    form = VenueForm(request.POST or None, venue=found)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.change_venue(venue=venue, by=account(request), **told)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept."))
            return HttpResponseRedirect(reverse("venues-one", args=[venue]))
    context = {"venue": found, "form": form}
    return render(request, "venues/change.html", context, status=422 if form.errors else 200)


def _regions(request: HttpRequest, chosen: str) -> list[Link]:
    """Where to see another of one's regions; empty for those who have but one."""
    mine = common.regions_of(request)
    if len(mine) < 2:
        return []
    return [
        Link(formats.area(each), f"?area={each.code}", "page" if each.code == chosen else "")
        for each in mine
    ]


def _stats(found: list[VenueRef], hours: Day, staffing: dict[int, Staffing]) -> list[Stat]:
    places = [each for each in found if not each.is_store]
    missing = sum(each.missing for each in staffing.values())
    return [
        Stat(_("Open today"), formats.number(sum(bool(hours.get(each.id)) for each in places)),
             ngettext("of %(n)s venue", "of %(n)s venues", len(places)) % {"n": len(places)}),
        Stat(_("Vaccinators today"),
             formats.number(sum(each.vaccinators for each in staffing.values()))),
        Stat(_("Missing today"), formats.number(missing), url=reverse("venues-shifts"),
             change=_("Find somebody") if missing else "", tone="warning" if missing else ""),
    ]  # fmt: skip


def _table(found: list[VenueRef], hours: Day, staffing: dict[int, Staffing]) -> Table:
    municipalities = {each.code: formats.area(each) for each in areas.municipalities()}
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.name, url=reverse("venues-one", args=[each.id])),
            words.KINDS[each.kind],
            each.city or municipalities.get(each.municipality_code, each.municipality_code),
            "–" if each.is_store else _open(hours.get(each.id)),
            formats.number(staffing[each.id].on_duty),
            formats.number(staffing[each.id].vaccinators),
            _missing(staffing[each.id].missing),
            ", ".join(words.access(each)) or "–",
            words.languages(each.languages) or "–",
        ]
        for each in found
    ]
    columns = [
        Column(_("Venue")), Column(_("Kind")), Column(_("Place")), Column(_("Open today")),
        Column(_("On duty"), numeric=True), Column(_("Vaccinate"), numeric=True),
        Column(_("Missing"), numeric=True), Column(_("Accessibility")), Column(_("Languages")),
    ]  # fmt: skip
    return Table("venues", _("Venues and their day"), columns, rows)


def _open(hours: tuple[Span, ...] | None) -> Text | Cell:
    said = words.spans(hours)
    return Cell(said, tone="warning") if hours is None else said


def _missing(count: int) -> Text | Cell:
    return Cell(formats.number(count), tone="danger") if count else "0"


def _facts(venue: VenueRef) -> list[tuple[Text, Text]]:
    minutes = _("%(n)s min")
    told: list[tuple[Text, Text]] = [
        (_("Run by"), words.PROVIDERS[venue.provider]),
        (_("Contact"), ", ".join(part for part in (venue.contact, venue.telephone) if part)),
        (_("Public transport"), venue.public_transport),
        (_("How to find the door"), venue.directions),
        (_("Languages spoken"), words.languages(venue.languages)),
        (_("Stations"), formats.number(venue.stations)),
        (_("Per person"), minutes % {"n": formats.decimal(venue.minutes_per_person, 1)}),
        (_("Between times"), minutes % {"n": venue.interval_minutes}),
        (_("Observation"), minutes % {"n": venue.observation_minutes}),
        (_("People let in at once"),
         _("no limit") if venue.room is None else formats.number(venue.room)),
        (_("Doses a week"), formats.number(venue.doses_per_week)),
        (_("Residents may choose it"), _("yes") if venue.public else _("no")),
    ]  # fmt: skip
    return [(label, value) for label, value in told if value]


def _frame(found: list[VenueRef]) -> pl.DataFrame:
    names = (
        "code", "name", "kind", "provider", "municipality_code", "street", "postcode", "city",
        "latitude", "longitude", *words.ACCESS, "public_transport", "stations",
        "minutes_per_person", "observation_minutes", "room", "doses_per_week", "public",
    )  # fmt: skip
    rows = [
        {name: getattr(each, name) for name in names} | {"languages": " ".join(each.languages)}
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
