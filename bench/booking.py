"""Bookings a second: the raw statement, the action, and over HTTP; free times; the waiting room.

Attempts are of random persons at random times until far more have been made than there are places;
then it is counted whether any place was sold twice, any person booked twice, or any answer lost.
"""

import http.client
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import psutil
import psycopg
import served
from django.core import signing
from django.db import connection, connections
from report import Table

from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.queries import Search
from vaksam.core.errors import Refused
from vaksam.programmes import queries as programmes
from vaksam.web.public.common import SIGNED_IN, signed

PERSONS = int(os.environ.get("BENCH_BOOKERS", "60000"))
PLACES = int(os.environ.get("BENCH_PLACES", "20000"))
ATTEMPTS = int(os.environ.get("BENCH_ATTEMPTS", "24000"))
SLOTS = 500
THREADS = 8
ACTION_THREADS = 3  # the pool has four connections, and one is the benchmark's own
CLIENTS = 64
WAITING = 20_000
VENUES, DAYS, TIMES = 500, 60, 20
PROGRAMME, PRODUCT, REGION = "covid-19-2021", "comirnaty", "24"
MORNING = datetime(2021, 4, 13, 7, 30, tzinfo=clock.SWEDEN)
_TAKE = "UPDATE booking_slot SET taken = taken + 1 WHERE id = %s AND taken < places"

_PEOPLE = """INSERT INTO people_person (region_code, given_name, family_name, born_on, born_year,
    sex, protection, municipality_code, street, postcode, city, latitude, longitude, residence,
    language, interpreter, extra_time, travel_help, home_visit)
    SELECT '24', 'Person', n::text, date '1935-06-01' + n %% 3000, extract(year FROM
    date '1935-06-01' + n %% 3000)::int, 1, '', '2480', '', '', '', 63.8, 20.3, 'own_home', '',
    false, false, false, false FROM generate_series(1, %s) n"""
_STATUSES = """INSERT INTO eligibility_status (programme_id, person_id, region_code,
    municipality_code, born_year, groups, status, reason, rule, phase, next_dose, valid_doses,
    earliest_on, recommended_on, products, place, changed_on)
    SELECT %s, id, '24', '2480', born_year, 0, 'due', 'open', '', 2, 1, 0, %s, %s, %s, 'ordinary',
    %s FROM people_person"""
_REFRESH = """INSERT INTO eligibility_refresh (programme_id, region_code, "on", persons, changed,
    removed, started_at, finished_at) VALUES (%s, '24', %s, 0, 0, 0, %s, %s)"""
_VENUE = """INSERT INTO venues_venue (code, name, kind, provider, region_code, municipality_code,
    frozen, hours_from_store, doses_per_week, cut_off, contact, telephone, latitude, longitude,
    street, postcode, city, step_free, lift, toilet, quiet_room, parking, hearing_loop, languages,
    public_transport, directions, web, observation_minutes, stations, minutes_per_person,
    interval_minutes, public)
    SELECT %(code)s || n, 'Mottagning ' || n, 'health_centre', 'region', '24', '2480', false, 1, 0,
    '15:00', '', '', 63 + 3 * random(), 16 + 5 * random(), '', '', '', true, false, false, false,
    false, false, '[]', '', '', '', 15, 1, 5, 10, true FROM generate_series(1, %(n)s) n"""
_SESSIONS = """INSERT INTO booking_session (venue_id, programme_id, product_id, starts_at, ends_at,
    stations, vaccinators, minutes, interval, certainty, drop_in, online, closed_reason, made_at)
    SELECT v.id, %(programme)s, %(product)s, %(first)s::timestamptz + d * interval '1 day',
    %(first)s::timestamptz + d * interval '1 day' + interval '6 hours', 4, 4, 5, 10, 0.9, 0, true,
    '', now() FROM venues_venue v, generate_series(1, %(days)s) d WHERE v.code LIKE %(like)s"""
_SLOTS = """INSERT INTO booking_slot (session_id, venue_id, programme_id, product_id, online,
    starts_at, planned, places, taken)
    SELECT s.id, s.venue_id, s.programme_id, s.product_id, true,
    s.starts_at + n * interval '1 minute', %(places)s, %(places)s, 0
    FROM booking_session s JOIN venues_venue v ON v.id = s.venue_id,
    generate_series(0, %(slots)s - 1) n WHERE v.code LIKE %(like)s"""


def run() -> list[Table]:
    base.move_clock(to=MORNING, by=None)
    clock.forget()
    try:
        return [*_bookings(), _search(), _waiting()]
    finally:
        base.reset_clock(by=None)
        _empty()


