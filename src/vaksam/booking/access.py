"""Who may do what with bookings. Residents act without an account, for themselves."""

from typing import Final

from vaksam.base.roles import Role
from vaksam.base.scope import demand as demand
from vaksam.people import access as people
from vaksam.venues import access as venues

#: Book, move and cancel for others; call back; see a venue's day.
STAFF: Final = people.STAFF
#: The venue's own: drop-in, no-shows, leftover doses.
VENUE: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
#: Plan sessions, letters, groups; the waiting room.
PLANNERS: Final = (Role.REGION_COORDINATOR,)
#: See figures of bookings, never a person's.
READERS: Final = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)

venue: Final = venues.at_venue
