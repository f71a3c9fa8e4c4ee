"""Appointments a second when a change is applied and taken back, beside the bare statements.

`python bench/replanning_apply.py [--persons N]`, or from `bench/run.py`.
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta

from report import Table, show

PERSONS, SLOTS = 40_000, 500

_REQUESTS = """INSERT INTO booking_request (token, channel, made_at)
    VALUES (gen_random_uuid(), 'phone', now()) RETURNING id"""
_APPOINTMENTS = """INSERT INTO booking_appointment (request_id, person_id, slot_id, programme_id,
    dose, units, state, needs, visits, ended_reason, ended_channel)
    SELECT %(request)s, p.id, s.id, s.programme_id, 1, 1, 'booked', '', '[]', '', ''
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_person) p
    JOIN (SELECT id, programme_id, row_number() OVER (ORDER BY id) - 1 AS n FROM booking_slot
        WHERE starts_at < %(until)s) s ON s.n = p.n %% %(slots)s"""
_TAKEN = """UPDATE booking_slot s SET taken = (SELECT count(*) FROM booking_appointment a
    WHERE a.slot_id = s.id AND a.state = 'booked')"""
_MOVES = """INSERT INTO replanning_move (change_id, appointment_id, person_id, party, wrong, action,
    why, to_slot_id, cost, step, "left", wave)
    SELECT %(change)s, a.id, a.person_id, a.id, 'closed', 'move', '', t.id, 0, 'planned', '',
    a.id %% 3 FROM booking_appointment a JOIN booking_slot s ON s.id = a.slot_id
    JOIN booking_slot t ON t.venue_id = s.venue_id
        AND t.starts_at = s.starts_at + interval '1 day'"""
_BARE = (
    "UPDATE booking_appointment SET state = 'moved', ended_at = now() WHERE id = ANY(%(ids)s)",
    """INSERT INTO booking_appointment (request_id, person_id, slot_id, programme_id, dose, units,
        state, needs, visits, ended_reason, ended_channel, replaces_id)
        SELECT a.request_id, a.person_id, t.id, a.programme_id, a.dose, a.units, 'booked', a.needs,
        a.visits, '', '', a.id FROM booking_appointment a JOIN replanning_move m
        ON m.appointment_id = a.id JOIN booking_slot t ON t.id = m.to_slot_id
        WHERE a.id = ANY(%(ids)s)""",
    """UPDATE booking_slot s SET taken = taken - n FROM (SELECT slot_id, count(*) n
        FROM booking_appointment WHERE id = ANY(%(ids)s) GROUP BY 1) g WHERE g.slot_id = s.id""",
    """UPDATE booking_slot s SET taken = taken + n FROM (SELECT to_slot_id, count(*) n
        FROM replanning_move WHERE appointment_id = ANY(%(ids)s) GROUP BY 1) g
        WHERE g.to_slot_id = s.id""",
)


def run(persons: int = PERSONS) -> list[Table]:
    import booking

    from vaksam.base import actions as base
    from vaksam.base import clock

    base.move_clock(to=booking.MORNING, by=None)
    clock.forget()
    try:
        return [_table(persons)]
    finally:
        base.reset_clock(by=None)
        booking._empty()
        clock.forget()


def _table(persons: int) -> Table:
    from django.db import connection, transaction

    from vaksam.replanning.actions import applying, common
    from vaksam.replanning.models import Change, Move, State

    change = _fill(persons)
    rows: list[tuple[str, float, float | None, float]] = []

    def measured(what: str, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        rate = persons / seconds
        rows.append((what, rate, rate / rows[0][1] if rows else 1.0, seconds))

    def bare() -> None:
        ids = list(Move.objects.order_by("wave", "party").values_list("appointment", flat=True))
        for n in range(0, len(ids), common.BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in _BARE:
                    cursor.execute(statement, {"ids": ids[n : n + common.BATCH]})

    def go_on() -> None:
        while applying.go_on(change):
            pass

    measured("bare statements", bare)
    change = _fill(persons)
    measured("applied", go_on)
    assert not Move.objects.exclude(step="done").exists(), "somebody was left"
    _sound(persons)
    Change.objects.filter(pk=change).update(state=State.UNDOING)
    measured("taken back", go_on)
    assert not Move.objects.exclude(step="undone").exists(), "somebody did not come back"
    _sound(persons)
    note = (f"{persons:,} appointments from {SLOTS} times to {SLOTS} others, {common.BATCH} in a "
            "batch; each judged by the rules in force; none oversold, none double.")  # fmt: skip
    columns = ("how", "appointments/s", "of the statements", "seconds")
    return Table("A change of everybody's times", columns, rows, [note])


def _fill(persons: int) -> int:
    import booking
    from django.db import connection

    from vaksam.base import clock
    from vaksam.programmes import queries as programmes
    from vaksam.replanning.models import Change, State

    booking._empty()
    Change.objects.all().delete()
    numbers = {each.code: each.number for each in programmes.products()}
    today, now = clock.today(), clock.now()
    places = -(-persons // SLOTS)
    first = booking.MORNING + timedelta(hours=2)
    values = {"programme": booking.PROGRAMME, "product": booking.PRODUCT, "first": first,
              "days": 2, "like": "b%", "places": places, "slots": SLOTS}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(booking._PEOPLE, [persons])
        cursor.execute(booking._STATUSES, [booking.PROGRAMME, today, today,
                                           1 << numbers[booking.PRODUCT], today])  # fmt: skip
        cursor.execute(booking._REFRESH, [booking.PROGRAMME, today, now, now])
        cursor.execute(booking._VENUE, {"code": "b", "n": 1})
        cursor.execute(booking._SESSIONS, values)
        cursor.execute(booking._SLOTS, values)
        cursor.execute(_REQUESTS)
        (request,) = cursor.fetchone()
        cursor.execute(_APPOINTMENTS, {"request": request, "slots": SLOTS,
                                       "until": first + timedelta(days=2)})  # fmt: skip
        cursor.execute(_TAKEN)
        change = Change.objects.create(
            region_code=booking.REGION, programme_id=booking.PROGRAMME, name="bench", made_at=now,
            state=State.APPLYING, began_at=now, plan={},
        ).pk  # fmt: skip
        cursor.execute(_MOVES, {"change": change})
        assert cursor.rowcount == persons
        cursor.execute("VACUUM ANALYZE")
    return change


def _sound(persons: int) -> None:
    import booking

    ((taken, over),) = booking._rows(
        "SELECT sum(taken), count(*) FILTER (WHERE taken > places) FROM booking_slot"
    )
    ((held, people),) = booking._rows(
        "SELECT count(*), count(DISTINCT person_id) FROM booking_appointment "
        "WHERE state IN ('booked', 'reserved')"
    )
    assert (over, taken, held, people) == (0, persons, persons, persons)


def main() -> None:
    import home
    from rich.console import Console

    parser = argparse.ArgumentParser(description="Measure the applying of a change.")
    parser.add_argument("--persons", type=int, default=PERSONS)
    asked = parser.parse_args()
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    with home.vaksam():
        from vaksam.programmes import actions

        actions.seed_programmes()
        for table in run(asked.persons):
            show(table, console)


if __name__ == "__main__":
    main()
