"""Many vials opened, drawn and given at many places, written past the actions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from report import Value

from vaksam.base import clock
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import Amount, Key, State
from vaksam.supply import actions
from vaksam.supply.models import Document, Kind
from vaksam.venues.models import Kind as VenueKind
from vaksam.venues.models import Venue

DAYS, DOSES = 140, 6
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


def fill(shelves: Sequence[tuple[int, int]], vials: int, first: datetime) -> int:
    """Vials received, opened, given and emptied over the days from `first`; how many legs.

    Foreign keys are not checked meanwhile, which takes a superuser.
    """
    done = list(steps())
    legs = [(n, *_plain(leg)) for n, (_, made) in enumerate(done) for leg in made]
    base = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    values = {"first": first, "vials": vials, "shelves": len(shelves), "steps": len(done),
              "days": DAYS, "each": vials // len(shelves) + 20, "base": base + 1}  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _temporary(cursor, "shelf (n int, venue_id bigint, lot_id bigint)",
                   [(n, *shelf) for n, shelf in enumerate(shelves)])  # fmt: skip
        _temporary(cursor, "step (step int, kind text)",
                   [(n, kind) for n, (kind, _) in enumerate(done)])  # fmt: skip
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


def steps() -> Iterator[tuple[Kind, list[ledger.Leg]]]:
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


def places(number: int) -> list[int]:
    """So many new health centres, spread over the regions."""
    regions = [f"{code:02}" for code in (1, *range(3, 11), *range(12, 15), *range(17, 26))]
    made = Venue.objects.bulk_create(
        Venue(code=f"bench-{n}", name=f"Health centre {n}", kind=VenueKind.HEALTH_CENTRE,
              region_code=regions[n % 21], municipality_code=f"{regions[n % 21]}80")
        for n in range(number)
    )  # fmt: skip
    return [each.pk for each in made]


def lots(number: int) -> list[int]:
    last_day = date(2099, 12, 31)
    numbers = [f"BENCH{n}" for n in range(number)]
    made = [actions.known_lot(product="comirnaty", number=n, expires_on=last_day) for n in numbers]
    return [each.pk for each in made]
