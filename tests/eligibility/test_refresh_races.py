"""Two refreshes at once, each a process of its own on a real database."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection

from tests.eligibility.conftest import PROGRAMME, TODAY
from vaksam.areas import actions as areas
from vaksam.eligibility.models import Status, StatusChange
from vaksam.people import actions as people
from vaksam.programmes import actions as programmes
from vaksam.records import actions as records

pytestmark = pytest.mark.django_db(transaction=True)

# Works everyone out, and waits for a word when facts are read and nothing is written yet.
SESSION = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
import pytest
from tests.eligibility.conftest import PROGRAMME
from tests.support.region import stand
from vaksam.eligibility import actions
import vaksam.eligibility.actions.refreshing as refreshing
stand(pytest.MonkeyPatch())
lock, person = sys.argv[2], int(sys.argv[3])
if lock == "without lock":
    refreshing._lock = lambda *_: None
print("started", flush=True)
if person:
    actions.refresh_persons(programme=PROGRAMME, persons=[person])
else:
    worked_out = refreshing.worked_out
    def waiting(*args, **kwargs):
        found = worked_out(*args, **kwargs)
        print("midway", flush=True)
        sys.stdin.readline()
        return found
    refreshing.worked_out = waiting
    actions.refresh_region(programme=PROGRAMME, region_code="24")
print("done", flush=True)
"""


class Session:
    def __init__(self, lock: str, person: int = 0) -> None:
        told = [connection.settings_dict["NAME"], lock, str(person)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", SESSION, *told]
        self.process = subprocess.Popen(command, env=os.environ, **pipes)
        assert self.process.stdout.readline() == "started\n"

    def midway(self) -> "Session":
        assert self.process.stdout.readline() == "midway\n"
        return self

    def end(self) -> None:
        assert self.process.communicate("go\n", timeout=30)[0].split()[-1] == "done"


@pytest.mark.parametrize(("lock", "status"), [("without lock", "due"), ("with lock", "not_yet")])
def test_the_older_facts_do_not_win(lock, status):
    areas.seed()
    programmes.seed_programmes()
    karin = people.register_person(region_code="24", born_on=date(1949, 3, 2), by=None).person
    everyone = Session(lock).midway()  # has seen no dose
    records.register(person=karin, given_on=TODAY, product="comirnaty", source="venue", by=None)
    one = Session(lock, karin)
    if lock == "without lock":
        one.end()
        everyone.end()  # and overwrites what the other, who came later, found
    else:
        everyone.end()
        one.end()
    assert Status.objects.get(person=karin, programme=PROGRAMME).status == status


def test_the_same_refresh_twice_at_once_writes_and_tells_once():
    areas.seed()
    programmes.seed_programmes()
    for year in (1940, 1950, 1960):
        people.register_person(region_code="24", born_on=date(year, 3, 2), by=None)
    one, other = Session("with lock").midway(), Session("with lock")
    one.end()
    other.midway().end()
    assert Status.objects.count() == StatusChange.objects.count() == 3
