"""Two records of one person: merged, and parted again."""

from datetime import date

import pytest
from django.core import serializers
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people.conftest import HOME, coordination_number, personal_number
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions, merging, queries
from vaksam.people.models import ContactChoice, GroupClaim, Identity, Merge, Person

pytestmark = pytest.mark.usefixtures("sweden", "db")
BASIS = "Socialtjänstlagen"


def state() -> list[dict]:
    """Everything that a merge may touch."""
    rows = [row for model in (Person, Identity, ContactChoice, GroupClaim)
            for row in model.objects.order_by("pk")]  # fmt: skip
    return serializers.serialize("python", rows)


def test_both_histories_are_with_the_kept_person(someone, coordinator, scope):
    kept = someone(coordination_number("19490302"))
    merged = someone(personal_number("19490302"), language="fi", **HOME)
    actions.claim_group(person=kept, group="home_care", source="own_declaration", by=None)
    actions.claim_group(person=merged, group="care_home", source="own_declaration", by=None)
    actions.choose_contact(person=merged, channel="letter", by=None)
    queries.person(merged, scope=scope)
    done = actions.merge(kept=kept, merged=merged, why="got her number", by=coordinator)
    seen = queries.person(kept, scope=scope)
    assert {each.kind for each in seen.identities} == {"coordination_number", "personal_number"}
    assert {each.group for each in seen.claims} == {"home_care", "care_home"}
    assert [each.channel for each in seen.contact] == ["letter"]
    assert (seen.language, seen.address.street) == ("fi", HOME["street"]), "filled what was empty"
    assert len(queries.looked(kept, scope=scope)) == 2, "looks at either record"
    with pytest.raises(Refused) as refused:
        queries.person(merged, scope=scope)
    assert (refused.value.code, refused.value.values) == ("merged", {"person": kept})
    assert [hit.person for hit in queries.find("Berg 1949", scope=scope).hits] == [kept]
    assert OutboxEvent.objects.last().payload == {"persons": [kept, merged]}
    entry = AuditEntry.objects.get(action="people.merge")
    assert entry.details == {"merge": done, "merged": merged}


def test_nothing_is_done_to_a_merged_record(someone):
    kept, merged = someone(), someone()
    actions.merge(kept=kept, merged=merged, why="the same", by=None)
    for act in (
        lambda: actions.change_person(person=merged, by=None, city="Umeå"),
        lambda: actions.claim_group(
            person=merged, group="home_care", source="own_declaration", by=None
        ),
        lambda: actions.merge(kept=kept, merged=merged, why="again", by=None),
        lambda: actions.merge(kept=merged, merged=kept, why="round", by=None),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.values) == ("merged", {"person": kept})


def test_never_two_different_personal_numbers(someone):
    kept, merged = someone(personal_number("19490302")), someone(personal_number("19490303"))
    with pytest.raises(Refused) as refused:
        actions.merge(kept=kept, merged=merged, why="the same name", by=None)
    assert refused.value.code == "two-personal-numbers"
    mistaken = Identity.objects.get(person=merged)
    actions.end_identity(identity=mistaken.pk, last_day=date(2021, 4, 1), by=None)
    actions.merge(kept=kept, merged=merged, why="the number was mistyped", by=None)


def test_a_merge_wants_two_and_a_reason(someone):
    kept, merged = someone(), someone()
    with pytest.raises(Refused, match="one record already"):
        actions.merge(kept=kept, merged=kept, why="the same", by=None)
    with pytest.raises(Refused, match="why"):
        actions.merge(kept=kept, merged=merged, why=" ", by=None)
    with pytest.raises(NotFound):
        actions.merge(kept=kept, merged=0, why="the same", by=None)


def test_a_claim_that_both_have_stays_where_it_was(someone):
    kept, merged = someone(), someone()
    for pk in (kept, merged):
        actions.claim_group(person=pk, group="home_care", source="own_declaration", by=None)
    withdrawn = actions.claim_group(
        person=merged, group="care_home", source="own_declaration", by=None
    )
    actions.withdraw_claim(claim=withdrawn, by=None)
    actions.claim_group(person=kept, group="care_home", source="own_declaration", by=None)
    before = state()
    done = actions.merge(kept=kept, merged=merged, why="the same", by=None)
    theirs = GroupClaim.objects.filter(person=merged)
    assert [each.group for each in theirs] == ["home_care"], "the withdrawn one moves"
    assert Merge.objects.get().moved["people.GroupClaim.person"] == [withdrawn]
    actions.undo_merge(merge=done, by=None)
    assert state() == before


