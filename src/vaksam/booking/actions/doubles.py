"""Suspected double bookings: two records with places for the same dose that may be one person.

One identity cannot be booked twice; a reserve number beside a personal number, or records in two
regions, can. A human decides; one click solves it.
"""

from collections.abc import Collection

from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.ending import end, lock
from vaksam.booking.models import ACTIVE, Appointment, Channel, Reason, State, Suspicion
from vaksam.core.errors import NotFound, Refused
from vaksam.core.identity.matching import score, verdict
from vaksam.people.models import Person
from vaksam.people.queries.near import known_persons

# Born on the same day, and alike in the beginnings of the family name or the given name: what is
# worth scoring. Also across regions.
_PAIRS = """
SELECT DISTINCT least(p.id, q.id), greatest(p.id, q.id), a.programme_id, a.dose
FROM booking_appointment a
JOIN people_person p ON p.id = a.person_id
JOIN people_person q ON q.born_on = p.born_on AND q.id <> p.id AND q.merged_into_id IS NULL
    AND q.protection = ''
    AND (left(upper(q.family_name), 2) = left(upper(p.family_name), 2)
         OR upper(q.given_name) = upper(p.given_name))
JOIN booking_appointment b ON b.person_id = q.id AND b.programme_id = a.programme_id
    AND b.dose = a.dose AND b.state IN ('reserved', 'booked')
WHERE a.state IN ('reserved', 'booked') AND a.person_id = ANY(%s) AND p.protection = ''
    AND p.merged_into_id IS NULL"""


@transaction.atomic
def suspect(*, persons: Collection[int]) -> int:
    """Look for others who may be the same as some who have just booked; how many pairs are new."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [list(persons)])
        pairs = cursor.fetchall()
    known = known_persons(sorted({pk for one, other, *_ in pairs for pk in (one, other)}))
    likely = [
        Suspicion(one_id=one, other_id=other, programme_id=programme, dose=dose,
                  found_at=clock.now())
        for one, other, programme, dose in pairs
        if verdict(score(known[one][1], known[other][1])) != "different"
    ]  # fmt: skip
    if not likely:
        return 0
    there = Suspicion.objects.count()
    Suspicion.objects.bulk_create(likely, ignore_conflicts=True)
    return Suspicion.objects.count() - there


@transaction.atomic
def settle(*, suspicion: int, same: bool, cancel: int | None, by: User | None) -> None:
    """Decide whether two are one. `cancel` is the appointment to give up, where they are.

    Merging the two records is a step of its own (`vaksam.people.actions.merge`).

    Raises
    ------
    Refused
        Decided already, or no appointment of either is named where they are one.
    NotFound, NotAllowed
        No such pair, or `by` coordinates neither's region.
    """
    row = Suspicion.objects.select_related("one", "other").filter(pk=suspicion).first()
    if row is None:
        raise NotFound("unknown-pair", "There is no such pair.")
    _demand(row, by)
    persons = (row.one_id, row.other_id)
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk"))
    locked = Suspicion.objects.select_for_update().get(pk=suspicion)
    if locked.verdict != Suspicion.Verdict.OPEN:
        raise Refused("decided", "Somebody has decided this already.")
    if same:
        _cancel(row, cancel, by)
    decided = Suspicion.Verdict.SAME if same else Suspicion.Verdict.DIFFERENT
    Suspicion.objects.filter(pk=suspicion).update(
        verdict=decided, decided_at=clock.now(), decided_by=by
    )
    audit.record(by=by, action="booking.settle", target=f"suspicion {suspicion}",
                 details={"verdict": decided})  # fmt: skip


def _demand(row: Suspicion, by: User | None) -> None:
    """A coordinator of either's region may decide."""
    try:
        access.demand(by, row.one.region_code, *access.PLANNERS)
    except Refused:
        access.demand(by, row.other.region_code, *access.PLANNERS)


def _cancel(row: Suspicion, appointment: int | None, by: User | None) -> None:
    mine = Appointment.objects.filter(
        pk=appointment or 0, person__in=(row.one_id, row.other_id), programme=row.programme_id,
        dose=row.dose, state__in=ACTIVE,
    )  # fmt: skip
    if appointment is None or not mine.exists():
        raise Refused("needs-appointment", "Say which of the two times to give up.")
    end(lock([appointment]), State.CANCELLED, Reason.DOUBLE, Channel.VENUE, by)
