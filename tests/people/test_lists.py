"""A municipality's list: uploaded, looked at by a person, ended."""

from datetime import date, timedelta
from io import BytesIO

import polars as pl
import pytest

from tests.people.conftest import HOME, coordination_number, personal_number
from vaksam.base import clock
from vaksam.base.models import AccessEntry, AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused
from vaksam.people import actions, queries, tasks
from vaksam.people.models import GroupClaim, GroupList, ListRow

pytestmark = pytest.mark.usefixtures("sweden", "db")
TODAY = date(2021, 4, 13)
TOLD = {
    "group": "home_care", "source": "municipality_list", "municipality_code": "2480",
    "sender": "Umeå kommun", "legal_basis": "Socialtjänstlagen", "purpose": "phase 1",
    "given_on": date(2021, 4, 1), "last_day": date(2021, 4, 30), "file_name": "list.csv",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch) -> dict[str, date]:
    moved = {"on": TODAY}
    monkeypatch.setattr(clock, "today", lambda: moved["on"])
    return moved


def upload(content: str | bytes, by=None, **about) -> actions.Uploaded:
    raw = content.encode() if isinstance(content, str) else content
    return actions.upload_list(content=raw, by=by, **(TOLD | about))


def faults(content: str | bytes) -> list[tuple]:
    with pytest.raises(BadFile) as bad:
        upload(content)
    assert not GroupList.objects.exists(), "nothing was changed"
    return [(fault.row, fault.column, fault.code) for fault in bad.value.faults]


@pytest.fixture
def uploaded(someone, coordinator) -> tuple[actions.Uploaded, dict[str, int]]:
    """One row matched by number, one to look at, one of nobody."""
    known = {
        "karin": someone(personal_number("19490302"), **HOME),
        "nils": someone(given_name="Nils", family_name="Ek", born_on=date(1931, 5, 4), sex=1),
    }
    done = upload(
        "Personnummer;Förnamn;Efternamn;Födelsedatum;Postnummer\n"
        f"{personal_number('19490302').value[2:]};Karin;Berg;;\n"
        ";Nils;Ek;1931-05-04;\n"
        ";Olof;Strand;1922-09-30;90326\n",
        coordinator,
    )
    return done, known


def test_rows_are_matched_looked_at_or_not_found(uploaded, scope):
    done, known = uploaded
    assert (done.rows, done.matched, done.to_review, done.not_found) == (3, 1, 1, 1)
    (claim,) = GroupClaim.objects.all()
    assert (claim.person_id, claim.group, claim.list_id, claim.valid_until) == (
        known["karin"], "home_care", done.list, date(2021, 4, 30)
    )  # fmt: skip
    rows = {row.number: row for row in ListRow.objects.all()}
    assert rows[2].given == {}, "a matched row needs nothing of what was written"
    assert rows[4].given == {
        "given_name": "Olof", "family_name": "Strand", "born_on": "1922-09-30", "postcode": "90326"
    }  # fmt: skip
    assert OutboxEvent.objects.last().payload == {"region": "24"}
    assert AuditEntry.objects.last().details | {"sha256": ""} == {
        "group": "home_care", "source": "municipality_list", "rows": 3, "matched": 1, "sha256": "",
    }  # fmt: skip


def test_a_row_is_looked_at_and_decided(uploaded, coordinator, scope):
    done, known = uploaded
    (row,) = queries.list_rows(done.list, scope=scope)
    (alike,) = queries.candidates(row.id, scope=scope)
    assert (alike.person, alike.verdict) == (known["nils"], "same")
    actions.decide_row(row=row.id, person=known["nils"], by=coordinator)
    assert queries.list_rows(done.list, scope=scope) == []
    (seen,) = queries.list_rows(done.list, scope=scope, state="confirmed")
    assert seen.person == known["nils"]
    assert GroupClaim.objects.filter(person=known["nils"], withdrawn_at=None).count() == 1
    assert OutboxEvent.objects.last().payload == {"persons": [known["nils"]]}
    looks = AccessEntry.objects.order_by("id").values_list("action", "subject_id", "reason")
    assert list(looks)[:2] == [
        ("people.list_rows", str(done.list), "rows=1"),
        ("people.candidates", str(done.list), "hits=1"),
    ]


def test_a_decision_can_be_changed(uploaded, someone):
    _, known = uploaded
    row = ListRow.objects.get(number=3).pk
    other = someone(given_name="Nils", family_name="Ek")
    actions.decide_row(row=row, person=known["nils"], by=None)
    actions.decide_row(row=row, person=other, by=None)
    actions.decide_row(row=row, person=other, by=None)
    standing = GroupClaim.objects.filter(withdrawn_at=None).order_by("person_id")
    assert [claim.person_id for claim in standing] == [known["karin"], other]
    actions.decide_row(row=row, person=None, by=None)
    assert ListRow.objects.get(pk=row).state == "rejected"
    assert [claim.person_id for claim in standing.all()] == [known["karin"]]


