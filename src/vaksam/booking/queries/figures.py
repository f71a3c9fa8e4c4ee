"""Bookings, cancellations and no-shows by age group, venue or channel (F30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from vaksam.base import clock
from vaksam.eligibility.queries.counts import age_cases


class By(StrEnum):
    AGE = "age"
    VENUE = "venue"
    CHANNEL = "channel"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Ended:
    """Appointments whose time has passed or that were given up, of one level.

    `late` were cancelled within 24 hours of the time.
    """

    level: str
    booked: int
    cancelled: int
    late: int
    no_show: int
    released: int

    @property
    def lost(self) -> float:
        """The share of the places that nobody used: late cancellations and no-shows."""
        return (self.late + self.no_show) / self.booked if self.booked else 0.0


_LEVELS = {
    By.AGE: "CASE {ages} ELSE '' END",
    By.VENUE: "venue.name",
    By.CHANNEL: "request.channel",
    By.WEEK: "to_char(date_trunc('week', slot.starts_at AT TIME ZONE 'Europe/Stockholm'), "
             "'YYYY-MM-DD')",
}  # fmt: skip
_COUNT = """
SELECT {level}, count(*)::int,
    (count(*) FILTER (WHERE a.state = 'cancelled'))::int,
    (count(*) FILTER (WHERE a.state = 'cancelled'
        AND a.ended_at > slot.starts_at - interval '24 hours'))::int,
    (count(*) FILTER (WHERE a.state = 'no_show'))::int,
    (count(*) FILTER (WHERE a.state = 'released'))::int
FROM booking_appointment a
JOIN booking_slot slot ON slot.id = a.slot_id
JOIN venues_venue venue ON venue.id = slot.venue_id
JOIN booking_request request ON request.id = a.request_id
JOIN people_person person ON person.id = a.person_id
WHERE venue.region_code = ANY(%(regions)s) AND a.state <> 'moved'
    AND slot.starts_at >= %(since)s AND slot.starts_at < %(until)s
GROUP BY 1 ORDER BY 1"""
_REASONS = """
SELECT a.ended_reason, count(*)::int FROM booking_appointment a
JOIN booking_slot slot ON slot.id = a.slot_id
JOIN venues_venue venue ON venue.id = slot.venue_id
WHERE venue.region_code = ANY(%(regions)s) AND a.state = 'cancelled'
    AND slot.starts_at >= %(since)s AND slot.starts_at < %(until)s
GROUP BY 1 ORDER BY 2 DESC, 1"""


def ended(by: By, *, regions: Sequence[str], since: date, until: date) -> list[Ended]:
    """Appointments of a span of days, both included, by level; one query."""
    ages = age_cases(until.year).replace("born_year", "person.born_year")
    level = _LEVELS[by].replace("{ages}", ages)
    return [Ended(*row) for row in _rows(_COUNT.format(level=level), regions, since, until)]


def reasons(*, regions: Sequence[str], since: date, until: date) -> list[tuple[str, int]]:
    """Why places were given up, the commonest first."""
    return [(row[0], row[1]) for row in _rows(_REASONS, regions, since, until)]


def _rows(
    statement: str, regions: Sequence[str], since: date, until: date
) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"regions": list(regions), "since": _at(since), "until": _at(until, 1)}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _at(day: date, after: int = 0) -> datetime:
    return clock.at(day + timedelta(days=after))
