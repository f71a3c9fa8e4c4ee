"""Two workers of their own processes never send the same message."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.messaging.conftest import MORNING, fill
from tests.support import region
from vaksam.messaging.models import Message, State

MESSAGES = 20

# A worker of its own process; notes every message in a file, slowly, so that workers meet.
WORKER = """
import sys, time
from datetime import datetime
import django
django.setup()
from django.db import connection, models
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base import clock
from vaksam.messaging.actions import send_due
from vaksam.messaging.senders import FileSender

offset = datetime.fromisoformat(sys.argv[3]) - clock.real_now()
clock._known = clock._Known(offset, float("inf"))

def note(self, to, text, attachments, *, token):
    with open(sys.argv[2], "a") as file:
        file.write(f"{token}\\n")
    time.sleep(0.02)
    return ""

FileSender.send = note
lock = models.QuerySet.select_for_update
for how in ("ready", "unlocked", "locked"):
    if how != "ready":
        sys.stdin.readline()
        unlocked = how == "unlocked"
        models.QuerySet.select_for_update = (lambda rows, **_: rows) if unlocked else lock
        send_due(seconds=60)
    print(how, flush=True)
"""


@pytest.fixture
def workers(transactional_db, tmp_path, monkeypatch) -> Iterator[list[subprocess.Popen]]:
    region.stand(monkeypatch, MORNING)
    # A job would stay: the tables of jobs are not emptied after the test.
    monkeypatch.setattr("vaksam.base.outbox._wake_worker", lambda: None)
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], tmp_path / "notes",
               MORNING.isoformat()]  # fmt: skip
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


def sendings(workers: list[subprocess.Popen], notes: Path, how: str) -> Counter:
    """How often each message is sent when both workers start at once."""
    notes.unlink(missing_ok=True)
    Message.objects.update(state=State.QUEUED, ended_at=None)
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers(workers, how)
    return Counter(notes.read_text().split())


def test_two_workers_never_send_the_same_message(workers, tmp_path, monkeypatch):
    here = fill(monkeypatch)
    here.reach(here.karin, "sms", mobile="0701740605")
    pk = here.book(here.karin)
    Message.objects.bulk_create(
        Message(person_id=here.karin, kind="confirmation", about={"appointment": pk},
                key=f"test:{n}", due_at=MORNING, made_at=MORNING)
        for n in range(MESSAGES)
    )  # fmt: skip
    unlocked = sendings(workers, tmp_path / "notes", "unlocked")
    assert max(unlocked.values()) > 1, "without the row lock they do: the race is real"
    locked = sendings(workers, tmp_path / "notes", "locked")
    assert len(locked) == MESSAGES and set(locked.values()) == {1}
