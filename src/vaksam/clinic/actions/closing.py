"""Close a venue's day: what was drawn, given, wasted and left agrees, or somebody says why."""

from datetime import date
from typing import Any

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.clinic import access
from vaksam.clinic.models import Closing, Visit
from vaksam.clinic.queries.closing import DayLines, lines
from vaksam.core.errors import Refused
from vaksam.venues.access import at_venue
from vaksam.venues.models import Venue


@transaction.atomic
def close_day(*, venue: int, day: date, by: User | None, why: str = "") -> int:
    """Write down how a day ended; its id. A day that is corrected is closed anew.

    Raises
    ------
    Refused
        `ahead`; `still-here`: people are checked in or under observation; `differs`: figures do
        not agree and nobody says why.
    NotFound, NotAllowed
        There is no such venue, or one does not work there.
    """
    at_venue(venue, by, *access.STAFF)
    list(Venue.objects.select_for_update(no_key=True).filter(pk=venue))
    if day > clock.today():
        raise Refused("ahead", "That day has not been yet.")
    if here := _here(venue, day):
        raise Refused("still-here", "{n} people are still here. End their visits first.", n=here)
    found = lines(venue, day)
    if found.differences and not why.strip():
        raise Refused("differs", "The figures do not agree. Say why, or put them right first.")
    last = Closing.objects.filter(venue=venue, day=day).order_by("-number").first()
    row = Closing.objects.create(
        venue_id=venue, day=day, number=last.number + 1 if last else 1, why=why.strip()[:300],
        closed_at=clock.now(), by=by, **_kept(found),
    )  # fmt: skip
    details = {"closing": row.pk, "differences": len(found.differences)}
    audit.record(by=by, action="clinic.close_day", target=f"venue {venue}", details=details)
    outbox.publish("clinic.closed", {"venue": venue, "day": day.isoformat()})
    return row.pk


def _here(venue: int, day: date) -> int:
    start, end = clock.at(day), clock.at(date.fromordinal(day.toordinal() + 1))
    rows = Visit.objects.filter(venue=venue, arrived_at__gte=start, arrived_at__lt=end)
    waiting = rows.filter(ended_at=None).count()
    return waiting + rows.filter(dose__observed_at=None, dose__isnull=False).count()


def _kept(found: DayLines) -> dict[str, Any]:
    return {
        "lines": [{name: getattr(each, name) for name in each.__slots__} for each in found.lines],
        "differences": [
            {"lot": each.lot, "code": each.code, "values": dict(each.values)}
            for each in found.differences
        ],
    }
