"""Groups: places held for an association, a school or a workplace; its list fills later."""

from datetime import date, timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.queries import BlockRef
from vaksam.core.errors import Refused
from vaksam.people import queries as people
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import GroupForm
from vaksam.web.planning.people.forms import FindForm
from vaksam.web.roles import BOOKING_PLANNERS, account
from vaksam.web.sent import number, token_of
from vaksam.web.templatetags.faults import said

AHEAD = timedelta(days=60)


@require_safe
@requires(*BOOKING_PLANNERS)
def groups(request: HttpRequest) -> HttpResponse:
    region = common.region_of(request, *BOOKING_PLANNERS)
    context = {"tabs": common.tabs(request), "table": _table(queries.blocks(region))}
    return render(request, "booking/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def new(request: HttpRequest) -> HttpResponse:
    """Hold places in a row from a time on."""
    region = common.region_of(request, *BOOKING_PLANNERS)
    form = GroupForm(request.POST or None, sessions=_sessions(region),
                     initial={"release_on": clock.today() + timedelta(days=3)})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            pk = _hold(form, region, request)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The places are held. Fill in names as they come."))
            return HttpResponseRedirect(reverse("booking-group", args=[pk]))
    context = {"form": form, "title": _("Hold places for a group"), "submit": _("Hold"),
               "back": reverse("booking-groups")}  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def group(request: HttpRequest, block: int) -> HttpResponse:
    """Its places, and a field that finds the next person and puts them in the first free one."""
    found = queries.block(block, scope=scope_of(request.user))
    form = FindForm(request.POST if "text" in request.POST else None)
    hits: list[people.Hit] = []
    if "release" in request.POST:
        freed = actions.release_block(block=block, by=account(request))
        text = ngettext("%(n)s place is free for all.", "%(n)s places are free for all.", freed)
        messages.success(request, text % {"n": freed})
        return HttpResponseRedirect(reverse("booking-group", args=[block]))
    if person := number(request.POST.get("person", "")):
        _add(request, found, person)
        return HttpResponseRedirect(reverse("booking-group", args=[block]))
    if request.method == "POST" and form.is_valid():
        try:
            hits = list(people.find(form.cleaned_data["text"], scope=scope_of(request.user),
                                    path=request.path).hits)  # fmt: skip
        except Refused as error:
            form.refuse(error, "text")
    context = {
        "tabs": common.tabs(request), "group": found, "form": form, "hits": hits,
        "token": uuid4(), "release_on": formats.day(found.release_on),
        "slots": [(common.stamp(at), venue, places, used)
                  for _pk, _slot, at, venue, places, used in found.slots],
    }  # fmt: skip
    return render(request, "booking/group.html", context, status=422 if form.errors else 200)


def _add(request: HttpRequest, found: BlockRef, person: int) -> None:
    """Put a person in the first place without a name."""
    free = next((each for each in found.slots if each[5] < each[4]), None)
    try:
        if free is None:
            raise Refused("block-full", "The group's places at that time are all named.")
        ask = Ask(person, free[1], block=free[0])
        actions.book(asks=[ask], token=token_of(request), channel="group",
                     by=account(request))  # fmt: skip
        messages.success(request, _("Put in: %(time)s.") % {"time": common.stamp(free[2])})
    except Refused as error:
        messages.error(request, said(error))


def _hold(form: GroupForm, region: str, request: HttpRequest) -> int:
    """Free places in a row from the time chosen on; all or none."""
    data, wanted = form.cleaned_data, {}
    left = data["places"]
    for slot in queries.slots(int(data["session"])):
        local = slot.starts_at.astimezone(clock.SWEDEN).time()
        take = min(slot.places - slot.taken, left)
        if local >= data["from_time"] and take > 0:
            wanted[slot.id] = take
            left -= take
    if left:
        raise Refused("block-large", "There are only {free} free places from that time on.",
                      free=data["places"] - left)  # fmt: skip
    return actions.hold_block(
        region_code=region, name=data["name"], contact=data["contact"],
        telephone=data["telephone"], email=data["email"], places=wanted,
        release_on=data["release_on"], by=account(request),
    )  # fmt: skip


def _sessions(region: str) -> list[tuple[str, str]]:
    today: date = clock.today()
    refs = [ref.id for ref in queries.venue_names(region)]
    return [
        (str(each.id), f"{common.stamp(each.starts_at)} {each.venue_name}, {each.product_name} "
                       f"({each.free})")
        for each in queries.sessions(refs, today, today + AHEAD)
        if not each.closed_at and each.free > 0
    ]  # fmt: skip


def _table(found: list[BlockRef]) -> Table | None:
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [Cell(each.name, url=reverse("booking-group", args=[each.id])),
         common.stamp(each.slots[0][2]) if each.slots else "–",
         f"{each.used}/{each.places}",
         _("free for all") if each.released_at else formats.day(each.release_on)]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("Group")), Column(_("First time")), Column(_("Named of held"),
               numeric=True), Column(_("Held until"))]  # fmt: skip
    return Table("groups", _("Groups with places held"), columns, rows)
