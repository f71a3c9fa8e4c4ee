"""Two checkers about directives at once, each a process of its own on a real database."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.db import connection

from tests.programmes.conftest import body, national
from vaksam.base.models import AuditEntry, OutboxEvent, User
from vaksam.base.roles import Role
from vaksam.core.rules.files import to_toml
from vaksam.programmes import actions
from vaksam.programmes.models import DirectiveVersion

pytestmark = pytest.mark.django_db(transaction=True)

# Does one thing, and waits for a word when it has read and judged and not yet written. Without the
# lock, rows are read as if nobody changed them.
SESSION = """
import sys
import django
django.setup()
from django.db import connection, models
connection.settings_dict["NAME"] = sys.argv[1]
what, lock, version, name = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
from vaksam.base.models import User
from vaksam.programmes import actions
from vaksam.programmes.actions import directives, loading
if lock == "without lock":
    models.QuerySet.select_for_update = lambda rows, **_: rows

def waiting(do):
    def wait(*args, **kwargs):
        done = do(*args, **kwargs)
        print("midway", flush=True)
        sys.stdin.readline()
        return done
    return wait

if what == "approve":  # has read the version, and what else is in force
    directives.demand_sound = waiting(directives.demand_sound)
elif what == "import":
    loading.demand_sound = waiting(loading.demand_sound)
else:
    directives._locked = waiting(directives._locked)
by = User.objects.filter(username=name).first()
print("started", flush=True)
try:
    if what == "approve":
        actions.approve(version=version, by=by)
    elif what == "return":
        actions.return_draft(version=version, comment="Wrong year", by=by)
    elif what == "withdraw":
        actions.withdraw(version=version, by=by)
    else:
        actions.import_directives(files=[("a.toml", sys.argv[6])], by=None)
    print("done", flush=True)
except Exception as error:
    print(getattr(error, "code", type(error).__name__), flush=True)
"""


class Session:
    def __init__(self, what: str, lock: str, version: int, name: str, *more: str) -> None:
        told = [connection.settings_dict["NAME"], what, lock, str(version), name, *more]
        command = [sys.executable, "-c", SESSION, *told]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=os.environ, **pipes)
        assert self.process.stdout.readline() == "started\n"

    def midway(self) -> "Session":
        assert self.process.stdout.readline() == "midway\n"
        return self

    def end(self) -> str:
        """What came of it; lets it go on where it waits."""
        return self.process.communicate("go\n", timeout=30)[0].split()[-1]


def together(lock: str, first: tuple, second: tuple) -> list[str]:
    """What comes of two sessions where the second begins when the first is midway."""
    one = Session(first[0], lock, *first[1:]).midway()
    other = Session(second[0], lock, *second[1:])
    if lock == "without lock":
        other.midway()
    return [one.end(), other.end()]


@pytest.fixture
def admins(user_with: Callable) -> list[User]:
    actions.seed_programmes()
    return [user_with(Role.ADMINISTRATOR, username=name) for name in ("astrid", "birger", "cajsa")]


def submitted(said: dict, *, by: User) -> int:
    version = actions.draft_directive(body=said, by=by)
    actions.submit(version=version, by=by)
    return version


@pytest.fixture
def version(admins) -> int:
    return submitted(national(), by=admins[0])


def approvals() -> tuple[int, int]:
    """How often an approval was noted, and told to others."""
    noted = AuditEntry.objects.filter(action="programmes.approve").count()
    told = OutboxEvent.objects.filter(name="programmes.directives_changed")
    return noted, told.filter(payload={"programme": "covid-19-2021", "region": ""}).count() - 1


@pytest.mark.parametrize(
    ("lock", "outcomes", "times"),
    [
        # The race is there: the second overwrites who checked, and all are told twice.
        ("without lock", ["done", "done"], 2),
        ("with lock", ["done", "not-in-that-state"], 1),
    ],
)
def test_two_checkers_approve_at_once(version: int, lock, outcomes, times):
    both = ("approve", version, "birger"), ("approve", version, "cajsa")
    assert together(lock, *both) == outcomes
    assert approvals() == (times, times)
    checker = DirectiveVersion.objects.get(pk=version).checker.username
    assert checker == ("cajsa" if lock == "without lock" else "birger")


@pytest.mark.parametrize(
    ("lock", "outcomes", "approved"),
    [
        # A directive that was in force, and that others were told of, is a draft again.
        ("without lock", ["done", "done"], False),
        ("with lock", ["done", "not-in-that-state"], True),
    ],
)
def test_one_approves_while_another_gives_it_back(version: int, lock, outcomes, approved):
    both = ("approve", version, "birger"), ("return", version, "cajsa")
    assert together(lock, *both) == outcomes
    row = DirectiveVersion.objects.get(pk=version)
    assert (row.state == "approved") == approved
    assert approvals() == (1, 1)


def test_one_withdraws_it_while_another_approves(version: int):
    both = ("withdraw", version, "birger"), ("approve", version, "cajsa")
    assert together("with lock", *both) == ["done", "not-in-that-state"]
    assert approvals() == (0, 0)


@pytest.mark.parametrize(
    ("second", "lock", "outcomes", "in_force"),
    [
        # Each is checked when the other is not there yet, and both take effect.
        ("approve", "without lock", ["done", "done"], 2),
        ("approve", "with lock", ["done", "BadFile"], 1),
        ("import", "with lock", ["done", "BadFile"], 1),
    ],
)
def test_two_that_contradict_one_another_at_once(version, admins, second, lock, outcomes, in_force):
    said = national(code="other", author="A", checker="B")  # a rule of it has a code taken
    if second == "approve":
        other = ("approve", submitted(said, by=admins[1]), "cajsa")
    else:
        other = ("import", 0, "", to_toml(said))
    assert together(lock, ("approve", version, "birger"), other) == outcomes
    rows = DirectiveVersion.objects.filter(directive__in=[body()["directive"]["code"], "other"])
    assert rows.filter(state="approved").count() == in_force
