"""Who lives with whom."""

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.people.actions.holding import hold, target, tell
from vaksam.people.models import Household, Person, Residence

_IN_CARE = (Residence.CARE_HOME, Residence.LSS_HOUSING)


@transaction.atomic
def set_household(*, person: int, lives_with: int, by: User | None) -> int:
    """A person lives with another from now on, and with all who live with that one.

    Returns the household's id.

    Raises
    ------
    Refused
        Either has protected identity, or lives in a care home or LSS housing, or they are of
        two regions, or one and the same.
    NotFound, NotAllowed
        As `hold`.
    """
    if person == lives_with:
        raise Refused("same-person", "These are one person. Choose another.")
    held = {pk: hold(person=pk, by=by) for pk in sorted((person, lives_with))}
    mover, host = held[person], held[lives_with]
    _demand_homes(mover, host)
    household = host.household_id or Household.objects.create(region_code=host.region_code).pk
    Person.objects.filter(pk__in=(person, lives_with)).update(household=household)
    details = {"household": household}
    audit.record(by=by, action="people.set_household", target=target(person), details=details)
    tell([person, lives_with], households=[mover.household_id])
    return household


@transaction.atomic
def leave_household(*, person: int, by: User | None) -> None:
    """A person lives alone, as far as is known. Raises as `hold`."""
    held = hold(person=person, by=by)
    if held.household_id is None:
        return
    Person.objects.filter(pk=person).update(household=None)
    audit.record(by=by, action="people.leave_household", target=target(person))
    tell([person], households=[held.household_id])


def _demand_homes(*both: Person) -> None:
    if any(each.protection for each in both):
        raise Refused(
            "protected-household",
            "A person with protected identity is in no household in Vaksam.",
        )
    if any(each.residence in _IN_CARE for each in both):
        raise Refused("no-household", "A care home or LSS housing is no household.")
    if len({each.region_code for each in both}) > 1:
        raise Refused("two-regions", "They live in two regions. Correct that first.")
