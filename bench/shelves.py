"""How fast stock at a past moment is read."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import doses
from django.db import connection
from report import Table, Value
from timing import Times, measure

from vaksam.base import clock
from vaksam.core.supply.ledger import HELD
from vaksam.supply import actions, queries, stock
from vaksam.supply.models import Point

LEGS = int(os.environ.get("BENCH_LEGS", "5000000"))
VENUES, LOTS, KEPT = 1000, 50, 40
_SUMS = """
SELECT venue_id, lot_id, state, until, vial, sum(vials), sum(doses) FROM ({parts}) part
WHERE state = ANY(%(states)s) {place}
GROUP BY 1, 2, 3, 4, 5 HAVING sum(vials) <> 0 OR sum(doses) <> 0"""
_COLUMNS = "SELECT venue_id, lot_id, state, until, vial, vials, doses FROM"
_NAIVE = f"{_COLUMNS} supply_leg WHERE at <= %(at)s"
_POINTED = f"""{_COLUMNS} supply_pointrow WHERE point_id = %(point)s
UNION ALL {_COLUMNS} supply_leg WHERE at > %(from)s AND at <= %(at)s
UNION ALL {_COLUMNS} supply_leg WHERE at <= %(from)s AND id > %(last)s"""


def run() -> Table:
    """Points are made as they were in the nights; three of the forty kept."""
    today = clock.now().astimezone(clock.SWEDEN).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=doses.DAYS)
    places, lots = doses.places(VENUES), doses.lots(LOTS)
    shelves = [(venue, lot) for venue in places for lot in lots]
    per_vial = sum(len(legs) for _, legs in doses.steps())
    legs = doses.fill(shelves, (LEGS - 2 * len(shelves)) // per_vial, first)
    nightly = Times()
    for days in (KEPT, 1, 0):
        night = today - timedelta(days=days) + timedelta(hours=1, minutes=20)
        nightly.add(partial(actions.sum_up, at=night))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE supply_pointrow")
    night = today - timedelta(days=1) + timedelta(hours=1, minutes=20)
    asked = [
        ("right after a point", night + timedelta(minutes=1), None),
        ("in the middle of a day", night + timedelta(hours=11, minutes=10), None),
        ("the same, one venue", night + timedelta(hours=11, minutes=10), places[0]),
        ("older than the points", today - timedelta(days=KEPT + 5, hours=-13), None),
        ("the same, one venue", today - timedelta(days=KEPT + 5, hours=-13), places[0]),
    ]
    rows = [row for each in asked for row in _asked(*each)]
    return _read(rows, legs, nightly)


def _asked(name: str, moment: datetime, venue: int | None) -> Iterator[tuple[Value, ...]]:
    venues = None if venue is None else [venue]
    for what, call in (
        ("stock.at", partial(stock.at, moment, venues=venues)),
        ("queries.stock", partial(queries.stock, venue=venue, at=moment)),
    ):
        count = len(call())
        found = measure(call, 11)
        pointed, naive = (_sql(parts, moment, venue) for parts in (_POINTED, _NAIVE))
        assert (answer := set(pointed())) == set(naive()) and len(answer) == count
        every_leg = measure(naive, 11, warm=0).median
        best = min(measure(pointed, 11).median, every_leg)
        yield (
            f"{what}, {name}", count, found.median * 1e3, found.p95 * 1e3, best * 1e3,
            found.median / best, every_leg * 1e3, found.median / every_leg,
        )  # fmt: skip


def _sql(parts: str, moment: datetime, venue: int | None) -> Callable[[], list[Any]]:
    point = Point.objects.filter(at__lte=moment).order_by("-at").first()
    values = {
        "at": moment, "states": [each.value for each in HELD], "venue": venue,
        "point": point.pk if point else 0, "from": point.at if point else "-infinity",
        "last": point.last_leg if point else 0,
    }  # fmt: skip
    statement = _SUMS.format(parts=parts, place="" if venue is None else "AND venue_id = %(venue)s")

    def ask() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    return ask


def _read(rows: Sequence[Sequence[Value]], legs: int, nightly: Times) -> Table:
    return Table(
        f"Stock of {VENUES:,} venues × {LOTS} lots at a past moment, {legs:,} legs",
        ("question", "rows", "median ms", "p95 ms", "best SQL ms", "×", "all legs ms", "×"),
        rows,
        [
            "“Best SQL”: the same rows as tuples over the same connection, by one statement: from"
            " the newest point or from all legs, whichever is faster here. `stock.at` has what is"
            " held by account; `queries.stock` the same with names, last moments and blocks, in"
            f" order. Making a point took {nightly.median:.1f} s (median of three)."
        ],
    )
