"""Close the day: what was opened, drawn, given, registered, wasted and left, by lot."""

import csv
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.clinic import actions
from vaksam.clinic import queries as clinic
from vaksam.core.clinic import Difference, Line, extra
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.supply import queries as supply
from vaksam.web import formats
from vaksam.web.clinic import day_shown
from vaksam.web.clinic.common import place_of, status_of
from vaksam.web.clinic.words import in_words
from vaksam.web.forms import Form
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import VENUE, account

_COLUMNS = ("product", "lot", "opened", "nominal", "drawn", "given", "registered", "wasted",
            "emptied_left", "left_drawn", "left_open")  # fmt: skip


class CloseForm(Form):
    """Why the figures differ, where they do."""

    why = forms.CharField(
        label=gettext_lazy("Why the figures differ"), max_length=300, required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def close(request: HttpRequest, venue: int) -> HttpResponse:
    """The day by lot, what does not agree and what to do, and the days that were closed."""
    place, day = place_of(request, venue), _day(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_day(venue=venue, day=day, why=form.cleaned_data["why"],
                              by=account(request))  # fmt: skip
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            form.refuse(error, "why" if error.code == "differs" else None)
        else:
            messages.success(request, _("The day is closed."))
            return HttpResponseRedirect(_address(venue, day))
    found, names = clinic.lines(venue, day), names_of_products()
    visits = clinic.here(venue, scope=scope_of(request.user), path=request.path)
    vials = supply.open_vials(venue) if day == clock.today() else []
    context: dict[str, Any] = {
        "venue": place, "day": day, "today": day == clock.today(), "form": form,
        "lines": [(each, names.get(each.product, each.product), extra(each))
                  for each in found.lines],
        "differences": [(each, in_words(each, names), _what_to_do(each))
                        for each in found.differences],
        "vials": day_shown.strip([each for each in vials if each.minutes], names),
        "still": sum(each.ended_at is None or bool(each.observe_until and not each.observed_at)
                     for each in visits) if day == clock.today() else 0,
        "closings": [(each, hour(each.closed_at), formats.day(each.day))
                     for each in clinic.closings(venue)],
        "closed": any(each.day == day for each in clinic.closings(venue, most=30)),
    }  # fmt: skip
    return render(request, "clinic/close.html", context, status=status_of(form))


@require_safe
@requires(*VENUE)
def file(request: HttpRequest, venue: int, day: str) -> HttpResponse:
    """The day by lot as CSV, UTF-8."""
    place = place_of(request, venue)
    found = _read(day)
    if found is None:
        raise NotFound("unknown-day", "There is no such day.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"vaksam-{place.code}-{found.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(_COLUMNS)
    for each in clinic.lines(venue, found).lines:
        writer.writerow(_cells(each))
    return response


def _cells(each: Line) -> list[Any]:
    return [getattr(each, name) for name in _COLUMNS]


def _what_to_do(each: Difference) -> str:
    """Where to put it right."""
    return {
        "drawn": _("Write down in the fridge what was given or thrown away."),
        "not_registered": _("Somebody was given a dose outside the visits: register it on the "
                            "person's page, or take the line back in the fridge."),
        "not_given": _("A dose is registered that the fridge does not know: look at the doses "
                       "taken back in the fridge."),
        "left_drawn": _("Give it, or throw it away in the fridge with the reason."),
        "left_open": _("Offer the doses, then empty the vial or throw it away in the fridge."),
    }.get(each.code, "")  # fmt: skip


def _day(request: HttpRequest) -> date:
    """The day asked for, else today."""
    return _read(request.POST.get("day") or request.GET.get("day", "")) or clock.today()


def _read(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _address(venue: int, day: date) -> str:
    address = reverse("venue-close", args=[venue])
    return address if day == clock.today() else f"{address}?day={day.isoformat()}"
