"""Two processes that import at once, and workers that die, on a real database."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.support import workbooks
from vaksam.areas import actions as areas
from vaksam.base.jobs import run_worker
from vaksam.base.roles import Role
from vaksam.coverage import actions, queries
from vaksam.coverage.actions import runs as runs_of
from vaksam.coverage.models import Edition, Figure

pytestmark = pytest.mark.django_db(transaction=True)

# Imports a file, and waits for a word when all is read but nothing stored yet. Without the lock the
# wait is where the lock would keep the second one out: after it has been seen that the file is new.
IMPORTER = """
import pathlib, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.coverage.actions import editions
store, refuse_known = editions._store, editions._refuse_known

def wait():
    print("read", flush=True)
    sys.stdin.readline()

def wait_and_store(*args, **kwargs):
    if sys.argv[3] == "without lock":
        editions._IMPORT_LOCK = int(sys.argv[4])  # each process locks something of its own
        editions._refuse_known = refuse_and_wait
    else:
        wait()
    return store(*args, **kwargs)

def refuse_and_wait(*args):
    refuse_known(*args)
    wait()

editions._store = wait_and_store
try:
    content = pathlib.Path(sys.argv[2]).read_bytes()
    editions.import_workbook(content=content, file_name="a.xlsx", by=None)
    print("imported", flush=True)
except Exception as error:
    print(type(error).__name__, flush=True)
"""
WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base.jobs import run_worker
from vaksam.coverage.actions import editions
copy = editions._copy

def copy_and_dally(*args):
    copy(*args)
    print("copied", flush=True)
    time.sleep(60)

editions._copy = copy_and_dally
run_worker(wait=False)
"""


def process(script: str, *arguments: object) -> subprocess.Popen:
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-c", script, name, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=os.environ, **pipes)


@pytest.fixture
def analyst(user_with: Callable):
    return user_with(Role.REGION_ANALYST)


@pytest.mark.parametrize(
    ("lock", "outcomes"),
    [
        # The race is there: only the constraint keeps the second one out, with an error.
        ("without lock", ["IntegrityError", "imported"]),
        ("with lock", ["AlreadyImported", "imported"]),
    ],
)
def test_one_file_imported_by_two_processes_at_once(tmp_path: Path, lock, outcomes):
    areas.seed()
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbooks.small().write())
    both = [process(IMPORTER, file, lock, number) for number in (1, 2)]
    for one in both:
        assert one.stdout.readline() == "read\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = sorted(one.communicate(timeout=30)[0].strip() for one in both)
    assert said == outcomes
    (edition,) = queries.editions()
    assert queries.count_figures(edition) == edition.figure_count == Figure.objects.count()


def test_an_upload_is_done_by_a_worker(analyst):
    areas.seed()
    content = workbooks.small().write()
    numbers = [
        actions.start_import(content=content, file_name=name, by=analyst) for name in ("a", "b")
    ]
    run_worker(wait=False)
    assert [queries.run(number).state for number in numbers] == ["done", "known"]
    assert len(queries.editions()) == 1


def test_an_upload_whose_worker_was_killed_can_be_carried_out_again(analyst):
    areas.seed()
    actions.import_example(by=None)
    content = workbooks.small().write()
    number = actions.start_import(content=content, file_name="a", by=analyst)
    worker = process(WORKER)
    assert worker.stdout.readline() == "copied\n"
    run = queries.run(number)
    assert (run.state, run.done, run.steps) == ("running", 8, 10)  # seen while it works
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=30)
    assert queries.edition().example, "what was not finished never was"
    assert not queries.run(number).ended

    runs_of.carry_out(number)  # as the job put back by `jobs.retry_stalled` does
    assert queries.run(number).state == "done"
    (edition,) = queries.editions()
    assert not edition.example
    assert Edition.objects.get().figure_count == Figure.objects.count() == 106
