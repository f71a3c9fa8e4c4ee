"""What the pages of venues share: whose region, which venue, which week."""

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotFound
from vaksam.core.weeks import Week
from vaksam.venues import queries
from vaksam.venues.queries import ShiftRef, VenueRef
from vaksam.web.components import Link

KEEPERS: Final = (Role.REGION_COORDINATOR,)


def regions_of(request: HttpRequest) -> list[AreaRef]:
    """The regions that one coordinates."""
    reached = scope_of(request.user).regions_as(*KEEPERS)
    return [each for each in areas.regions() if reached is None or each.code in reached]


def region_of(request: HttpRequest) -> AreaRef:
    """The region asked for if one coordinates it, else the first of one's own."""
    mine = regions_of(request)
    if not mine:
        raise NotFound("no-region", "You coordinate no region. Ask an administrator.")
    return next((each for each in mine if each.code == request.GET.get("area")), mine[0])


def venue_of(request: HttpRequest, venue: int) -> VenueRef:
    """The venue, in a region that one coordinates. Raises NotFound."""
    found = queries.venue(venue)
    if not scope_of(request.user).reaches(found.region_code, *KEEPERS):
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return found


def shift_of(request: HttpRequest, shift: int) -> ShiftRef:
    """The shift, in a region that one coordinates. Raises NotFound."""
    return queries.one_shift(shift, regions=scope_of(request.user).regions_as(*KEEPERS))


def day_of(request: HttpRequest) -> date:
    """The day asked for (`day`), else today."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:  # the 31st of February
        asked = None
    # Weeks at the calendar's ends have no day before or after.
    return asked if asked and 1900 <= asked.year <= 2200 else clock.today()


def monday_of(day: date) -> date:
    return Week.of(day).monday


def tabs(request: HttpRequest) -> list[Link]:
    page = request.resolver_match.url_name if request.resolver_match else ""
    known = {
        "venues": _("Venues"), "venues-staff": _("Staff"), "venues-shifts": _("Absences"),
    }  # fmt: skip
    asked = f"?{urlencode({'area': request.GET['area']})}" if "area" in request.GET else ""
    return [
        Link(label, reverse(name) + asked, "page" if name == page else "")
        for name, label in known.items()
    ]


def to_day(shift: ShiftRef) -> HttpResponse:
    """Back to the venue on the shift's day."""
    address = reverse("venues-one", args=[shift.venue])
    return HttpResponseRedirect(f"{address}?day={shift.day.isoformat()}#day")
