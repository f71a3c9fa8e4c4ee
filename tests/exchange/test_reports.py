"""Doses that a municipality reports: read, matched, decided about, registered."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import polars as pl
import pytest

from tests.exchange.conftest import answered, entries, give, sent, someone
from tests.people.conftest import personal_number
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused
from vaksam.core.identity import Identity, Kind
from vaksam.exchange import actions, queries
from vaksam.exchange.models import DoseReport, ReportRow
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.records.models import Vaccination

pytestmark = pytest.mark.usefixtures("campaign", "db", "out")
KARIN = personal_number("19490302").value
HEAD = ("personal_number;reserve_number;given_name;family_name;born_on;given_on;product;lot;"
        "dose_number;site;vaccinator_name;vouched_by")  # fmt: skip
ROW = f"{KARIN};;Karin;Berg;1949-03-02;2021-04-12;Comirnaty;EX1234;1;vänster överarm;Anna Ek;Bo Al"


@pytest.fixture
def reporter(user_with: Callable):
    return user_with(Role.REPORTER)


@pytest.fixture
def coordinator(user_with: Callable):
    return user_with(Role.REGION_COORDINATOR)


def report(by, *rows: str, head: str = HEAD, **about):
    content = "\n".join([head, *rows]).encode()
    told = {"municipality_code": "2480", "file_name": "doser.csv", "content": content} | about
    return actions.report_doses(by=by, **told)


def faults(call: Callable[[], object]) -> list[tuple[int | None, str, str, str]]:
    before = DoseReport.objects.count(), Vaccination.objects.count()
    with pytest.raises(BadFile) as error:
        call()
    assert (DoseReport.objects.count(), Vaccination.objects.count()) == before
    return [(f.row, f.column, f.code, f.value) for f in error.value.faults]


def test_a_known_number_is_registered_at_once_and_flows_to_the_register(reporter, out):
    person = someone()
    done = report(reporter, ROW)
    assert (done.rows, done.registered, done.to_review) == (1, 1, 0)
    dose = Vaccination.objects.get()
    told = (dose.person_id, dose.source, dose.product_id, dose.lot, dose.dose_number, dose.site)
    assert told == (
        person, "paper", "comirnaty", "EX1234", 1, "left_arm",
    )  # fmt: skip
    assert (dose.vaccinator_name, dose.vouched_by) == ("Anna Ek", "Umeå (reporter-24): Bo Al")
    row = ReportRow.objects.get()
    assert (row.vaccination, row.given) == (dose, {}), "nothing is kept of what was written"
    actions.collect()
    actions.send(region="24", by=None)
    (went,) = sent(out).iter_rows(named=True)
    assert (went["person_id"], went["provider"]) == (KARIN, "Umeå")
    answered(sent(out))
    _, (seen,) = queries.report(done.report, scope=scope_of(reporter))
    assert (seen.state, seen.register, seen.given_on) == (
        "registered", "accepted", date(2021, 4, 12),
    )  # fmt: skip


def test_the_same_file_twice_writes_nothing_twice(reporter):
    someone()
    report(reporter, ROW)
    with pytest.raises(Refused, match="2021-04-13"):
        report(reporter, ROW)
    again = report(reporter, ROW, "")  # other bytes, the same dose
    assert (again.registered, again.known) == (0, 1)
    assert Vaccination.objects.count() == 1


def test_a_workbook_is_read_as_well_with_days_as_excel_keeps_them(reporter):
    someone()
    cells = dict(zip(HEAD.split(";"), ROW.split(";"), strict=True))
    frame = pl.DataFrame([cells]).with_columns(
        pl.col("given_on").str.to_datetime("%Y-%m-%d"), pl.col("dose_number").cast(pl.Int64)
    )
    buffer = BytesIO()
    frame.write_excel(buffer)
    done = report(reporter, content=buffer.getvalue(), file_name="doser.xlsx")
    assert done.registered == 1
    assert Vaccination.objects.get().given_on == date(2021, 4, 12)


def test_headings_in_swedish(reporter):
    someone()
    head = "Personnummer;Datum;Vaccin;Satsnummer;Vaccinatör;Intygas av"
    assert report(reporter, f"{KARIN};2021-04-12;comirnaty;EX1;Anna;Bo", head=head).registered == 1


def test_every_fault_of_every_row_at_once(reporter):
    someone()
    wrong = faults(lambda: report(
        reporter, ROW,
        "194903029999;;;;;2021-04-12;Comirnaty;;;;Anna;Bo",
        ";;Karin;;;2021-04-12;Comirnaty;;;;Anna;Bo",
        ";;Karin;Berg;1949-02-30;2021-04-14;Cominarty;;100;näsan;;Bo",
        ";;Karin;Berg;1949-03-02;12/4;Comirnaty;;;;Anna;",
    ))  # fmt: skip
    assert wrong == [
        (3, "personal_number", "check_digit", ""),
        (4, "personal_number", "nothing", ""),
        (5, "born_on", "birth", "1949-02-30"),
        (5, "dose_number", "bad-dose", "100"),
        (5, "given_on", "future", "2021-04-14"),
        (5, "product", "unknown-product", "Cominarty"),
        (5, "site", "bad-site", "näsan"),
        (5, "vaccinator_name", "missing", ""),
        (6, "given_on", "day", "12/4"),
        (6, "vouched_by", "missing", ""),
    ]


@pytest.mark.parametrize(("rows", "head", "code"), [
    ((ROW, ROW), HEAD, "twice"),
    ((ROW,), HEAD.replace("lot", "diagnosis"), "column-unwanted"),
    ((), HEAD, "empty"),
    ((ROW.replace("2021-04-12", "1948-04-12"),), HEAD, "before-birth"),
])  # fmt: skip
def test_what_else_is_refused_whole(reporter, rows, head, code):
    someone()
    assert [fault[2] for fault in faults(lambda: report(reporter, *rows, head=head))] == [code]


def test_two_doses_of_one_person_in_a_file(reporter):
    someone()
    assert report(reporter, ROW, ROW.replace("2021-04-12", "2021-03-12")).registered == 2


def test_an_uncertain_one_waits_for_a_coordinator_who_knows_her(reporter, coordinator):
    person = someone()
    done = report(reporter, ROW.replace(KARIN, ""))
    assert (done.registered, done.to_review) == (0, 1)
    assert not Vaccination.objects.exists()
    scope = scope_of(coordinator)
    (row,) = queries.rows_to_review(region="24", scope=scope)
    found = queries.row_to_review(row.id, scope=scope)
    assert [each.person for each in found.likely] == [person]
    actions.decide_row(row=row.id, person=person, by=coordinator)
    dose = Vaccination.objects.get()
    assert (dose.person_id, dose.vouched_by) == (person, "Umeå (reporter-24): Bo Al")
    decided = ReportRow.objects.get()
    assert (decided.state, decided.given, decided.vaccination) == ("registered", {}, dose)
    with pytest.raises(Refused, match="already"):
        actions.decide_row(row=row.id, person=person, by=coordinator)


def test_somebody_new_by_reserve_number_waits_at_the_register(reporter, coordinator):
    row = ";19490302-R123;Ali;Ek;1949-03-02;2021-04-12;Comirnaty;;;;Anna;Bo"
    assert report(reporter, row).to_review == 1
    actions.decide_row(row=ReportRow.objects.get().pk, new=True, by=coordinator)
    person = Person.objects.get()
    assert (person.given_name, person.born_on) == ("Ali", date(1949, 3, 2))
    assert person.identities.get().value == "19490302R123"
    actions.collect()
    assert entries() == [("", "waits_for_number", "new")]


def test_set_aside_with_a_reason_that_the_municipality_reads(reporter, coordinator):
    done = report(reporter, ROW)
    row = ReportRow.objects.get()
    with pytest.raises(Refused, match="Say why"):
        actions.decide_row(row=row.pk, by=coordinator)
    actions.decide_row(row=row.pk, why="Ring oss", by=coordinator)
    _, (seen,) = queries.report(done.report, scope=scope_of(reporter))
    assert (seen.state, seen.why) == ("rejected", "Ring oss")
    assert ReportRow.objects.get().given == {}


def test_a_dose_that_cannot_be_is_refused_in_words(reporter, coordinator):
    person = someone("19600101")
    report(reporter, ROW.replace(KARIN, "").replace("2021-04-12", "1955-04-12"))
    with pytest.raises(Refused, match="before the birth"):
        actions.decide_row(row=ReportRow.objects.get().pk, person=person, by=coordinator)
    assert ReportRow.objects.get().state == "review"


def test_what_was_registered_already_is_known(reporter, coordinator):
    person = someone()
    give(person)
    assert report(reporter, ROW).known == 1
    report(reporter, ROW.replace(KARIN, ""))
    waiting = ReportRow.objects.get(state="review")
    actions.decide_row(row=waiting.pk, person=person, by=coordinator)
    assert ReportRow.objects.get(pk=waiting.pk).state == "known"


def test_a_single_dose(reporter):
    someone()
    dose = {"personal_number": KARIN, "given_on": "2021-04-12", "product": "comirnaty",
            "vaccinator_name": "Anna", "vouched_by": "Bo"}  # fmt: skip
    assert actions.report_doses(municipality_code="2480", dose=dose, by=reporter).registered == 1
    with pytest.raises(Refused, match="already"):
        actions.report_doses(municipality_code="2480", dose=dose, by=reporter)
    with pytest.raises(BadFile):
        actions.report_doses(municipality_code="2480", dose={"lot": "EX"}, by=reporter)


def test_of_a_protected_person_the_reporter_learns_nothing(reporter):
    person = someone()
    people.protect(person=person, protection="confidentiality_marking", by=None)
    assert report(reporter, ROW).registered == 1


@pytest.mark.parametrize(("role", "region"), [
    (Role.REGION_COORDINATOR, "24"), (Role.VENUE_STAFF, "24"), (Role.REPORTER, "01"),
    (Role.ADMINISTRATOR, None),
])  # fmt: skip
def test_only_the_regions_reporters_report(user_with, role, region):
    with pytest.raises(NotAllowed):
        report(user_with(role, region), ROW)
    assert not DoseReport.objects.exists()


def test_a_reporter_sees_only_what_is_ones_own_and_decides_nothing(reporter, user_with):
    done = report(reporter, ROW)
    other = user_with(Role.REPORTER, username="other")
    assert queries.reports(scope=scope_of(other)) == []
    with pytest.raises(NotFound):
        queries.report(done.report, scope=scope_of(other))
    row = ReportRow.objects.get().pk
    with pytest.raises(NotAllowed):
        queries.row_to_review(row, scope=scope_of(reporter))
    with pytest.raises(NotAllowed):
        queries.rows_to_review(region="24", scope=scope_of(reporter))
    with pytest.raises(NotAllowed):
        actions.decide_row(row=row, new=True, by=reporter)
    with pytest.raises(NotAllowed):
        queries.figures(region="24", scope=scope_of(reporter))


def test_a_dose_of_december_is_held_wherever_it_was_reported(reporter, at):
    at(datetime.fromisoformat("2020-12-29T08:00:00+01:00"))
    someone()
    report(reporter, ROW.replace("2021-04-12", "2020-12-27"))
    actions.collect()
    assert entries() == [(KARIN, "held_by_law", "new")]


def test_a_reserve_number_that_is_known(reporter):
    known = Identity.parse(Kind.RESERVE_NUMBER, "19490302R123", "24")
    person = someone("19490302", known)
    row = ";19490302-R123;;;;2021-04-12;Comirnaty;;;;Anna;Bo"
    assert report(reporter, row).registered == 1
    assert Vaccination.objects.get().person_id == person