def test_a_claim_stays_while_another_row_means_the_person(uploaded):
    _, known = uploaded
    row = ListRow.objects.get(number=3).pk
    actions.decide_row(row=row, person=known["karin"], by=None)
    actions.decide_row(row=row, person=None, by=None)
    assert GroupClaim.objects.get(person=known["karin"]).withdrawn_at is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"region_code": "01"}, "other-region"),
        ({"protection": "confidentiality_marking"}, "protected"),
    ],
)
def test_who_cannot_be_meant(uploaded, someone, fields, code):
    with pytest.raises(Refused) as refused:
        actions.decide_row(row=ListRow.objects.get(number=3).pk, person=someone(**fields), by=None)
    assert refused.value.code == code


def test_a_stale_list_is_refused_in_words():
    cases = {
        "list-passed": {"given_on": date(2021, 3, 1), "last_day": date(2021, 3, 31)},
        "list-stale": {"given_on": date(2021, 2, 11)},
        "list-ahead": {"given_on": date(2021, 4, 14)},
        "list-not-told": {"purpose": " ", "sender": ""},
        "bad-municipality": {"municipality_code": "2499"},
        "unknown-group": {"group": "home_carers"},
        "legal-basis-needed": {"group": "home_nursing", "legal_basis": ""},
    }
    said = {}
    for code, about in cases.items():
        with pytest.raises(Refused) as refused:
            upload("personal_number\n", **about)
        assert refused.value.code == code
        said[code] = str(refused.value)
    assert said["list-passed"] == (
        "The list's last day 2021-03-31 has passed. Ask the municipality for a new one."
    )
    assert "given on 2021-02-11, 61 days ago" in said["list-stale"]


def test_sixty_days_are_not_too_old(someone):
    someone(personal_number("19490302"))
    upload(f"personal_number\n{personal_number('19490302').value}\n", given_on=date(2021, 2, 12))


def test_every_fault_at_once():
    wrong = personal_number("19490302").value[:-1] + "0"
    right = personal_number("19490303").value
    table = (
        "personal_number,family_name,born_on,postcode\n"
        f"{wrong},Berg,,\n"
        ",Berg,1949-02-30,\n"
        ",,1949-03-02,\n"
        f"{right},,,\n"
        f"{right},,,\n"
        ",Berg,2049,\n"
    )
    assert faults(table) == [
        (2, "personal_number", "check_digit"), (3, "born_on", "date"), (7, "born_on", "date")
    ]  # fmt: skip
    right_so_far = table.replace(wrong, "").replace("1949-02-30", "").replace("2049", "1949")
    assert faults(right_so_far) == [
        (2, "personal_number", "nothing"), (3, "personal_number", "nothing"),
        (4, "personal_number", "nothing"), (6, "personal_number", "twice"),
    ]  # fmt: skip


def test_no_fault_shows_a_number(planted):
    wrong = planted.personal_number[:-1] + "9"
    with pytest.raises(BadFile) as bad:
        upload(f"personal_number\n{wrong}\n")
    assert wrong not in repr(bad.value.faults)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", (None, "", "empty")),
        ("personal_number\n", (None, "", "empty")),
        ("personal_number,diagnosis\n,x\n", (1, "diagnosis", "column-unwanted")),
        ("personnummer,personal_number\n1,2\n", (1, "personal_number", "column-twice")),
        ("personal_number\n\xff".encode("latin-1"), (None, "", "unreadable")),
        (b"PK\x03\x04 no workbook", (None, "", "unreadable")),
    ],
)
def test_what_is_no_list(content, found):
    assert found in faults(content)


def test_a_workbook(someone):
    pk = someone(coordination_number("19490302"))
    file = BytesIO()
    pl.DataFrame({
        "Samordningsnummer": [coordination_number("19490302").value, None],
        "Efternamn": ["Berg", "Ek"], "Födelsedatum": [None, "1931"],
    }).write_excel(file)  # fmt: skip
    done = upload(file.getvalue(), file_name="list.xlsx")
    assert (done.rows, done.matched, done.not_found) == (2, 1, 1)
    assert GroupClaim.objects.get().person_id == pk


def test_the_same_file_twice(someone):
    someone(personal_number("19490302"))
    content = f"personal_number\n{personal_number('19490302').value}\n"
    first = upload(content)
    with pytest.raises(Refused) as refused:
        upload(content, file_name="again.csv")
    assert (refused.value.code, refused.value.values["list"]) == ("list-known", first.list)
    upload(content, group="care_home")
    actions.end_list(list=first.list, by=None)
    upload(content)


