"""What goes to the national register, when, and as what."""

from datetime import UTC, date, datetime

import pytest

from tests.exchange.conftest import DECEMBER, answered, entries, give, receipt, sent, someone
from tests.people.conftest import coordination_number, personal_number
from vaksam.base import outbox
from vaksam.base.models import AuditEntry
from vaksam.base.roles import Role
from vaksam.core.errors import BadFile, NotAllowed, Refused
from vaksam.exchange import actions
from vaksam.exchange.models import Entry, RegisterFile, RegisterReceipt
from vaksam.people import actions as people
from vaksam.records import actions as records
from vaksam.records.models import Vaccination

pytestmark = pytest.mark.usefixtures("campaign", "db", "out")
NUMBER = personal_number("19490302").value
OTHER = personal_number("19470101").value


def rows_sent(out) -> list[dict]:
    """What has gone that was not answered, after everything was collected and sent."""
    before = set(sent(out)["transaction_id"])
    actions.collect()
    actions.send(region="24", by=None)
    rows = sent(out)
    return [row for row in rows.iter_rows(named=True) if row["transaction_id"] not in before]


def test_a_dose_goes_as_the_register_wants_it(out):
    dose = give(someone())
    (row,) = rows_sent(out)
    assert row | {"transaction_id": ""} == {
        "transaction_id": "", "kind": "new", "dose_id": str(dose), "version": "1",
        "person_id": NUMBER, "person_id_kind": "personnummer", "given_on": "2021-04-12",
        "vaccine_name": "Comirnaty", "npl_id": "vaksam:comirnaty", "batch": "EX1234",
        "dose_number": "1", "disease": "covid-19", "atc": "J07BN01", "county": "24",
        "municipality": "2480", "provider": row["provider"], "retroactive": "no",
    }  # fmt: skip
    assert "Västerbotten" in row["provider"]
    file = RegisterFile.objects.get()
    assert (out / file.name).read_bytes() == bytes(file.content)
    assert rows_sent(out) == [], "nothing goes twice"


def test_a_dose_of_27_december_2020_is_held_by_law_and_goes_afterwards(out, at):
    at(DECEMBER)
    give(someone(), given_on=date(2020, 12, 27))
    assert rows_sent(out) == []
    assert entries() == [(NUMBER, "held_by_law", "new")]
    at(datetime(2020, 12, 31, 22, 59, tzinfo=UTC))  # a minute before midnight in Sweden
    assert rows_sent(out) == []
    at(datetime(2020, 12, 31, 23, 0, tzinfo=UTC))
    (row,) = rows_sent(out)
    assert (row["given_on"], row["retroactive"], row["kind"]) == ("2020-12-27", "yes", "new")


@pytest.mark.parametrize("about", [
    {"source": "register"}, {"source": "abroad"}, {"source": "told"}, {"country": "NO"},
    {"product": "vaxigrip-tetra"}, {"product": "", "product_name": "Sputnik V"},
])  # fmt: skip
def test_what_does_not_go(out, about):
    give(someone(), **about)
    assert rows_sent(out) == []
    assert entries() == []


def test_without_a_number_it_waits_and_goes_when_there_is_one(out):
    person = someone(numbered=False)
    give(person)
    assert rows_sent(out) == []
    assert entries() == [("", "waits_for_number", "new")]
    people.add_identity(person=person, identity=coordination_number("19490302"), by=None)
    outbox.deliver_due()
    assert entries() == [(coordination_number("19490302").value, "waiting", "new")]
    (row,) = rows_sent(out)
    assert row["person_id_kind"] == "samordningsnummer"


def test_protected_identity_goes_without_residence_and_none_is_kept(out):
    person = someone()
    give(person)
    actions.collect()
    assert Entry.objects.get().municipality_code == "2480"
    people.protect(person=person, protection="confidentiality_marking", by=None)
    outbox.deliver_due()
    assert Entry.objects.get().municipality_code == ""
    (row,) = rows_sent(out)
    assert (row["county"], row["municipality"], row["person_id"]) == ("", "", NUMBER)


def test_protected_after_it_went_no_residence_is_kept_either(out):
    person = someone()
    give(person)
    rows_sent(out)
    people.protect(person=person, protection="confidentiality_marking", by=None)
    outbox.deliver_due()
    assert Entry.objects.get().municipality_code == ""


def test_a_correction_before_it_went_is_just_the_new(out):
    dose = give(someone())
    actions.collect()
    records.correct(vaccination=dose, why="wrong lot", lot="FX0001", by=None)
    (row,) = rows_sent(out)
    assert (row["kind"], row["batch"], row["version"], row["dose_id"]) == (
        "new", "FX0001", "2", str(dose),
    )  # fmt: skip