def test_what_came_after_the_merge_stays_with_the_kept(someone):
    kept, merged = someone(), someone(language="fi", street="Storgatan 1")
    done = actions.merge(kept=kept, merged=merged, why="the same", by=None)
    later = actions.claim_group(person=kept, group="lss", source="own_declaration",
                                legal_basis=BASIS, by=None)  # fmt: skip
    actions.change_person(person=kept, by=None, language="sv")
    actions.undo_merge(merge=done, by=None)
    person = Person.objects.get(pk=kept)
    assert GroupClaim.objects.get(pk=later).person_id == kept
    assert (person.language, person.street) == ("sv", ""), "changed since, and not"
    with pytest.raises(Refused, match="undone already"):
        actions.undo_merge(merge=done, by=None)


def test_merges_are_undone_the_last_first(someone):
    a, b, c = someone(coordination_number("19490302")), someone(), someone()
    first = actions.merge(kept=b, merged=a, why="the same", by=None)
    second = actions.merge(kept=c, merged=b, why="the same", by=None)
    assert Identity.objects.get().person_id == c
    with pytest.raises(Refused) as refused:
        actions.undo_merge(merge=first, by=None)
    assert (refused.value.code, refused.value.values) == ("undo-later-first", {"person": c})
    actions.undo_merge(merge=second, by=None)
    actions.undo_merge(merge=first, by=None)
    assert Identity.objects.get().person_id == a


@pytest.mark.parametrize("which", ["kept", "merged"])
def test_protection_of_either_is_protection_of_both_and_stays(someone, which):
    hidden, open_ = someone(protection="confidentiality_marking"), someone(**HOME)
    kept, merged = (hidden, open_) if which == "kept" else (open_, hidden)
    done = actions.merge(kept=kept, merged=merged, why="the same", by=None)
    for undone in (False, True):
        if undone:
            actions.undo_merge(merge=done, by=None)
        rows = Person.objects.values_list("protection", "street", "municipality_code")
        assert set(rows) == {("confidentiality_marking", "", "")}


def test_the_stricter_protection_counts(someone):
    kept = someone(protection="confidentiality_marking")
    merged = someone(protection="protected_registration")
    actions.merge(kept=kept, merged=merged, why="the same", by=None)
    assert Person.objects.get(pk=kept).protection == "protected_registration"


def test_a_registration_of_unique_fields_without_constraint(someone, monkeypatch):
    monkeypatch.setattr(merging, "_moves", {})
    merging.register("people.ContactChoice", "person", unique=("channel",))
    kept, merged = someone(), someone()
    for pk, channel in ((kept, "letter"), (merged, "letter"), (merged, "none")):
        actions.choose_contact(person=pk, channel=channel, by=None)
    actions.merge(kept=kept, merged=merged, why="the same", by=None)
    rows = ContactChoice.objects.order_by("pk").values_list("person_id", flat=True)
    assert list(rows) == [kept, merged, kept]


def test_derived_rows_are_left_to_their_area(someone, monkeypatch):
    monkeypatch.setattr(merging, "_moves", {})
    merging.register("people.ContactChoice", "person", derived=True)
    kept, merged = someone(), someone()
    actions.choose_contact(person=merged, channel="letter", by=None)
    actions.merge(kept=kept, merged=merged, why="the same", by=None)
    assert ContactChoice.objects.get().person_id == merged


texts = st.sampled_from(["", "Berg", "Ek"])
persons = st.fixed_dictionaries(
    {
        "given_name": texts,
        "family_name": texts,
        "born_year": st.sampled_from([None, 1949, 1950]),
        "sex": st.integers(0, 2),
        "municipality_code": st.sampled_from(["", "2480", "2482"]),
        "street": texts,
        "language": st.sampled_from(["", "sv"]),
        "interpreter": st.booleans(),
        "digital_identity": st.sampled_from([None, True, False]),
        "protection": st.sampled_from(["", "confidentiality_marking"]),
    }
)
claims = st.lists(
    st.tuples(st.sampled_from(["home_care", "care_home"]), st.booleans()), unique_by=lambda c: c[0]
)
records = st.tuples(persons, claims, st.booleans())


def made(record, someone) -> int:
    fields, groups, numbered = record
    if fields["protection"]:
        fields = fields | {"municipality_code": "", "street": ""}
    serial = 980 + Person.objects.count()
    numbers = [coordination_number("19490302", serial)] if numbered else []
    pk = someone(*numbers, born_on=None, **fields)
    for group, withdrawn in groups:
        claim = actions.claim_group(person=pk, group=group, source="own_declaration", by=None)
        if withdrawn:
            actions.withdraw_claim(claim=claim, by=None)
    return pk


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=records, other=records)
def test_merged_and_undone_is_as_before(one, other, someone):
    """But for an address that protection erased, which does not come back."""
    with transaction.atomic():
        kept, merged = made(one, someone), made(other, someone)
        before = state()
        done = actions.merge(kept=kept, merged=merged, why="the same", by=None)
        assert not Identity.objects.filter(person=merged).exists()
        actions.undo_merge(merge=done, by=None)
        if one[0]["protection"] == other[0]["protection"]:
            assert state() == before
        else:
            assert {p.protection for p in Person.objects.all()} == {"confidentiality_marking"}
        transaction.set_rollback(True)
