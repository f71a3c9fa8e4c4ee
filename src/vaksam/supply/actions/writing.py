"""Writing the ledger: one document at a time, under the locks of its shelves.

Locking law: the shelves of a document (a venue's lot) are locked in the order of venue and lot
before their sums are read. So two processes never take the same vial, draw the same dose, or
drive a lot below zero, and two that need the same shelves never wait in a circle.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.supply.ledger import Holdings, Leg, applied
from vaksam.supply import stock
from vaksam.supply.models import Dispatch, Document, Kind, Shelf
from vaksam.supply.models import Leg as LegRow
from vaksam.venues.models import Venue

Make = Callable[[Holdings, int], list[Leg]]
"""Legs from what the shelves hold and the document's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a document beside its legs. `at` None: now."""

    by: User | None
    at: datetime | None = None
    reason: str = ""
    note: str = ""
    token: UUID | None = None
    dispatch: Dispatch | None = None
    reverses: Document | None = None


@transaction.atomic
def write(
    kind: Kind, venue: Venue, shelves: Iterable[tuple[int, int]], make: Make, told: Told
) -> int:
    """Write a document and return its number; a token seen before returns the number it got.

    Raises
    ------
    Refused
        A held account would go below zero, or the moment lies ahead.
    """
    now = clock.now()
    at = told.at or now
    if at > now:
        raise Refused("ahead", "The moment lies ahead. Give one that has come.")
    pairs = sorted(set(shelves))
    lock(pairs)
    if told.token and (known := Document.objects.filter(token=told.token).first()):
        return known.pk
    holdings = stock.of_shelves(pairs)
    number = _number()
    legs = make(holdings, number)
    applied(holdings, legs)
    Document.objects.create(
        pk=number, kind=kind, venue=venue, at=at, recorded_at=now, by=told.by,
        reason=told.reason, note=told.note[:300], token=told.token, dispatch=told.dispatch,
        reverses=told.reverses,
    )  # fmt: skip
    LegRow.objects.bulk_create(_row(number, at, leg) for leg in legs)
    return number


def lock(pairs: Iterable[tuple[int, int]]) -> None:
    """Lock shelves, made where they are not there yet, in order."""
    pairs = sorted(set(pairs))
    with connection.cursor() as cursor:
        for venue, lot in pairs:
            cursor.execute(
                "INSERT INTO supply_shelf (venue_id, lot_id) VALUES (%s, %s)"
                " ON CONFLICT (venue_id, lot_id) DO UPDATE SET venue_id = excluded.venue_id",
                [venue, lot],
            )


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('supply_document', 'id'))")
        return int(cursor.fetchone()[0])


def _row(number: int, at: datetime, leg: Leg) -> LegRow:
    key, amount = leg
    return LegRow(
        document_id=number, at=at, venue_id=key.venue, lot_id=key.lot, state=key.state.value,
        until=key.until, vial=key.vial, vials=amount.vials, doses=amount.doses,
    )  # fmt: skip


__all__ = ["Make", "Shelf", "Told", "lock", "write"]