def test_between_collecting_and_sending_nothing_old_goes(out):
    dose = give(someone())
    actions.collect()
    records.correct(vaccination=dose, why="wrong lot", lot="FX0001", by=None)
    assert actions.send(region="24", by=None).rows == 0, "it is collected anew first"
    assert rows_sent(out)[0]["batch"] == "FX0001"


def test_a_correction_of_something_accepted_and_what_the_register_need_not_know(out):
    dose = give(someone())
    rows_sent(out)
    answered(sent(out))
    dose2 = records.correct(vaccination=dose, why="who", vaccinator_name="Anna Berg", by=None)
    assert rows_sent(out) == [], "the register does not hold who gave it"
    records.correct(vaccination=dose2, why="wrong day", given_on=date(2021, 4, 11), by=None)
    (row,) = rows_sent(out)
    assert (row["kind"], row["given_on"], row["dose_id"], row["version"]) == (
        "corrected", "2021-04-11", str(dose), "3",
    )  # fmt: skip


def test_a_correction_while_the_register_has_not_answered_waits_for_the_answer(out):
    dose = give(someone())
    (first,) = rows_sent(out)
    records.correct(vaccination=dose, why="wrong lot", lot="FX0001", by=None)
    assert rows_sent(out) == []
    answered(sent(out))
    assert entries() == [(NUMBER, "waiting", "corrected")]
    (row,) = rows_sent(out)
    assert (row["kind"], row["batch"]) == ("corrected", "FX0001")
    assert row["transaction_id"] != first["transaction_id"]


def test_a_correction_that_is_undone_before_it_went(out):
    dose = give(someone())
    rows_sent(out)
    answered(sent(out))
    wrong = records.correct(vaccination=dose, why="typing", lot="FX0001", by=None)
    actions.collect()
    assert entries() == [(NUMBER, "waiting", "corrected")]
    records.correct(vaccination=wrong, why="was right", lot="EX1234", by=None)
    assert rows_sent(out) == []
    assert entries() == [(NUMBER, "accepted", "new")]


def test_another_person_is_a_deletion_and_a_new(out):
    dose = give(someone())
    other = someone("19470101", given_name="Sven")
    rows_sent(out)
    answered(sent(out))
    new = records.correct(vaccination=dose, why="wrong person", person=other, by=None)
    deleted, made = sorted(rows_sent(out), key=lambda row: row["kind"])
    assert (deleted["kind"], deleted["person_id"], deleted["vaccine_name"]) == (
        "deleted", NUMBER, "",
    )  # fmt: skip
    assert (made["kind"], made["person_id"], made["dose_id"]) == ("new", OTHER, str(dose))
    answered(sent(out).filter(transaction_id=deleted["transaction_id"]))
    answered(sent(out).filter(transaction_id=made["transaction_id"]))
    # And back again.
    first = Vaccination.objects.get(pk=dose).person_id
    records.correct(vaccination=new, why="was right", person=first, by=None)
    kinds = {row["person_id"]: row["kind"] for row in rows_sent(out)}
    assert kinds == {NUMBER: "new", OTHER: "deleted"}


def test_a_new_number_of_the_same_person(out):
    person = someone("19490302", coordination_number("19490302"))
    give(person)
    rows_sent(out)
    answered(sent(out))
    people.add_identity(person=person, identity=personal_number("19490302"), by=None)
    kinds = {row["person_id_kind"]: row["kind"] for row in rows_sent(out)}
    assert kinds == {"samordningsnummer": "deleted", "personnummer": "new"}


def test_two_records_of_one_person_are_merged(out):
    kept, merged = someone(), someone("19490302", coordination_number("19490302"))
    dose = give(merged)
    rows_sent(out)
    answered(sent(out))
    people.merge(kept=kept, merged=merged, why="the same", by=None)
    outbox.deliver_due()
    rows = {row["person_id_kind"]: row for row in rows_sent(out)}
    assert rows["samordningsnummer"]["kind"] == "deleted"
    assert (rows["personnummer"]["kind"], rows["personnummer"]["dose_id"]) == ("new", str(dose))


def test_taken_back_before_it_went_nothing_goes(out):
    dose = give(someone())
    actions.collect()
    records.withdraw(vaccination=dose, by=None)
    assert rows_sent(out) == []
    assert entries() == []


def test_taken_back_after_it_was_accepted_it_is_deleted(out):
    dose = give(someone())
    rows_sent(out)
    answered(sent(out))
    records.withdraw(vaccination=dose, by=None)
    (row,) = rows_sent(out)
    assert (row["kind"], row["person_id"], row["given_on"]) == ("deleted", NUMBER, "")
    answered(sent(out).filter(kind="deleted"))
    assert entries() == [(NUMBER, "accepted", "deleted")]
    assert rows_sent(out) == []