def _bookings() -> list[Table]:
    _fill()
    persons = _column("SELECT id FROM people_person ORDER BY id")
    slots = _column("SELECT id FROM booking_slot ORDER BY id")
    _places(1_000_000)
    raw = _raw(slots)
    _again()
    _places(PLACES // SLOTS)
    action, outcomes = _actions(persons, slots)
    sound = [_checked(outcomes)]
    _again()
    rows = [(f"one statement, {THREADS} threads", raw, 1.0, None, None, None)]
    rows.append(
        (f"the action, {ACTION_THREADS} threads", action.rate, action.rate / raw, *action.spread)
    )
    with served._server() as port:
        over_http, outcomes = _http(port, persons, slots)
    sound.append(_checked(outcomes))
    rows.append(
        (f"over HTTP, {CLIENTS} clients", over_http.rate, over_http.rate / raw, *over_http.spread)
    )
    notes = [
        f"{ATTEMPTS:,} attempts each on {PLACES:,} places by {PERSONS:,} persons; attempts a "
        "second until the places ran out.", *sound,
    ]  # fmt: skip
    columns = ("how", "bookings/s", "of the statement", "p50 ms", "p95 ms", "p99 ms")
    return [Table("Taking places", columns, rows, notes)]


class Run:
    """Latencies of attempts, and the rate of those that booked."""

    def __init__(self, seconds: list[float], booked: int, whole: float) -> None:
        self.rate = booked / whole
        found = sorted(seconds)
        self.spread = tuple(1e3 * found[int(len(found) * q)] for q in (0.5, 0.95, 0.99))


def _raw(slots: list[int]) -> float:
    """The one conditional statement, each in a transaction of its own, for three seconds."""
    about = connection.get_connection_params()
    until = time.perf_counter() + 3
    done = [0] * THREADS

    def take(number: int) -> None:
        rng = random.Random(number)  # noqa: S311 - not for secrets
        known = {k: about[k] for k in ("dbname", "user", "host", "port", "password") if k in about}
        with psycopg.connect(**known, autocommit=True) as own:
            while time.perf_counter() < until:
                done[number] += own.execute(_TAKE, [rng.choice(slots)]).rowcount

    threads = [threading.Thread(target=take, args=(n,)) for n in range(THREADS)]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(done) / (time.perf_counter() - began)


def _actions(persons: list[int], slots: list[int]) -> tuple[Run, Counter[str]]:
    def attempt(rng: random.Random) -> str:
        ask = Ask(rng.choice(persons), rng.choice(slots))
        try:
            actions.book(asks=[ask], token=uuid4(), channel="web", by=None)
        except Refused as error:
            return f"refused ({error.code})"
        return "booked"

    return _many(attempt, ACTION_THREADS, done=connections.close_all)


def _http(port: int, persons: list[int], slots: list[int]) -> tuple[Run, Counter[str]]:
    local = threading.local()
    csrf = "a" * 32

    def attempt(rng: random.Random) -> str:
        if not hasattr(local, "http"):
            local.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookie = signed([rng.choice(persons)], REGION)
        body = urlencode({"csrfmiddlewaretoken": csrf, "token": str(uuid4())})
        headers = {
            "Cookie": f"{SIGNED_IN}={cookie}; csrftoken={csrf}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        local.http.request("POST", f"/boka/sv/tid/{rng.choice(slots)}/boka/", body, headers)
        answer = local.http.getresponse()
        answer.read()
        assert answer.status in (302, 422), answer.status
        return "booked" if answer.status == 302 else "refused"

    return _many(attempt, CLIENTS)


def _many(
    attempt: Callable[[random.Random], str], threads: int, done: Callable[[], None] = lambda: None
) -> tuple[Run, Counter[str]]:
    """All attempts; the rate is of those booked until nine places in ten were gone."""
    each = ATTEMPTS // threads
    seconds: list[float] = []
    outcomes: Counter[str] = Counter()
    full_at: list[float] = []
    began = time.perf_counter()

    def work(number: int) -> None:
        rng = random.Random(number)  # noqa: S311 - not for secrets
        for _ in range(each):
            start = time.perf_counter()
            found = attempt(rng)
            now = time.perf_counter()
            seconds.append(now - start)
            outcomes[found] += 1
            if outcomes["booked"] == int(PLACES * 0.9) and not full_at:
                full_at.append(now)
        done()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    whole = (full_at[0] if full_at else time.perf_counter()) - began
    booked = min(outcomes["booked"], int(PLACES * 0.9))
    return Run(seconds, booked, whole), outcomes


def _checked(outcomes: Counter[str]) -> str:
    """Nothing oversold, nobody booked twice, no answer lost; counted in the database."""
    ((taken, over),) = _rows("SELECT sum(taken), count(*) FILTER (WHERE taken > places) "
                             "FROM booking_slot")  # fmt: skip
    ((held, people),) = _rows("SELECT count(*), count(DISTINCT person_id) FROM booking_appointment")
    assert over == 0, "a place was sold twice"
    assert held == people, "somebody is booked twice"
    assert taken == held == outcomes["booked"], (taken, held, outcomes)
    told = ", ".join(f"{name} {n:,}" for name, n in outcomes.most_common())
    return f"{sum(outcomes.values()):,} attempts: {told}; none oversold, none double, none lost."


def _search() -> Table:
    """The nearest free times to an address, over many venues and days."""
    _empty()
    with connection.cursor() as cursor:
        cursor.execute(_VENUE, {"code": "n", "n": VENUES})
        values = {"programme": PROGRAMME, "product": PRODUCT, "first": MORNING, "days": DAYS,
                  "like": "n%", "places": 10, "slots": TIMES}  # fmt: skip
        cursor.execute(_SESSIONS, values)
        cursor.execute(_SLOTS, values)
        cursor.execute("UPDATE booking_slot SET taken = places WHERE random() < 0.7")
        cursor.execute("VACUUM ANALYZE booking_slot")
    rng = random.Random(1)  # noqa: S311 - not for secrets
    found = {"nearest": [], "soonest": [], "nearest, statement alone": []}  # type: ignore[var-annotated]
    for _ in range(60):
        search = Search(
            programme=PROGRAMME, regions=(REGION,), latitude=63 + 3 * rng.random(),
            longitude=16 + 5 * rng.random(), products=frozenset({PRODUCT}), dose=1,
        )  # fmt: skip
        found["nearest"].append(_timed(lambda s=search: queries.near(s)))
        found["soonest"].append(_timed(lambda s=search: queries.soonest(s)))
        ids = _column("SELECT id FROM venues_venue ORDER BY random()")
        found["nearest, statement alone"].append(
            _timed(lambda s=search, i=ids: queries.times._times(s, i, 3, True))  # type: ignore[attr-defined]
        )
    rows = [(name, sorted(each)[30] * 1e3, sorted(each)[57] * 1e3) for name, each in found.items()]
    note = f"{VENUES} venues, {DAYS} days, {VENUES * DAYS * TIMES:,} times of which 30 % are free."
    return Table("Free times", ("search", "median ms", "p95 ms"), rows, [note])


def _waiting() -> Table:
    """Polls of a full waiting room over HTTP."""
    actions.set_door(region=REGION, per_minute=600, by=None)
    keys = [uuid4() for _ in range(WAITING)]
    for key in keys:
        actions.stand(region=REGION, key=key)
    cookies = [signing.dumps(str(key), salt="vaksam_line") for key in keys]
    seconds: list[float] = []
    with served._server() as port:
        before = _memory()
        local = threading.local()

        def poll(number: int) -> None:
            if not hasattr(local, "http"):
                local.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            start = time.perf_counter()
            headers = {"Cookie": f"vaksam_line={cookies[number]}"}
            local.http.request("GET", "/boka/sv/", headers=headers)
            local.http.getresponse().read()
            seconds.append(time.perf_counter() - start)

        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(poll, range(WAITING)))
        whole = time.perf_counter() - began
        after = _memory()
    actions.set_door(region=REGION, per_minute=0, by=None)
    found = sorted(seconds)
    rows = [("polls/s", WAITING / whole), ("p50 ms", 1e3 * found[WAITING // 2]),
            ("p95 ms", 1e3 * found[int(WAITING * 0.95)]), ("server memory before, MB", before),
            ("after, MB", after)]  # fmt: skip
    note = (f"{WAITING:,} wait, {CLIENTS} ask at once. With a page that asks every 20 s, "
            f"{WAITING:,} visitors are {WAITING / 20:,.0f} polls/s.")  # fmt: skip
    return Table("Waiting room", ("measure", "value"), rows, [note])


def _fill() -> None:
    _empty()
    today = clock.today()
    numbers = {each.code: each.number for each in programmes.products()}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [PERSONS])
        cursor.execute(_STATUSES, [PROGRAMME, today, today, 1 << numbers[PRODUCT], today])
        cursor.execute(_REFRESH, [PROGRAMME, today, clock.now(), clock.now()])
        cursor.execute(_VENUE, {"code": "b", "n": 1})
        values = {"programme": PROGRAMME, "product": PRODUCT, "first": MORNING + timedelta(hours=2),
                  "days": 1, "like": "b%", "places": PLACES // SLOTS, "slots": SLOTS}  # fmt: skip
        cursor.execute(_SESSIONS, values)
        cursor.execute(_SLOTS, values)
        cursor.execute("VACUUM ANALYZE")


def _again() -> None:
    """All places free, and nobody booked."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE booking_appointment, booking_request CASCADE")
        cursor.execute("TRUNCATE base_outboxevent")
        cursor.execute("UPDATE booking_slot SET taken = 0")
        cursor.execute("VACUUM ANALYZE")


def _places(each: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_slot SET places = %s", [each])


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE booking_session, booking_request, booking_door, booking_arrival, "
            "people_person, people_household, venues_venue CASCADE"
        )
        cursor.execute("TRUNCATE base_outboxevent")


def _memory() -> float:
    """Of the server's processes, MB."""
    own = psutil.Process()
    return float(sum(each.memory_info().rss for each in own.children(recursive=True)
                     if "postgres" not in each.name()) / 1e6)  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _column(statement: str) -> list[int]:
    return [row[0] for row in _rows(statement)]


def _rows(statement: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
