"""The Excel round trip: registered once, nothing lost, and humans decide what disagrees."""

from datetime import date, time

import pytest

from tests.rounds.conftest import DAY, PROGRAMME, Here, edited, given, saved
from tests.support import region
from vaksam.base.scope import scope_of
from vaksam.core.errors import BadFile, Refused
from vaksam.records import actions as records
from vaksam.records.models import Vaccination
from vaksam.rounds import actions, queries
from vaksam.rounds.models import Member, Round, Row, Sheet
from vaksam.supply.models import Document


@pytest.fixture
def noon(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round has been: it is noon."""
    region.stand(monkeypatch, region.MORNING.replace(hour=10))


@pytest.fixture
def pk(here: Here, noon: None) -> int:
    return saved(here)


def fetched(pk: int, by=None) -> bytes:
    return actions.sheet(round=pk, by=by)[1]


def back(pk: int, content: bytes, by=None) -> actions.Back:
    return actions.take_back(round=pk, content=content, file_name="runda.xlsx", by=by)


def doses(person: int) -> list[tuple[str, str]]:
    rows = Vaccination.objects.filter(person=person, withdrawn_at=None).order_by("pk")
    return [(row.lot, row.site) for row in rows]


def member(person: int) -> Member:
    return Member.objects.get(person=person)


def conflict(pk: int) -> Row:
    return Row.objects.get(sheet__round=pk, state="conflict", decision="")


def test_what_was_given_is_registered_and_leaves_the_ledger(here, pk, staff) -> None:
    sheet = edited(fetched(pk, staff), karin=given(), nils={"Utfall": "Sjuk"})
    assert back(pk, sheet, staff).rows == {"new": 2, "same": 1}
    dose = Vaccination.objects.get(person=here.karin)
    assert (dose.given_on, dose.lot, dose.site, dose.vaccinator_name, dose.source) == (
        DAY, "EP2163", "left_arm", "Sara Sköterska", "venue",
    )  # fmt: skip
    assert (dose.vouched_by, dose.dose_number, dose.venue_id) == (
        staff.get_username(), 1, here.team,
    )  # fmt: skip
    assert dose.document is not None and dose.document.kind == "given"
    assert member(here.nils).outcome == "ill" and member(here.ake).outcome == ""
    assert queries.round_ref(pk, scope=scope_of(staff)).state == "returned"


def test_the_same_file_twice_writes_nothing_twice(here, pk) -> None:
    sheet = edited(fetched(pk), karin=given())
    first = back(pk, sheet)
    documents = Document.objects.count()
    again = back(pk, sheet)
    assert again.again and (again.sheet, again.rows) == (first.sheet, first.rows)
    resaved = edited(sheet, ake={"Anteckning": "x"})
    assert back(pk, resaved).rows == {"same": 3}
    assert len(doses(here.karin)) == 1 and Document.objects.count() == documents


def test_a_second_copy_edited_otherwise_waits_for_a_human(here, pk) -> None:
    sheet = fetched(pk)
    back(pk, edited(sheet, karin=given()))
    second = edited(sheet, karin=given(Injektionsställe="Höger överarm"))
    assert back(pk, second).rows == {"conflict": 1, "same": 2}
    assert doses(here.karin) == [("EP2163", "left_arm")]
    assert back(pk, edited(second, ake={"Anteckning": "x"})).rows == {"duplicate": 1, "same": 2}
    actions.decide(row=conflict(pk).pk, decision="replace", by=None)
    assert doses(here.karin) == [("EP2163", "right_arm")]
    assert member(here.karin).vaccination == Vaccination.objects.get(
        person=here.karin, withdrawn_at=None
    )


def test_a_human_may_keep_what_is_registered(here, pk) -> None:
    sheet = fetched(pk)
    back(pk, edited(sheet, karin=given()))
    back(pk, edited(sheet, karin={"Utfall": "Avböjt"}))
    row = conflict(pk)
    with pytest.raises(Refused, match="wait"):
        actions.close(round=pk, by=None)
    actions.decide(row=row.pk, decision="keep", by=None)
    assert doses(here.karin) == [("EP2163", "left_arm")]
    with pytest.raises(Refused, match="meanwhile"):
        actions.decide(row=row.pk, decision="replace", by=None)
    actions.close(round=pk, by=None)
    late = back(pk, edited(sheet, karin={"Utfall": "Sjuk"}))
    assert late.rows == {"conflict": 1, "same": 2}, "a late copy is not lost"
    assert Round.objects.get(pk=pk).state == "returned"
    with pytest.raises(Refused, match="Close"):
        actions.drop(round=pk, by=None)


def test_a_dose_that_was_not_given_after_all_is_taken_back(here, pk) -> None:
    sheet = fetched(pk)
    back(pk, edited(sheet, karin=given()))
    back(pk, edited(sheet, karin={"Utfall": "Avböjt"}))
    actions.decide(row=conflict(pk).pk, decision="replace", by=None)
    assert doses(here.karin) == [] and member(here.karin).outcome == "declined"
    assert Document.objects.filter(kind="reversed").exists()
    back(pk, edited(sheet, karin=given(Klockslag=time(9, 5))))
    actions.decide(row=conflict(pk).pk, decision="replace", by=None)
    assert doses(here.karin) == [("EP2163", "left_arm")]


def test_a_dose_registered_by_somebody_else_meanwhile(here, pk) -> None:
    sheet = fetched(pk)
    records.register(person=here.karin, given_on=DAY, source="told", product="comirnaty",
                     lot="ER1742", by=None)  # fmt: skip
    records.register(person=here.nils, given_on=DAY, source="told", product="comirnaty",
                     lot="EP2163", by=None)  # fmt: skip
    found = back(pk, edited(sheet, karin=given(), nils=given()))
    assert found.rows == {"conflict": 1, "same": 2}
    assert doses(here.nils) == [("EP2163", "")], "the very dose is not written twice"
    row = conflict(pk)
    assert (row.why, row.other.lot) == ("other-dose", "ER1742")
    actions.decide(row=row.pk, decision="replace", by=None)
    assert doses(here.karin) == [("EP2163", "left_arm")]
    assert Vaccination.objects.filter(person=here.karin).count() == 2, "the other is kept"


def test_an_earlier_dose_is_no_conflict(here, noon) -> None:
    records.register(person=here.karin, given_on=date(2021, 1, 5), source="told",
                     product="comirnaty", by=None)  # fmt: skip
    pk = saved(here, persons=(here.karin,))
    assert back(pk, edited(fetched(pk), karin=given())).rows == {"new": 1}


def test_a_row_written_by_hand_is_decided_by_a_human(here, pk) -> None:
    number = region.number("19391212")
    sheet = edited(fetched(pk), ny={"Namn": "Ny Boende", "Född": "1939-08-08",
                                    "Personnummer (bara ny rad)": region.number("19390808")}
                   | given(), okand={"Namn": "Okänd", "Personnummer (bara ny rad)": number}
                   | given())  # fmt: skip
    found = back(pk, sheet)
    assert found.rows == {"same": 3, "conflict": 2}
    known, unknown = Row.objects.filter(sheet__round=pk, state="conflict").order_by("number")
    assert known.person_id == here.able and unknown.person_id is None
    actions.decide(row=known.pk, decision="replace", by=None)
    assert doses(here.able) == [("EP2163", "left_arm")]
    with pytest.raises(Refused, match="whom"):
        actions.decide(row=unknown.pk, decision="replace", by=None)
    actions.decide(row=unknown.pk, decision="replace", person=here.elsa, by=None)
    assert doses(here.elsa) == [("EP2163", "left_arm")]
    resaved = back(pk, edited(sheet, ake={"Anteckning": "x"}))
    assert resaved.rows == {"same": 3, "duplicate": 2}
    assert len(doses(here.able)) == 1


def test_a_row_made_somebody_elses_is_not_registered(here, pk) -> None:
    back(pk, edited(fetched(pk), karin={"Namn": "Karina Borg"} | given()))
    assert conflict(pk).why == "other-name" and doses(here.karin) == []


def test_rows_that_are_missing_are_listed(here, pk, staff) -> None:
    gone = {"Rad-id": None, "Namn": None, "Född": None, "Datum": None}
    assert back(pk, edited(fetched(pk), ake=gone)).rows == {"missing": 1, "same": 2}
    rows = queries.conflicts(pk, scope=scope_of(staff))
    assert [(row.state, row.name) for row in rows] == [("missing", "Ake Berg")]


def test_a_row_twice_in_the_file(here, pk) -> None:
    row = str(member(here.karin).row)
    twice = {"Rad-id": row, "Namn": "Karin Berg", "Född": "1935-03-02"}
    sheet = edited(fetched(pk), karin=given(), copy=twice | given())
    assert back(pk, sheet).rows == {"new": 1, "same": 2, "duplicate": 1}
    assert len(doses(here.karin)) == 1


def test_a_broken_file_changes_nothing(here, pk) -> None:
    sheet = edited(fetched(pk), karin=given(), nils=given(Batchnummer="XX", Klockslag="nio"))
    with pytest.raises(BadFile) as error:
        back(pk, sheet)
    assert {(each.row, each.column) for each in error.value.faults} == {
        (fault_row(sheet), "Batchnummer"), (fault_row(sheet), "Klockslag"),
    }  # fmt: skip
    assert not Vaccination.objects.exists() and not Row.objects.exists()
    assert not Sheet.objects.filter(direction="back").exists()


def fault_row(content: bytes) -> int:
    from io import BytesIO

    import openpyxl

    page = openpyxl.load_workbook(BytesIO(content))["Runda"]
    return next(row for row in range(5, 10) if page.cell(row, 6).value == "Nils Berg")


def test_a_row_that_the_records_refuse_is_told_and_the_others_stand(here, pk) -> None:
    from vaksam.people import actions as people

    sheet = edited(fetched(pk), karin=given(), nils=given())
    people.record_death(person=here.karin, died_on=date(2021, 4, 10), by=None)
    assert back(pk, sheet).rows == {"rejected": 1, "new": 1, "same": 1}
    row = Row.objects.get(state="rejected")
    assert "death" in row.said and doses(here.karin) == []
    assert not Document.objects.filter(kind="given", note="x").exists()


def test_protected_identities_go_out_without_name_and_address(here, pk) -> None:
    from vaksam.people import actions as people

    people.protect(person=here.ake, protection="confidentiality_marking", by=None)
    content = fetched(pk)
    from io import BytesIO

    import openpyxl

    page = openpyxl.load_workbook(BytesIO(content))["Runda"]
    cells = {str(cell.value) for row in page.iter_rows(min_row=5) for cell in row}
    assert f"#{here.ake}" in cells and not any("Granvägen" in cell for cell in cells)
    assert not any("Ake" in cell or "1933" in cell for cell in cells)
    assert PROGRAMME not in cells
