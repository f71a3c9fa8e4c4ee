"""Who may do what with persons; the table in docs/explanation/people.md says the same."""

from typing import Final

from vaksam.base.roles import Role
from vaksam.base.scope import Scope
from vaksam.base.scope import demand as demand
from vaksam.base.scope import demand_scope as demand_scope
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.people.models import PersonQuerySet

#: Open, register and change persons of their region.
STAFF: Final = PersonQuerySet.roles
#: Open and change persons with protected identity, each time with a reason.
OPENERS: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PRESCRIBER)
#: Merge, end protection, handle lists, see who looked.
COORDINATORS: Final = (Role.REGION_COORDINATOR,)


def may_open_protected(scope: Scope, region_code: str) -> bool:
    return scope.reaches(region_code, *OPENERS)


def no_such_person() -> NotFound:
    """The same words for nobody and for somebody out of reach: neither is told apart."""
    return NotFound("no-such-person", "There is no such person in the regions you work in.")


def protected() -> NotAllowed:
    return NotAllowed(
        "protected",
        "The identity is protected. Only a coordinator or venue staff may open the record.",
    )


def merged_away(kept: int) -> Refused:
    """The record was merged; `person` in the values is the one to use."""
    return Refused(
        "merged", "This record was merged into that of person {person}. Use that one.", person=kept
    )
