"""Two processes at one fridge: without the guard a dose is given twice, with it none is."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection

from tests.supply.conftest import fill
from vaksam.supply import actions

pytestmark = pytest.mark.django_db(transaction=True)

# Draws one dose after another until there is none; says how many it got.
SESSION = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.core.errors import Refused
from vaksam.supply import actions, stock
from vaksam.supply.actions import writing

if sys.argv[2] == "without lock":
    writing.lock = lambda pairs: None
read = stock.of_shelves
def slowly(pairs):
    found = read(pairs)
    time.sleep(0.3 if sys.argv[2] == "without lock" else 0.02)  # both read before one writes
    return found
stock.of_shelves = slowly
what, number = sys.argv[3], int(sys.argv[4])
print("started", flush=True)
sys.stdin.readline()
got = 0
for _ in range(12):
    try:
        if what == "give":
            actions.give(vial=number, by=None)
        else:
            actions.waste(venue=int(sys.argv[5]), lot=number, vials=1, reason="dropped", by=None)
        got += 1
    except Refused:
        break
print(got, flush=True)
"""


def together(lock: str, *what: object) -> list[int]:
    """How much each of two processes got."""
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-c", SESSION, name, lock, *map(str, what)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, env=os.environ, **pipes) for _ in range(2)]
    for each in both:
        assert each.stdout.readline() == "started\n"
    for each in both:
        each.stdin.write("go\n")
        each.stdin.flush()
    return [int(each.communicate(timeout=60)[0]) for each in both]


@pytest.fixture
def drawn():
    here = fill(first=date(2099, 1, 1))  # these processes have the real clock
    actions.receive(venue=here.ersboda, lot=here.lot, vials=6, by=None)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    actions.draw(vial=vial, doses=5, by=None)
    return here, vial


@pytest.mark.parametrize("lock", ["without lock", "with lock"])
def test_a_dose_is_given_once(drawn, lock):
    _here, vial = drawn
    got = sum(together(lock, "give", vial))
    assert (got == 5) == (lock == "with lock")


@pytest.mark.parametrize("lock", ["without lock", "with lock"])
def test_a_lot_is_never_driven_below_zero(drawn, lock):
    here, _ = drawn
    got = sum(together(lock, "waste", here.lot, here.ersboda))
    assert (got == 5) == (lock == "with lock")
