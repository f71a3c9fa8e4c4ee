"""Who may do what with bookings. Residents act without an account, for themselves."""

from typing import Final

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, NotFound
from vaksam.people import access as people
from vaksam.venues.models import Venue

#: Book, move and cancel for others; call back; see a venue's day.
STAFF: Final = people.STAFF
#: The venue's own: drop-in, no-shows, leftover doses.
VENUE: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
#: Plan sessions, letters, groups; the waiting room.
PLANNERS: Final = (Role.REGION_COORDINATOR,)
#: See figures of bookings, never a person's.
READERS: Final = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)


def demand(by: User | None, region_code: str, *roles: Role) -> None:
    """Raise NotAllowed unless one of `roles` is held in the region. None: the command line."""
    if by is not None and not scope_of(by).reaches(region_code, *roles):
        raise NotAllowed(
            "role-needed", "Your roles do not reach this in region {region}. Ask a coordinator.",
            region=region_code,
        )  # fmt: skip


def venue(pk: int, by: User | None, *roles: Role) -> Venue:
    """The venue, if `by` holds one of `roles` in its region. Raises NotFound, NotAllowed."""
    found = Venue.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    demand(by, found.region_code, *roles)
    return found
