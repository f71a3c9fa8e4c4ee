"""A people file: checked whole, kept in batches, gone on with after a crash, one at a time."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from io import BytesIO

import polars as pl
import pytest
from django.db import connection

from tests.people.conftest import HOME, personal_number
from vaksam.areas import actions as areas
from vaksam.base import clock
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.core.errors import BadFile, Refused
from vaksam.core.identity import FAULTS
from vaksam.people import actions
from vaksam.people.actions.importing import importing, statements
from vaksam.people.models import ContactChoice, Household, Identity, PeopleImport, Person

TODAY = date(2021, 4, 13)
KARIN, NILS = personal_number("19490302").value, personal_number("19310504", 981).value
ROWS = [
    {
        "local_id": "a1", "personal_number": KARIN, "given_name": "Karin", "family_name": "Berg",
        "region": "24", "municipality": "2480", "street": "Storgatan 1", "postcode": "903 26",
        "city": "Umeå", "latitude": "63.8258", "longitude": "20.2630", "household": "H1",
        "language": "fi", "interpreter": "yes", "digital_identity": "no", "sex": "F",
        "mobile": "0701740605", "contact": "sms",
    },
    {
        "local_id": "a2", "personal_number": NILS, "given_name": "Nils", "family_name": "Berg",
        "region": "24", "municipality": "2480", "street": "Storgatan 1", "postcode": "90326",
        "household": "H1", "residence": "own_home",
    },
    {"local_id": "a3", "given_name": "Ali", "born_on": "1978", "region": "24", "sex": "M"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def today(request, monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("sweden")
        request.getfixturevalue("db")


def as_csv(rows: list[dict]) -> bytes:
    return pl.from_dicts(rows, infer_schema_length=None).write_csv().encode()


def as_parquet(rows: list[dict]) -> bytes:
    """As a program would write it: truths and numbers in types of their own."""
    frame = pl.from_dicts(rows, infer_schema_length=None)
    frame = frame.with_columns(
        pl.col("latitude", "longitude").cast(pl.Float64),
        pl.col("interpreter", "digital_identity").replace_strict(
            {"yes": True, "no": False}, default=None, return_dtype=pl.Boolean
        ),
    )
    out = BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def bring_in(rows: list[dict] | bytes, file_name: str = "people.csv", **about):
    content = rows if isinstance(rows, bytes) else as_csv(rows)
    return actions.import_people(content=content, file_name=file_name, by=None, **about)


def known() -> dict:
    """Everything that is kept, by the file's own keys rather than the database's."""
    people = Person.objects.order_by("pk").values()
    ids = {each["id"]: [] for each in people}
    for row in Identity.objects.order_by("kind", "value").values_list(
        "person_id", "kind", "issuer", "value"
    ):
        ids[row[0]].append(row[1:])
    households = dict(Household.objects.values_list("pk", "file_key"))
    contacts = ContactChoice.objects.values_list("person_id", "channel", "mobile", "email")
    return {
        tuple(ids[each.pop("id")]): each
        | {"household_id": households.get(each["household_id"])}
        | {"contacts": sorted(c[1:] for c in contacts if tuple(ids[c[0]]) == tuple(ids[pk]))}
        for each, pk in [(dict(each), each["id"]) for each in people]
    }


def versions() -> list[tuple]:
    """Which version of its row PostgreSQL holds of each person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM people_person ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize("write", [as_csv, as_parquet])
def test_a_good_file(write):
    done = bring_in(write(ROWS))
    assert (done.rows, done.created, done.changed, done.resumed, done.unchanged) == (3, 3, 0, 0, 0)
    karin = Identity.objects.get(kind="personal_number", value=KARIN).person
    assert (karin.born_on, karin.born_year, karin.sex) == (date(1949, 3, 2), 1949, 2)
    assert (karin.street, karin.postcode, karin.city) == ("Storgatan 1", "90326", "Umeå")
    assert (karin.latitude, karin.longitude, karin.language) == (63.8258, 20.263, "fi")
    assert (karin.interpreter, karin.digital_identity, karin.residence) == (True, False, "own_home")
    assert karin.household.members.count() == 2
    assert karin.contact_choices.get().mobile == "0701740605"
    ali = Identity.objects.get(kind="local", issuer="file", value="a3").person
    assert (ali.born_on, ali.born_year, ali.sex, ali.digital_identity) == (None, 1978, 1, None)
    assert OutboxEvent.objects.last().payload == {"region": "24"}
    told = AuditEntry.objects.get(action="people.import_people")
    assert told.details == {"rows": 3, "created": 3, "changed": 0}


def test_the_same_file_again_changes_nothing():
    bring_in(ROWS)
    before, kept = known(), versions()
    done = bring_in(ROWS)
    assert (done.created, done.changed, done.resumed, done.unchanged) == (0, 0, 0, 3)
    assert (known(), versions()) == (before, kept), "no row was written"


