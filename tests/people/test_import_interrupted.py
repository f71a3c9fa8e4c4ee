"""An import that is killed, and two at once: real processes on a real database."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from vaksam.areas import actions as areas
from vaksam.base.models import AuditEntry
from vaksam.core.errors import Refused
from vaksam.people import actions
from vaksam.people.actions.importing import importing
from vaksam.people.models import ContactChoice, Identity, PeopleImport, Person

PERSONS = 45
pytestmark = pytest.mark.django_db(transaction=True)

# Brings in a file in small batches and waits for a word in the midst: of a batch whose rows are
# written and not yet there for others, between two batches, or when the first one's rows are found.
SESSION = """
import sys
import django
django.setup()
from datetime import date
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base import clock
from vaksam.people.actions.importing import importing
clock.today = lambda: date(2021, 4, 13)
importing.BATCH = 10
when, path = sys.argv[2:4]

def wait(*args):
    print("midway", flush=True)
    sys.stdin.readline()

if when == "within":
    kept = importing.set_protection
    done = []
    def within(*args):
        kept(*args)
        done.append(args)
        if len(done) == 2:
            wait()
    importing.set_protection = within

if when == "found":
    seen = []
    def found(execute, sql, params, many, context):
        if sql == importing.statements.NUMBER and not seen:
            seen.append(sql)
            wait()
        return execute(sql, params, many, context)
    connection.execute_wrappers.append(found)

def between(done, total):
    if when == "between" and done == 20:
        wait()

try:
    result = importing.import_people(content=open(path, "rb").read(), file_name="people.csv",
                                     by=None, progress=between)
    print("done", result.created, flush=True)
except Exception as error:
    print(getattr(error, "code", type(error).__name__), flush=True)
"""


class Session:
    def __init__(self, path, when: str) -> None:
        told = [connection.settings_dict["NAME"], when, str(path)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", SESSION, *told]
        self.process = subprocess.Popen(command, env=os.environ, **pipes)

    def midway(self) -> "Session":
        assert self.process.stdout.readline() == "midway\n"
        return self

    def killed(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)

    def end(self) -> str:
        return self.process.communicate("go\n", timeout=30)[0].strip()


@pytest.fixture
def many(tmp_path):
    """45 persons in five batches of which each has one with protected identity; their file."""
    areas.seed()
    lines = ["local_id,region,given_name,born_on,street,household,mobile,protected"]
    for n in range(PERSONS):
        protected = "confidentiality_marking" if n % 10 == 4 else ""
        lines.append(f"n{n},24,Nr {n},1950,Storgatan {n},H{n // 7},07017406{n + 10},{protected}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines))
    return path


def bring_in(path):
    return actions.import_people(
        content=path.read_bytes(), file_name="people.csv", issuer="file", by=None
    )


def known() -> list[tuple]:
    """Everything that is kept of everybody, by the file's own keys rather than the database's."""
    keys = dict(Identity.objects.values_list("person_id", "value"))
    persons = [
        (keys[row.pop("id")], row.pop("household__file_key"), *row.values())
        for row in Person.objects.values(
            "id",
            "household__file_key",
            "given_name",
            "born_year",
            "municipality_code",
            "protection",
        )
    ]
    contacts = ContactChoice.objects.values_list("person_id", "channel", "mobile")
    return sorted(persons, key=str) + sorted((keys[person], *rest) for person, *rest in contacts)


def forget_everybody() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_person, people_household, people_peopleimport CASCADE")
        cursor.execute("TRUNCATE base_auditentry")


def go_on(path):
    """As soon as the server has seen that the killed one is gone."""
    for _ in range(100):
        try:
            return bring_in(path)
        except Refused:
            time.sleep(0.05)
    raise AssertionError("the lock of the killed import is still held")


@pytest.mark.parametrize(("when", "kept"), [("within", 10), ("between", 20)])
def test_killed_in_the_midst_and_run_again_it_ends_as_if_nothing_had_been(
    many, when, kept, monkeypatch
):
    bring_in(many)
    undisturbed = known()
    forget_everybody()

    Session(many, when).midway().killed()
    assert Person.objects.count() == kept, "whole batches, and nothing of the one it was in"
    assert not AuditEntry.objects.filter(action="people.import_people").exists()
    keep, begun = importing._keep, []
    monkeypatch.setattr(
        importing, "_keep", lambda run, **about: (begun.append(about["first"]), keep(run, **about))
    )
    done = go_on(many)
    assert begun == [kept + 2], "what was kept is not done again; the header is row 1"
    assert (done.rows, done.resumed, done.created, done.changed) == (PERSONS, kept, PERSONS, 0)
    assert known() == undisturbed
    assert PeopleImport.objects.get().finished_at


def test_a_second_import_is_refused_while_one_runs(many):
    one = Session(many, "within").midway()
    assert Session(many, "never").end() == "import-running"
    assert one.end() == f"done {PERSONS}"
    assert Person.objects.count() == PERSONS


def test_whoever_is_registered_during_a_batch_is_not_made_again(many):
    """The lock is among imports; at a desk people are registered meanwhile."""
    one = Session(many, "found").midway()  # n0 is looked for, and not there
    made = Person.objects.create(region_code="24", given_name="At the desk", born_year=1950)
    Identity.objects.create(person=made, kind="local", issuer="file", value="n0")
    assert one.end() == f"done {PERSONS - 1}"
    assert Person.objects.count() == Identity.objects.count() == PERSONS
    assert not Person.objects.filter(identities=None).exists()
    assert Identity.objects.get(value="n0").person_id == made.pk
