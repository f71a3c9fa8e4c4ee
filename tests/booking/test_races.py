"""Several processes at the same places at once, each with a connection of its own.

Workers run what they are sent, all at the same time, and say what came of it: a refusal by its
code, anything else by its name, so that a deadlock or a broken constraint is seen.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.booking.conftest import PROGRAMME, SOON, TODAY, Here, demand_whole, fill, one, plan
from tests.support import region
from vaksam.base.models import ClockSetting
from vaksam.booking import actions
from vaksam.booking.actions import Ask, Terms
from vaksam.booking.models import (
    ACTIVE,
    Appointment,
    BlockSlot,
    Leftover,
    Offer,
    Queue,
    Slot,
    Ticket,
)

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import json, sys, time, uuid
import django
django.setup()
from django.db import connection, transaction
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base import clock
from vaksam.booking import actions
from vaksam.booking.actions import Ask
from vaksam.booking.models import *
from vaksam.core.errors import VaksamError
from vaksam.eligibility import queries as eligibility

def attempt(do):
    "What came of it."
    try:
        return do()
    except VaksamError as error:
        return getattr(error, "code", "")
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]

def book(*asks, token=None):
    asks = [Ask(*a) if isinstance(a, (list, tuple)) else a for a in asks]
    token = uuid.UUID(token) if token else uuid.uuid4()
    return attempt(lambda: list(actions.book(
        asks=asks, token=token, channel="web", by=None).appointments))

print("ready", flush=True)
for line in sys.stdin:
    code, given = json.loads(line)
    clock.forget(); eligibility.forget()
    space = globals() | given
    exec(code, space)
    print(json.dumps(space["said"]), flush=True)
"""
PERSONS = [(f"nr{n}", date(1947 + n % 5, 1 + n // 5, 1), "24") for n in range(24)]


class Workers:
    def __init__(self, count: int) -> None:
        command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.all = [subprocess.Popen(command, env=os.environ, **pipes) for _ in range(count)]
        for each in self.all:
            assert each.stdout.readline() == "ready\n"

    def run(self, *tasks: tuple[str, dict[str, Any]]) -> list[Any]:
        """What each said of its task; they begin at once."""
        used = self.all[: len(tasks)]
        for each, task in zip(used, tasks, strict=True):
            each.stdin.write(json.dumps(task) + "\n")
        for each in used:
            each.stdin.flush()
        return [json.loads(each.stdout.readline()) for each in used]

    def end(self) -> None:
        for each in self.all:
            each.communicate(timeout=20)


@pytest.fixture(scope="module")
def workers(django_db_setup: None) -> Iterator[Workers]:
    found = Workers(3)
    yield found
    found.end()


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch, workers: Workers) -> Here:
    """Twenty-four persons, ten places; the clock is moved for the workers, too."""
    from vaksam.base import clock

    region.stand(monkeypatch)
    here = fill(PERSONS)
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))
    ClockSetting.objects.all().delete()
    ClockSetting.objects.create(offset=clock.now() - clock.real_now())
    here.sessions["soon"] = actions.plan_session(venue=here.ersboda, plan=plan(SOON), by=None)
    return here


def persons(here: Here) -> list[int]:
    return list(here.persons.values())


def codes(said: list[list[Any]]) -> Counter[str]:
    """What all workers were told, counted."""
    return Counter("yes" if isinstance(each, list) else each for some in said for each in some)


def demand_no_faults(*said: list[Any]) -> None:
    """Refusals are answers; errors of the database are not."""
    wrong = [each for some in said for each in some if isinstance(each, str) and ":" in each]
    assert not wrong, wrong


NAIVE = """
def take(person):
    with transaction.atomic():
        row = Slot.objects.get(pk=slot)
        if row.taken >= row.places:
            return "full"
        time.sleep(0.1)  # both have read before one writes
        Slot.objects.filter(pk=slot).update(taken=row.taken + 1)
        return [person]
said = [attempt(lambda: take(person)) for person in mine]
"""
GUARDED = "said = [book((person, slot)) for person in mine]"


@pytest.mark.parametrize(("how", "oversold"), [(NAIVE, True), (GUARDED, False)])
def test_two_who_want_the_last_place(town, workers, how, oversold):
    """Read and then write: both get it. One conditional statement: one does."""
    slot = town.slots("soon")[0]
    Slot.objects.filter(pk=slot).update(places=1)
    said = workers.run(*((how, {"slot": slot, "mine": [who]}) for who in persons(town)[:2]))
    assert (codes(said)["yes"] == 2) == oversold
    assert Slot.objects.get(pk=slot).taken == 1


