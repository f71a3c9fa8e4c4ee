"""Protected identity: what is erased, who may open the record, and that nothing leaks."""

import json
from datetime import date

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from tests.people.conftest import HOME, personal_number
from vaksam.base.models import AccessEntry, AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, Refused
from vaksam.people import actions, queries
from vaksam.people.models import Household, ListRow, Merge, Person

pytestmark = pytest.mark.usefixtures("sweden", "db")

MARK = "confidentiality_marking"
PLACE = {
    **HOME, "city": "Gömdala", "latitude": 63.8258, "longitude": 20.263,
}  # fmt: skip
TRACES = ("gömda stigen", "90325", "gömdala", "2480", "63.8258", "umeå kommun")
TODAY = date(2021, 4, 13)


@pytest.fixture(autouse=True)
def _on_a_day_in_2021(monkeypatch):
    from vaksam.base import clock

    monkeypatch.setattr(clock, "today", lambda: TODAY)


def upload(rows: str, by, **about):
    told = {
        "group": "home_care", "source": "municipality_list", "municipality_code": "2480",
        "sender": "Umeå kommun", "legal_basis": "Socialtjänstlagen", "purpose": "phase 1",
        "given_on": date(2021, 4, 1), "last_day": date(2021, 6, 30), "file_name": "list.csv",
    }  # fmt: skip
    return actions.upload_list(content=rows.encode(), by=by, **(told | about))


def whole_database() -> str:
    rows = [
        *Person.objects.all(), *Household.objects.all(), *ListRow.objects.all(),
        *Merge.objects.all(), *AuditEntry.objects.all(), *AccessEntry.objects.all(),
        *OutboxEvent.objects.all(),
    ]  # fmt: skip
    return json.dumps(serializers.serialize("python", rows), default=str, ensure_ascii=False)


def test_protecting_erases_and_is_told_without_what_was_erased(someone, coordinator):
    pk, lives_with = someone(**PLACE), someone(given_name="Nils")
    actions.set_household(person=pk, lives_with=lives_with, by=None)
    actions.protect(person=pk, protection=MARK, by=coordinator)
    person = Person.objects.get(pk=pk)
    assert (person.protection, person.region_code) == (MARK, "24")
    assert not any(getattr(person, name) for name in (*PLACE, "small_area_id", "household_id"))
    assert OutboxEvent.objects.last().payload == {"persons": [pk, lives_with]}
    entry = AuditEntry.objects.get(action="people.protect")
    assert entry.details == {"protection": MARK}


def test_nothing_of_the_address_is_left_anywhere(someone, coordinator, scope, caplog):
    """A person on a list, in a household, with a record merged into theirs: then protected."""
    caplog.set_level(0)
    number = personal_number("19490302")
    pk, other = someone(number, **PLACE), someone(**PLACE, given_name="Carin")
    household = Household.objects.create(region_code="24", file_key="Gömda stigen 7, Gömdala")
    Person.objects.filter(pk__in=(pk, other)).update(household=household)
    actions.merge(kept=pk, merged=other, why="the same", by=coordinator)
    upload(
        "personnummer;förnamn;efternamn;födelsedatum;adress;postnummer\n"
        f"{number.value};Karin;Berg;;Gömda stigen 7;90325\n"
        ";Carin;Bergh;1949-03-02;Gömda stigen 7;90325\n"
        ";Karin;Berg;1949;Gömda stigen 7;90325\n",
        coordinator,
    )
    assert "Gömda stigen 7" in whole_database()
    actions.protect(person=pk, protection=MARK, by=coordinator)
    (in_force,) = queries.lists_in_force(scope=scope)
    seen = [
        queries.person(pk, scope=scope, reason="she called", path="/people/7/?from=list"),
        queries.find(number.value, scope=scope),
        queries.looked(pk, scope=scope),
        queries.merges(pk, scope=scope),
        *(
            queries.list_rows(in_force.id, scope=scope, state=state)
            for state in ListRow.State.values
        ),
        *(queries.candidates(row.pk, scope=scope) for row in ListRow.objects.all()),
    ]
    for text in (repr(seen), whole_database(), caplog.text):
        assert not [trace for trace in TRACES if trace in text.casefold()]


