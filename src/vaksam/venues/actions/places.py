"""What a venue is like, and when it is open."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.venues import Hours, clash, faults_in
from vaksam.venues import access
from vaksam.venues.models import OpeningRule

#: Other systems know a venue by these; only a file says them.
FIXED: Final = frozenset({"code", "region_code", "municipality_code"})


@transaction.atomic
def change_venue(*, venue: int, by: User | None, **changes: Any) -> None:
    """Change some of a venue's fields; the others stay.

    Raises
    ------
    Refused
        A field cannot be changed, or cannot be that.
    NotAllowed
        `by` does not coordinate the region.
    """
    row = access.venue(venue, by)
    if fixed := sorted(FIXED & changes.keys()):
        raise Refused("fixed", "{field} cannot be changed here.", field=fixed[0])
    for fault in faults_in({"kind": row.kind, "public": row.public} | changes):
        raise Refused(fault.code, fault.message, **fault.values)
    if "name" in changes and not changes["name"].strip():
        raise Refused("needs-name", "Give the venue's name.")
    for name, value in changes.items():
        setattr(row, name, list(value) if name == "languages" else value)
    row.save(update_fields=list(changes))
    audit.record(
        by=by, action="venues.change_venue", target=f"venue:{row.pk}",
        details={"fields": sorted(changes)},
    )  # fmt: skip


@transaction.atomic
def set_hours(*, venue: int, hours: Sequence[Hours], by: User | None) -> None:
    """Put these opening hours in the place of all that were known. Raises Refused."""
    row = access.venue(venue, by)
    for each in hours:
        _demand_possible(each)
    if clash(hours):
        raise Refused("hours-clash", "Two of the hours are at the same time on the same day.")
    OpeningRule.objects.filter(venue=row).delete()
    OpeningRule.objects.bulk_create(
        OpeningRule(
            venue=row, weekday=each.weekday, opens_at=each.opens_at, closes_at=each.closes_at,
            from_on=each.from_on, to_on=each.to_on,
        )
        for each in hours
    )  # fmt: skip
    audit.record(
        by=by, action="venues.set_hours", target=f"venue:{row.pk}", details={"rules": len(hours)}
    )


def _demand_possible(each: Hours) -> None:
    if each.weekday not in range(7):
        raise Refused("bad-weekday", "Choose a day of the week.")
    if each.closes_at <= each.opens_at:
        raise Refused("hours-order", "Closing time must come after opening time.")
    if each.from_on and each.to_on and each.to_on < each.from_on:
        raise Refused("dates-order", "The last day must not come before the first.")