def test_two_rows_of_one_person_are_one_claim(someone):
    pk = someone(personal_number("19490302"), coordination_number("19490302"))
    done = upload(
        "personal_number,coordination_number\n"
        f"{personal_number('19490302').value},\n,{coordination_number('19490302').value}\n"
    )
    assert (done.matched, GroupClaim.objects.get().person_id) == (2, pk)


def test_persons_of_other_regions_are_not_found(someone):
    someone(personal_number("19490302"), region_code="01")
    assert upload(f"personal_number\n{personal_number('19490302').value}\n").not_found == 1


def test_somebody_with_another_personal_number_is_not_alike(someone):
    someone(personal_number("19490302", 980))
    done = upload(
        "personal_number,given_name,family_name\n"
        f"{personal_number('19490302', 982).value},Karin,Berg\n"
    )
    assert (done.to_review, done.not_found) == (0, 1)


def test_lists_in_force(uploaded, scope, django_assert_num_queries):
    done, _ = uploaded
    with django_assert_num_queries(1):
        (seen,) = queries.lists_in_force(scope=scope)
    assert (seen.id, seen.group, seen.sender, seen.purpose, seen.legal_basis) == (
        done.list, "home_care", "Umeå kommun", "phase 1", "Socialtjänstlagen"
    )  # fmt: skip
    assert (seen.rows, seen.matched, seen.to_review, seen.not_found, seen.days_left) == (
        3, 1, 1, 1, 17
    )  # fmt: skip


def test_out_of_sight_after_the_last_day_even_before_the_job(uploaded, scope, today):
    done, known = uploaded
    today["on"] = date(2021, 5, 1)
    assert queries.lists_in_force(scope=scope) == []
    for ask in (
        lambda: queries.list_rows(done.list, scope=scope),
        lambda: queries.candidates(ListRow.objects.get(number=3).pk, scope=scope),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(Refused, match="has ended"):
        actions.decide_row(row=ListRow.objects.get(number=3).pk, person=known["nils"], by=None)
    assert queries.person(known["karin"], scope=scope).claims == ()
    GroupClaim.objects.update(valid_until=None)
    assert not GroupClaim.objects.filter(queries.in_force(date(2021, 5, 1))).exists()


def test_the_job_ends_what_has_passed(uploaded, today):
    done, _ = uploaded
    for on, ended in ((date(2021, 4, 30), False), (date(2021, 5, 1), True)):
        today["on"] = on
        tasks.end_lists.func(timestamp=0)
        assert (GroupList.objects.get(pk=done.list).ended_at is not None) == ended
        assert ListRow.objects.exclude(given={}).exists() != ended
        assert GroupClaim.objects.filter(withdrawn_at=None).exists() != ended
    assert AuditEntry.objects.filter(action="people.end_list").count() == 1
    assert actions.end_lists(on=date(2021, 6, 1)) == 0


def test_ending_early_ends_the_claims(uploaded, coordinator, scope):
    done, known = uploaded
    actions.end_list(list=done.list, by=coordinator)
    actions.end_list(list=done.list, by=coordinator)
    assert OutboxEvent.objects.last().payload == {"region": "24"}
    assert queries.lists_in_force(scope=scope) == []
    claim = GroupClaim.objects.get(person=known["karin"])
    assert claim.withdrawn_by == coordinator


@pytest.mark.parametrize("role", [*sorted(set(Role) - {Role.REGION_COORDINATOR}), None])
def test_lists_are_for_coordinators(role, uploaded, user_with):
    done, known = uploaded
    user = user_with(role, username="who")
    row = ListRow.objects.get(number=3).pk
    for act in (
        lambda: upload("personal_number\n", user),
        lambda: actions.decide_row(row=row, person=known["nils"], by=user),
        lambda: actions.end_list(list=done.list, by=user),
        lambda: queries.list_rows(done.list, scope=scope_of(user)),
        lambda: queries.candidates(row, scope=scope_of(user)),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            act()
    assert queries.lists_in_force(scope=scope_of(user)) == []


def test_nobody_sees_another_regions_lists(uploaded, user_with):
    done, _ = uploaded
    stockholm = scope_of(user_with(Role.REGION_COORDINATOR, "01", username="sthlm"))
    assert queries.lists_in_force(scope=stockholm) == []
    with pytest.raises(NotFound):
        queries.list_rows(done.list, scope=stockholm)


def test_queries_do_not_grow_with_rows(someone, django_assert_max_num_queries):
    day = date(1930, 1, 1)
    rows = []
    for n in range(300):
        number = personal_number((day + timedelta(days=n)).strftime("%Y%m%d"))
        rows.append(f"{number.value},Berg,\n")
        if n < 20:
            someone(number, born_on=day + timedelta(days=n))
    table = "personal_number,family_name,born_on\n" + "".join(rows) + ",Ek,1931-01-01\n"
    with django_assert_max_num_queries(24):
        done = upload(table)
    assert (done.rows, done.matched) == (301, 20)
