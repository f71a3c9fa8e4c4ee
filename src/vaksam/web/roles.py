"""Who may open which part of the work."""

from django.http import HttpRequest

from vaksam.base.models import User
from vaksam.base.roles import Role

TURN = tuple(Role)  # rules are no secret, and nothing is stored
PEOPLE = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT)
LISTS = (Role.REGION_COORDINATOR,)
DUE = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)
SUPPLY = (
    Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER,
)  # fmt: skip
SUPPLY_PLANNERS = (Role.REGION_COORDINATOR,)
VENUE = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
ROUNDS = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
BOOKING = (
    Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT, Role.REGION_ANALYST,
    Role.NATIONAL_VIEWER,
)  # fmt: skip
REGISTER = (Role.REGION_COORDINATOR, Role.REGION_ANALYST)
REGISTER_SENDERS = (Role.REGION_COORDINATOR,)
REPORT = (Role.REPORTER,)
BOOKERS = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT)
BOOKING_PLANNERS = (Role.REGION_COORDINATOR,)
PRESCRIBING = (Role.PRESCRIBER,)
CHANGES = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)
CHANGE_PLANNERS = (Role.REGION_COORDINATOR,)
COUNTS_AS_THEY_ARE = (Role.REGION_COORDINATOR,)  # others see small numbers protected


def account(request: HttpRequest) -> User:
    """Who is signed in, behind `requires`."""
    assert isinstance(request.user, User)
    return request.user
