"""The ledger's sums: now by the shelf, and at any moment from the newest point before it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from vaksam.core.supply.ledger import HELD, Amount, Key, State
from vaksam.supply.models import Point

_HELD = sorted(state.value for state in HELD)
_STATE = {state.value: state for state in State}
_SHELVES = """
SELECT venue_id, lot_id, state, until, vial, sum(vials)::int, sum(doses)::int
FROM supply_leg WHERE (venue_id, lot_id) IN ({pairs}) AND state = ANY(%s)
GROUP BY 1, 2, 3, 4, 5 HAVING sum(vials) <> 0 OR sum(doses) <> 0"""
# What the newest point knows, and the legs it does not: later ones, and earlier ones that were
# written down after it was made.
_AT = """
SELECT venue_id, lot_id, state, until, vial, sum(vials)::int, sum(doses)::int FROM (
    SELECT venue_id, lot_id, state, until, vial, vials, doses
    FROM supply_pointrow WHERE point_id = %(point)s AND state = ANY(%(states)s) {places}
    UNION ALL
    SELECT venue_id, lot_id, state, until, vial, vials, doses
    FROM supply_leg WHERE at > %(from)s AND at <= %(at)s AND state = ANY(%(states)s) {places}
    UNION ALL
    SELECT venue_id, lot_id, state, until, vial, vials, doses
    FROM supply_leg WHERE at <= %(from)s AND id > %(last)s AND state = ANY(%(states)s) {places}
) AS part
GROUP BY 1, 2, 3, 4, 5 HAVING sum(vials) <> 0 OR sum(doses) <> 0"""


def of_shelves(shelves: Sequence[tuple[int, int]]) -> dict[Key, Amount]:
    """What is held on some shelves (venue, lot). The caller holds their locks."""
    if not shelves:
        return {}
    pairs = ", ".join(["(%s, %s)"] * len(shelves))
    values: list[Any] = [*(each for pair in shelves for each in pair), _HELD]
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES.format(pairs=pairs), values)
        return _holdings(cursor.fetchall())


def at(moment: datetime, *, venues: Iterable[int] | None = None) -> dict[Key, Amount]:
    """What is held (at some venues) at a moment, as far as is written down by now.

    Accounts where vials end are not held: one for each vial there ever was.
    """
    point = Point.objects.filter(at__lte=moment).order_by("-at").first()
    values: dict[str, Any] = {
        "at": moment,
        "point": point.pk if point else 0,
        "from": point.at if point else "-infinity",
        "last": point.last_leg if point else 0,
        "states": _HELD,
        "venues": None if venues is None else list(venues),
    }
    places = "" if venues is None else "AND venue_id = ANY(%(venues)s)"
    with connection.cursor() as cursor:
        cursor.execute(_AT.format(places=places), values)
        return _holdings(cursor.fetchall())


def _holdings(rows: Iterable[tuple[Any, ...]]) -> dict[Key, Amount]:
    return {
        Key(venue, lot, _STATE[state], until, vial): Amount(vials, doses)
        for venue, lot, state, until, vial, vials, doses in rows
    }
