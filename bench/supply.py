"""How fast the ledger of doses is written by many at once, and (in shelves.py) read."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from threading import Barrier
from typing import Any
from uuid import uuid4

import doses
import numpy as np
import shelves
from django.db import connection
from report import Table, Value
from timing import Times

from vaksam.base import clock
from vaksam.core.supply.ledger import State
from vaksam.supply import actions
from vaksam.supply.models import Document, Leg

CLIENTS, SHARED, ROUNDS, RUNS, BUSY = 16, 8, 5, 3, 1000
_Job = Callable[[], list[float]]
_RAW = """
WITH document AS (
    INSERT INTO supply_document (kind, venue_id, at, recorded_at, reason, note, token)
    VALUES (%s, %s, %s, %s, '', '', gen_random_uuid()) RETURNING id, at)
INSERT INTO supply_leg (document_id, at, venue_id, lot_id, state, until, vial, vials, doses)
SELECT document.id, document.at, leg.* FROM document, unnest(%s::bigint[], %s::bigint[],
    %s::text[], %s::timestamptz[], %s::bigint[], %s::int[], %s::int[]) leg"""


def run() -> list[Table]:
    """Leaves no venue and no stock behind."""
    forget()
    tables = [_writing()]
    forget()
    tables.append(shelves.run())
    forget()
    return tables


def forget() -> None:
    """Everything at venues and stores."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE venues_venue, supply_lot, supply_point CASCADE")


def _writing() -> Table:
    """Two clients at each venue, on the same two lots; and one client alone."""
    first = clock.now() - timedelta(days=doses.DAYS + 2)
    places, lots = doses.places(SHARED + 1), doses.lots(2)
    shared = [(venue, lot) for venue in places[:SHARED] for lot in lots]
    busy = (places[SHARED], lots[0])
    doses.fill([busy], BUSY, first)
    for venue, lot in shared:
        actions.receive(venue=venue, lot=lot, vials=1000, state=State.COLD, by=None)
    many = [partial(_rounds, shared[2 * (n % SHARED) :][:2], ROUNDS) for n in range(CLIENTS)]
    clients: dict[str, list[_Job]] = {
        f"{CLIENTS} clients": many,
        "one client": [partial(_rounds, shared[:2], ROUNDS)],
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
        for _ in range(doses.DOSES):
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
            f" same two lots. A vial: opened, {doses.DOSES} doses drawn and given, emptied; each"
            " action reads venue, lot and the shelf's sum under its lock. Raw: the same documents"
            f" and legs in one prepared statement each, without locks. {RUNS} runs."
        ],
    )
