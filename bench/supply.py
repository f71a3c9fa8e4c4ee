"""How fast the ledger of doses is written by many at once, and how fast past stock is read."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from threading import Barrier
from typing import Any
from uuid import uuid4

import numpy as np
from django.db import connection, transaction
from report import Table, Value
from timing import Times, measure

from vaksam.base import clock
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import HELD, Amount, Key, State
from vaksam.supply import actions, queries, stock
from vaksam.supply.models import Document, Kind, Leg, Point
from vaksam.venues.models import Kind as VenueKind
from vaksam.venues.models import Venue

LEGS = int(os.environ.get("BENCH_LEGS", "5000000"))
VENUES, LOTS, DAYS, KEPT, DOSES = 1000, 50, 140, 40, 6
CLIENTS, SHARED, ROUNDS, RUNS, BUSY = 16, 8, 5, 3, 1000
ALL = tuple(State)
_Job = Callable[[], list[float]]
_RAW = """
WITH document AS (
    INSERT INTO supply_document (kind, venue_id, at, recorded_at, reason, note, token)
    VALUES (%s, %s, %s, %s, '', '', gen_random_uuid()) RETURNING id, at)
INSERT INTO supply_leg (document_id, at, venue_id, lot_id, state, until, vial, vials, doses)
SELECT document.id, document.at, leg.* FROM document, unnest(%s::bigint[], %s::bigint[],
    %s::text[], %s::timestamptz[], %s::bigint[], %s::int[], %s::int[]) leg"""
# A vial every so often from 8 to 17 each day, on one shelf after the other; what happens to it
# lies five minutes apart.
_VIALS = """
CREATE TEMP TABLE bench_vial AS
SELECT %(base)s + v * %(steps)s AS id, venue_id, lot_id,
    %(first)s::timestamptz + v * %(days)s / %(vials)s * interval '1 day' + interval '8 hours'
        + (v * %(days)s %% %(vials)s)::float / %(vials)s * interval '9 hours' AS at
FROM generate_series(0, %(vials)s::bigint - 1) v JOIN bench_shelf ON n = v %% %(shelves)s"""
_DOCUMENTS = """
INSERT INTO supply_document (id, kind, venue_id, at, recorded_at, reason, note)
SELECT v.id + step, kind, venue_id, at + step * interval '5 min', at + step * interval '5 min',
    '', '' FROM bench_vial v CROSS JOIN bench_step ORDER BY 1"""
_LEGS = """
INSERT INTO supply_leg (document_id, at, venue_id, lot_id, state, until, vial, vials, doses)
SELECT v.id + step, at + step * interval '5 min', venue_id, lot_id, state,
    CASE WHEN ends THEN at + interval '6 hours' END, CASE WHEN numbered THEN v.id END, vials, doses
FROM bench_vial v CROSS JOIN bench_leg ORDER BY 1"""
_RECEIPTS = """
WITH document AS (
    INSERT INTO supply_document (kind, venue_id, at, recorded_at, reason, note)
    SELECT 'received', venue_id, %(first)s, %(first)s, lot_id, '' FROM bench_shelf
    RETURNING id, venue_id, reason::bigint AS lot)
INSERT INTO supply_leg (document_id, at, venue_id, lot_id, state, vials, doses)
SELECT id, %(first)s, venue_id, lot, state, vials, 0 FROM document
CROSS JOIN (VALUES ('supplier', %(each)s * -1), ('cold', %(each)s)) leg (state, vials)"""
_SUMS = """
SELECT venue_id, lot_id, state, until, vial, sum(vials), sum(doses) FROM ({parts}) part
WHERE state = ANY(%(states)s) {place}
GROUP BY 1, 2, 3, 4, 5 HAVING sum(vials) <> 0 OR sum(doses) <> 0"""
_COLUMNS = "SELECT venue_id, lot_id, state, until, vial, vials, doses FROM"
_NAIVE = f"{_COLUMNS} supply_leg WHERE at <= %(at)s"
_POINTED = f"""{_COLUMNS} supply_pointrow WHERE point_id = %(point)s
UNION ALL {_COLUMNS} supply_leg WHERE at > %(from)s AND at <= %(at)s
UNION ALL {_COLUMNS} supply_leg WHERE at <= %(from)s AND id > %(last)s"""


def run() -> list[Table]:
    """Leaves no venue and no stock behind."""
    forget()
    tables = [_writing()]
    forget()
    tables.append(_reading())
    forget()
    return tables


def forget() -> None:
    """Everything at venues and stores."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE venues_venue, supply_lot, supply_point CASCADE")


