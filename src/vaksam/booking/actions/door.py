"""The waiting room for the morning when a hundred thousand become eligible.

Whoever comes draws a number; the door lets numbers in, so many a minute, in their order. Numbers
and the door's position lie in the database, so they survive a restart. Staff and phone agents do
not pass this door. While it stands open nobody waits and nothing is written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.models import Arrival, Door
from vaksam.core.errors import Refused

MOST_PER_MINUTE = 100_000
KEPT = timedelta(days=2)
# The clock moves on by what was let in, so that no part of a person is lost between two looks;
# where all are in, nothing is saved up.
_ADVANCE = """UPDATE booking_door SET
    at = CASE WHEN upto + floor(extract(epoch FROM %(now)s - at) * per_minute / 60) >= last
        THEN %(now)s ELSE at + interval '1 minute' / per_minute
            * floor(extract(epoch FROM %(now)s - at) * per_minute / 60) END,
    upto = least(last, upto + floor(extract(epoch FROM %(now)s - at) * per_minute / 60)::bigint)
    WHERE region_code = %(region)s AND per_minute > 0
    AND extract(epoch FROM %(now)s - at) * per_minute >= 60
    RETURNING upto, last"""
_DRAW = """WITH drawn AS (
    UPDATE booking_door SET last = last + 1,
        at = CASE WHEN upto >= last THEN greatest(at, %(now)s - interval '1 second') ELSE at END
    WHERE region_code = %(region)s AND per_minute > 0 RETURNING last)
INSERT INTO booking_arrival (region_code, number, key, at)
    SELECT %(region)s, last, %(key)s, %(now)s FROM drawn
    ON CONFLICT (key, region_code) DO UPDATE SET key = excluded.key RETURNING number"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`ahead` how many are before, `minutes` about how long that takes; `admitted`: go in."""

    admitted: bool
    ahead: int = 0
    minutes: int = 0


def stand(*, region: str, key: UUID) -> Standing:
    """Where the holder of a key stands; the first call draws a number. Two to three statements."""
    now = clock.now()
    number = (
        Arrival.objects.filter(key=key, region_code=region).values_list("number", flat=True).first()
    )
    if number is None:
        number = _drawn(region, key, now)
    if number is None:
        return Standing(True)
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, {"now": now, "region": region})
        cursor.execute("SELECT upto, per_minute FROM booking_door WHERE region_code = %s", [region])
        upto, rate = cursor.fetchone()
    if number <= upto or not rate:
        return Standing(True)
    ahead = int(number - upto - 1)
    return Standing(False, ahead, -(-(ahead + 1) // rate))


@transaction.atomic
def set_door(*, region: str, per_minute: int, by: User | None) -> None:
    """Let in so many a minute; 0: the door stands open, and who waits comes in at once.

    Raises Refused and NotAllowed.
    """
    access.demand(by, region, *access.PLANNERS)
    if not 0 <= per_minute <= MOST_PER_MINUTE:
        raise Refused("bad-rate", "Let in 0 to {most} people a minute.", most=MOST_PER_MINUTE)
    now = clock.now()
    Door.objects.get_or_create(region_code=region, defaults={"at": now})
    row = Door.objects.select_for_update().get(pk=region)
    upto = row.last if not per_minute else row.upto
    Door.objects.filter(pk=region).update(per_minute=per_minute, at=now, upto=upto)
    details = {"per_minute": per_minute}
    audit.record(by=by, action="booking.set_door", target=region, details=details)


def forget_old() -> int:
    """Delete arrivals that are two days old; how many."""
    return Arrival.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _drawn(region: str, key: UUID, now: datetime) -> int | None:
    """A new number; None while the door stands open."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, {"region": region, "key": key, "now": now})
        row = cursor.fetchone()
    return int(row[0]) if row else None
