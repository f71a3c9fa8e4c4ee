"""A change previewed and planned on a full-size Västerbotten with 40,000 times to come, and on nine
such regions side by side; beside the raw statement that reads the times.
"""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import people
import polars as pl
from django.db import connection
from report import Table

from vaksam.base import clock
from vaksam.cli import demo_people, demo_supply
from vaksam.cli.demo_people import MOMENTS, REGION, Scenario
from vaksam.core import replanning as core
from vaksam.replanning import facts, judging, planning
from vaksam.replanning.facts import World
from vaksam.replanning.models import Change
from vaksam.replanning.preview import preview

PROGRAMME = "covid-19-2021"
TIMES, DAYS, COPIES = 40_000, 35, 9
_SESSIONS = """INSERT INTO booking_session (venue_id, programme_id, product_id, starts_at, ends_at,
    stations, vaccinators, minutes, interval, certainty, drop_in, online, closed_reason, made_at)
    SELECT v.id, %(programme)s, p.code, d + interval '8 hours', d + interval '16 hours', 4, 4, 5,
    10, 0.5, 0, true, '', now()
    FROM (SELECT id FROM venues_venue WHERE kind <> 'store') v,
    (VALUES ('comirnaty'), ('spikevax')) p (code),
    generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') d"""
_SLOTS = """INSERT INTO booking_slot (session_id, venue_id, programme_id, product_id, online,
    starts_at, planned, places, taken)
    SELECT s.id, s.venue_id, s.programme_id, s.product_id, true, t, 3, 3, 0 FROM booking_session s,
    generate_series(s.starts_at, s.ends_at - interval '10 minutes', interval '10 minutes') t"""
_REQUEST = """INSERT INTO booking_request (token, channel, made_at)
    VALUES (gen_random_uuid(), 'phone', now()) RETURNING id"""
_TIMES = """INSERT INTO booking_appointment (request_id, person_id, slot_id, programme_id, dose,
    units, state, needs, visits, ended_reason, ended_channel)
    SELECT %(request)s, p.person_id, s.id, %(programme)s, coalesce(p.next_dose, 1), 1, 'booked', '',
    '[]', '', '' FROM (SELECT person_id, next_dose, row_number() OVER (ORDER BY
        (status = 'due') DESC, person_id) - 1 AS n FROM eligibility_status
        WHERE programme_id = %(programme)s AND status IN ('due', 'complete')) p
    JOIN (SELECT id, row_number() OVER (ORDER BY hashint8(id)) - 1 AS n FROM booking_slot) s
        ON s.n = p.n / 2 WHERE p.n < %(times)s"""
_TAKEN = """UPDATE booking_slot s SET taken = n FROM (SELECT slot_id, count(*) n
    FROM booking_appointment GROUP BY 1) a WHERE a.slot_id = s.id"""
_RAW = """SELECT count(*) FROM (SELECT a.id, a.person_id, s.starts_at, s.product_id, p.born_on
    FROM booking_appointment a JOIN booking_slot s ON s.id = a.slot_id
    JOIN people_person p ON p.id = a.person_id
    WHERE a.state IN ('booked', 'reserved') OFFSET 0) x"""
RULE = {"kind": "use", "code": "bench-1991", "product": "spikevax", "allowed": False,
        "who": [{"born_from": 1991}], "title": {"sv": "x", "en": "x"}}  # fmt: skip


def run() -> list[Table]:
    """Leaves nobody behind."""
    people.forget()
    moment = MOMENTS[Scenario.STOP_2021].morning
    scale = people.PERSONS / people.RESIDENTS
    demo_people.provide(Scenario.STOP_2021, scale=scale, calibrate=False, say=lambda _: None)
    demo_supply._venues(REGION, 1.0)
    _fill(moment)
    rows: list[tuple[Any, ...]] = []
    raw = _timed(lambda: _one(_RAW))[1]
    rows.append(("raw statement: read the times", TIMES, None, raw, 1.0))
    change = _change(moment)
    world, seconds = _timed(lambda: facts.world(change))
    told, judged = _timed(lambda: judging.wrong_then(world))
    _, shown = _timed(lambda: preview(world, told))
    whole = seconds + judged + shown
    rows.append(("preview, Västerbotten", world.appointments.height, told.height, whole,
                 whole / raw))  # fmt: skip
    made, spent = _timed(lambda: _plan(world, told))
    rows.append((f"plan, gap {made.gap:.1e}", world.appointments.height, told.height, spent,
                 spent / raw))  # fmt: skip
    large = _many(world)
    told, judged = _timed(lambda: judging.wrong_then(large))
    rows.append(("judged, nine side by side", large.appointments.height, told.height, judged,
                 judged / raw))  # fmt: skip
    notes = [f"Reading {seconds:.1f} s, judging and counting {shown + whole - seconds - shown:.1f} "
             "s. A product stopped for those born 1991 and later."]  # fmt: skip
    _empty()
    people.forget()
    columns = ("step", "times", "wrong", "seconds", "of the raw statement")
    return [Table("The evening a directive changes", columns, rows, notes)]


def _plan(world: World, told: pl.DataFrame) -> planning.Planned:
    return planning.planned(world, told, weights=core.Weights(), limits=core.Limits())


def _timed(work: Any) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def _fill(moment: Any) -> None:
    first = moment.replace(hour=0, minute=0) + timedelta(days=1)
    values = {"programme": PROGRAMME, "first": first, "last": first + timedelta(days=DAYS),
              "times": TIMES}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, values)
        cursor.execute(_SLOTS)
        cursor.execute(_REQUEST)
        (request,) = cursor.fetchone()
        cursor.execute("ANALYZE")
        cursor.execute("SET enable_nestloop = off")  # row numbers have no statistics
        cursor.execute(_TIMES, values | {"request": request})
        cursor.execute("RESET enable_nestloop")
        cursor.execute(_TAKEN)
        cursor.execute("ANALYZE")


def _change(moment: Any) -> Change:
    from vaksam.base.models import RoleAssignment, User
    from vaksam.base.roles import Role
    from vaksam.programmes import actions

    by = User.objects.create_user("bench")
    RoleAssignment.objects.create(user=by, role=Role.REGION_COORDINATOR, region_code=REGION,
                                  granted_at=moment)  # fmt: skip
    about = {
        "code": "region-24-bench", "programme": PROGRAMME, "authority": "region", "region": REGION,
        "title": {"sv": "x", "en": "x"}, "announced_at": clock.now().isoformat(),
        "effective_from": clock.today().isoformat(), "author": "–", "checker": "–",
        "review_on": "2030-01-01", "source": {"document": "x", "passage": "x"},
    }  # fmt: skip
    version = actions.draft_directive(body={"directive": about, "rule": [RULE]}, by=by)
    parts = [{"kind": "directive", "version": version}]
    return Change(region_code=REGION, programme_id=PROGRAMME, name="bench", parts=parts,
                  made_at=clock.now())  # fmt: skip


def _many(world: World) -> World:
    """The same region so many times, with numbers of their own."""
    step = 10_000_000

    def copies(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
        return pl.concat(
            frame.with_columns(pl.col(name) + step * n for name in names) for n in range(COPIES)
        )

    return replace(
        world, everybody=None, facts=copies(world.facts, "person", "household"),
        appointments=copies(world.appointments, "appointment", "person", "household", "slot",
                            "request", "venue"),
        slots=copies(world.slots, "slot", "venue"),
    )  # fmt: skip


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""TRUNCATE booking_appointment, booking_slot, booking_session,
            booking_request, venues_venue CASCADE""")
