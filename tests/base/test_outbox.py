"""The outbox: told if committed, in order, kept until every handler is done."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from vaksam.base import outbox
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.base.outbox import deliver_due, publish, subscribe


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})


@pytest.fixture
def heard():
    events = []

    @subscribe("tried")
    def hear(event):
        events.append((event.key, event.payload["n"]))

    return events


def publish_all(*numbers, key=""):
    with transaction.atomic():
        for number in numbers:
            publish("tried", {"n": number}, key=key)


def test_delivers_once(db, heard):
    publish_all(1, 2)
    assert deliver_due() == 2
    assert deliver_due() == 0
    assert heard == [("", 1), ("", 2)]


def test_is_part_of_the_callers_transaction(transactional_db, heard):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("tried", {"n": 1})
        1 / 0  # noqa: B018
    assert deliver_due() == 0
    assert not heard


def test_wants_a_transaction(transactional_db):
    with pytest.raises(AssertionError):
        publish("tried", {})


def test_wakes_a_worker_once_after_commit(transactional_db):
    with connection.cursor() as cursor:  # of whoever was here before
        cursor.execute("DELETE FROM procrastinate_jobs")
    with transaction.atomic():
        publish("tried", {"n": 1})
        publish("tried", {"n": 2})
        assert not ProcrastinateJob.objects.exists()
    assert ProcrastinateJob.objects.get().task_name == "outbox.deliver"


def test_an_event_nobody_wants_is_done_with(db):
    publish_all(1)
    assert deliver_due() == 1
    assert OutboxEvent.objects.get().delivered_at is not None


def test_a_failing_handler_is_tried_again_and_others_are_not(db, heard):
    broken = [True]

    @subscribe("tried")
    def falter(event):
        AuditEntry.objects.create(action="written by falter")
        if broken:
            raise ValueError("Anna Andersson 19121212-1212")

    publish_all(1)
    deliver_due()
    event = OutboxEvent.objects.get()
    assert (event.attempts, event.delivered_at) == (1, None)
    assert "falter: ValueError in falter, line" in event.last_error
    assert "Anna" not in event.last_error, "an error's text may quote a person's data"
    assert not AuditEntry.objects.exists(), "what a failing handler wrote is undone"

    assert deliver_due() == 0, "it pauses first"
    broken.clear()
    OutboxEvent.objects.update(try_at=Now())
    assert deliver_due() == 1
    event.refresh_from_db()
    assert event.delivered_at is not None and event.last_error == ""
    assert len(heard) == 1, "who has handled it does not get it again"
    assert AuditEntry.objects.count() == 1


def test_pauses_grow_to_an_hour(db):
    @subscribe("tried")
    def falter(event):
        raise ValueError

    publish_all(1)
    pauses = []
    for _ in range(9):
        OutboxEvent.objects.update(try_at=Now())
        deliver_due()
        pause = OutboxEvent.objects.annotate(now=Now()).get()
        pauses.append(round((pause.try_at - pause.now).total_seconds() / 60))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_order_is_kept_within_a_key_and_other_keys_go_on(db, heard):
    @subscribe("tried")
    def falter(event):
        if event.payload["n"] == 1:
            raise ValueError

    publish_all(1, 2, key="a")
    publish_all(3, 4, key="b")
    deliver_due()
    assert heard == [("a", 1), ("b", 3), ("b", 4)]


# A worker of its own process; notes every delivery in a file, slowly, so that workers meet.
WORKER = """
import sys, time
import django
django.setup()
from django.db import connection, models
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base import outbox

@outbox.subscribe("tried")
def note(event):
    with open(sys.argv[2], "a") as file:
        file.write(f"{event.payload['n']}\\n")
    time.sleep(0.02)

lock = models.QuerySet.select_for_update
for how in ("ready", "unlocked", "locked"):
    if how != "ready":
        sys.stdin.readline()
        unlocked = how == "unlocked"
        models.QuerySet.select_for_update = (lambda rows, **_: rows) if unlocked else lock
        outbox.deliver_due()
    print(how, flush=True)
"""


@pytest.fixture
def workers(transactional_db, tmp_path) -> Iterator[list[subprocess.Popen]]:
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], tmp_path / "notes"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, env=os.environ, **pipes) for _ in range(2)]
    answers(started, "ready")
    yield started
    for worker in started:
        worker.communicate(timeout=60)
        assert worker.returncode == 0


def answers(workers: list[subprocess.Popen], expected: str) -> None:
    for worker in workers:
        assert worker.stdout.readline() == f"{expected}\n"


def deliveries(workers: list[subprocess.Popen], notes: Path, how: str) -> Counter:
    """How often each of 20 events is delivered when both workers start at once."""
    notes.unlink(missing_ok=True)
    publish_all(*range(20))
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers(workers, how)
    return Counter(notes.read_text().split())


def test_two_workers_never_deliver_the_same_event(workers, tmp_path):
    unlocked = deliveries(workers, tmp_path / "notes", "unlocked")
    assert max(unlocked.values()) > 1, "without the row lock they do: the race is real"
    locked = deliveries(workers, tmp_path / "notes", "locked")
    assert locked == Counter(str(number) for number in range(20))
