"""Two senders at once, and one that is killed: real processes on a real database."""

import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection

from tests.exchange.conftest import answered, give, seed, sent, someone
from vaksam.base import clock
from vaksam.exchange import actions
from vaksam.exchange.models import Entry, RegisterFile

pytestmark = pytest.mark.django_db(transaction=True)
PERSONS = 30

# Sends, and waits for a word in the midst: when its rows are chosen and none are marked, when the
# file is made and not handed over, or when it is handed over and not marked.
SESSION = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.VAKSAM_REGISTER_FOLDER = sys.argv[2]
when, lock = sys.argv[3:5]
from datetime import date
from vaksam.base import clock
clock.today = lambda: date(2021, 4, 13)
from vaksam.exchange import actions, composing, folder
from vaksam.exchange.actions import sending
sending.MOST_ROWS = 20
if lock == "without lock":
    composing._ROWS = composing._ROWS.replace("FOR UPDATE OF e SKIP LOCKED", "")

def waiting(do):
    waited = []
    def wait(*args, **kwargs):
        done = do(*args, **kwargs)
        if not waited:
            waited.append(1)
            print("midway", flush=True)
            sys.stdin.readline()
        return done
    return wait

if when == "chosen":
    composing.rows = waiting(composing.rows)
if when == "made":
    sending._make = waiting(sending._make)
if when == "handed over":
    folder.put = waiting(folder.put)
done = actions.send(region="24", by=None)
print(done.rows, flush=True)
"""


class Session:
    def __init__(self, out, when: str = "", lock: str = "with lock") -> None:
        told = [connection.settings_dict["NAME"], str(out), when, lock]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", SESSION, *told]
        self.process = subprocess.Popen(command, env=os.environ, **pipes)

    def midway(self) -> "Session":
        assert self.process.stdout.readline() == "midway\n"
        return self

    def killed(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)

    def end(self) -> int:
        said = self.process.communicate("go\n", timeout=30)[0]
        return int(said.split()[-1])


@pytest.fixture
def waiting(out):
    """Thirty doses that wait; files take twenty."""
    seed()
    for n in range(PERSONS):
        give(someone(f"1949{1 + n // 25:02}{1 + n % 25:02}"), given_on=date(2021, 4, 12))
    actions.collect()
    return out


def test_without_the_lock_two_senders_send_the_same_rows(waiting):
    """That the race is there at all."""
    one = Session(waiting, "chosen", "without lock").midway()
    other = Session(waiting, "chosen", "without lock").midway()
    assert other.end() + one.end() > PERSONS


def test_two_senders_at_once_send_every_row_once(waiting):
    one = Session(waiting, "chosen").midway()
    assert Session(waiting).end() == PERSONS - 20, "it takes what the first has not"
    assert one.end() == 20
    rows = sent(waiting)
    assert rows.height == rows["dose_id"].n_unique() == PERSONS
    assert RegisterFile.objects.count() == 2


# How many rows are sent afterwards, and files in the folder when it is killed.
@pytest.mark.parametrize(
    ("when", "left", "files"), [("chosen", 30, 0), ("made", 10, 0), ("handed over", 0, 1)]
)
def test_killed_in_the_midst_nothing_is_lost_and_nothing_goes_twice(waiting, when, left, files):
    Session(waiting, when).midway().killed()
    before = {path.name: path.read_bytes() for path in waiting.glob("*.csv")}
    assert len(before) == files
    assert Session(waiting).end() == left
    rows = sent(waiting)
    assert rows.height == rows["transaction_id"].n_unique() == rows["dose_id"].n_unique() == PERSONS
    for name, content in before.items():
        assert (waiting / name).read_bytes() == content, "the same name and the same bytes"
    assert not RegisterFile.objects.filter(sent_at=None).exists()
    answered(rows)
    assert set(Entry.objects.values_list("state", flat=True)) == {"accepted"}


def test_two_who_collect_at_once_make_each_row_once(waiting):
    Entry.objects.all().delete()
    code = SESSION.split("from vaksam.exchange import actions, composing")[0]
    code += "from vaksam.exchange import actions\nprint(actions.collect())"
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-c", code, name, str(waiting), "", ""]
    both = [subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
            for _ in range(2)]  # fmt: skip
    counts = sorted(int(each.communicate(timeout=60)[0]) for each in both)
    assert counts == [0, PERSONS]
    assert clock.today() == date(2021, 4, 13)