def test_all_places_are_booked_once_each(town, workers):
    """Three processes, twenty-four persons, each tries every slot: ten places, ten bookings."""
    code = """
said = []
for n, person in enumerate(mine):
    for slot in slots[n % 5:] + slots[:n % 5]:
        said.append(book((person, slot)))
        if isinstance(said[-1], list):
            break
"""
    everyone, slots = persons(town), town.slots("soon")
    said = workers.run(*((code, {"mine": everyone[n::3], "slots": slots}) for n in range(3)))
    demand_no_faults(*said)
    assert codes(said)["yes"] == 10
    assert set(Slot.objects.filter(pk__in=slots).values_list("taken", flat=True)) == {2}
    demand_whole()


def test_one_person_in_two_slots_at_once(town, workers):
    code = "said = [book((person, slot)) for person in mine]"
    slots, everyone = town.slots("soon"), persons(town)[:8]
    said = workers.run(*((code, {"mine": everyone, "slot": slot}) for slot in slots[:3]))
    demand_no_faults(*said)
    held = Appointment.objects.filter(state__in=ACTIVE).values_list("person", flat=True)
    assert len(held) == len(set(held)) == codes(said)["yes"] == 6
    demand_whole()


def test_the_same_request_at_once(town, workers):
    """Both get the same answer, and it was booked once."""
    code = "said = [book(*asks, token=token) for asks, token in requests]"
    everyone, slots = persons(town), town.slots("soon")
    single = [([[who, slots[n]]], f"{n:032x}") for n, who in enumerate(everyone[:5])]
    pairs = [([[everyone[5 + n], slots[n]]], f"{9 + n:032x}") for n in range(5)]
    said = workers.run(*((code, {"requests": single + pairs}) for _ in range(3)))
    assert said[0] == said[1] == said[2]
    assert Appointment.objects.count() == 10
    demand_whole()


