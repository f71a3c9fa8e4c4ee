"""A people file: checked whole, then kept; who is known is changed, the protected have no place."""

from datetime import date
from io import BytesIO

import polars as pl
import pytest
from django.db import connection

from tests.people.conftest import HOME, personal_number
from vaksam.base import clock
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.core.errors import BadFile
from vaksam.core.identity import FAULTS
from vaksam.people import actions
from vaksam.people.models import Household, Identity, PeopleImport, Person

pytestmark = pytest.mark.usefixtures("sweden", "db")
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
def today(monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


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


def versions() -> list[tuple]:
    """Which version of every row PostgreSQL holds."""
    tables = ("person", "identity", "contactchoice", "household")
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT '{table}', id, ctid::text FROM people_{table} ORDER BY id")
            found += cursor.fetchall()
    return found


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
    before = versions()
    done = bring_in(ROWS)
    assert (done.created, done.changed, done.resumed, done.unchanged) == (0, 0, 0, 3)
    assert versions() == before, "no row was written"


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
    kept, merged = someone(personal_number("19490302")), someone(given_name="K")
    Person.objects.filter(pk=merged).update(merged_into=kept)
    Identity.objects.create(person_id=merged, kind="local", issuer="file", value="7")
    rows = [{"local_id": "7", "region": "24", "given_name": "Elsa", "passport": "X1234567",
             "passport_country": "fi"}]  # fmt: skip
    assert bring_in(rows).created == 0
    assert Person.objects.get(pk=kept).given_name == "Elsa"
    assert Identity.objects.get(kind="passport", issuer="FI").person_id == kept


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
        {"local_id": "10", "region": "24", "small_area": "2480C9990", "language": "f1"},
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
        (12, "language", "not-language", "f1"),
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
    before = versions()
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
    assert versions() == before


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


def test_a_contact_choice_is_added_where_it_differs_from_the_newest():
    bring_in(ROWS)
    karin = Person.objects.get(identities__value=KARIN)
    row = {"personal_number": KARIN, "region": "24", "contact": "email", "email": "k@example.se"}
    for about in (row, row, row | {"contact": "none"}, row):
        bring_in([about])
    told = karin.contact_choices.order_by("pk").values_list("channel", flat=True)
    assert list(told) == ["sms", "email", "none", "email"]
