"""Those who work at the region's venues. Names stay out of addresses and logs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.venues import actions, queries
from vaksam.venues.queries import StaffRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.venues import common, words
from vaksam.web.planning.venues.common import KEEPERS
from vaksam.web.planning.venues.forms import StaffForm
from vaksam.web.roles import account


@require_safe
@requires(*KEEPERS)
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works in the region, and those who have left."""
    region, today = common.region_of(request), clock.today()
    found = queries.staff(region.code)
    left = [each for each in found if each.left_on is not None and each.left_on < today]
    working = [each for each in found if each not in left]
    context = {
        "tabs": common.tabs(request),
        "region": region,
        "name": formats.area(region),
        "working": _table("staff", _("Staff"), working) if working else None,
        "left": _table("left", _("Have left"), left) if left else None,
    }
    return render(request, "venues/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def add(request: HttpRequest) -> HttpResponse:
    region = common.region_of(request)
    form = _form(request, region.code, None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_staff(region_code=region.code, by=account(request), **form.cleaned_data)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Added. Now plan a shift."))
            return _to_list(region.code)
    return _page(request, form, _("Add staff"), region.code)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEPERS)
def change(request: HttpRequest, staff: int) -> HttpResponse:
    person = queries.one_of_staff(staff, regions=scope_of(request.user).regions_as(*KEEPERS))
    form = _form(request, person.region_code, person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_staff(staff=staff, by=account(request), **form.cleaned_data)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept."))
            return _to_list(person.region_code)
    return _page(request, form, person.name, person.region_code)


def _form(request: HttpRequest, region: str, person: StaffRef | None) -> StaffForm:
    places = [each for each in queries.venues(regions=[region]) if not each.is_store]
    return StaffForm(request.POST or None, venues=places, person=person)


def _page(request: HttpRequest, form: Any, title: str, region: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "submit": _("Keep"),
        "back": f"{reverse('venues-staff')}?area={region}",
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


def _to_list(region: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('venues-staff')}?area={region}")


def _table(key: str, caption: str, found: list[StaffRef]) -> Table:
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.name, url=reverse("venues-staff-edit", args=[each.id])),
            words.ROLES[each.role],
            each.venue_name or "–",
            _("yes") if each.vaccinates else _("no"),
            _("yes") if each.anaphylaxis else _("no"),
            words.languages(each.languages) or "–",
            _employer(each),
        ]
        for each in found
    ]
    columns = [
        Column(_("Name")), Column(_("Profession")), Column(_("Usually at")),
        Column(_("Vaccinates")), Column(_("Anaphylaxis")), Column(_("Languages")),
        Column(_("Employer")),
    ]  # fmt: skip
    return Table(key, caption, columns, rows)


def _employer(person: StaffRef) -> str:
    said = str(words.EMPLOYERS[person.employer])
    return ", ".join([said, _("volunteer")]) if person.volunteer else said
