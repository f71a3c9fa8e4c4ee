"""What the booking pages share: whose region, which week, the tabs."""

from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotFound
from vaksam.core.weeks import Week
from vaksam.people import queries as people
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web.components import Link
from vaksam.web.roles import BOOKERS, BOOKING, BOOKING_PLANNERS, LISTS, VENUE


def region_of(request: HttpRequest, *roles: Role) -> str:
    """The region asked for if it is reached, else the account's own, else one with people."""
    reached = scope_of(request.user).regions_as(*(roles or BOOKING))
    known = [each.code for each in areas.regions()]
    mine = [code for code in known if reached is None or code in reached]
    asked = request.GET.get("area", "")
    if asked in mine:
        return asked
    with_people = [code for code in people.regions() if code in mine]
    found = with_people or mine
    if not found:
        raise NotFound("no-region", "You work in no region. Ask an administrator.")
    return found[0]


def venue_of(request: HttpRequest, venue: int, *roles: Role) -> VenueRef:
    """The venue, in a region one works in. Raises NotFound."""
    found = venues.venue(venue)
    if not scope_of(request.user).reaches(found.region_code, *(roles or BOOKING)):
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return found


def may_plan(request: HttpRequest, region: str) -> bool:
    return scope_of(request.user).reaches(region, *BOOKING_PLANNERS)


def monday_of(request: HttpRequest) -> date:
    """The Monday of the week asked for (`week`), else of this one."""
    try:
        asked = parse_date(request.GET.get("week", ""))
    except ValueError:
        asked = None
    day = asked if asked and 2000 <= asked.year <= 2200 else clock.today()
    return Week.of(day).monday


def programme_of(request: HttpRequest) -> str:
    """The programme asked for if it runs, else the last to start. Raises NotFound."""
    asked = request.GET.get("programme", "")
    return asked if asked in programmes.running() else programmes.asked(None, on=clock.today())


def hour(moment: datetime) -> str:
    return moment.astimezone(clock.SWEDEN).strftime("%H:%M")


def stamp(moment: datetime) -> str:
    """tis 20 april 09:10: enough for a caller."""
    local = moment.astimezone(clock.SWEDEN)
    return f"{date_format(local.date(), 'D j F')} {local:%H:%M}"


def tabs(request: HttpRequest) -> list[Link]:
    """The tabs that one may open."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    known = (
        ("booking", _("Week"), BOOKING), ("booking-calls", _("Calls"), BOOKERS),
        ("booking-letters", _("Letters"), BOOKING_PLANNERS),
        ("booking-groups", _("Groups"), BOOKING_PLANNERS),
        ("booking-reserve", _("Reserve list"), VENUE), ("booking-pairs", _("Booked twice"), LISTS),
        ("booking-kept", _("Kept and lost"), BOOKING),
        ("booking-door", _("Waiting room"), BOOKING_PLANNERS),
        ("venues", _("Venues and staff"), BOOKING_PLANNERS),
    )  # fmt: skip
    scope = scope_of(request.user)
    return [
        Link(label, reverse(name), "page" if name == page else "")
        for name, label, roles in known
        if scope.has(*roles)
    ]
