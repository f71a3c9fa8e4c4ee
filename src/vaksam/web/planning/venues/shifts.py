"""Planning who works when."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.venues import actions, queries
from vaksam.web.planning.venues import common
from vaksam.web.planning.venues.common import KEEPERS
from vaksam.web.planning.venues.forms import ShiftForm
from vaksam.web.roles import account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def plan(request: HttpRequest, venue: int) -> HttpResponse:
    """Plan somebody's hours; the form offers the venue's own."""
    found, day = common.venue_of(request, venue), common.day_of(request)
    people = queries.staff(found.region_code, on=day)
    people.sort(key=lambda each: each.venue != venue)
    hours = queries.open_on([venue], day).get(venue, ())
    form = ShiftForm(request.POST or None, people=people, day=day, hours=hours)
    if request.method == "POST" and form.is_valid():
        try:
            actions.plan_shift(
                staff=form.cleaned_data["staff"], venue=venue, starts_at=form.moment("starts"),
                ends_at=form.moment("ends"), by=account(request),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The shift is planned."))
            return _to_week(venue, form.cleaned_data["day"].isoformat())
    context = {
        "form": form, "title": _("Plan a shift"), "eyebrow": found.name, "submit": _("Plan"),
        "back": reverse("venues-one", args=[venue]),
        "note": "" if people else _("Nobody is known to work in the region. Add staff first."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*KEEPERS)
def cancel(request: HttpRequest, shift: int) -> HttpResponse:
    """Take away a shift that was planned wrongly."""
    found = common.shift_of(request, shift)
    actions.cancel_shift(shift=shift, by=account(request))
    messages.success(request, _("The shift is taken away."))
    return common.to_day(found)


@require_POST
@requires(*KEEPERS)
def copy(request: HttpRequest, venue: int) -> HttpResponse:
    """Plan a week once more in the week after."""
    common.venue_of(request, venue)
    try:
        monday = parse_date(request.POST.get("monday", ""))
    except ValueError:
        monday = None
    if monday is None or not 1900 <= monday.year <= 2200:
        raise Refused("needs-mondays", "Choose the Mondays of two different weeks.")
    later = monday + timedelta(days=7)
    done = actions.copy_week(venue=venue, from_monday=monday, to_monday=later, by=account(request))
    messages.success(request, _copied(done))
    return _to_week(venue, later.isoformat())


def _copied(done: actions.Copied) -> str:
    said = ngettext("%(n)s shift is copied.", "%(n)s shifts are copied.", done.copied)
    if done.left_out:
        said += " " + ngettext(
            "%(m)s is left out, since the person is not free then.",
            "%(m)s are left out, since those people are not free then.", done.left_out,
        )  # fmt: skip
    return said % {"n": done.copied, "m": done.left_out}


def _to_week(venue: int, day: str) -> HttpResponse:
    address = reverse("venues-one", args=[venue])
    return HttpResponseRedirect(f"{address}?day={day}#week")
