"""Two processes correct the same dose at once: one wins, and the other is told."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from tests.records.test_correcting import inject, standing, ward
from tests.support import region
from vaksam.base import clock
from vaksam.base.models import ClockSetting
from vaksam.core.supply.ledger import State
from vaksam.records.models import Vaccination
from vaksam.supply.models import Leg

WORKER = """
import json, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.core.errors import Refused
from vaksam.records import actions
print("ready", flush=True)
told = json.loads(sys.stdin.readline())
try:
    if told.get("withdraw"):
        actions.withdraw(vaccination=told["dose"], by=None, why="Gavs aldrig")
        said = "done"
    else:
        actions.correct(vaccination=told["dose"], lot=told["lot"], why="Fel flaska", by=None)
        said = "done"
except Refused as error:
    said = error.code
except Exception as error:
    said = f"{type(error).__name__}: {error}"[:200]
print(said, flush=True)
"""


def together(*tasks: dict[str, Any]) -> list[str]:
    """What became of each; they begin at once, each in a process of its own."""
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    every = [subprocess.Popen(command, env=os.environ, **pipes) for _ in tasks]
    for each in every:
        assert each.stdout.readline() == "ready\n"
    for each, task in zip(every, tasks, strict=True):
        each.stdin.write(json.dumps(task) + "\n")
    for each in every:
        each.stdin.flush()
    said = [each.stdout.readline().strip() for each in every]
    for each in every:
        each.communicate(timeout=20)
    return said


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_once_one_wins_and_the_other_is_told(transactional_db, monkeypatch):
    region.stand(monkeypatch)
    here = ward()
    ClockSetting.objects.all().delete()
    ClockSetting.objects.create(offset=clock.now() - clock.real_now())
    dose = inject(here, here.karin)
    said = together(*({"dose": dose, "lot": lot} for lot in ("ER1742", "er1742 ")))
    assert sorted(said) == ["corrected-meanwhile", "done"]
    (now,) = standing(here.karin)
    said = together({"dose": now.id, "lot": "EP2163"}, {"dose": now.id, "withdraw": True})
    assert sorted(said) == ["corrected-meanwhile", "done"]
    rows = Vaccination.objects.filter(withdrawn_at=None)
    given = sum(Leg.objects.filter(state=State.GIVEN).values_list("doses", flat=True))
    assert rows.count() == given == (1 if said[0] == "done" else 0)
