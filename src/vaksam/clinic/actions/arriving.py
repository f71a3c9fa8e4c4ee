"""Somebody comes, and somebody goes."""

from uuid import UUID

from django.db import IntegrityError, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking.actions.ending import COMES_BEFORE, end, lock
from vaksam.booking.models import Channel, Reason
from vaksam.booking.models import State as Held
from vaksam.clinic import access, facts
from vaksam.clinic.models import Identified, Outcome, Visit, Way
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.people.access import no_such_person
from vaksam.programmes import queries as programmes
from vaksam.venues.access import at_venue

#: Who does not want it, or may not have it now, gives the time up, and why.
_FREED = {
    Outcome.REFUSED: Reason.DECLINED, Outcome.LATER: Reason.ILL, Outcome.PHYSICIAN: Reason.OTHER,
}  # fmt: skip

#: A physician is to look at these.
_ASSESSED = (Outcome.PHYSICIAN, Outcome.HOSPITAL)


@transaction.atomic
def check_in(
    *, person: int, venue: int, programme: str, way: str, identified: str, by: User | None,
    appointment: int | None = None, note: str = "", token: UUID | None = None,
) -> int:  # fmt: skip
    """Somebody has come; the visit's id. Who is here already has the visit there is.

    Parameters
    ----------
    appointment
        The time they hold; None: the one they hold at the venue today, if any.
    note
        Who vouches for them, where somebody does.

    Raises
    ------
    Refused
        `here-elsewhere`: they are checked in at another venue. `not-today`: the time is not
        today's. `needs-voucher`: say who vouches.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`, and who does not work at the venue.
    """
    place = at_venue(venue, by, *access.STAFF)
    if way not in Way.values or identified not in Identified.values:
        raise Refused("bad-choice", "Choose one of the ways that are shown.")
    if identified in (Identified.KNOWN, Identified.CERTIFIED) and not note.strip():
        raise Refused("needs-voucher", "Write who vouches for who it is.")
    programmes.programme(programme)
    held = people.hold(person=person, by=by)
    if held.died_on is not None:
        raise no_such_person()
    here = Visit.objects.filter(person=person, programme=programme, ended_at=None).first()
    if here is not None:
        return _already(here, venue)
    time = _time(person, programme, venue, appointment)
    try:
        with transaction.atomic():
            row = Visit.objects.create(
                person=held, venue=place, programme_id=programme, appointment_id=time,
                way=Way.BOOKED if time and way == Way.DROP_IN else way, identified=identified,
                identified_note=note.strip()[:160], arrived_at=clock.now(), arrived_by=by,
                token=token,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("sent-twice", "This was sent before. Look at the list again.") from error
    details = {"visit": row.pk, "way": way, "identified": identified}
    audit.record(by=by, action="clinic.check_in", target=f"person {person}", details=details)
    return row.pk


@transaction.atomic
def leave(
    *, visit: int, outcome: str, by: User | None, reasons: tuple[str, ...] = (), note: str = ""
) -> None:
    """The visit ends without a dose; once ended it stays so.

    Who does not want it, or may not have it now, gives the time up. Who left and who was checked
    in by mistake keeps it.

    Raises NotFound, NotAllowed, and Refused where the outcome is none of these.
    """
    if outcome not in set(Outcome.values) - {Outcome.GIVEN}:
        raise Refused("bad-choice", "Choose one of the ways that are shown.")
    row = hold_visit(visit, by)
    if row.ended_at is not None:
        return
    finish(row, Outcome(outcome), by, reasons=reasons, note=note)


@transaction.atomic
def ask_physician(*, visit: int, by: User | None) -> None:
    """Put the visit on the physician's list; it goes on when they have signed.

    Raises NotFound, NotAllowed, and Refused (`ended`).
    """
    row = hold_visit(visit, by)
    if row.ended_at is not None:
        raise Refused("ended", "The visit has ended. Check them in again.")
    if row.asked_at is None:
        Visit.objects.filter(pk=row.pk).update(asked_at=clock.now())
        audit.record(by=by, action="clinic.ask_physician", target=f"person {row.person_id}",
                     details={"visit": row.pk})  # fmt: skip


def hold_visit(visit: int, by: User | None) -> Visit:
    """The visit, locked after its person. Raises NotFound, NotAllowed."""
    known = Visit.objects.filter(pk=visit).values_list("person_id", "venue_id").first()
    if known is None:
        raise no_such_visit()
    at_venue(known[1], by, *access.STAFF)
    people.hold(person=known[0], by=by)
    row = Visit.objects.select_for_update(of=("self",)).select_related("venue", "person")
    return row.get(pk=visit)


def finish(
    row: Visit, outcome: Outcome, by: User | None, *, reasons: tuple[str, ...] = (), note: str = ""
) -> None:
    """End a visit that is locked, and give its time up where that is of no more use."""
    asked = row.asked_at or (clock.now() if outcome in _ASSESSED else None)
    Visit.objects.filter(pk=row.pk).update(
        asked_at=asked,
        ended_at=clock.now(), ended_by=by, outcome=outcome, reasons=list(reasons),
        note=note.strip()[:300],
    )  # fmt: skip
    audit.record(
        by=by, action=f"clinic.{outcome}", target=f"person {row.person_id}",
        details={"visit": row.pk, "reasons": list(reasons)},
    )  # fmt: skip
    outbox.publish("clinic.ended", {"visit": row.pk, "person": row.person_id,
                                    "outcome": str(outcome)})  # fmt: skip
    if outcome in _FREED and row.appointment_id:
        end(lock([row.appointment_id]), Held.CANCELLED, _FREED[outcome], Channel.VENUE, by)


def no_such_visit() -> NotFound:
    return NotFound("unknown-visit", "There is no such visit in the regions you work in.")


def _already(here: Visit, venue: int) -> int:
    if here.venue_id != venue:
        raise Refused(
            "here-elsewhere", "They are checked in at {venue}. End that visit first.",
            venue=here.venue.name,
        )  # fmt: skip
    return here.pk


def _time(person: int, programme: str, venue: int, appointment: int | None) -> int | None:
    """The appointment of the visit."""
    if appointment is None:
        found = facts.booked_today(person, programme, venue)
        return found.pk if found else None
    for row in lock([appointment]):
        if row.person_id != person or row.programme_id != programme:
            break
        if row.slot.starts_at - clock.now() > COMES_BEFORE:
            raise Refused("not-today", "That time is not today. Move it to now instead.")
        return row.pk
    raise Refused("not-held", "That time is no longer held. Look at the times again.")
