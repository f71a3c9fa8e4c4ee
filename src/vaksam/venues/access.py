"""Who may change venues, staff and shifts: coordinators of their region."""

from collections.abc import Iterable

from django.db.models import QuerySet

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import demand as demand_role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, NotFound
from vaksam.venues.models import Shift, Staff, Venue


def demand(by: User | None, region_code: str) -> None:
    """Raise NotAllowed unless `by` coordinates the region. None: the command line."""
    if by is not None and not scope_of(by).reaches(region_code, Role.REGION_COORDINATOR):
        raise NotAllowed(
            "role-needed", "A region's venues and staff are kept by its coordinators. Ask one."
        )


def venue(pk: int, by: User | None) -> Venue:
    """The venue, held for the transaction. Raises NotFound, NotAllowed."""
    found = _found(Venue.objects.select_for_update(no_key=True), pk)
    demand(by, found.region_code)
    return found


def at_venue(pk: int, by: User | None, *roles: Role) -> Venue:
    """The venue, not held, if `by` holds one of `roles` in its region, for the areas above.

    Raises NotFound, NotAllowed.
    """
    found = _found(Venue.objects.all(), pk)
    demand_role(by, found.region_code, *roles)
    return found


def _found(rows: QuerySet[Venue], pk: int) -> Venue:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return found


def lock(pks: Iterable[int]) -> dict[int, Staff]:
    """People by id, their rows held for the transaction, in one order everywhere."""
    rows = Staff.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {row.pk: row for row in rows}


def staff(pk: int, by: User | None) -> Staff:
    """The person, held for the transaction. Raises NotFound, NotAllowed."""
    found = lock([pk]).get(pk)
    if found is None:
        raise NotFound("unknown-staff", "There is no such person among the staff.")
    demand(by, found.region_code)
    return found


def shift(pk: int, by: User | None, *also: int) -> Shift:
    """The shift, its person (and those of `also`) held. Raises NotFound, NotAllowed."""
    owner = Shift.objects.filter(pk=pk).values_list("staff_id", flat=True).first()
    if owner is not None:
        lock([owner, *also])
    found = Shift.objects.select_related("venue", "staff").filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown-shift", "There is no such shift. It may have been taken away.")
    demand(by, found.venue.region_code)
    return found
