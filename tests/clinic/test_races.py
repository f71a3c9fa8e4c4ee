"""The chair in several processes at once, and a process that is killed in the middle of a dose.

One tap writes the record, the ledger, the appointment, the visit and the event, or none of them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from tests.booking.conftest import PROGRAMME, demand_whole, fill
from tests.booking.test_races import PERSONS, Workers, codes, demand_no_faults
from tests.clinic.conftest import Chair, stand
from tests.support import region
from vaksam.base.models import ClockSetting

pytestmark = pytest.mark.django_db(transaction=True)

GIVE = """
from vaksam.clinic import actions as clinic

def give(visit, vial, token=None):
    told = {"vial": vial, "staff": nurse, "site": "left_arm"}
    token = uuid.UUID(token) if token else uuid.uuid4()
    return attempt(lambda: [clinic.give(visit=visit, token=token, by=None, **told).vaccination])
"""
#: Forks a child for each line, which gives a dose and kills itself after a step, or is killed
#: after some seconds; says the signal that ended it (0: none).
KILLED = """
import json, os, signal, sys, time, uuid
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.clinic import actions
from vaksam.clinic.actions import giving

def then_die(owner, name):
    real = getattr(owner, name)
    def do(*args, **told):
        real(*args, **told)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, do)

STEPS = {
    "times": (giving, "_end_times"), "ledger": (giving.supply, "inject"),
    "record": (giving.records, "register"), "dose": (giving.Dose.objects, "create"),
    "visit": (giving, "finish"), "event": (giving.outbox, "publish"),
    "uncommitted": (giving, "_write"), "committed": (actions, "give"),
}

def child(step, token, told):
    if step:
        then_die(*STEPS[step])
    actions.give(token=uuid.UUID(token), by=None, site="left_arm", **told)

print("ready", flush=True)
for line in sys.stdin:
    step, after, token, told = json.loads(line)
    pid = os.fork()
    if not pid:
        try:
            child(step, token, told)
        finally:
            os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    print(json.dumps(os.WTERMSIG(os.waitpid(pid, 0)[1])), flush=True)
