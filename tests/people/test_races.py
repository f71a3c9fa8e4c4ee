"""Two sessions about the same persons at once, each a process of its own on a real database."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.people.conftest import personal_number
from vaksam.areas import actions as areas
from vaksam.people import actions
from vaksam.people.models import GroupClaim, Identity, Merge, Person

pytestmark = pytest.mark.django_db(transaction=True)

# Does one thing, and waits for a word in the midst of it: when what it reads is read, and what it
# writes is not yet there for others. Without the lock, rows are read as if nobody changed them.
SESSION = """
import sys
import django
django.setup()
from django.db import connection, models
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.people import actions, merging
from vaksam.people.actions import claims
import vaksam.people.actions.merging
merge = sys.modules["vaksam.people.actions.merging"]  # the package has a function of that name

what, lock, kept, merged = sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
if lock == "without lock":
    models.QuerySet.select_for_update = lambda rows, **_: rows

def waiting(do):
    def wait(*args, **kwargs):
        done = do(*args, **kwargs)
        print("midway", flush=True)
        sys.stdin.readline()
        return done
    return wait

if sys.argv[6] == "read":
    merge._demand_one_person = waiting(merge._demand_one_person)
else:
    merging.move_all = waiting(merging.move_all)
claims._make_room = waiting(claims._make_room)
print("started", flush=True)
try:
    if what == "merge":
        actions.merge(kept=kept, merged=merged, why="the same", by=None)
    else:
        actions.claim_group(person=merged, group="home_care", source="own_declaration", by=None)
    print("done", flush=True)
except Exception as error:
    print(getattr(error, "code", type(error).__name__), flush=True)
"""


class Session:
    def __init__(
        self, what: str, lock: str, persons: tuple[int, int], wait_when: str = "read"
    ) -> None:
        name = connection.settings_dict["NAME"]
        told = [name, what, lock, *map(str, persons), wait_when]
        command = [sys.executable, "-c", SESSION, *told]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=os.environ, **pipes)
        assert self.process.stdout.readline() == "started\n"

    def midway(self) -> "Session":
        assert self.process.stdout.readline() == "midway\n"
        return self

    def end(self) -> str:
        """What came of it; lets it go on where it waits."""
        said = self.process.communicate("go\n", timeout=30)[0]
        return said.split()[-1]


def together(first: str, second: str, lock: str, persons: tuple[int, int]) -> list[str]:
    """What comes of two sessions where the second begins when the first is midway."""
    # A merge waits after it has read; but after it has moved what it saw, where a claim comes in.
    wait_when = "moved" if second == "claim" else "read"
    one = Session(first, lock, persons, wait_when).midway()
    other = Session(second, lock, persons)
    if lock == "without lock":
        other.midway()
        if "claim" in (first, second):  # whoever came second is quick, and the first comes last
            said = other.end()
            return [one.end(), said]
    return [one.end(), other.end()]


@pytest.fixture
def persons() -> tuple[int, int]:
    areas.seed()
    numbers = [[personal_number("19490302")], []]
    made = [
        actions.register_person(region_code="24", identities=number, born_year=1949, by=None)
        for number in numbers
    ]
    return made[1].person, made[0].person


@pytest.mark.parametrize(
    ("lock", "outcomes"),
    [
        # The race is there: only the constraint keeps the second one out, with an error.
        ("without lock", ["done", "IntegrityError"]),
        ("with lock", ["done", "merged"]),
    ],
)
def test_the_same_two_merged_by_two_sessions_at_once(persons, lock, outcomes):
    assert together("merge", "merge", lock, persons) == outcomes
    kept, merged = persons
    assert Merge.objects.get().moved["people.Identity.person"] == [Identity.objects.get().pk]
    assert Identity.objects.get().person_id == kept
    assert Person.objects.get(pk=merged).merged_into_id == kept


@pytest.mark.parametrize(
    ("lock", "outcomes", "left_behind"),
    [("without lock", ["done", "done"], True), ("with lock", ["done", "merged"], False)],
)
def test_a_claim_that_comes_during_a_merge(persons, lock, outcomes, left_behind):
    assert together("merge", "claim", lock, persons) == outcomes
    assert GroupClaim.objects.filter(person=persons[1]).exists() == left_behind


@pytest.mark.parametrize(("lock", "left_behind"), [("without lock", True), ("with lock", False)])
def test_a_merge_that_comes_during_a_claim(persons, lock, left_behind):
    assert together("claim", "merge", lock, persons) == ["done", "done"]
    assert GroupClaim.objects.get().person_id == persons[1 if left_behind else 0]


def test_crosswise_merges_do_not_wait_for_each_other_forever(persons):
    one = Session("merge", "with lock", persons).midway()
    other = Session("merge", "with lock", persons[::-1])
    assert [one.end(), other.end()] == ["done", "merged"]
