"""Who may do what at the visit. People declare and consent for themselves without an account."""

from typing import Final

from vaksam.base.roles import Role

#: Check in, ask, give, watch, close the day.
STAFF: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
#: Sign prescriptions. A physician; nobody else, whatever else they are.
PRESCRIBERS: Final = (Role.PRESCRIBER,)
#: See which prescriptions there are.
READERS: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PRESCRIBER)
#: Open a visit: those who work there, and the physician who is asked.
OPENERS: Final = (*STAFF, *PRESCRIBERS)
