"""Thirty seconds at the chair: everything is looked at before the injection, and one tap writes
the dose's record, the ledger's line, the end of the appointment and the event, or none of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking.actions.ending import end, lock
from vaksam.booking.models import ACTIVE, Appointment, Channel, Reason
from vaksam.booking.models import State as Held
from vaksam.clinic.actions.arriving import finish, hold_visit, no_such_visit
from vaksam.clinic.models import Dose, Outcome, Visit
from vaksam.clinic.ready import Ready, ready
from vaksam.core.clinic import Level, stops, words
from vaksam.core.errors import NotFound, Refused
from vaksam.records import actions as records
from vaksam.records.models import Site
from vaksam.supply import actions as supply
from vaksam.venues.models import Staff


@dataclass(frozen=True, slots=True)
class Given:
    """What one tap wrote. `again`: the same tap had written it before."""

    visit: int
    vaccination: int
    dose_number: int | None
    observe_until: datetime
    again: bool = False


@transaction.atomic
def give(
    *, visit: int, vial: int, staff: int, site: str, token: UUID, by: User | None,
    seen: Collection[str] = (),
) -> Given:  # fmt: skip
    """Give a dose out of an open vial.

    Parameters
    ----------
    vial
        The number of the document that opened it.
    staff
        Who gives it.
    seen
        Codes of the warnings that were shown; one that is new since then stops the tap.
    token
        A tap that is sent twice is one.

    Raises
    ------
    Refused
        `stop`: something speaks against it, in words; `look-again`: a new warning; `ended`: the
        visit is over; `no-vial`, `not-vaccinator`, `bad-site`.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`, and who does not work at the venue.

    Some 40 statements, and the rules read once for the person.
    """
    row = hold_visit(visit, by)
    if known := Dose.objects.filter(token=token).select_related("vaccination").first():
        return _again(known, row)
    if row.ended_at is not None:
        raise Refused("ended", "The visit has ended. Check them in again.")
    who = vaccinator(staff, row.venue.region_code)
    if site not in Site.values:
        raise Refused("bad-site", "Say where on the body: choose from the list.")
    found = ready(row, vial=vial, role=who.role)
    _demand(found, frozenset(seen))
    try:
        return _write(row, found, vial, who, site, token, by, beyond="left" in seen)
    except Refused as error:
        if error.code != "beyond":
            raise
        raise Refused("look-again", "Something has changed: {why} Look, and tap again.",
                      why=str(error), check="left") from error  # fmt: skip


def vaccinator(staff: int, region: str) -> Staff:
    """Somebody of the region's staff who may give doses. Raises NotFound, Refused."""
    who = Staff.objects.filter(pk=staff, region_code=region).first()
    if who is None or (who.left_on is not None and who.left_on < clock.today()):
        raise NotFound("unknown-staff", "There is no such person among the staff.")
    if not who.vaccinates:
        raise Refused("not-vaccinator", "Choose somebody who vaccinates.")
    return who


def _again(known: Dose, row: Visit) -> Given:
    if known.visit_id != row.pk:
        raise Refused("sent-twice", "This was sent before. Look at the list again.")
    number = known.vaccination.dose_number
    return Given(row.pk, known.vaccination_id, number, known.observe_until, again=True)


def _demand(found: Ready, seen: frozenset[str]) -> None:
    """Raise Refused where something stops the dose, or a warning was not on the screen."""
    if found.situation is None:
        raise no_such_visit()
    if found.vial is None:
        raise Refused("no-vial", "That vial is not open here any more. Choose another.")
    for check in stops(found.checks):
        raise Refused("stop", "Do not give it. {why}", why=words(check, "en"), check=check.code)
    new = [each for each in found.checks if each.level is Level.WARN and each.code not in seen]
    if new:
        raise Refused("look-again", "Something has changed: {why} Look, and tap again.",
                      why=words(new[0], "en"), check=new[0].code)  # fmt: skip


def _write(
    row: Visit, found: Ready, vial: int, who: Staff, site: str, token: UUID, by: User | None, *,
    beyond: bool,
) -> Given:  # fmt: skip
    assert found.vial and found.situation and found.triage and found.prescription
    now = clock.now()
    _end_times(row, found.situation.dose, by)
    document = supply.inject(vial=vial, by=by, at=now, token=token, beyond=beyond)
    vaccination = records.register(
        person=row.person_id, given_on=clock.day_of(now), given_at=now, source="venue", by=by,
        product=found.vial.product, lot=found.vial.lot, dose_number=found.situation.dose, site=site,
        venue=row.venue_id, vaccinator=who.pk, vaccinator_name=who.name, document=document,
    )  # fmt: skip
    minutes = max(found.triage.minutes, row.venue.observation_minutes)
    until = now + timedelta(minutes=minutes)
    consent, declaration = found.situation.consent, found.situation.declaration
    assert consent is not None
    Dose.objects.create(
        visit=row, vaccination_id=vaccination, declaration=declaration, consent=consent,
        prescription_id=found.prescription.id, staff=who, vial=vial, given_at=now,
        observe_until=until, token=token,
    )  # fmt: skip
    finish(row, Outcome.GIVEN, by)
    payload = {"visit": row.pk, "person": row.person_id, "vaccination": vaccination,
               "venue": row.venue_id}  # fmt: skip
    outbox.publish("clinic.given", payload, key=f"person {row.person_id}")
    details = {"visit": row.pk, "dose": vaccination, "vial": vial, "staff": who.pk}
    audit.record(by=by, action="clinic.give", target=f"person {row.person_id}", details=details)
    return Given(row.pk, vaccination, found.situation.dose, until)


def _end_times(row: Visit, dose: int | None, by: User | None) -> None:
    """The visit's time is used; others for the same dose are free again."""
    held = Appointment.objects.filter(
        person=row.person_id, programme=row.programme_id, state__in=ACTIVE
    ).values_list("pk", "dose")
    pks = {pk for pk, number in held if pk == row.appointment_id or number == dose}
    rows = lock(sorted(pks))
    came = [each for each in rows if each.pk == row.appointment_id]
    others = [each for each in rows if each.pk != row.appointment_id]
    if came:
        end(came, Held.CAME, "", Channel.VENUE, by)
    if others:
        end(others, Held.CANCELLED, Reason.ELSEWHERE, Channel.VENUE, by)
