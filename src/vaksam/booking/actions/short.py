"""The short way to a place, for the morning when thousands book at once: one person, one place,
nothing else held, and a stored status that is sure to say yes. Three statements.

Whatever is not so plain takes the long way (`vaksam.booking.actions.booking`), which judges by the
same facts, locks in the same order and writes the same rows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.booking import access
from vaksam.booking.actions.taking import gone
from vaksam.core.booking import Known, Wanted, surely
from vaksam.core.rules.definition import Place
from vaksam.eligibility import queries as eligibility
from vaksam.venues.models import Kind

# The person's row is locked as `vaksam.people.actions.hold` does, by itself: what the next
# statement reads is then as others left it.
_LOCK = """SELECT region_code, born_on FROM people_person WHERE id = %s AND protection = ''
    AND merged_into_id IS NULL AND died_on IS NULL AND moved_out_on IS NULL FOR NO KEY UPDATE"""
_READ = """
SELECT slot.programme_id, slot.product_id, slot.dose, slot.online, slot.starts_at, v.kind,
    s.status, s.next_dose, s.products, s.earliest_on, s.place
FROM booking_slot slot JOIN venues_venue v ON v.id = slot.venue_id
JOIN eligibility_status s ON s.programme_id = slot.programme_id AND s.person_id = %(person)s
WHERE slot.id = %(slot)s AND NOT EXISTS (SELECT FROM booking_appointment a
    WHERE a.person_id = %(person)s AND a.state IN ('reserved', 'booked'))"""
_WRITE = """
WITH asked AS (
    INSERT INTO booking_request (token, channel, made_at, by_id)
    VALUES (%(token)s, %(channel)s, %(now)s, %(by)s) ON CONFLICT (token) DO NOTHING RETURNING id
), took AS (
    UPDATE booking_slot SET taken = taken + %(units)s
    WHERE id = %(slot)s AND taken + %(units)s <= places AND starts_at > %(now)s
        AND EXISTS (SELECT FROM asked) RETURNING id, programme_id
), made AS (
    INSERT INTO booking_appointment (request_id, person_id, slot_id, programme_id, dose, units,
        state, needs, visits, ended_reason, ended_channel)
    SELECT asked.id, %(person)s, took.id, took.programme_id, %(dose)s, %(units)s, 'booked',
        %(needs)s, %(visits)s::jsonb, '', '' FROM asked, took RETURNING id
)
SELECT (SELECT id FROM asked), (SELECT id FROM made)"""


@dataclass(frozen=True, slots=True)
class Short:
    """What was asked for, as the long way has it."""

    person: int
    slot: int
    units: int
    visits: str
    needs: str
    token: UUID
    channel: str


def book_short(asked: Short, by: User | None) -> tuple[int, int] | None:
    """The request and the appointment; None where the long way is to be taken.

    Nothing has been written then. Raises Refused (`place-gone`). In the caller's transaction.
    """
    now, today = clock.now(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [asked.person])
        person = cursor.fetchone()
        if person is None or not _may(by, person[0]):
            return None
        values: dict[str, Any] = {"person": asked.person, "slot": asked.slot}
        cursor.execute(_READ, values)
        row = cursor.fetchone()
        if row is None or (asked.channel == "web" and not row[3]):
            return None
        if not _sure(row, person[0], person[1], today):
            return None
        values |= {
            "token": asked.token, "channel": asked.channel, "now": now, "units": asked.units,
            "by": by.pk if by else None, "dose": row[7], "needs": asked.needs,
            "visits": asked.visits,
        }  # fmt: skip
        cursor.execute(_WRITE, values)
        request, appointment = cursor.fetchone()
    if request is None:
        return None  # the token has been used: the long way answers as it did then
    if appointment is None:
        raise gone(asked.slot)
    return request, appointment


def _may(by: User | None, region_code: str) -> bool:
    return by is None or scope_of(by).reaches(region_code, *access.STAFF)


def _sure(row: tuple[Any, ...], region_code: str, born_on: date | None, today: date) -> bool:
    """Whether the stored status is sure to say yes to the place."""
    programme, product, dose, _online, starts_at, kind, *status = row
    trusted = eligibility.trusted(programme, region_code)
    if trusted.as_of is None:
        return False
    known = Known(
        status=status[0], next_dose=status[1], earliest_on=status[3],
        products=eligibility.codes_of(programme, status[2]),
        hospital=status[4] == Place.HOSPITAL, born_on=born_on, as_of=trusted.as_of,
    )  # fmt: skip
    wanted = Wanted(programme=programme, product=product, dose=dose, on=clock.day_of(starts_at),
                    hospital=kind == Kind.HOSPITAL)  # fmt: skip
    return surely(known, wanted, trusted.rules, on=today, holds_any=False)
