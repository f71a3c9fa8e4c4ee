"""Giving a dose, by 32 venues at once, beside its bare statements; registering doses by the file.

Afterwards it is counted whether every answer is a record, a line in the ledger and a visit ended.
"""

import http.client
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import polars as pl
import psycopg
import served
from booking import _PEOPLE, _VENUE
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from report import Table
from timing import Times

from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.base.models import RoleAssignment, User
from vaksam.base.roles import Role
from vaksam.clinic import actions
from vaksam.core import clinic
from vaksam.eligibility import actions as eligibility
from vaksam.records import actions as records
from vaksam.supply import actions as supply
from vaksam.venues.models import Staff

VENUES = 32
THREADS = 3  # the pool has four connections, and one is the benchmark's own
EACH = int(os.environ.get("BENCH_DOSES_EACH", "18"))  # of a venue: three vials of six
ALONE = int(os.environ.get("BENCH_DOSES_ALONE", "60"))
DOSES = int(os.environ.get("BENCH_RECORDS", "100000"))
RUNS = 3
PROGRAMME, PRODUCT, LOT = "covid-19-2021", "comirnaty", "EP2163"
MORNING = datetime(2021, 4, 13, 7, 30, tzinfo=clock.SWEDEN)
_BOUND: dict[str, Any] = {"programme": PROGRAMME, "product": PRODUCT, "morning": MORNING}

_DECLARED = """INSERT INTO clinic_declaration (person_id, programme_id, questions, version,
    language, answers, told, given_at) SELECT id, %(programme)s, %(code)s, %(version)s, 'sv',
    %(answers)s, 'aloud', %(morning)s FROM people_person"""
_CONSENTED = """INSERT INTO clinic_consent (person_id, programme_id, agrees, information, version,
    language, told, given_by, said_at) SELECT id, %(programme)s, true, 'covid-19', 1, 'sv', 'aloud',
    '', %(morning)s FROM people_person"""
_HERE = """INSERT INTO clinic_visit (person_id, venue_id, programme_id, way, identified,
    identified_note, arrived_at, outcome, reasons, note)
    SELECT p.id, v.id, %(programme)s, 'drop_in', 'document', '', %(morning)s, '', '[]', ''
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_person) p
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM venues_venue) v
    ON v.n = p.n %% %(venues)s WHERE p.n < %(visits)s"""
_SEQUENCES = """SELECT schemaname || '.' || sequencename, coalesce(last_value, start_value),
    last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public'"""
_LEFT_OUT = ("BEGIN", "COMMIT", "ROLLBACK")

Tap = tuple[int, int, int]  # visit, vial, staff


def run() -> list[Table]:
    base.move_clock(to=MORNING, by=None)
    clock.forget()
    try:
        return [_giving(), _many()]
    finally:
        base.reset_clock(by=None)
        _empty()


def _giving() -> Table:
    taps = _fill(extra=2 * ALONE)
    raw, alone = _alone(taps[: 2 * ALONE])
    rows: list[tuple[Any, ...]] = [
        ("bare statements, one transaction, alone", *_spread(raw), None, 1.0),
        ("the action, alone", *_spread(alone), None, _ratio(alone, raw)),
    ]
    taps = _fill()
    many, seconds = _at_once(taps, _tap, THREADS)
    rows.append((f"the action, {THREADS} venues at once", *_spread(many), len(taps) / seconds,
                 _ratio(many, raw)))  # fmt: skip
    notes = [_checked(len(taps))]
    taps = _fill()
    with served._server() as port:
        _at_once(taps[:VENUES], _posts(port))  # each of the server's processes remembers rules
        many, seconds = _at_once(taps[VENUES:], _posts(port))
    rows.append((f"POST over HTTP, {VENUES} venues at once", *_spread(many),
                 (len(taps) - VENUES) / seconds, _ratio(many, raw)))  # fmt: skip
    notes.append(_checked(len(taps)))
    return Table(
        f"Giving a dose ({VENUES} venues, {EACH} each)",
        ("how", "p50 ms", "p95 ms", "p99 ms", "doses/s", "× bare, p50"), rows, notes,
    )  # fmt: skip


