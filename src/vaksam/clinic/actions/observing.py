"""The time after a dose."""

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.clinic.actions.arriving import hold_visit
from vaksam.clinic.models import Dose
from vaksam.core.errors import Refused


@transaction.atomic
def observed(*, visit: int, after: str, by: User | None) -> None:
    """Somebody goes, and how they were; said once it stays so.

    Raises
    ------
    Refused
        `too-soon`: well, and the time is not over; `bad-choice`; `no-dose`: nothing was given.
    NotFound, NotAllowed
        As `give`.
    """
    row = hold_visit(visit, by)
    if after not in Dose.After.values:
        raise Refused("bad-choice", "Choose one of the ways that are shown.")
    dose = Dose.objects.select_for_update().filter(visit=row).first()
    if dose is None:
        raise Refused("no-dose", "Nothing was given at that visit.")
    if dose.observed_at is not None:
        return
    if after == Dose.After.WELL and clock.now() < dose.observe_until:
        raise Refused("too-soon-to-go", "The time is not over. Choose “left before the time”.")
    Dose.objects.filter(pk=dose.pk).update(observed_at=clock.now(), after=after)
    audit.record(by=by, action=f"clinic.observed_{after}", target=f"person {row.person_id}",
                 details={"visit": visit})  # fmt: skip
