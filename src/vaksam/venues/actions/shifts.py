"""Who works where and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.venues import access
from vaksam.venues.models import Shift, Staff, Venue

LONGEST: Final = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Copied:
    """How many shifts were copied, and how many not since the person was not free."""

    copied: int
    left_out: int


@transaction.atomic
def plan_shift(
    *, staff: int, venue: int, starts_at: datetime, ends_at: datetime, by: User | None
) -> int:
    """Plan somebody's work at a venue; the shift's id.

    Raises
    ------
    Refused
        The hours cannot be, the venue is closed for good, or the person has left, or is at work
        elsewhere then.
    NotAllowed
        `by` does not coordinate the region.
    """
    person = access.staff(staff, by)
    place = Venue.objects.filter(pk=venue).first()
    if place is None or place.region_code != person.region_code:
        raise NotFound("unknown-venue", "There is no such venue in the region.")
    if place.closed_on is not None:
        raise Refused("venue-closed", "The venue is closed. Choose another.")
    row = add(person, place, starts_at, ends_at)
    audit.record(by=by, action="venues.plan_shift", target=f"shift:{row.pk}")
    return row.pk


@transaction.atomic
def cancel_shift(*, shift: int, by: User | None) -> None:
    """Take away a shift that was planned wrongly. What has begun stays. Raises Refused."""
    row = access.shift(shift, by)
    if row.starts_at <= clock.now():
        raise Refused("begun", "The shift has begun. Report the absence instead.")
    venue, starts_at = row.venue_id, row.starts_at
    row.delete()
    tell(venue, [starts_at])
    audit.record(by=by, action="venues.cancel_shift", target=f"shift:{shift}")


@transaction.atomic
def copy_week(*, venue: int, from_monday: date, to_monday: date, by: User | None) -> Copied:
    """Plan the shifts of one week again in another, at the same times of day.

    Those who filled an absence are not copied, and those who were absent are. Who has left, or is
    planned already in the new week at that time, is left out.
    """
    place = access.venue(venue, by)
    if from_monday.weekday() or to_monday.weekday() or from_monday == to_monday:
        raise Refused("needs-mondays", "Choose the Mondays of two different weeks.")
    old = Shift.objects.filter(
        venue=place, starts_at__gte=clock.at(from_monday), replaces=None,
        starts_at__lt=clock.at(from_monday + timedelta(days=7)),
    ).order_by("starts_at", "pk")  # fmt: skip
    if not old:
        raise Refused("nothing-to-copy", "Nobody is planned in that week. Choose another.")
    people = access.lock(row.staff_id for row in old)
    done = [_again(row, people[row.staff_id], to_monday - from_monday) for row in old]
    copied = sum(done)
    audit.record(
        by=by, action="venues.copy_week", target=f"venue:{place.pk}",
        details={"from": from_monday.isoformat(), "to": to_monday.isoformat(), "shifts": copied},
    )  # fmt: skip
    return Copied(copied, len(done) - copied)


def add(person: Staff, place: Venue, starts_at: datetime, ends_at: datetime) -> Shift:
    """A shift more of somebody whose row is held. Raises Refused."""
    assert starts_at.tzinfo and ends_at.tzinfo, "moments, with their time zone"
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise Refused("bad-hours", "The end must come after the start, 16 hours later at most.")
    demand_free(person, starts_at, ends_at)
    row = Shift.objects.create(staff=person, venue=place, starts_at=starts_at, ends_at=ends_at)
    tell(place.pk, [starts_at])
    return row


def demand_free(person: Staff, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse unless somebody whose row is held still works there and is free then."""
    if person.left_on is not None and clock.day_of(starts_at) > person.left_on:
        raise Refused("has-left", "The person has left by then. Choose somebody else.")
    for other in at_work(person.pk, starts_at, ends_at):
        raise Refused(
            "at-work", "The person is planned at {venue} at that time. Choose somebody else.",
            venue=other.venue.name,
        )  # fmt: skip


def at_work(staff: int, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """Somebody's shifts that overlap the time, absences not counted."""
    rows = Shift.objects.filter(
        staff=staff, starts_at__lt=ends_at, ends_at__gt=starts_at, absent_at=None
    )
    return list(rows.select_related("venue"))


def tell(venue: int, moments: Iterable[datetime]) -> None:
    """Tell those above that somebody more or less works at a venue on some days."""
    for day in sorted({clock.day_of(each) for each in moments}):
        outbox.publish("venues.staffing_changed", {"venue": venue, "day": day.isoformat()})


def _again(row: Shift, person: Staff, later: timedelta) -> bool:
    try:
        add(person, row.venue, _moved(row.starts_at, later), _moved(row.ends_at, later))
    except Refused:
        return False
    return True


def _moved(moment: datetime, later: timedelta) -> datetime:
    """The same time of day, also where clocks were changed in between."""
    local = moment.astimezone(clock.SWEDEN)
    return clock.at(local.date() + later, local.time())