def _alone(taps: list[Tap]) -> tuple[list[float], list[float]]:
    """Seconds of bare statements, and of the action, one of each in turn.

    The statements are those that the action made in a transaction rolled back; the counters of
    keys are set back, so that they hold once more.
    """
    raw, action = [], []
    about = connection.get_connection_params()
    known = {k: about[k] for k in ("dbname", "user", "host", "port", "password") if k in about}
    with psycopg.connect(**known, autocommit=True) as own:
        for replayed, given in zip(taps[::2], taps[1::2], strict=True):
            statements = _statements(replayed)
            began = time.perf_counter()
            with own.transaction(), own.cursor() as cursor:
                for each in statements:
                    _again(cursor, each)
            raw.append(time.perf_counter() - began)
            began = time.perf_counter()
            _tap(given)
            action.append(time.perf_counter() - began)
    return raw, action


def _again(cursor: Any, statement: str) -> None:
    if not statement.startswith("COPY"):
        cursor.execute(statement.encode())
        return
    with cursor.copy(statement.encode()) as out:
        for _ in out:
            pass


def _statements(tap: Tap) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES)
        before = cursor.fetchall()
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        _tap(tap)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, value, used in before:
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, used])
    found = [each["sql"] for each in captured.captured_queries]
    return [each for each in found if not each.startswith(_LEFT_OUT)]


def _tap(tap: Tap) -> None:
    visit, vial, staff = tap
    actions.give(visit=visit, vial=vial, staff=staff, site="left_arm", token=uuid4(), by=None)


def _at_once(
    taps: list[Tap], work: Callable[[Tap], None], threads: int = VENUES
) -> tuple[list[float], float]:
    """Each venue's taps one after the other, so many venues at once; seconds each, and in all."""
    by_venue: dict[int, list[Tap]] = {}
    for n, each in enumerate(taps):
        by_venue.setdefault(n % VENUES, []).append(each)
    seconds: list[float] = []

    def venue(own: list[Tap]) -> None:
        for each in own:
            began = time.perf_counter()
            work(each)
            connections.close_all()  # back to the pool, as after a request
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(venue, by_venue.values()))
    return seconds, time.perf_counter() - began


def _posts(port: int) -> Callable[[Tap], None]:
    """The form of the page, sent by the nurse of each venue over a connection of their own."""
    local, csrf = threading.local(), "a" * 32
    venues = dict(_rows("SELECT id, venue_id FROM clinic_visit"))
    sessions = {venue: _signed_in(venue) for venue in set(venues.values())}

    def post(tap: Tap) -> None:
        visit, vial, staff = tap
        if not hasattr(local, "http"):
            local.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        form = {"csrfmiddlewaretoken": csrf, "token": str(uuid4()), "vial": vial, "staff": staff,
                "site": "left_arm"}  # fmt: skip
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={sessions[venues[visit]]}; csrftoken={csrf}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        path = f"/venue/{venues[visit]}/visit/{visit}/give/"
        local.http.request("POST", path, urlencode(form), headers)
        answer = local.http.getresponse()
        answer.read()
        assert answer.status == 302, answer.status

    return post