def _writing() -> Table:
    """Two clients at each venue, on the same two lots; and one client alone."""
    first = clock.now() - timedelta(days=DAYS + 2)
    places, lots = _places(SHARED + 1), _lots(2)
    shelves = [(venue, lot) for venue in places[:SHARED] for lot in lots]
    busy = (places[SHARED], lots[0])
    fill([busy], BUSY, first)
    for venue, lot in shelves:
        actions.receive(venue=venue, lot=lot, vials=1000, state=State.COLD, by=None)
    many = [partial(_rounds, shelves[2 * (n % SHARED) :][:2], ROUNDS) for n in range(CLIENTS)]
    clients: dict[str, list[_Job]] = {
        f"{CLIENTS} clients": many,
        "one client": [partial(_rounds, shelves[:2], ROUNDS)],
        f"one client, where {BUSY:,} vials were opened": [partial(_rounds, [busy], 1)],
    }
    found: dict[str, list[tuple[float, list[float]]]] = {}
    for _ in range(RUNS):
        for name, jobs in clients.items():
            known = Document.objects.order_by("-pk").values_list("pk", flat=True)[:1].get()
            found.setdefault(f"actions, {name}", []).append(together(jobs))
            raw = _raw_jobs(known, len(jobs))
            found.setdefault(f"raw INSERT, {name}", []).append(together(raw))
    return _written(found)


def together(jobs: Sequence[_Job]) -> tuple[float, list[float]]:
    """Jobs begun at once in processes of their own: how many a second, and seconds of each."""
    connection.close()
    connection.close_pool()  # each process opens its own
    context = get_context("fork")
    with ProcessPoolExecutor(
        len(jobs), context, initializer=_stand_ready, initargs=(context.Barrier(len(jobs)),)
    ) as pool:
        done = [each.result() for each in [pool.submit(_work, job) for job in jobs]]
    began, ended, times = zip(*done, strict=True)
    seconds = [one for each in times for one in each]
    return len(seconds) / (max(ended) - min(began)), seconds


def _stand_ready(barrier: Barrier) -> None:
    global _ready
    _ready = barrier


def _work(job: _Job) -> tuple[float, float, list[float]]:
    connection.ensure_connection()
    clock.now()  # reads how far it is moved
    _ready.wait()
    began = time.perf_counter()
    seconds = job()
    return began, time.perf_counter(), seconds


def _rounds(shelves: Sequence[tuple[int, int]], rounds: int) -> list[float]:
    """Vials opened, drawn and given dose by dose, and emptied; seconds of each action."""
    times = Times()
    for number in range(rounds):
        venue, lot = shelves[number % len(shelves)]
        opening = partial(actions.open_vial, venue=venue, lot=lot)
        vial: Any = times.add(partial(opening, by=None, token=uuid4()))
        for _ in range(DOSES):
            times.add(partial(actions.draw, vial=vial, by=None, token=uuid4()))
            times.add(partial(actions.give, vial=vial, by=None, token=uuid4()))
        times.add(partial(actions.empty, vial=vial, by=None, token=uuid4()))
    return times.seconds


def _raw_jobs(after: int, clients: int) -> list[_Job]:
    """The documents written since one, dealt out to be written once more."""
    legs: dict[int, list[Any]] = {}
    columns = ("venue_id", "lot_id", "state", "until", "vial", "vials", "doses")
    for number, *leg in Leg.objects.filter(document__gt=after).values_list("document", *columns):
        legs.setdefault(number, []).append(leg)
    kept = Document.objects.filter(pk__gt=after).order_by("pk")
    rows = [
        (*head, *map(list, zip(*legs[number], strict=True)))
        for number, *head in kept.values_list("pk", "kind", "venue_id", "at", "recorded_at")
    ]
    return [partial(_raw, rows[n::clients]) for n in range(clients)]


def _raw(rows: Sequence[Sequence[Any]]) -> list[float]:
    raw: Any = connection.connection  # psycopg's own, committing each statement
    raw.prepare_threshold = 1
    times = Times()
    for row in rows:
        times.add(partial(raw.execute, _RAW, row))
    return times.seconds


def _written(found: dict[str, list[tuple[float, list[float]]]]) -> Table:
    rates = {name: float(np.median([rate for rate, _ in runs])) for name, runs in found.items()}
    rows: list[tuple[Value, ...]] = []
    for name, runs in found.items():
        all_of_them = Times([one for _, seconds in runs for one in seconds])
        raw = rates[name.replace("actions", "raw INSERT")]
        rows.append(
            (name, rates[name], all_of_them.median * 1e3, all_of_them.p95 * 1e3, raw / rates[name])
        )
    return Table(
        "Events written to the ledger, each in a transaction of its own",
        ("who", "events/s", "median ms", "p95 ms", "× raw INSERT"),
        rows,
        [
            f"Processes on their own connections; {CLIENTS} clients at {SHARED} venues, two on the"
            f" same two lots. A vial: opened, {DOSES} doses drawn and given, emptied; each action"
            " reads the venue, the lot and the shelf's sum under its lock. Raw: the same documents"
            f" and legs in one prepared statement each, without locks. {RUNS} runs."
        ],
    )


