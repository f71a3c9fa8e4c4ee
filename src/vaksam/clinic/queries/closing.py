"""A venue's day by lot, from the ledger and from the record, and how it was closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from vaksam.base import clock
from vaksam.clinic.models import Closing
from vaksam.core.clinic import Difference, Line, agree

# Documents that were taken back, and those that take back, count nothing.
_LEDGER = """
SELECT l.number, l.product_id,
    coalesce(sum(g.vials) FILTER (WHERE d.kind = 'opened' AND g.state = 'opened'), 0),
    coalesce(sum(g.doses) FILTER (WHERE d.kind = 'opened' AND g.state = 'opened'), 0),
    coalesce(sum(g.doses) FILTER (WHERE d.kind = 'drawn' AND g.state = 'drawn'), 0),
    coalesce(sum(g.doses) FILTER (WHERE d.kind = 'given' AND g.state = 'given'), 0),
    coalesce(-sum(g.doses) FILTER (WHERE d.kind = 'wasted' AND g.state = 'drawn'), 0),
    coalesce(sum(g.doses) FILTER (WHERE g.state = 'residue'), 0)
FROM supply_leg g JOIN supply_document d ON d.id = g.document_id
JOIN supply_lot l ON l.id = g.lot_id
WHERE g.venue_id = %(venue)s AND g.at >= %(start)s AND g.at < %(end)s AND d.kind <> 'reversed'
    AND NOT EXISTS (SELECT FROM supply_document r WHERE r.reverses_id = d.id)
GROUP BY 1, 2"""
_LEFT = """
SELECT l.number, l.product_id, coalesce(sum(g.vials) FILTER (WHERE g.state = 'opened'), 0),
    coalesce(sum(g.doses) FILTER (WHERE g.state = 'drawn'), 0)
FROM supply_leg g JOIN supply_lot l ON l.id = g.lot_id
WHERE g.venue_id = %(venue)s AND g.at < %(end)s AND g.state IN ('opened', 'drawn')
GROUP BY 1, 2"""
_RECORD = """
SELECT upper(lot), product_id, count(*) FROM records_vaccination
WHERE venue_id = %(venue)s AND given_on = %(day)s AND withdrawn_at IS NULL
    AND document_id IS NOT NULL AND product_id IS NOT NULL
GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class DayLines:
    """A day by lot, and what does not agree."""

    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ClosingView:
    """How a day was closed; `number` says how many times by then."""

    day: date
    number: int
    why: str
    closed_at: datetime
    by: str
    given: int
    differences: int


def lines(venue: int, day: date) -> DayLines:
    """A venue's day; three statements. Lots that nothing happened to are left out."""
    start = clock.at(day)
    values: dict[str, Any] = {"venue": venue, "day": day, "start": start,
              "end": clock.at(day + timedelta(days=1))}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, values)
        ledger = {tuple(row[:2]): row[2:] for row in cursor.fetchall()}
        cursor.execute(_LEFT, values)
        left = {tuple(row[:2]): row[2:] for row in cursor.fetchall() if any(row[2:])}
        cursor.execute(_RECORD, values)
        record = {tuple(row[:2]): row[2] for row in cursor.fetchall()}
    found = tuple(
        _line(key, ledger.get(key, (0,) * 6), left.get(key, (0, 0)), record.get(key, 0))
        for key in sorted(ledger.keys() | left.keys() | record.keys())
        if any(ledger.get(key, ())) or key in left or key in record
    )
    return DayLines(found, agree(found))


def closings(venue: int, *, most: int = 14) -> list[ClosingView]:
    """How the latest days were closed, the newest first."""
    rows = Closing.objects.filter(venue=venue).select_related("by").order_by("-day", "-number")
    return [
        ClosingView(
            day=row.day, number=row.number, why=row.why, closed_at=row.closed_at,
            by=row.by.get_username() if row.by else "",
            given=sum(each["given"] for each in row.lines), differences=len(row.differences),
        )
        for row in rows[:most]
    ]  # fmt: skip


def _line(key: tuple[Any, ...], ledger: Any, left: Any, registered: int) -> Line:
    opened, nominal, drawn, given, wasted, residue = (int(each) for each in ledger)
    return Line(
        lot=key[0], product=key[1], opened=opened, nominal=nominal, drawn=drawn, given=given,
        wasted=wasted, emptied_left=residue, left_open=int(left[0]), left_drawn=int(left[1]),
        registered=int(registered),
    )  # fmt: skip
