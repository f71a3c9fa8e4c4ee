"""What changed from one edition to another, and how complete the earlier one's last weeks were."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.coverage import queries
from vaksam.coverage.queries import Change, EditionRef, Revisions
from vaksam.web import formats
from vaksam.web.components import Column, Empty, Link, Table
from vaksam.web.insight import choice as choices
from vaksam.web.insight.editions import crumbs


@require_safe
def revisions(request: HttpRequest) -> HttpResponse:
    """What changed from one edition to a later one."""
    found = queries.editions()
    if len(found) < 2:
        empty = Empty(
            _("Only one edition"),
            _("Corrections are seen between two editions. Import another one."),
            [Link(_("Editions and import"), reverse("coverage-editions"))],
        )
        return render(request, "coverage/revisions.html", {"empty": empty, "crumbs": crumbs()})
    new, old = _two(request, found)
    compared = queries.revisions(old, new)
    context = {
        "old": old,
        "new": new,
        "editions": found,
        "crumbs": crumbs(),
        "by_sheet": _by_sheet(compared),
        "by_week": _by_week(compared),
        "by_region": _by_region(compared),
        "completeness": _completeness(compared),
        "example_data": new.example or old.example,
    }
    return render(request, "coverage/revisions.html", context)


def _two(request: HttpRequest, found: list[EditionRef]) -> tuple[EditionRef, EditionRef]:
    """The later and the earlier edition asked for; the two newest without a choice."""
    asked = [choices.day(request.GET.get(name)) for name in ("new", "old")]
    new = queries.edition(asked[0]) if asked[0] else found[0]
    earlier = [one for one in found if one.id != new.id]
    old = queries.edition(asked[1]) if asked[1] else earlier[0]
    return (new, old) if new.edition_on >= old.edition_on else (old, new)


_COUNTED = ("changed", "shared", "added", "removed")


def _table(key: str, caption: str, first: str, sums: Mapping[str, Change]) -> Table:
    columns = [
        Column(first),
        Column(_("Changed"), numeric=True),
        Column(_("In both"), numeric=True),
        Column(_("New"), numeric=True),
        Column(_("Gone"), numeric=True),
    ]
    rows = [
        [name, *(formats.number(getattr(one, field)) for field in _COUNTED)]
        for name, one in sums.items()
    ]
    return Table(key, caption, columns, rows)


def _by_sheet(compared: Revisions) -> Table:
    return _table("by-sheet", _("Changes by sheet"), _("Sheet"), compared.by_sheet)


def _by_week(compared: Revisions) -> Table:
    newest = reversed(compared.by_week().items())
    named = {capfirst(formats.week(week)): one for week, one in newest}
    return _table("by-week", _("Changes in the weekly series by week"), _("Week"), named)


def _by_region(compared: Revisions) -> Table:
    sums = compared.by_area(weekly=True)
    places = [*areas.regions(), areas.country()]
    named = {formats.area(place): sums[place.code] for place in places if place.code in sums}
    return _table("by-region", _("Changes in the weekly series by region"), _("Region"), named)


def _completeness(compared: Revisions) -> Table:
    """How much of the earlier edition's last weeks had been registered by then."""
    found = compared.completeness()
    weeks = sorted({week for week, _dose in found}, reverse=True)[:6]
    doses = sorted({dose for _week, dose in found})
    return Table(
        "completeness",
        _("How complete the latest weeks were, all of Sweden"),
        [Column(_("Week")), *(Column(formats.dose(dose), numeric=True) for dose in doses)],
        [
            [
                capfirst(formats.week(week)),
                *(formats.share(found.get((week, dose))) for dose in doses),
            ]
            for week in weeks
        ],
        note=_(
            "The week's own persons in the earlier edition, as a share of those in the later one. "
            "Over 100 % when persons who died or moved have left the count."
        ),
    )
