"""Who may open which part of the work."""

from vaksam.base.roles import Role

TURN = tuple(Role)  # rules are no secret, and nothing is stored
PEOPLE = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT)
LISTS = (Role.REGION_COORDINATOR,)
DUE = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)
COUNTS_AS_THEY_ARE = (Role.REGION_COORDINATOR,)  # others see small numbers protected
