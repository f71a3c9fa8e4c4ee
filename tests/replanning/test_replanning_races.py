"""A change is applied while people book, by two jobs at once, and by one that is killed."""
# ruff: noqa: F811 - fixtures of booking's

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.booking.conftest import PROGRAMME, SOON, Here, demand_whole, one, plan
from tests.booking.test_races import (
    Workers,
    demand_no_faults,
    persons,
    town,  # noqa: F401
    workers,  # noqa: F401
)
from vaksam.base import clock
from vaksam.booking import actions
from vaksam.booking.models import ACTIVE, Appointment, Slot
from vaksam.replanning.actions import applying, common
from vaksam.replanning.models import Change, Move, State

pytestmark = pytest.mark.django_db(transaction=True)

GO_ON = """
from vaksam.replanning.actions import applying, common
common.BATCH = 2
def once():
    return applying.go_on(change)
said = []
for n in range(100):
    said.append(attempt(once))
    if said[-1] == 0:
        break
"""
BOOK = """
said = []
for n, person in enumerate(mine):
    for slot in slots[n % 5:] + slots[:n % 5]:
        said.append(book((person, slot)))
        if isinstance(said[-1], list):
            if n % 3 == 0:
                attempt(lambda: actions.cancel(
                    appointments=said[-1], reason="ill", channel="web", by=None))
            break
"""
CANCEL = """
said = [attempt(lambda: actions.cancel(
    appointments=[pk], reason="ill", channel="web", by=None)) for pk in pks]
"""
# Sleeps in the midst of each batch, when all is written and nothing committed.
KILLED = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.replanning.actions import applying, common
common.BATCH = 2
mark = common.mark
def slowly(*given):
    mark(*given)
    print("written", flush=True)
    time.sleep(0.05)
common.mark = slowly
while applying.go_on(int(sys.argv[2])):
    print("batch", flush=True)
print("done", flush=True)
"""


@pytest.fixture
def change(town: Here) -> Change:
    """Ten of twenty-four are booked on the 15th, and are to go three weeks later."""
    later = plan(SOON + timedelta(days=21))
    town.sessions["later"] = actions.plan_session(venue=town.ersboda, plan=later, by=None)
    now = clock.now()
    row = Change.objects.create(
        region_code="24", programme_id=PROGRAMME, name="x", made_at=now, state=State.APPLYING,
        began_at=now, plan={},
    )  # fmt: skip
    soon, then = town.slots("soon"), town.slots("later")
    for n, who in enumerate(persons(town)[:10]):
        held = Appointment.objects.get(pk=one((who, soon[n // 2])))
        Move.objects.create(
            change=row, appointment=held, person_id=who, party=1 + n // 2, wrong="closed",
            action="move", to_slot_id=then[n // 2],
        )  # fmt: skip
    return row


def back(change: Change) -> None:
    Change.objects.filter(pk=change.pk).update(state=State.UNDOING)


def demand_sound(change: Change) -> None:
    """No place twice, nobody twice, pairs whole, and every move says what was done."""
    demand_whole()
    held = list(Appointment.objects.filter(state__in=ACTIVE).values_list("person", flat=True))
    assert len(held) == len(set(held))
    assert not Slot.objects.filter(taken__gt=2).exists()
    for row in Move.objects.filter(change=change):
        if row.step == "done":
            assert row.new is not None and row.new.slot_id == row.to_slot_id
        assert (row.step == "left") == bool(row.left)


def test_people_book_where_others_are_moved_to(
    town: Here, workers: Workers, change: Change
) -> None:
    others = persons(town)[10:]
    slots = town.slots("later") + town.slots("soon")
    book = (BOOK, {"mine": others, "slots": slots})
    held = list(Move.objects.order_by("-pk").values_list("appointment", flat=True))
    cancel = (CANCEL, {"pks": held[:3]})
    said = workers.run((GO_ON, {"change": change.pk}), book, cancel)
    demand_no_faults(*said)
    demand_sound(change)
    change.refresh_from_db()
    assert change.state == State.APPLIED
    for party in range(1, 4):  # those whom nobody cancelled go as a pair, or stay as one
        assert len(set(Move.objects.filter(party=party).values_list("step"))) == 1
    back(change)
    said = workers.run((GO_ON, {"change": change.pk}), (BOOK, {"mine": others, "slots": slots}))
    demand_no_faults(*said)
    demand_whole()
    assert not Move.objects.filter(step__in=("planned", "done")).exists()


def test_two_jobs_at_once(town: Here, workers: Workers, change: Change) -> None:
    task = (GO_ON, {"change": change.pk})
    said = workers.run(task, task, task)
    demand_no_faults(*said)
    assert list(Move.objects.values_list("step", flat=True)) == ["done"] * 10
    demand_sound(change)
    assert Appointment.objects.count() == 20
    back(change)
    demand_no_faults(*workers.run(task, task, task))
    assert list(Move.objects.values_list("step", flat=True)) == ["undone"] * 10
    assert Appointment.objects.count() == 30
    demand_whole()


@pytest.mark.parametrize("lines", [1, 2, 5, 6])
def test_killed_and_resumed(town: Here, workers: Workers, change: Change, lines: int) -> None:
    """In the midst of a batch (an odd number of lines) or between two: the same in the end."""
    _kill_after(lines, change)
    done = Move.objects.filter(step="done").count()
    assert done in (lines // 2 * 2, lines // 2 * 2 + 2)
    assert done < 10, "it was killed half-way"
    demand_sound(change)
    assert _resume(change) == {"done"}
    demand_sound(change)
    slots = set(Appointment.objects.filter(state="booked").values_list("slot", flat=True))
    assert slots == set(town.slots("later"))
    back(change)
    _kill_after(lines, change)
    demand_whole()
    assert _resume(change) == {"undone"}
    demand_whole()
    slots = set(Appointment.objects.filter(state="booked").values_list("slot", flat=True))
    assert slots == set(town.slots("soon"))
    change.refresh_from_db()
    assert change.state == State.UNDONE


def _kill_after(lines: int, change: Change) -> None:
    command = [sys.executable, "-c", KILLED, connection.settings_dict["NAME"], str(change.pk)]
    child = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
    for _ in range(lines):
        assert child.stdout.readline() in ("written\n", "batch\n")
    child.send_signal(signal.SIGKILL)
    child.communicate()
    _wait_until_gone()


def _wait_until_gone() -> None:
    """The server notices that its client is gone, and rolls back what was not committed."""
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute("""SELECT count(*) FROM pg_stat_activity WHERE datname =
                current_database() AND state = 'idle in transaction'""")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def _resume(change: Change) -> set[Any]:
    common_batch, common.BATCH = common.BATCH, 2
    try:
        while applying.go_on(change.pk):
            pass
    finally:
        common.BATCH = common_batch
    return set(Move.objects.filter(change=change).values_list("step", flat=True))