def test_an_empty_cell_leaves_what_is_known_and_a_new_address_is_a_whole_one():
    bring_in(ROWS)
    done = bring_in([
        {"personal_number": KARIN, "region": "24", "street": "", "given_name": "Karin Elsa"},
        {"personal_number": NILS, "region": "24", "street": "Nygatan 2", "given_name": ""},
    ])  # fmt: skip
    assert (done.created, done.changed) == (0, 2)
    karin, nils = (Person.objects.get(identities__value=each) for each in (KARIN, NILS))
    assert (karin.given_name, karin.street, karin.city) == ("Karin Elsa", "Storgatan 1", "Umeå")
    assert (nils.given_name, nils.street, nils.postcode) == ("Nils", "Nygatan 2", "")


def test_a_person_is_known_by_any_identity_and_by_that_of_a_merged_record(someone):
    kept = someone(personal_number("19490302"))
    merged = someone(personal_number("19490302", 982), given_name="K")
    Person.objects.filter(pk=merged).update(merged_into=kept)
    done = bring_in([{"local_id": "7", "personal_number": personal_number("19490302", 982).value,
                      "region": "24", "given_name": "Karin"}])  # fmt: skip
    assert done.created == 0
    assert Identity.objects.get(kind="local").person_id == kept


def test_every_fault_at_once_and_nothing_is_kept():
    damaged = KARIN[:-1] + str((int(KARIN[-1]) + 1) % 10)
    rows = [
        {"personal_number": damaged, "region": "24"},
        {"local_id": "2", "region": "99"},
        {"local_id": "3", "region": "24", "municipality": "0180", "sex": "X"},
        {"local_id": "4", "region": "24", "born_on": "2021-04-14", "postcode": "9032"},
        {"local_id": "5", "region": "24", "latitude": "nord", "died_on": "13/4"},
        {"region": "24", "given_name": "Nobody"},
        {"local_id": "8", "personal_number": KARIN, "region": "24", "born_on": "1950-03-02"},
        {"local_id": "9", "region": "24"},
        {"local_id": "9", "region": "24", "given_name": "N" * 101},
        {"local_id": "10", "region": "24", "small_area": "2480C9990", "language": "finska"},
    ]  # fmt: skip
    with pytest.raises(BadFile) as bad:
        bring_in(ROWS[2:] + rows)
    found = {(f.row, f.column, f.code, f.value) for f in bad.value.faults}
    assert found == {
        (3, "personal_number", "check_digit", ""),  # a number is not repeated
        (4, "region", "not-region", "99"),
        (5, "municipality", "not-municipality", "0180"),
        (5, "sex", "not-sex", "X"),
        (6, "born_on", "ahead", "2021-04-14"),
        (6, "postcode", "not-postcode", "9032"),
        (7, "latitude", "not-degrees", "nord"),
        (7, "died_on", "not-a-day", "13/4"),
        (8, "local_id", "no-identity", ""),
        (9, "born_on", "born-otherwise", "1950-03-02"),
        (10, "local_id", "twice", ""),
        (11, "local_id", "twice", ""),
        (11, "given_name", "too-long", "N" * 40),
        (12, "small_area", "not-small-area", "2480C9990"),
        (12, "language", "not-language", "finska"),
    }
    assert [fault.row for fault in bad.value.faults] == sorted(f.row for f in bad.value.faults)
    assert not Person.objects.exists()
    assert not PeopleImport.objects.exists()


def test_a_damaged_number_is_refused_in_words_that_do_not_repeat_it():
    damaged = KARIN[:-1] + str((int(KARIN[-1]) + 1) % 10)
    with pytest.raises(BadFile) as bad:
        bring_in([{"personal_number": damaged, "region": "24"}])
    (fault,) = bad.value.faults
    assert fault.message == FAULTS["check_digit"].message
    assert damaged not in str(bad.value)


def test_more_faults_than_anyone_reads_are_counted(monkeypatch):
    monkeypatch.setattr("vaksam.core.people_file.checking.SHOWN", 5)
    with pytest.raises(BadFile) as bad:
        bring_in([{"local_id": str(n), "region": "99"} for n in range(12)])
    *first, last = bad.value.faults
    assert [fault.row for fault in first] == [2, 3, 4, 5, 6]
    assert (last.code, last.values) == ("more-faults", {"more": 7, "shown": 5})


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"\x00\xff\xfe", {"unreadable"}),
        (b"PAR1 and no more", {"unreadable"}),
        (b"region,shoe_size\n24,43\n", {"unknown-column"}),
        (b"local_id\n1\n", {"no-region"}),
        (b"region,local_id\n", {"no-rows"}),
        (b"", {"unreadable"}),
    ],
)
def test_what_is_no_people_file(content, codes):
    with pytest.raises(BadFile) as bad:
        bring_in(content)
    assert {fault.code for fault in bad.value.faults} == codes


