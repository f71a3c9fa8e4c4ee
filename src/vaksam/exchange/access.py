"""Who may do what; the table in docs/how-to/national-register.md says the same."""

from typing import Final

from vaksam.base.roles import Role
from vaksam.base.scope import demand as demand
from vaksam.base.scope import demand_scope as demand_scope

#: Send, read receipts, see what was rejected, decide whom a reported row means.
COORDINATORS: Final = (Role.REGION_COORDINATOR,)
#: See how many.
COUNTERS: Final = (Role.REGION_COORDINATOR, Role.REGION_ANALYST)
#: Report doses of a municipality.
REPORTERS: Final = (Role.REPORTER,)