def test_a_move_and_a_cancellation_of_one_appointment(town, workers):
    slots, everyone = town.slots("soon"), persons(town)[:8]
    made = [[who, one((who, slots[n // 2]))] for n, who in enumerate(everyone)]
    move = ("said = [book(Ask(who, slot, replaces=pk)) for who, pk in made]",
            {"made": made, "slot": slots[4]})  # fmt: skip
    cancel = ("""said = [attempt(lambda: actions.cancel(
        appointments=[pk], reason="ill", channel="web", by=None)) for _, pk in made]""",
              {"made": made})  # fmt: skip
    said = workers.run(move, cancel, cancel)
    demand_no_faults(*said)
    for _, pk in made:
        row = Appointment.objects.get(pk=pk)
        assert row.state in ("moved", "cancelled")
    demand_whole()


@pytest.mark.parametrize("what", ["change", "staff", "close"])
def test_sessions_change_while_people_book(town, workers, what):
    """Both doses at once take places of two sessions; nobody waits for another forever."""
    later = SOON + timedelta(days=21)
    second = actions.plan_session(venue=town.ersboda, plan=plan(later), by=None)
    town.sessions["later"] = second
    if what == "staff":
        from vaksam.booking.models import Session

        Session.objects.filter(pk=second).update(vaccinators=None)
    book = ("""
said = []
for n in range(60):
    person = mine[n % len(mine)]
    got = book((person, first[n % 5]), (person, then[n % 5]))
    said.append(got)
    if isinstance(got, list):
        said.append(attempt(lambda: actions.cancel(
            appointments=got, reason="ill", channel="web", by=None)))
""", {"mine": persons(town), "first": town.slots("soon"), "then": town.slots("later")})  # fmt: skip
    change = ("""
from datetime import date
from dataclasses import replace
from vaksam.booking import queries
def once(n):
    if what == "staff":
        return actions.staffing_changed(venue, date.fromisoformat(day))
    if what == "close" and n == 30:
        return actions.close_session(session=session, reason="flood", by=None)
    asked = replace(queries.plan(session), vaccinators=n % 3)
    return actions.change_session(session=session, plan=asked, by=None)
said = [attempt(lambda: once(n)) for n in range(60)]
""", {"what": what, "venue": town.ersboda, "session": second,
      "day": later.isoformat()})  # fmt: skip
    adjust = ("""
def once():
    done = actions.adjust(venue=venue, product="comirnaty")
    return done.over
said = [attempt(once) for _ in range(60)]
""", {"venue": town.ersboda})  # fmt: skip
    said = workers.run(book, change, adjust)
    demand_no_faults(*said)
    demand_whole()


def test_a_name_is_given_back_while_its_block_is_released(town, workers):
    slots, everyone = town.slots("soon"), persons(town)
    made, blocks = [], []
    for n in range(10):
        slot = slots[n // 2]
        block = actions.hold_block(region_code="24", name="PRO", contact="Ulla",
                                   places={slot: 1}, release_on=TODAY, by=None)  # fmt: skip
        held = BlockSlot.objects.get(block=block).pk
        made.append(one(Ask(everyone[n], slot, block=held)))
        blocks.append(block)
    cancel = ("""said = [attempt(lambda: actions.cancel(
        appointments=[pk], reason="ill", channel="web", by=None)) for pk in made]""",
              {"made": made})  # fmt: skip
    release = ("""
def slowly(pk):
    with transaction.atomic():
        done = actions.release_block(block=pk, by=None)
        time.sleep(0.05)  # the other waits for the block, and reads it afterwards
        return done
said = [attempt(lambda: slowly(pk)) for pk in pks]
""", {"pks": blocks})  # fmt: skip
    demand_no_faults(*workers.run(cancel, release))
    assert set(Slot.objects.filter(pk__in=slots).values_list("taken", flat=True)) == {0}
    demand_whole()


def test_letters_are_released_while_people_answer(town, workers):
    made = actions.prebook(
        name="x", wanted=actions.Cohort(programme=PROGRAMME, region_code="24"),
        places=[town.ersboda], since=SOON, until=SOON, release_on=TODAY + timedelta(days=1),
        by=None,
    )  # fmt: skip
    pks = list(Appointment.objects.order_by("-pk").values_list("pk", flat=True))
    assert len(pks) == 10
    release = ("""
letters = sys.modules["vaksam.booking.actions.prebooking"]
end = letters.end
def slowly(*given):
    done = end(*given)
    time.sleep(0.1)  # places are given back, and held until the end
    return done
letters.end = slowly
said = [attempt(lambda: actions.release(prebooking=prebooking, by=None))]
letters.end = end
""", {"prebooking": made.prebooking})  # fmt: skip
    # Whoever shares a slot with the first that is freed gives theirs back in the midst of it.
    first = Appointment.objects.order_by("person").first()
    other = Appointment.objects.filter(slot=first.slot).order_by("person").last()
    assert first.pk != other.pk
    cancel = ("""
time.sleep(0.07)
said = [attempt(lambda: actions.cancel(
    appointments=[pk], reason="ill", channel="web", by=None))]
""", {"pk": other.pk})  # fmt: skip
    keep = ("said = [attempt(lambda: actions.keep(appointments=[pk], by=None)) for pk in pks]",
            {"pks": pks[::3]})  # fmt: skip
    demand_no_faults(*workers.run(release, cancel, keep))
    demand_whole()


def test_leftover_doses_are_never_promised_twice(town, workers):
    from datetime import datetime

    from vaksam.base import clock

    everyone = persons(town)[:16]
    terms = Terms(venue=town.ersboda, from_hour=0, to_hour=24)
    for who in everyone:
        actions.join(persons=[who], programme=PROGRAMME, terms=terms, channel="web", by=None)
    left = actions.offer_doses(
        venue=town.ersboda, product="comirnaty", doses=3, programme=PROGRAMME, by=None,
        until=datetime(2021, 4, 13, 18, tzinfo=clock.SWEDEN),
    )  # fmt: skip
    code = """
said = []
for n in range(12):
    open_ = list(Offer.objects.filter(leftover=left, state="asked").values_list("pk", flat=True))
    for pk in open_[:1]:
        said.append(attempt(lambda: actions.answer(offer=pk, accepts=(n + me) % 4 == 0, by=None)))
    attempt(actions.go_on)
"""
    said = workers.run(*((code, {"left": left, "me": n}) for n in range(3)))
    demand_no_faults(*said)
    bound = Offer.objects.filter(leftover=left, state__in=("asked", "accepted"))
    assert bound.count() <= Leftover.objects.get(pk=left).doses
    yes = Offer.objects.filter(leftover=left, state="accepted").values_list("person", flat=True)
    assert 1 <= len(yes) <= 3


def test_drop_in_numbers_are_unique_and_one_key_has_one(town, workers):
    session = actions.plan_session(
        venue=town.ersboda, plan=plan(TODAY, 11, 12, drop_in=30), by=None
    )
    code = """
def draw(key):
    return actions.draw_ticket(session=session, key=uuid.UUID(key), by=None)
said = [attempt(lambda: draw(key)) for key in keys]
"""
    shared = [f"{n:032x}" for n in range(10)]
    tasks = [(code, {"session": session, "keys": shared + [f"{me}{n:031x}" for n in range(10)]})
             for me in (1, 2, 3)]  # fmt: skip
    said = workers.run(*tasks)
    demand_no_faults(*said)
    assert said[0][:10] == said[1][:10] == said[2][:10], "the same key, the same number"
    numbers = list(Ticket.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 31))
    assert Queue.objects.get().last == 30
    assert codes(said)["queue-full"] == 10


def test_the_waiting_room_is_entered_once_by_one_key(town, workers):
    actions.set_door(region="24", per_minute=1, by=None)
    code = """
def stand(key):
    return actions.stand(region="24", key=uuid.UUID(key)).ahead
said = [attempt(lambda: stand(key)) for key in keys]
"""
    keys = [f"{n:032x}" for n in range(20)]
    said = workers.run(*((code, {"keys": keys}) for _ in range(3)))
    demand_no_faults(*said)
    from vaksam.booking.models import Arrival

    assert Arrival.objects.count() == 20
