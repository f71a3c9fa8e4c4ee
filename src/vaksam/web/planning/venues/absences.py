"""Somebody cannot come: told in one click, and filled by somebody who is free."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.venues import actions, queries
from vaksam.venues.queries import ShiftRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.venues import common, words
from vaksam.web.planning.venues.common import KEEPERS
from vaksam.web.roles import account

DAYS = 14  # looked ahead


@require_safe
@requires(*KEEPERS)
def missing(request: HttpRequest) -> HttpResponse:
    """Absences of today and the next two weeks: those that nobody fills, and the others."""
    region, today = common.region_of(request), clock.today()
    found = queries.absences([region.code], today, today + timedelta(days=DAYS))
    waiting = [each for each in found if each.missing]
    filled = [each for each in found if not each.missing]
    context = {
        "tabs": common.tabs(request),
        "region": formats.area(region),
        "waiting": _table("waiting", _("Nobody fills the place"), waiting),
        "filled": _table("filled", _("Filled"), filled),
    }
    return render(request, "venues/missing.html", context)


@require_POST
@requires(*KEEPERS)
def report(request: HttpRequest, shift: int) -> HttpResponse:
    found = common.shift_of(request, shift)
    actions.report_absent(shift=shift, reason=request.POST.get("reason", ""), by=account(request))
    messages.success(request, _("The absence is kept. Choose who fills the place."))
    return common.to_day(found)


@require_POST
@requires(*KEEPERS)
def take_back(request: HttpRequest, shift: int) -> HttpResponse:
    found = common.shift_of(request, shift)
    actions.take_back_absence(shift=shift, by=account(request))
    messages.success(request, _("The person works the shift after all."))
    return common.to_day(found)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def replace(request: HttpRequest, shift: int) -> HttpResponse:
    """Who is free and can fill the place; those who usually work there come first."""
    found = common.shift_of(request, shift)
    if request.method == "POST":
        actions.replace(shift=shift, staff=_chosen(request), by=account(request))
        messages.success(request, _("The place is filled. Ring and tell."))
        return common.to_day(found)
    context = {
        "shift": found,
        "hours": words.moments(found.starts_at, found.ends_at),
        "reason": words.REASONS.get(found.absent_reason, ""),
        "people": [(each, words.ROLES[each.role]) for each in queries.candidates(found)],
    }
    return render(request, "venues/replace.html", context)


def _chosen(request: HttpRequest) -> int:
    text = request.POST.get("staff", "")
    if not text.isdecimal() or len(text) > 18:
        raise Refused("nobody-chosen", "Choose who fills the place.")
    return int(text)


def _table(key: str, caption: str, found: list[ShiftRef]) -> Table | None:
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [
            Cell(f"{each.name} ({words.ROLES[each.role]})", url=_place(each)),
            each.venue_name,
            formats.day(each.day),
            words.moments(each.starts_at, each.ends_at),
            words.REASONS[each.absent_reason],
            each.replaced_by
            or Cell(_("Find somebody"), url=reverse("venues-shifts-replace", args=[each.id])),
        ]
        for each in found
    ]
    columns = [Column(_("Absent")), Column(_("Venue")), Column(_("Day")), Column(_("Hours")),
               Column(_("Why")), Column(_("Filled by"))]  # fmt: skip
    return Table(key, caption, columns, rows)


def _place(shift: ShiftRef) -> str:
    return f"{reverse('venues-one', args=[shift.venue])}?day={shift.day.isoformat()}#day"
