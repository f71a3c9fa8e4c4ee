"""Two processes plan one person: without the lock she stands in two places, with it in one."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.venues.conftest import fill
from vaksam.venues.models import Shift

pytestmark = pytest.mark.django_db(transaction=True)

SESSION = """
import sys, time
from datetime import UTC, datetime
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.core.errors import Refused
from vaksam.venues import access, actions
from vaksam.venues.actions import shifts
from vaksam.venues.models import Staff

lock, staff, venue = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if lock == "without lock":
    access.lock = lambda pks: {row.pk: row for row in Staff.objects.filter(pk__in=pks)}
look = shifts.at_work
def slowly(*about):
    found = look(*about)
    time.sleep(0.5)  # both have looked before one writes
    return found
shifts.at_work = slowly
Staff.objects.count()  # connected
print("started", flush=True)
sys.stdin.readline()
try:
    actions.plan_shift(
        staff=staff, venue=venue, starts_at=datetime(2021, 4, 13, 6, tzinfo=UTC),
        ends_at=datetime(2021, 4, 13, 14, tzinfo=UTC), by=None,
    )
    print("planned", flush=True)
except Refused as error:
    print(error.code, flush=True)
"""


@pytest.mark.parametrize("lock", ["without lock", "with lock"])
def test_nobody_is_planned_in_two_places_at_once(lock: str) -> None:
    here = fill()
    name = connection.settings_dict["NAME"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SESSION, name, lock, str(here.nurse), str(venue)],
            env=os.environ, **pipes,
        )
        for venue in (here.ersboda, here.dorotea)
    ]  # fmt: skip
    for each in both:
        assert each.stdout.readline() == "started\n"
    for each in both:
        each.stdin.write("go\n")
        each.stdin.flush()
    said = sorted(each.communicate(timeout=60)[0].strip() for each in both)
    once = lock == "with lock"
    assert said == (["at-work", "planned"] if once else ["planned", "planned"])
    assert Shift.objects.count() == (1 if once else 2)
