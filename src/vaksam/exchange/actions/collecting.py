"""Find what the register is to be told."""

from collections.abc import Sequence

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.exchange import access, locking
from vaksam.exchange.comparing import compare, doses_of
from vaksam.exchange.models import Entry, State


@transaction.atomic
def collect(*, persons: Sequence[int] | None = None) -> int:
    """Compare records with the queue, of everybody or of some; how many rows changed.

    One statement; a second time it changes nothing. What the register has not answered yet is
    left until it has.
    """
    locking.alone()
    return compare(None if persons is None else doses_of(persons))


@transaction.atomic
def retry(*, entry: int, by: User | None) -> None:
    """Send a rejected row once more, as the dose stands now.

    Raises
    ------
    Refused
        It is not rejected.
    NotFound, NotAllowed
        There is no such row; only a coordinator of the region may.
    """
    locking.alone()
    found = Entry.objects.filter(pk=entry).first()
    if found is None:
        raise NotFound("unknown-entry", "There is no such row to the register.")
    access.demand(by, found.region_code, *access.COORDINATORS)
    if found.state != State.REJECTED:
        raise Refused("not-rejected", "The register has not rejected this row. Nothing to send.")
    Entry.objects.filter(pk=entry).update(state=State.WAITING, code="", text="")
    compare([found.dose_id])
    audit.record(by=by, action="exchange.retry", target=f"entry {entry}")
