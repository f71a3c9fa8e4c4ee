"""A new round: choose, look at the proposal, save it as it was looked at."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.core.rounds import Route
from vaksam.programmes import queries as programmes
from vaksam.rounds import actions
from vaksam.rounds.actions import Proposal
from vaksam.venues import queries as venues
from vaksam.web import formats
from vaksam.web.components import Column, Stat, Table, Text
from vaksam.web.planning.booking.common import programme_of, region_of
from vaksam.web.planning.rounds.forms import RoundForm
from vaksam.web.planning.rounds.words import LEFT
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import ROUNDS, account
from vaksam.web.sent import token_of

TEAMS = ("homes", "care_homes", "mobile", "bus", "health_centre", "hospital")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ROUNDS)
def new(request: HttpRequest) -> HttpResponse:
    """“Propose” shows routes and writes nothing; “Save” saves just those."""
    region = region_of(request, *ROUNDS)
    form = _form(request, region)
    context: dict[str, Any] = {"form": form, "token": uuid4()}
    if request.method == "POST" and form.is_valid():
        try:
            if "save" in request.POST:
                return _saved(request, form)
            context |= _shown(actions.propose(ask=form.ask(), by=account(request),
                                              path=request.path))  # fmt: skip
        except Refused as error:
            form.refuse(error)
            if error.code == "changed":
                found = actions.propose(ask=form.ask(), by=account(request), path=request.path)
                context |= _shown(found)
    return render(request, "rounds/new.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: RoundForm) -> HttpResponse:
    made = actions.save(ask=form.ask(), digest=request.POST.get("digest", ""),
                        key=token_of(request), by=account(request))  # fmt: skip
    text = ngettext("%(n)s round is saved.", "%(n)s rounds are saved.", len(made))
    messages.success(request, text % {"n": formats.number(len(made))})
    if len(made) == 1:
        return HttpResponseRedirect(reverse("rounds-one", args=made))
    return HttpResponseRedirect(reverse("rounds"))


def _form(request: HttpRequest, region: str) -> RoundForm:
    language = (get_language() or "sv")[:2]
    known = [(code, programmes.programme(code, language=language).name)
             for code in programmes.running()]  # fmt: skip
    places = venues.venues(regions=[region], kinds=TEAMS)
    teams = sorted(places, key=lambda each: (TEAMS.index(each.kind), each.name))
    return RoundForm(
        request.POST or None, venues={each.id: each.name for each in teams}, programmes=known,
        products=names_of_products(),
        municipalities={each.code: each.name for each in areas.municipalities(region)},
        initial={"day": clock.today() + timedelta(days=1), "programme": programme_of(request)},
    )  # fmt: skip


def _shown(found: Proposal) -> dict[str, Any]:
    rounds = found.rounds
    return {
        "proposal": found,
        "stats": [
            Stat(_("Persons reached"), formats.number(found.persons)),
            Stat(_("Vials to take along"), formats.number(sum(r.vials for r in rounds.routes))),
            Stat(_("Doses left over"), formats.number(sum(r.left for r in rounds.routes))),
            Stat(_("Kilometres"), formats.number(round(sum(r.km for r in rounds.routes)))),
        ],
        "routes": [(route, _route_table(found, route), _until(route)) for route in rounds.routes],
        "left": _left_table(found) if rounds.left else None,
        "over": found.chosen.over, "without_place": found.chosen.without_place,
    }  # fmt: skip


def _route_table(found: Proposal, route: Route) -> Table:
    rows: list[list[Text | Any]] = []
    for visit in route.visits:
        place = found.chosen.places[visit.stop]
        lasts = _clock(visit.until) if visit.until is not None else "–"
        where = ", ".join(part for part in (place.name, place.street, place.city) if part)
        rows.append([
            _clock(visit.starts), where or _("A place without an address"),
            formats.number(len(place.persons)), formats.number(len(visit.opened)), lasts,
            _clock(visit.ends),
        ])  # fmt: skip
    columns = [Column(_("Time")), Column(_("Place")), Column(_("Persons"), numeric=True),
               Column(_("Vials opened"), numeric=True), Column(_("Vial lasts until")),
               Column(_("Goes on"))]  # fmt: skip
    caption = _("Car %(n)s: leaves %(leaves)s, back %(back)s") % {
        "n": route.team, "leaves": _clock(route.leaves), "back": _clock(route.back),
    }  # fmt: skip
    return Table(f"route-{route.team}", caption, columns, rows)


def _until(route: Route) -> dict[str, Any]:
    """The limit bar: how much of the last vial's life has passed at the last stop."""
    until = route.until
    if until is None:
        return {}
    opened = [*route.drawn, *(each for visit in route.visits for each in visit.opened)]
    last, since = route.visits[-1].ends, opened[-1].at
    return {"text": _clock(until), "most": until - since, "now": last - since, "end": _clock(last)}


def _left_table(found: Proposal) -> Table:
    rows = []
    for each in found.rounds.left:
        place = found.chosen.places[each.stop]
        where = ", ".join(part for part in (place.name, place.street, place.city) if part)
        rows.append([where or _("A place without an address"),
                     formats.number(len(place.persons)), LEFT[each.why]])  # fmt: skip
    columns = [Column(_("Place")), Column(_("Persons"), numeric=True), Column(_("Why"))]
    return Table("left", _("Stops that nobody goes to"), columns, rows)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
