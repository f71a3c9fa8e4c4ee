"""Who has reacted with anaphylaxis before goes to a hospital, with the note, and keeps the place
in line.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from vaksam.base.models import User
from vaksam.booking import actions as booking
from vaksam.booking.actions.booking import Ask
from vaksam.booking.models import Channel, Reason
from vaksam.clinic.actions.arriving import finish, hold_visit
from vaksam.clinic.models import Outcome
from vaksam.core.errors import Refused
from vaksam.people import actions as people
from vaksam.people.models import GroupClaim

NOTE = "Tidigare anafylaxi: läkarbedömning och vaccination på sjukhus"
_BASIS = "Patientdatalagen 2008:355"


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The new appointment; None: no time was free, and they are to be called."""

    appointment: int | None


@transaction.atomic
def to_hospital(
    *, visit: int, slot: int | None, token: UUID, by: User | None, note: str = ""
) -> Rerouted:
    """End the visit and give a time at a hospital instead of the one held; all or none.

    The precaution is noted on the person, so that later times are at a hospital too. Without a
    slot they are put on the list of those to be called, and keep their place in line.

    Raises
    ------
    Refused
        `place-gone`, or what else keeps them from the place; `ended`: the visit is over.
    NotFound, NotAllowed
        As `give`.
    """
    row = hold_visit(visit, by)
    if row.ended_at is not None:
        raise Refused("ended", "The visit has ended. Check them in again.")
    noted = GroupClaim.objects.filter(
        person=row.person_id, group="anaphylaxis", withdrawn_at=None
    ).exists()
    if not noted:
        people.claim_group(person=row.person_id, group="anaphylaxis", source="own_declaration",
                           legal_basis=_BASIS, purpose="Vaccination", by=by)  # fmt: skip
    text = "; ".join(part for part in (NOTE, note.strip()) if part)[:300]
    finish(row, Outcome.HOSPITAL, by, note=text)
    if slot is None:
        if row.appointment_id:
            booking.cancel(appointments=[row.appointment_id], reason=Reason.OTHER,
                           channel=Channel.VENUE, by=by)  # fmt: skip
        booking.ask_for_call(region_code=row.person.region_code, person=row.person_id, note=text,
                             by=by)  # fmt: skip
        return Rerouted(None)
    ask = Ask(row.person_id, slot, needs=text, replaces=row.appointment_id)
    made = booking.book(asks=[ask], token=token, channel=Channel.VENUE, by=by)
    return Rerouted(made.appointments[0])
