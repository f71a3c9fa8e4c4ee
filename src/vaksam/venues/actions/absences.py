"""Somebody cannot come, comes after all, or is replaced."""

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.venues import access
from vaksam.venues.actions import shifts
from vaksam.venues.models import Absence, Shift, Staff


@transaction.atomic
def report_absent(*, shift: int, reason: str, by: User | None) -> None:
    """Somebody does not work a shift; `reason` is a value of `Absence`.

    Publishes `venues.staffing_changed`. Raises Refused, NotFound, NotAllowed.
    """
    row = access.shift(shift, by)
    if reason not in Absence.values:
        raise Refused("bad-reason", "Say why: choose from the list.")
    if row.absent_at is not None:
        raise Refused("absent-already", "The absence is known already.")
    row.absent_at, row.absent_reason = clock.now(), reason
    row.save(update_fields=["absent_at", "absent_reason"])
    _done(row, "report_absent", by)


@transaction.atomic
def take_back_absence(*, shift: int, by: User | None) -> None:
    """Somebody works the shift after all; who was to fill it keeps a shift of their own.

    Publishes `venues.staffing_changed`. Raises Refused, NotFound, NotAllowed.
    """
    row = access.shift(shift, by)
    if row.absent_at is None:
        raise Refused("not-absent", "No absence is known for that shift.")
    shifts.demand_free(row.staff, row.starts_at, row.ends_at)
    row.absent_at, row.absent_reason, row.replaced_by = None, "", None
    row.save(update_fields=["absent_at", "absent_reason", "replaced_by"])
    _done(row, "take_back_absence", by)


@transaction.atomic
def replace(*, shift: int, staff: int, by: User | None) -> int:
    """Let somebody else work the shift of somebody absent; the new shift's id.

    Publishes `venues.staffing_changed`.

    Raises
    ------
    Refused
        The shift is not absent, or filled already; or the other does not vaccinate where the
        absent one does, has left, or is at work then.
    """
    row = access.shift(shift, by, staff)
    other = access.staff(staff, by)
    _demand_fits(row, other)
    new = shifts.add(other, row.venue, row.starts_at, row.ends_at)
    row.replaced_by = new
    row.save(update_fields=["replaced_by"])
    audit.record(by=by, action="venues.replace", target=f"shift:{row.pk}",
                 details={"shift": new.pk})  # fmt: skip
    return new.pk


def _demand_fits(row: Shift, other: Staff) -> None:
    if row.absent_at is None:
        raise Refused("not-absent", "No absence is known for that shift.")
    if row.replaced_by_id is not None:
        raise Refused("replaced-already", "Somebody fills that shift already.")
    if other.region_code != row.venue.region_code:
        raise Refused("other-region", "The person works in another region.")
    if row.staff.vaccinates and not other.vaccinates:
        raise Refused("needs-vaccinator", "Choose somebody who vaccinates.")


def _done(row: Shift, action: str, by: User | None) -> None:
    shifts.tell(row.venue_id, [row.starts_at])
    audit.record(by=by, action=f"venues.{action}", target=f"shift:{row.pk}")