def _signed_in(venue: int) -> str:
    """The session of somebody who works there."""
    user, _ = User.objects.get_or_create(username=f"bench-{venue}")
    granted = {"region_code": "24", "granted_at": clock.now()}
    RoleAssignment.objects.get_or_create(user=user, role=Role.VENUE_STAFF, defaults=granted)
    client = Client()
    client.force_login(user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _checked(wanted: int) -> str:
    ((doses, recorded, ended, persons),) = _rows(
        "SELECT count(*), count(v.id), count(*) FILTER (WHERE i.outcome = 'given'),"
        " count(DISTINCT v.person_id) FROM clinic_dose d JOIN clinic_visit i ON i.id = d.visit_id"
        " LEFT JOIN records_vaccination v ON v.id = d.vaccination_id"
    )
    ((lines,),) = _rows("SELECT count(*) FROM supply_document WHERE kind = 'given'")
    ((told,),) = _rows("SELECT count(*) FROM base_outboxevent WHERE name = 'clinic.given'")
    assert doses == recorded == ended == persons == lines == told == wanted, "something is lost"
    return f"{doses:,} doses: as many records, lines in the ledger, visits ended and events."


def _fill(extra: int = 0) -> list[Tap]:
    """Venues with open vials and visits that wait; what to tap, venue by venue in turn."""
    _empty()
    visits = VENUES * EACH
    assert extra <= visits
    rule = clinic.current("covid-19", clock.today())
    plain = {each.code: "no" for each in rule.questions if "no" in each.kind.answers}
    bound: dict[str, Any] = _BOUND | {
        "code": rule.code, "version": rule.version, "venues": VENUES, "visits": visits,
        "answers": json.dumps(plain),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [visits])
        cursor.execute(_VENUE, {"code": "c", "n": VENUES})
        for statement in (_DECLARED, _CONSENTED, _HERE):
            cursor.execute(statement, bound)
    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    actions.sign(region="24", programme=PROGRAMME, products=[PRODUCT], valid_from=date(2021, 1, 1),
                 valid_to=date(2021, 12, 31), signer_name="Dr Lund", by=None)  # fmt: skip
    lot = supply.known_lot(product=PRODUCT, number=LOT, expires_on=date(2021, 9, 1)).pk
    taps: dict[int, list[Tap]] = {}
    for venue, waiting in _waiting().items():
        staff = Staff.objects.create(name="Anna Ek", role="nurse", vaccinates=True,
                                     region_code="24", venue_id=venue).pk  # fmt: skip
        supply.receive(venue=venue, lot=lot, vials=10, by=None)
        vials = [supply.open_vial(venue=venue, lot=lot, by=None) for _ in range(0, EACH, 6)]
        taps[venue] = [(visit, vials[n // 6], staff) for n, visit in enumerate(waiting)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [own[n] for n in range(EACH) for own in taps.values()]


def _waiting() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for venue, visit in _rows("SELECT venue_id, id FROM clinic_visit ORDER BY id"):
        found.setdefault(venue, []).append(visit)
    return found


def _many() -> Table:
    """A hundred thousand known persons' doses, and the same rows by a bare COPY."""
    times = {name: Times() for name in ("bare", "indexed", "register")}
    for _ in range(RUNS):
        _empty()
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE, [DOSES])
            cursor.execute("VACUUM ANALYZE people_person")
        rows = _doses()
        times["register"].add(
            lambda r=rows: records.register_many(doses=r, source="paper", by=None)  # type: ignore[misc]
        )
        ((stored,),) = _rows("SELECT count(*) FROM records_vaccination")
        assert stored == DOSES, stored
        times["bare"].add(_bare(""))
        times["indexed"].add(_bare("INCLUDING ALL"))
    bare, indexed = times["bare"].median, times["indexed"].median
    names = (("bare COPY, no index", "bare"), ("COPY, the same indexes and checks", "indexed"),
             ("register_many", "register"))  # fmt: skip
    found = [
        (name, each.median * 1e3, DOSES / each.median, each.median / bare, each.median / indexed)
        for name, each in ((name, times[key]) for name, key in names)
    ]
    columns = ("step", "median ms", "rows/s", "× bare COPY", "× COPY with indexes")
    note = (f"{DOSES:,} doses of as many persons, {RUNS} runs. Registering also checks each row, "
            "looks up and locks the persons, and tells the areas above.")  # fmt: skip
    return Table("Registering doses by the file", columns, found, [note])


def _doses() -> pl.DataFrame:
    persons = [pk for (pk,) in _rows("SELECT id FROM people_person ORDER BY id")]
    random.Random(1).shuffle(persons)  # noqa: S311 - not for secrets
    return pl.DataFrame({"person": persons}).with_columns(
        product=pl.lit(PRODUCT), lot=pl.lit(LOT), given_on=pl.lit(date(2021, 4, 12)),
        dose_number=pl.lit(1), site=pl.lit("left_arm"), vaccinator_name=pl.lit("Anna Ek"),
        vouched_by=pl.lit("Bo Al"),
    )  # fmt: skip


def _bare(how: str) -> Callable[[], None]:
    """The stored rows into a table of the same shape; ready to be timed."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY records_vaccination TO STDOUT (FORMAT csv)") as out:
            rows = b"".join(out)
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(f"CREATE TABLE bench_bare (LIKE records_vaccination {how})")

    def copy() -> None:
        into = "COPY bench_bare FROM STDIN (FORMAT csv)"
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as copying:
            copying.write(rows)

    return copy


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute("TRUNCATE people_person, people_household, venues_venue, supply_lot, "
                       "clinic_prescription CASCADE")  # fmt: skip
        cursor.execute("TRUNCATE base_outboxevent")


def _spread(seconds: list[float]) -> tuple[float, float, float]:
    found = sorted(seconds)
    p50, p95, p99 = (1e3 * found[int(len(found) * q)] for q in (0.5, 0.95, 0.99))
    return p50, p95, p99


def _ratio(seconds: list[float], raw: list[float]) -> float:
    return statistics.median(seconds) / statistics.median(raw)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