def fill(shelves: Sequence[tuple[int, int]], vials: int, first: datetime) -> int:
    """Vials received, opened, given and emptied over the days from `first`; how many legs.

    Foreign keys are not checked meanwhile, which takes a superuser.
    """
    steps = list(_steps())
    legs = [(n, *_plain(leg)) for n, (_, made) in enumerate(steps) for leg in made]
    base = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    values = {"first": first, "vials": vials, "shelves": len(shelves), "steps": len(steps),
              "days": DAYS, "each": vials // len(shelves) + 20, "base": base + 1}  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _temporary(cursor, "shelf (n int, venue_id bigint, lot_id bigint)",
                   [(n, *shelf) for n, shelf in enumerate(shelves)])  # fmt: skip
        _temporary(cursor, "step (step int, kind text)",
                   [(n, kind) for n, (kind, _) in enumerate(steps)])  # fmt: skip
        _temporary(cursor, "leg (step int, state text, ends bool, numbered bool, vials int,"
                   " doses int)", legs)  # fmt: skip
        for statement in (_VIALS, _DOCUMENTS, _LEGS):
            cursor.execute(statement, values)
        cursor.execute("SELECT setval('supply_document_id_seq', max(id)) FROM supply_document")
        cursor.execute(_RECEIPTS, values)
        cursor.execute("DROP TABLE bench_shelf, bench_step, bench_leg, bench_vial")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE supply_document, supply_leg")
    return vials * len(legs) + 2 * len(shelves)


def _steps() -> Iterator[tuple[Kind, list[ledger.Leg]]]:
    """What happens to a vial, as the actions tell it."""
    until = datetime(2021, 4, 13, 18, tzinfo=clock.SWEDEN)
    opened, drawn = (Key(0, 0, state, until, 1) for state in (State.OPENED, State.DRAWN))
    yield Kind.OPENED, ledger.open_vial(Key(0, 0, State.COLD), doses=DOSES, until=until, vial=1)
    for left in range(DOSES, 0, -1):
        yield Kind.DRAWN, ledger.draw(opened, 1, held=left)
        yield Kind.GIVEN, ledger.change(drawn, State.GIVEN, Amount(0, 1))
    yield Kind.EMPTIED, ledger.empty(opened, held=0)


def _plain(leg: ledger.Leg) -> tuple[Value, ...]:
    key, amount = leg
    return key.state.value, bool(key.until), bool(key.vial), amount.vials, amount.doses


def _temporary(cursor: Any, table: str, rows: Sequence[Sequence[object]]) -> None:
    cursor.execute(f"CREATE TEMP TABLE bench_{table}")
    with cursor.copy(f"COPY bench_{table.split()[0]} FROM STDIN") as copying:
        for row in rows:
            copying.write_row(row)


def _places(number: int) -> list[int]:
    """So many new health centres, spread over the regions."""
    regions = [f"{code:02}" for code in (1, *range(3, 11), *range(12, 15), *range(17, 26))]
    made = Venue.objects.bulk_create(
        Venue(code=f"bench-{n}", name=f"Health centre {n}", kind=VenueKind.HEALTH_CENTRE,
              region_code=regions[n % 21], municipality_code=f"{regions[n % 21]}80")
        for n in range(number)
    )  # fmt: skip
    return [each.pk for each in made]


def _lots(number: int) -> list[int]:
    last_day = date(2099, 12, 31)
    numbers = [f"BENCH{n}" for n in range(number)]
    made = [actions.known_lot(product="comirnaty", number=n, expires_on=last_day) for n in numbers]
    return [each.pk for each in made]


def _reading() -> Table:
    """Points are made as they were in the nights; three of the forty kept."""
    today = clock.now().astimezone(clock.SWEDEN).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS)
    places, lots = _places(VENUES), _lots(LOTS)
    shelves = [(venue, lot) for venue in places for lot in lots]
    per_vial = sum(len(legs) for _, legs in _steps())
    legs = fill(shelves, (LEGS - 2 * len(shelves)) // per_vial, first)
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
    for what, states, call in (
        ("stock.at", ALL, partial(stock.at, moment, venues=venues)),
        ("queries.stock", tuple(HELD), partial(queries.stock, venue=venue, at=moment)),
    ):
        count = len(call())
        found = measure(call, 11)
        pointed, naive = (_sql(parts, moment, venue, states) for parts in (_POINTED, _NAIVE))
        assert (answer := set(pointed())) == set(naive()) and len(answer) == count
        every_leg = measure(naive, 11, warm=0).median
        best = min(measure(pointed, 11).median, every_leg)
        yield (
            f"{what}, {name}", count, found.median * 1e3, found.p95 * 1e3, best * 1e3,
            found.median / best, every_leg * 1e3, found.median / every_leg,
        )  # fmt: skip


def _sql(
    parts: str, moment: datetime, venue: int | None, states: Sequence[State]
) -> Callable[[], list[Any]]:
    point = Point.objects.filter(at__lte=moment).order_by("-at").first()
    values = {
        "at": moment, "states": [each.value for each in states], "venue": venue,
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
            " the newest point or from all legs, whichever is faster here. `stock.at` has every"
            " account, also of doses given; `queries.stock` what is held, with names, last moments"
            f" and blocks, in order. Making a point took {nightly.median:.1f} s (median of three)."
        ],
    )
