"""Who may do what with supply."""

from typing import Final

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import Scope, scope_of
from vaksam.base.scope import demand as demand
from vaksam.core.errors import NotAllowed
from vaksam.venues import access as venues

#: Receive, open, draw, waste and count at venues of their region.
STAFF: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)
#: Plan, send, recall, allocate.
PLANNERS: Final = (Role.REGION_COORDINATOR,)
#: See stock, plans and rates.
READERS: Final = (
    Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.REGION_ANALYST, Role.NATIONAL_VIEWER,
)  # fmt: skip

venue: Final = venues.at_venue


def demand_planner(by: User | None) -> None:
    """Raise NotAllowed unless supply is planned by this account somewhere."""
    if by is not None and not scope_of(by).has(*PLANNERS):
        raise NotAllowed("role-needed", "Coordinators do this. Ask one.")


def regions(scope: Scope) -> list[str] | None:
    """Regions whose supply a scope may see; None: all."""
    found = scope.regions_as(*READERS)
    return None if found is None else sorted(found)