def test_a_list_that_comes_later_brings_no_address(someone, coordinator, scope):
    number = personal_number("19490302")
    pk = someone(number, protection=MARK)
    done = upload(
        "personal_number,given_name,family_name,born_on,street,postcode\n"
        f"{number.value},Karin,Berg,,Gömda stigen 7,90325\n"
        ",Karin,Berg,1949-03-02,Gömda stigen 7,90325\n"
        ",Nils,Ek,1931-01-01,Storgatan 1,90326\n",
        coordinator,
    )
    assert (done.matched, done.to_review, done.not_found) == (1, 0, 2)
    assert "Gömda" not in whole_database()
    assert ListRow.objects.filter(given__street="Storgatan 1").exists(), "others keep theirs"
    (row,) = queries.list_rows(done.list, scope=scope, state="matched")
    assert (row.person, row.given) == (None, {}), "a list tells where its people live"
    (claim,) = queries.person(pk, scope=scope, reason="invites her").claims
    assert (claim.group, claim.sender) == ("home_care", "")


def test_a_protected_person_gets_no_address(someone):
    pk = someone(protection=MARK)
    with pytest.raises(Refused) as refused:
        actions.change_person(person=pk, by=None, **HOME)
    assert refused.value.code == "protected-address"
    with pytest.raises(Refused):
        someone(protection=MARK, **HOME)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=pk).update(street="Storgatan 1")


@pytest.mark.parametrize("reason", ["", "  "])
def test_opening_wants_a_reason_and_is_logged(someone, coordinator, scope, reason):
    pk = someone(protection=MARK)
    with pytest.raises(Refused) as refused:
        queries.person(pk, scope=scope, reason=reason)
    assert refused.value.code == "needs-reason"
    assert not AccessEntry.objects.exists(), "nothing was shown"
    seen = queries.person(pk, scope=scope, reason="asks for an appointment")
    assert seen.address is None
    (looked,) = queries.looked(pk, scope=scope)
    assert (looked.username, looked.reason) == (coordinator.username, "asks for an appointment")


def test_every_opening_of_anybody_is_logged(someone, scope):
    pk = someone(**HOME)
    assert queries.person(pk, scope=scope, path="/people/7/?name=Karin").address.street
    queries.person(pk, scope=scope)
    entries = AccessEntry.objects.filter(subject_kind="person", subject_id=str(pk))
    assert [(each.action, each.path) for each in entries.order_by("id")] == [
        ("people.open", "/people/7/"), ("people.open", "")
    ]  # fmt: skip


def test_a_phone_agent_sees_that_somebody_is_protected_and_no_more(someone, user_with):
    number = personal_number("19490302")
    pk = someone(number, protection=MARK)
    agent = scope_of(user_with(Role.PHONE_AGENT))
    (hit,) = queries.find(number.value, scope=agent).hits
    assert (hit.person, hit.protected, hit.given_name, hit.born_on) == (pk, True, "", None)
    with pytest.raises(NotAllowed):
        queries.person(pk, scope=agent, reason="curious")


def test_protected_persons_are_found_by_number_only(someone, scope):
    someone(personal_number("19490302"), protection=MARK)
    someone(personal_number("19490303"), born_on=date(1949, 3, 3))
    found = queries.find("Karin Berg 1949", scope=scope)
    assert [hit.born_on for hit in found.hits] == [date(1949, 3, 3)]
    alike = someone(given_name="Karin", family_name="Berg", protection="")
    assert alike, "and nobody alike is told of"


def test_protected_persons_are_nobodys_likeness(someone, coordinator):
    someone(protection=MARK)
    made = actions.register_person(
        region_code="24", given_name="Karin", family_name="Berg", born_on=date(1949, 3, 2),
        by=coordinator,
    )  # fmt: skip
    assert made.alike == ()


def test_the_end_of_protection_brings_nothing_back(someone, coordinator):
    pk = someone(**HOME)
    actions.protect(person=pk, protection=MARK, by=coordinator)
    actions.unprotect(person=pk, by=coordinator)
    person = Person.objects.get(pk=pk)
    assert (person.protection, person.street) == ("", "")
    with pytest.raises(Refused):
        actions.protect(person=pk, protection="", by=coordinator)