def test_numbers_of_two_persons_and_second_numbers_are_told_before_anything_is_kept(someone):
    someone(personal_number("19490302"))
    bring_in([{"local_id": "x", "region": "24", "personal_number": NILS}])
    other = personal_number("19310504", 983).value
    before = known()
    with pytest.raises(BadFile) as bad:
        bring_in([
            {"local_id": "new", "region": "24", "personal_number": ""},
            {"local_id": "x", "region": "24", "personal_number": KARIN},
            {"local_id": "y", "region": "24", "personal_number": ""},
        ])  # fmt: skip
    assert {(f.row, f.code) for f in bad.value.faults} >= {(3, "two-persons")}
    with pytest.raises(BadFile) as bad:
        bring_in([{"local_id": "x", "region": "24", "personal_number": other}])
    assert [(f.row, f.column, f.code) for f in bad.value.faults] == [
        (2, "personal_number", "two-numbers")
    ]
    assert known() == before


@pytest.mark.parametrize("told_by", ["the file", "what is known"])
def test_of_a_protected_person_no_address_is_kept(someone, told_by):
    person = someone(personal_number("19490302"), **HOME)
    protected = "protected_registration" if told_by == "the file" else ""
    if not protected:
        actions.protect(person=person, protection="confidentiality_marking", by=None)
    bring_in([ROWS[0] | {"household": "Storgatan 1", "protected": protected}])
    held = Person.objects.get(pk=person)
    assert held.protection == (protected or "confidentiality_marking")
    places = ("municipality_code", "street", "postcode", "city", "latitude", "longitude",
              "small_area_id", "household_id")  # fmt: skip
    assert not any(getattr(held, each) for each in places)
    assert not Household.objects.exists(), "a household's key may be its address"
    assert held.given_name == "Karin"


# Brings in a file in small batches and waits for a word in the midst: of a batch whose rows are
# written and not yet there for others, or between two batches.
SESSION = """
import sys
import django
django.setup()
from datetime import date
from contextlib import nullcontext
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base import clock
from vaksam.people.actions.importing import importing
clock.today = lambda: date(2021, 4, 13)
importing.BATCH = 10
when, lock, path = sys.argv[2:5]
if lock == "without lock":
    importing._alone = nullcontext

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
    def __init__(self, path, when: str, lock: str = "with lock") -> None:
        told = [connection.settings_dict["NAME"], when, lock, str(path)]
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
def many(tmp_path, transactional_db):
    """45 persons in five batches of which each has one with protected identity; their file."""
    areas.seed()
    rows = [
        {
            "local_id": f"n{n}", "region": "24", "given_name": f"Nr {n}", "born_on": "1950",
            "municipality": "2480", "household": f"H{n // 7}", "mobile": f"07017406{n % 90 + 10}",
            "protected": "confidentiality_marking" if n % 10 == 5 else "",
        }
        for n in range(45)
    ]  # fmt: skip
    path = tmp_path / "people.csv"
    path.write_bytes(as_csv(rows))
    return path


def forget_everybody() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_person, people_household, people_peopleimport CASCADE")


def go_on(path, **about):
    """As soon as the server has seen that the killed one is gone."""
    for _ in range(100):
        try:
            return bring_in(path.read_bytes(), **about)
        except Refused:
            time.sleep(0.05)
    raise AssertionError("the lock of the killed import is still held")


@pytest.mark.parametrize(("when", "kept"), [("within", 10), ("between", 20)])
def test_killed_in_the_midst_and_run_again_it_ends_as_if_nothing_had_been(many, when, kept):
    bring_in(many.read_bytes())
    undisturbed = known()
    assert len(undisturbed) == 45
    forget_everybody()

    Session(many, when).midway().killed()
    assert Person.objects.count() == kept, "whole batches, and nothing of the one it was in"
    assert not OutboxEvent.objects.filter(payload={"region": "24"}).exclude(
        pk__lte=OutboxEvent.objects.order_by("pk").first().pk
    )
    done = go_on(many)
    assert (done.rows, done.resumed, done.created, done.changed) == (45, kept, 45, 0)
    assert known() == undisturbed
    assert PeopleImport.objects.get().finished_at


@pytest.mark.parametrize(
    ("lock", "outcomes", "without_identity"),
    [
        ("with lock", ["done 45", "import-running"], 0),
        # The race is there: it is found at the end of the batch, which is then done anew.
        ("without lock", ["done 45", "done 25"], 0),
    ],
)
def test_two_imports_at_once_give_each_person_once(many, lock, outcomes, without_identity):
    one = Session(many, "within", lock).midway()
    other = Session(many, "never", lock)
    if lock == "with lock":
        assert other.end() == outcomes[1]
        assert one.end() == outcomes[0]
    else:
        time.sleep(1.5)
        one.end(), other.end()
    assert Person.objects.count() == Identity.objects.count() == 45
    assert Person.objects.filter(identities=None).count() == without_identity
