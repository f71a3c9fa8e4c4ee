"""Who may do what with supply."""

from typing import Final

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import Scope, scope_of
from vaksam.core.errors import NotAllowed, NotFound
from vaksam.venues.models import Venue

#: Receive, open, draw, waste and count at venues of their region.
STAFF: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
#: Plan, send, recall, allocate.
PLANNERS: Final = (Role.REGION_COORDINATOR,)
#: See stock, plans and rates.
READERS: Final = (
    Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.REGION_ANALYST, Role.NATIONAL_VIEWER,
)  # fmt: skip


def demand(by: User | None, region_code: str, *roles: Role) -> None:
    """Raise NotAllowed unless one of `roles` is held in the region. None: the command line."""
    if by is not None and not scope_of(by).reaches(region_code, *roles):
        raise NotAllowed(
            "role-needed", "Your roles do not reach this in region {region}. Ask a coordinator.",
            region=region_code,
        )  # fmt: skip


def demand_planner(by: User | None) -> None:
    """Raise NotAllowed unless supply is planned by this account somewhere."""
    if by is not None and not scope_of(by).has(*PLANNERS):
        raise NotAllowed("role-needed", "Coordinators do this. Ask one.")


def venue(pk: int, by: User | None, *roles: Role) -> Venue:
    """The venue, if `by` holds one of `roles` in its region. Raises NotFound, NotAllowed."""
    found = Venue.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    demand(by, found.region_code, *roles)
    return found


def regions(scope: Scope) -> list[str] | None:
    """Regions whose supply a scope may see; None: all."""
    found = scope.regions_as(*READERS)
    return None if found is None else sorted(found)