"""
MOMENTS = 16
STEPS = ["times", "ledger", "record", "dose", "visit", "event", "uncommitted", "committed"]


@pytest.fixture(scope="module")
def workers(django_db_setup: None) -> Iterator[Workers]:
    found = Workers(3)
    yield found
    found.end()


@pytest.fixture(scope="module")
def killed(django_db_setup: None) -> Iterator[Any]:
    """Give a dose in a process that is killed; the signal that ended it."""
    command = [sys.executable, "-c", KILLED, connection.settings_dict["NAME"]]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=os.environ, **pipes)
    assert process.stdout.readline() == "ready\n"

    def give(told: dict[str, int], token: UUID, *, step: str = "", after: Any = None) -> int:
        process.stdin.write(json.dumps([step, after, str(token), told]) + "\n")
        process.stdin.flush()
        return int(json.loads(process.stdout.readline()))

    yield give
    process.communicate(timeout=20)


@pytest.fixture
def chair(db: None, monkeypatch: pytest.MonkeyPatch) -> Chair:
    """Twenty-four persons, and the clock moved for the other processes, too."""
    from vaksam.base import clock
    from vaksam.eligibility import queries

    region.stand(monkeypatch)
    found = stand(fill(PERSONS))
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))
    ClockSetting.objects.all().delete()
    ClockSetting.objects.create(offset=clock.now() - clock.real_now())
    queries.forget()
    return found


def left(vial: int) -> int:
    """Doses in an open vial, by the ledger."""
    from vaksam.supply import queries as supply
    from vaksam.supply.models import Document

    venue = Document.objects.get(pk=vial).venue_id
    return sum(each.doses for each in supply.stock(venue=venue)
               if each.vial == vial and each.state in ("opened", "drawn"))  # fmt: skip


def drain(vial: int, down_to: int) -> None:
    from vaksam.supply import actions as supply

    while left(vial) > down_to:
        supply.inject(vial=vial, by=None)


def demand_agreement(visit: int) -> bool:
    """Record, ledger, appointment, visit, event and audit say the same; whether it was given."""
    from vaksam.base.models import AuditEntry, OutboxEvent
    from vaksam.clinic.models import Dose, Visit
    from vaksam.people.models import Person
    from vaksam.records.models import Vaccination
    from vaksam.supply.models import Document

    with transaction.atomic():  # whoever still writes about the person comes first
        row = Visit.objects.select_related("appointment").get(pk=visit)
        Person.objects.select_for_update().get(pk=row.person_id)
        row.refresh_from_db()
        doses = list(Dose.objects.filter(visit=visit))
        given = len(doses)
        records = list(Vaccination.objects.filter(person=row.person_id))
        written = Document.objects.filter(pk__in=[each.document_id for each in records])
        said = {
            "record": len(records),
            "ledger": written.filter(kind="given").count(),
            "visit": int(row.outcome == "given" and row.ended_at is not None),
            "appointment": int(row.appointment.state == "came") if row.appointment else given,
            "event": OutboxEvent.objects.filter(
                name="clinic.given", payload__visit=visit).count(),
            "audit": AuditEntry.objects.filter(
                action="clinic.give", details__visit=visit).count(),
        }  # fmt: skip
    assert given in (0, 1)
    assert said == dict.fromkeys(said, given)
    return bool(given)


def drawn_as_recorded(vial: int, before: int) -> None:
    """The ledger has lost as many doses as are recorded."""
    from vaksam.clinic.models import Dose

    assert before - left(vial) == Dose.objects.filter(vial=vial).count()


def test_two_nurses_give_the_same_visit_at_once(chair: Chair, workers: Workers) -> None:
    visits = [chair.come(f"nr{n}") for n in range(4)]
    code = GIVE + "said = [give(visit, vial) for visit in visits]"
    told = {"visits": visits, "vial": chair.vial, "nurse": chair.nurse}
    said = workers.run(*((code, told) for _ in range(3)))
    demand_no_faults(*said)
    assert codes(said) == {"yes": 4, "ended": 8}
    assert all(demand_agreement(visit) for visit in visits)
    drawn_as_recorded(chair.vial, 6)


UNLOCKED = """
from vaksam.clinic.actions import giving
from vaksam.clinic.models import Visit
kept, write = giving.hold_visit, giving._write
def slowly(*told, **more):
    time.sleep(0.5)  # both have looked before one writes
    return write(*told, **more)
giving.hold_visit = lambda pk, by: Visit.objects.select_related("venue", "person").get(pk=pk)
giving._write = slowly
said = [give(visit, vial)]
giving.hold_visit, giving._write = kept, write
"""


def test_without_the_lock_both_would_write(chair: Chair, workers: Workers) -> None:
    """The race exists: both come as far as writing, and the database must refuse one of them."""
    visit = chair.come("nr0")
    told = {"visit": visit, "vial": chair.vial, "nurse": chair.nurse}
    said = workers.run(*((GIVE + UNLOCKED, told) for _ in range(2)))
    assert codes(said)["yes"] == 1
    assert codes(said)["ended"] == 0
    assert demand_agreement(visit)


def test_a_tap_that_is_sent_by_two_at_once_is_one(chair: Chair, workers: Workers) -> None:
    visit, token = chair.come("nr0"), str(uuid4())
    code = GIVE + "said = [give(visit, vial, token)]"
    told = {"visit": visit, "vial": chair.vial, "nurse": chair.nurse, "token": token}
    said = workers.run(*((code, told) for _ in range(3)))
    demand_no_faults(*said)
    assert said[0] == said[1] == said[2]
    drawn_as_recorded(chair.vial, 6)


def test_the_last_doses_of_two_vials_are_nobodys_twice(chair: Chair, workers: Workers) -> None:
    """Each vial has one dose left, and three nurses with two persons each try both at once."""
    from vaksam.supply import actions as supply

    vials = [chair.vial, supply.open_vial(venue=chair.ersboda, lot=chair.lot, by=None)]
    for vial in vials:
        drain(vial, 1)
    visits = [chair.come(f"nr{n}") for n in range(6)]
    code = GIVE + "said = [give(visit, vial) for visit in mine for vial in vials]"
    tasks = [(code, {"mine": visits[n::3], "vials": vials, "nurse": chair.nurse})
             for n in range(3)]  # fmt: skip
    said = workers.run(*tasks)
    demand_no_faults(*said)
    assert set(codes(said)) <= {"yes", "ended", "look-again"}
    given = [demand_agreement(visit) for visit in visits].count(True)
    assert given == codes(said)["yes"] >= 2
    assert [left(vial) for vial in vials] == [0, 0]


TOGETHER = """
from vaksam.clinic.actions import giving
write = giving._write
def slowly(*told, **more):
    time.sleep(0.5)  # both have looked at the vial before one takes of it
    return write(*told, **more)
