"""Background jobs, done by a real worker."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from vaksam.base import jobs, outbox
from vaksam.base.jobs import run_worker
from vaksam.base.models import OutboxEvent

WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
connection.settings_dict["OPTIONS"]["pool"] = sys.argv[2] == "pool"
from vaksam.base import outbox
from vaksam.base.jobs import run_worker

@outbox.subscribe("tried")
def slow(event):
    print("started", flush=True)
    time.sleep(1)

run_worker(wait=True)
print("ended", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_the_worker_delivers_events_also_those_of_handlers(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})
    heard = []

    @outbox.subscribe("first")
    def answer(event):
        outbox.publish("second", {})

    @outbox.subscribe("second")
    def hear(event):
        heard.append(event.name)

    with transaction.atomic():
        outbox.publish("first", {})
    run_worker(wait=False)
    assert heard == ["second"]
    left = ProcrastinateJob.objects.exclude(status="todo").filter(task_name="outbox.deliver")
    assert not left, "jobs that went well are not kept"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pool", ["pool", "no pool"])
def test_asked_to_stop_the_worker_finishes_its_job(pool):
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], pool]
    worker = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
    with transaction.atomic():
        outbox.publish("tried", {})
    assert worker.stdout.readline() == "started\n"
    worker.send_signal(signal.SIGTERM)
    asked_at = time.monotonic()
    said, _ = worker.communicate(timeout=20)
    assert (said, worker.returncode) == ("ended\n", 0)
    assert 0.5 < time.monotonic() - asked_at < 10
    assert OutboxEvent.objects.get().delivered_at is not None


def test_sessions_that_have_run_out_are_deleted(db):
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timedelta(days=days))
        session.create()
    jobs.clear_sessions(timestamp=0)
    assert Session.objects.get().expire_date > timezone.now()