def test_rejected_stays_until_it_is_sent_again_or_changes(out):
    dose = give(someone())
    rows_sent(out)
    answered(sent(out), "rejected", code="17", text="Okänt satsnummer")
    entry = Entry.objects.get()
    assert (entry.state, entry.code, entry.text) == ("rejected", "17", "Okänt satsnummer")
    assert rows_sent(out) == [], "not by itself"
    actions.retry(entry=entry.pk, by=None)
    (again,) = rows_sent(out)
    assert again["kind"] == "new"
    answered(sent(out).filter(transaction_id=again["transaction_id"]), "rejected")
    records.correct(vaccination=dose, why="wrong lot", lot="FX0001", by=None)
    (row,) = rows_sent(out)
    assert (row["kind"], row["batch"]) == ("new", "FX0001")
    with pytest.raises(Refused, match="not rejected"):
        actions.retry(entry=entry.pk, by=None)


def test_what_the_register_cannot_hold_is_rejected_here(out):
    person = someone()
    dose = give(person, lot="EX\n1234")
    assert rows_sent(out) == []
    entry = Entry.objects.get()
    assert (entry.state, entry.code, entry.turn) == ("rejected", "unfit", 0)
    assert "batch" in entry.text
    records.correct(vaccination=dose, why="typing", lot="EX1234", by=None)
    assert rows_sent(out)[0]["batch"] == "EX1234"


def test_the_same_receipt_twice_changes_nothing(out):
    give(someone())
    rows_sent(out)
    content = receipt(sent(out))
    once = actions.receive(content=content, file_name="r.csv", by=None)
    assert (once.accepted, once.rejected, once.known) == (1, 0, False)
    before = list(Entry.objects.values()), AuditEntry.objects.count()
    again = actions.receive(content=content, file_name="r.csv", by=None)
    assert (again.accepted, again.known) == (0, True)
    assert (list(Entry.objects.values()), AuditEntry.objects.count()) == before
    assert RegisterReceipt.objects.count() == 1


def test_a_receipt_is_taken_whole_or_not_at_all(out):
    give(someone())
    give(someone("19470101"))
    rows_sent(out)
    lines = receipt(sent(out)).decode().replace("file.csv;2", "file.csv;4")
    lines += "24-99999999-1;accepted;;\n24-99999998-1;rejected;;\n"
    with pytest.raises(BadFile) as error:
        actions.receive(content=lines.encode(), file_name="r.csv", by=None)
    assert [(f.code, f.row) for f in error.value.faults] == [("unknown", 5), ("unknown", 6)]
    assert {state for _, state, _ in entries()} == {"sent"}


def test_a_receipt_that_contradicts_an_earlier_one(out):
    give(someone())
    rows_sent(out)
    answered(sent(out))
    with pytest.raises(BadFile) as error:
        answered(sent(out), "rejected")
    assert [f.code for f in error.value.faults] == ["contradicts"]
    answered(sent(out), text="the same answer in another file")
    assert entries()[0][1] == "accepted"


def test_collecting_twice_changes_nothing_and_incrementally_is_the_same(out):
    first, second = someone(), someone("19470101", numbered=False)
    dose = give(first)
    give(second, given_on=date(2021, 3, 8))
    give(first, given_on=date(2021, 3, 1))
    assert actions.collect() == 3
    assert actions.collect() == 0
    records.correct(vaccination=dose, why="wrong person", person=second, by=None)
    assert actions.collect(persons=[first]) == 2
    assert actions.collect() == 0


@pytest.mark.parametrize(("role", "region"), [
    (Role.REGION_ANALYST, "24"), (Role.REPORTER, "24"), (Role.VENUE_STAFF, "24"),
    (Role.REGION_COORDINATOR, "01"), (Role.NATIONAL_VIEWER, None), (Role.ADMINISTRATOR, None),
])  # fmt: skip
def test_only_coordinators_of_the_region_send_and_receive(out, user_with, role, region):
    give(someone())
    rows_sent(out)
    by = user_with(role, region)
    with pytest.raises(NotAllowed):
        actions.send(region="24", by=by)
    with pytest.raises(NotAllowed):
        actions.receive(content=receipt(sent(out)), file_name="r.csv", by=by)
    answered(sent(out), "rejected")
    with pytest.raises(NotAllowed):
        actions.retry(entry=Entry.objects.get().pk, by=by)


def test_old_files_are_emptied_once_they_are_answered(out):
    give(someone())
    rows_sent(out)
    assert actions.forget(before=date(2021, 7, 12)) == 0, "not answered"
    answered(sent(out))
    assert actions.forget(before=date(2021, 4, 13)) == 0
    assert actions.forget(before=date(2021, 4, 14)) == 1
    assert bytes(RegisterFile.objects.get().content) == b""
    assert list(out.iterdir()) == []


def test_a_folder_that_cannot_be_written_loses_nothing(out):
    give(someone())
    actions.collect()
    out.parent.mkdir(exist_ok=True)
    out.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="out"):
        actions.send(region="24", by=None)
    out.unlink()
    assert actions.send(region="24", by=None).handed_over == 1
    assert sent(out).height == 1