giving._write = slowly
said = [give(visit, vial)]
giving._write = write
"""


def test_beyond_the_last_dose_nobody_goes_unwarned(chair: Chair, workers: Workers) -> None:
    """Two see that one dose is left: the second must be told that it was not there."""
    drain(chair.vial, 1)
    visits = [chair.come(f"nr{n}") for n in range(2)]
    told = {"vial": chair.vial, "nurse": chair.nurse}
    said = workers.run(*((GIVE + TOGETHER, told | {"visit": visit}) for visit in visits))
    assert codes(said) == {"yes": 1, "look-again": 1}


def test_one_person_comes_to_two_venues_at_once(chair: Chair, workers: Workers) -> None:
    from vaksam.clinic.models import Visit

    code = """
from vaksam.clinic import actions as clinic
said = [attempt(lambda: [clinic.check_in(
    person=person, venue=venue, programme="covid-19-2021", way="drop_in", identified="document",
    by=None)]) for person in mine]
"""
    everyone = list(chair.here.persons.values())[:8]
    tasks = [(code, {"mine": everyone, "venue": venue})
             for venue in (chair.ersboda, chair.nus, chair.nus)]  # fmt: skip
    said = workers.run(*tasks)
    demand_no_faults(*said)
    assert set(codes(said)) <= {"yes", "here-elsewhere"}
    open_ones = Visit.objects.filter(ended_at=None, programme=PROGRAMME)
    assert sorted(open_ones.values_list("person", flat=True)) == sorted(everyone)
    for n in range(len(everyone)):
        at_nus = [said[1][n], said[2][n]]
        assert (said[0][n] == "here-elsewhere") != (at_nus == ["here-elsewhere"] * 2)
        assert at_nus[0] == at_nus[1], "who is here already has the visit there is"


def come_booked(chair: Chair, n: int) -> int:
    """The visit of one of ten persons, who has a time today."""
    from vaksam.booking import actions as booking

    asks = [booking.Ask(chair.here.persons[f"nr{n}"], chair.slots[n // 2])]
    booking.book(asks=asks, token=uuid4(), channel="phone", by=None)
    return chair.come(f"nr{n}")


def test_killed_after_each_step(chair: Chair, killed: Any) -> None:
    from vaksam.supply import actions as supply

    vials = [chair.vial, supply.open_vial(venue=chair.ersboda, lot=chair.lot, by=None)]
    for n, step in enumerate(STEPS):
        vial, visit, token = vials[n % 2], come_booked(chair, n), uuid4()
        told = {"visit": visit, "vial": vial, "staff": chair.nurse}
        assert killed(told, token, step=step) == 9
        assert demand_agreement(visit) == (step == "committed"), step
        drawn_as_recorded(vial, 6)
        demand_whole()
        again = chair.give(visit, vial=vial, token=token)  # the tap is sent again
        assert again.again == (step == "committed")
        assert demand_agreement(visit), step
        drawn_as_recorded(vial, 6)
    assert [left(vial) for vial in vials] == [2, 2]
    demand_whole()


def test_killed_at_any_moment(chair: Chair, killed: Any) -> None:
    """Later each time, from before the first statement until after the commit."""
    told = {"vial": chair.vial, "staff": chair.nurse}
    began = time.perf_counter()
    assert killed(told | {"visit": come_booked(chair, 0)}, uuid4()) == 0
    whole = time.perf_counter() - began
    visit, given = come_booked(chair, 1), 1
    for moment in range(MOMENTS):
        killed(told | {"visit": visit}, uuid4(), after=1.2 * whole * moment / MOMENTS)
        done = demand_agreement(visit)
        given += done
        drawn_as_recorded(chair.vial, 6)
        demand_whole()
        if done:
            visit = come_booked(chair, given)
    assert 6 - left(chair.vial) == given
