"""What the pages at a venue share: which venue, and what a tap says."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vaksam.base.scope import scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web.roles import SUPPLY_PLANNERS, VENUE
from vaksam.web.sent import number


def place_of(request: HttpRequest, venue: int) -> VenueRef:
    """The venue, if one works there. Raises NotFound, also for other regions' venues."""
    found = venues.venue(venue)
    if not scope_of(request.user).reaches(found.region_code, *VENUE):
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return found


def may_plan(request: HttpRequest, place: VenueRef) -> bool:
    """Whether one is a coordinator there."""
    return scope_of(request.user).reaches(place.region_code, *SUPPLY_PLANNERS)


def number_of(request: HttpRequest) -> int:
    """The vial, lot or document that was tapped. Raises Refused."""
    found = number(request.POST.get("number", ""))
    if found is None:
        raise Refused("no-number", "Say which vial or lot.")
    return found


def how_many(request: HttpRequest, name: str = "doses") -> int:
    """The number beside a button, 1 where there is none. Raises Refused."""
    text = request.POST.get(name, "1").strip()
    if not text.isdecimal() or len(text) > len("1000000") or int(text) < 1:
        raise Refused("bad-number", "Give a number of vials, 1 or more.")
    return int(text)


def home(venue: int) -> HttpResponse:
    """Back to the fridge."""
    return HttpResponseRedirect(reverse("venue-one", args=[venue]))


def status_of(form: Any) -> int:
    return 422 if form is not None and form.errors else 200
