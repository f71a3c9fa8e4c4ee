"""A venue's opening hours: shown, and set for the usual weeks or for a season."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.core.venues import Hours
from vaksam.venues import actions, queries
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Table, Text
from vaksam.web.planning.venues import common, words
from vaksam.web.planning.venues.common import KEEPERS
from vaksam.web.planning.venues.hours_form import HoursForm, season_of
from vaksam.web.roles import account

NEW = "new"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def change(request: HttpRequest, venue: int) -> HttpResponse:
    """Hours of one season (`season`; "": the usual ones); the others stay as they are."""
    found, known = common.venue_of(request, venue), queries.hours(venue)
    season = request.GET.get("season", "")
    mine = [each for each in known if season_of(each) == season]
    form = HoursForm(request.POST or None, hours=mine, season=bool(season))
    if request.method == "POST" and form.is_valid():
        others = [each for each in known if season_of(each) != season]
        try:
            actions.set_hours(venue=venue, hours=[*others, *form.hours()], by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The hours are kept."))
            return HttpResponseRedirect(reverse("venues-one", args=[venue]))
    context = {"venue": found, "form": form, "season": season, "tabs": _tabs(known, season)}
    return render(request, "venues/hours.html", context, status=422 if form.errors else 200)


def table(hours: Sequence[Hours]) -> Table:
    """Weekdays down; the usual hours and each season's across."""
    seasons = list(dict.fromkeys(map(season_of, hours)))
    rows: list[list[Text | Cell]] = [
        [capfirst(label), *(_line(hours, season, number) for season in seasons)]
        for number, label in WEEKDAYS.items()
    ]
    columns = [Column(_("Day")), *(Column(_name(hours, season)) for season in seasons)]
    return Table("hours", _("Opening hours"), columns, rows)


def _line(hours: Sequence[Hours], season: str, weekday: int) -> str:
    return words.spans([
        (each.opens_at, each.closes_at)
        for each in hours
        if season_of(each) == season and each.weekday == weekday
    ])  # fmt: skip


def _name(hours: Sequence[Hours], season: str) -> str:
    first = next((each for each in hours if season_of(each) == season), None)
    if not season or first is None:
        return _("Usual")
    dates = (first.from_on, first.to_on)
    return " – ".join(formats.day(each) if each else "…" for each in dates)


def _tabs(hours: Sequence[Hours], chosen: str) -> list[Link]:
    seasons = [each for each in dict.fromkeys(map(season_of, hours)) if each]
    known = {"": _("Usual"), **{each: _name(hours, each) for each in seasons}, NEW: _("New season")}
    return [
        Link(label, f"?season={season}", "page" if season == chosen else "")
        for season, label in known.items()
    ]
