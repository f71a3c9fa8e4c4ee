"""Searching for persons, and what the log tells of it."""

from datetime import date

import pytest
from django.db import connection

from tests.people.conftest import HOME, coordination_number, personal_number
from vaksam.base.models import AccessEntry
from vaksam.core.errors import Refused
from vaksam.core.identity import Identity, Kind
from vaksam.people import actions, queries
from vaksam.people.models import Person
from vaksam.people.queries import finding

pytestmark = pytest.mark.usefixtures("sweden", "db")
ON = date(2021, 4, 13)


def found(text: str, scope) -> list[int]:
    return [hit.person for hit in queries.find(text, scope=scope, on=ON).hits]


def test_by_number_of_any_kind_as_people_write_it(someone, scope):
    number = personal_number("19490302")
    pk = someone(
        number, coordination_number("19490302"), Identity(Kind.PASSPORT, "AB123456", "NO"),
        Identity(Kind.LOCAL, "S000001", "demo"),
    )  # fmt: skip
    someone(personal_number("19490303"))
    value = number.value
    for text in (
        value, value[2:], f"{value[:8]}-{value[8:]}", f" {value[2:8]} - {value[8:]} ",
        coordination_number("19490302").value, "ab 123456", "S000001",
        f"{value[:8]} {value[8:]}",
    ):  # fmt: skip
        assert found(text, scope) == [pk], text


def test_an_ended_number_still_finds(someone, scope):
    number = coordination_number("19490302")
    pk = someone(number)
    actions.end_identity(identity=Person.objects.get(pk=pk).identities.get().pk,
                         last_day=ON, by=None)  # fmt: skip
    assert found(number.value, scope) == [pk]


def test_by_the_beginnings_of_names_with_birth(someone, scope):
    full = someone(given_name="Åsa-Lena", family_name="Öberg Läckström")
    year_only = someone(given_name="Åsa", family_name="öberg", born_on=None, born_year=1949)
    someone(given_name="Åsa", family_name="Öberg", born_on=date(1950, 3, 2))
    someone(given_name="Åsa", family_name="Oberg")
    assert found("öberg 1949", scope) == [year_only, full]
    assert found("åsa ÖBE 1949-03-02", scope) == [year_only, full]
    assert found("19490302 åsa-l öb", scope) == [full]
    assert found("öberg 19490303", scope) == [year_only], "whose day is not known"
    assert found("%b 1949", scope) == found("_berg 1949", scope) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "too-wide"),
        ("Berg", "too-wide"),
        ("1949-03-02", "too-wide"),
        ("Berg 1949-02-30", "bad-birth"),
        ("19490302-9809", "check_digit"),
    ],
)
def test_what_is_too_little_or_wrong_is_refused(scope, text, code):
    with pytest.raises(Refused) as refused:
        queries.find(text, scope=scope, on=ON)
    assert refused.value.code == code


def test_at_most_fifty(someone, scope):
    Person.objects.bulk_create(
        Person(region_code="24", given_name=f"{n:03}", family_name="Berg", born_year=1949)
        for n in range(51)
    )
    seen = queries.find("Berg 1949", scope=scope)
    assert (len(seen.hits), seen.more) == (50, True)


def test_a_search_is_logged_without_its_text(someone, scope, planted):
    someone(
        Identity(Kind.PERSONAL_NUMBER, planted.personal_number), born_on=date(1890, 1, 1),
        given_name=planted.given_name, family_name=planted.family_name, **HOME,
    )  # fmt: skip
    queries.find(planted.personal_number, scope=scope)
    queries.find(f"{planted.given_name} {planted.family_name} 1890", scope=scope)
    rows = AccessEntry.objects.order_by("id")
    seen = rows.values_list("action", "subject_kind", "subject_id", "reason", "path")
    assert list(seen) == [
        ("people.find", "search", "number", "hits=1", ""),
        ("people.find", "search", "name", "hits=1", ""),
    ]


def test_costs(someone, scope, django_assert_num_queries):
    number = personal_number("19490302")
    one, other = someone(number, **HOME), someone(given_name="Nils")
    actions.set_household(person=one, lives_with=other, by=None)
    actions.claim_group(person=one, group="home_care", source="own_declaration", by=None)
    with django_assert_num_queries(5):  # savepoint, numbers, persons, log
        queries.find(number.value, scope=scope)
    with django_assert_num_queries(4):
        queries.find("Berg 1949", scope=scope)
    # savepoint, person, log, numbers, household, claims (which count; all), contact
    with django_assert_num_queries(9):
        queries.person(one, scope=scope)


def test_the_index_serves_beginnings_of_names(scope):
    rows = finding._by_name("öberg 1949", scope).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {rows[0]}", rows[1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "people_by_name" in plan and ">= 'ÖBERG'" in plan, plan
