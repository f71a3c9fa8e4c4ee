"""What a row says, written: a dose with its place in the ledger, or why none was given."""

from datetime import datetime, time
from typing import Any

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.rounds.sheet import Given
from vaksam.records import actions as records
from vaksam.records.models import Source
from vaksam.rounds.known import current
from vaksam.rounds.models import Member, Outcome
from vaksam.supply import actions as supply
from vaksam.supply.models import Lot

NOON = time(12)


def register(member: Member, given: Given, by: User | None) -> None:
    """A row that nothing stands against. Raises Refused, NotFound, NotAllowed."""
    dose = _give(member, given, by) if given.outcome == Outcome.GIVEN else None
    set_outcome(member, given, dose)


def replace(member: Member, given: Given, by: User | None) -> None:
    """The row holds instead of what this round registered of the member."""
    own = current(member.vaccination)
    why = f"round {member.round_id}: the row holds"
    if own is None:
        register(member, given, by)
    elif given.outcome != Outcome.GIVEN:
        set_outcome(member, given, None)
        records.withdraw(vaccination=own.pk, by=by, why=why)
    else:
        told: dict[str, Any] = {
            "given_on": given.on, "lot": given.lot, "site": given.site,
            "vaccinator_name": given.vaccinator,
        }  # fmt: skip
        if given.at is not None and given.on is not None:
            told["given_at"] = clock.at(given.on, given.at)
        changes = {name: value for name, value in told.items()
                   if value and getattr(own, name) != value}  # fmt: skip
        new = records.correct(vaccination=own.pk, why=why, by=by, **changes) if changes else own.pk
        set_outcome(member, given, new)


def instead_of(other: int, member: Member, given: Given, by: User | None) -> None:
    """The row holds instead of a dose that somebody else registered, which is taken back."""
    records.withdraw(vaccination=other, by=by, why=f"round {member.round_id}: the row holds")
    register(member, given, by)


def set_outcome(member: Member, given: Given, dose: int | None) -> None:
    member.outcome = given.outcome
    member.outcome_at = clock.now()
    member.note = given.note
    member.vaccination_id = dose
    member.save(update_fields=["outcome", "outcome_at", "note", "vaccination"])


def _give(member: Member, given: Given, by: User | None) -> int:
    """The dose, out of the ledger's lot."""
    assert given.on is not None, "read() demands a day"
    row = member.round
    lot = Lot.objects.get(product=row.product_id, number=given.lot)
    document = supply.give_afterwards(venue=row.venue_id, lot=lot.pk, at=_moment(given), by=by,
                                      note=f"round {row.pk}")  # fmt: skip
    return records.register(
        person=member.person_id, given_on=given.on, source=Source.VENUE, by=by,
        product=row.product_id, lot=given.lot, site=given.site, venue=row.venue_id,
        given_at=clock.at(given.on, given.at) if given.at else None,
        dose_number=member.dose_number, vaccinator_name=given.vaccinator,
        vouched_by=by.get_username() if by else "", document=document,
    )  # fmt: skip


def _moment(given: Given) -> datetime:
    """When it was given, for the ledger; noon where no time was written, and never ahead."""
    assert given.on is not None
    return min(clock.at(given.on, given.at or NOON), clock.now())
