"""Suspected side effects: what may be noted, new versions, the report, and handing over."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.core.letters.test_letters import pages
from tests.support import region
from vaksam.base import clock, outbox
from vaksam.base.models import AccessEntry, AuditEntry
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.clinic.actions.reactions import correct_reaction, hand_over, note_reaction
from vaksam.clinic.models import Reaction
from vaksam.clinic.queries import reactions as queries
from vaksam.core.clinic import reaction_form
from vaksam.core.clinic import reactions as core
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused
from vaksam.eligibility import queries as eligibility
from vaksam.people.models import GroupClaim
from vaksam.records import actions as records

MORNING = region.MORNING
GIVEN = MORNING - timedelta(hours=2)
PROGRAMME = "covid-19-2021"
REPORT = core.Report(
    number=7, version=1, noted_at=MORNING, sender="Region Västerbotten", initials="KB",
    born_on=date(1949, 3, 2), sex=2, product="Comirnaty", lot="EP2163", given_on=date(2021, 4, 13),
    given_at=GIVEN, dose_number=1, site="vänster överarm", began_at=GIVEN + timedelta(minutes=10),
    terms=("urticaria",), text="Utslag på armarna", outcome="recovering", reporter_name="Anna Ek",
    reporter_title="sjuksköterska",
)  # fmt: skip


# The report


def but(**about: Any) -> core.Report:
    from dataclasses import replace

    return replace(REPORT, **about)


def test_the_words_are_whole():
    words = core.words()
    assert set(words.criteria) == {"death", "life_threatening", "hospital", "disabling",
                                   "congenital", "important"}  # fmt: skip
    assert [each.element for each in words.criteria.values()] == [f"E.i.3.2{x}" for x in "abcdef"]
    assert sorted(each.number for each in words.outcomes.values()) == [0, 1, 2, 3, 4, 5]
    assert {core.ANAPHYLAXIS, core.OTHER} <= set(words.terms)


def test_every_fault_of_the_file_is_told():
    content = """author = "–"\nchecker = "–"\nvalid_from = 2021-01-01\nreview_on = 2027-01-01
source = "–"
[[term]]\ncode = "a"\nname = {sv = "A", en = ""}
[[term]]\ncode = "a"\nname = {sv = "A", en = "A"}
[[criterion]]\ncode = "b"\nelement = "X"\nname = {sv = "B", en = "B"}
[[outcome]]\ncode = "c"\nnumber = 9\nname = {sv = "C", en = "C"}
"""
    with pytest.raises(BadFile) as error:
        core.read(content, file_name="f")
    codes = {fault.code for fault in error.value.faults}
    assert codes == {"twice", "no-name", "no-element", "no-number"}


@pytest.mark.parametrize(
    ("about", "lacking"),
    [
        ({}, ()),
        ({"initials": "", "born_on": None, "sex": 0}, ("patient",)),
        ({"initials": "", "born_on": None}, ()),  # the sex tells
        ({"reporter_name": ""}, ("reporter",)),
        ({"product": "", "lot": ""}, ("product",)),
        ({"lot": ""}, ("lot",)),
        ({"terms": (), "text": ""}, ("reaction",)),
        ({"terms": ("other",), "text": ""}, ("reaction",)),
        ({"terms": (), "text": "", "anaphylaxis": True}, ()),
    ],
)
def test_what_the_agency_needs(about, lacking):
    assert core.lacks(but(**about)) == lacking


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({}, ""),
        ({"outcome": "fatal"}, "fatal"),
        ({"seriousness": ("death",)}, "fatal"),
        ({"outcome": "fatal", "seriousness": ("death",)}, ""),
        ({"began_at": GIVEN - timedelta(minutes=1)}, "before-dose"),
        ({"given_at": None, "began_at": GIVEN - timedelta(days=1)}, "before-dose"),
        ({"given_at": None, "began_at": GIVEN - timedelta(minutes=1)}, ""),
        ({"anaphylaxis": True}, "anaphylaxis-is-serious"),
        ({"terms": ("anaphylaxis",), "seriousness": ("hospital",)}, ""),
    ],
)
def test_two_things_that_do_not_go_together(about, said):
    assert core.disagrees(but(**about)) == said


def test_the_elements_of_a_report():
    told = core.structured(but(anaphylaxis=True, seriousness=("life_threatening",)))
    assert told["D"] == {"D.1": "KB", "D.2.2a": 72, "D.2.2b": "a", "D.5": "2"}
    first, second = told["E.i"]
    assert (first["E.i.1.2"], second["E.i.1.2"]) == ("Anaphylactic reaction", "Urticaria")
    assert first["E.i.3.2b"] is True and "E.i.3.2a" not in first
    assert (first["E.i.4"], first["E.i.7"], first["E.i.9"]) == ("202104130540+0200", "2", "SE")
    (vaccine,) = told["G.k"]
    assert (vaccine["G.k.1"], vaccine["G.k.2.2"]) == ("1", "Comirnaty")
    assert vaccine["G.k.4.r"][0]["G.k.4.r.7"] == "EP2163"
    assert told["C"]["C.1.1"] == "SE-VAKSAM-7" and told["H"] == {"H.1": "Utslag på armarna"}
    assert "E.i.2.1b" not in json.dumps(told)  # no MedDRA codes are claimed


def test_a_protected_identity_is_masked():
    told = core.structured(but(hidden=True, initials=""))
    assert told["D"]["D.1"] == "MSK"
    assert ("Initialer", "skyddad identitet") in reaction_form.parts(
        but(hidden=True, initials=""), "sv"
    )[1][1]


CODES = core.words()


@given(
    st.lists(st.sampled_from(sorted(CODES.terms)), unique=True, max_size=5),
    st.lists(st.sampled_from(sorted(CODES.criteria)), unique=True),
    st.sampled_from(sorted(CODES.outcomes)), st.booleans(), st.text(max_size=40),
    st.sampled_from(["sv", "en"]),
)  # fmt: skip
def test_every_report_can_be_written_down(terms, criteria, outcome, anaphylaxis, text, language):
    report = but(terms=tuple(terms), seriousness=tuple(criteria), outcome=outcome,
                 anaphylaxis=anaphylaxis, text=text)  # fmt: skip
    told = json.loads(reaction_form.as_json(report, language=language))
    assert {each["term"] for each in told["E.i"]} == set(report.all_terms) or not report.all_terms
    assert all(each["E.i.1.1a"] for each in told["E.i"])
    for each in told["E.i"]:
        assert sum(name.startswith("E.i.3.2") for name in each) == len(criteria)
    assert all(value for _, rows in reaction_form.parts(report, language) for _, value in rows)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_form_is_a_page_that_can_be_read_aloud(language):
    pdf = reaction_form.as_pdf(but(text='#strong[x] "q" \\ <a>'), language=language)
    assert pages(pdf) == 1 and b"pdfuaid:part" in pdf and f"/Lang({language})".encode() in pdf


# Actions and queries


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[region.Made]:
    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield region.fill(region.account)
        transaction.set_rollback(True)


@pytest.fixture
def made(_filled: region.Made, db: None, monkeypatch: pytest.MonkeyPatch) -> region.Made:
    region.stand(monkeypatch)
    return _filled


@pytest.fixture
def staff(made: region.Made, user_with: Callable[..., Any]) -> Any:
    return user_with(Role.VENUE_STAFF)


@pytest.fixture
def dose(made: region.Made) -> int:
    return records.register(
        person=made.due, product="comirnaty", lot="EP2163", given_on=date(2021, 4, 13),
        given_at=GIVEN, source="venue", dose_number=1, site="left_arm", by=None,
    )  # fmt: skip


def note(person: int, dose: int | None, **about: Any) -> int:
    told = {"began_at": GIVEN + timedelta(minutes=10), "terms": ["urticaria"], "by": None,
            "reporter_name": "Anna Ek"}  # fmt: skip
    return note_reaction(person=person, vaccination=dose, **told | about)


def code_of(call: Callable[[], object]) -> str:
    before = Reaction.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused) as error, transaction.atomic():
        call()
    assert (Reaction.objects.count(), AuditEntry.objects.count()) == before
    return error.value.code


def test_noted_as_told(made, dose, staff):
    pk = note(made.due, dose, by=staff, text=" Utslag ", outcome="recovered")
    (view,) = queries.reactions(made.due)
    assert (view.id, view.version, view.newest, view.lacks) == (pk, 1, True, ())
    assert (view.report.lot, view.report.initials, view.report.text) == ("EP2163", "KB", "Utslag")
    assert (view.noted_by, view.handed_over_at) == (staff.username, None)
    assert view.report.sender == "Västerbotten" or "Västerbotten" in view.report.sender
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details) == ("clinic.note_reaction", {"reaction": pk, "version": 1})


def test_anaphylaxis_leads_later_doses_to_a_hospital(made, dose, staff):
    assert not eligibility.stored(PROGRAMME, [made.due])[made.due].hospital
    note(made.due, dose, anaphylaxis=True, seriousness=["life_threatening"], by=staff)
    claim = GroupClaim.objects.get(person=made.due, group="anaphylaxis")
    assert claim.source == "health_record" and claim.legal_basis
    outbox.deliver_due()
    eligibility.forget()
    assert eligibility.stored(PROGRAMME, [made.due])[made.due].hospital
    note(made.due, dose, terms=["anaphylaxis"], seriousness=["hospital"])  # known already
    assert GroupClaim.objects.filter(person=made.due, group="anaphylaxis").count() == 1


def test_what_is_refused(made, dose, monkeypatch):
    def noted(**about: Any) -> str:
        return code_of(lambda: note(made.due, about.pop("dose", dose), **about))

    assert noted(began_at=MORNING + timedelta(hours=1)) == "future"
    assert noted(began_at=GIVEN - timedelta(hours=1)) == "before-dose"
    assert noted(terms=["nonsense"]) == "bad-choice"
    assert noted(outcome="well") == "bad-choice"
    assert noted(seriousness=["bad"]) == "bad-choice"
    assert noted(terms=[]) == "lacks-reaction"
    assert noted(reporter_name=" ") == "lacks-reporter"
    assert noted(anaphylaxis=True) == "anaphylaxis-is-serious"
    assert noted(outcome="fatal") == "fatal"
    assert noted(dose=10**9) == "no-such-dose"
    other = records.register(person=made.soon, product="comirnaty", given_on=date(2021, 4, 1),
                             source="paper", by=None)  # fmt: skip
    assert noted(dose=other) == "no-such-dose"


def test_a_new_version_keeps_the_old_and_is_handed_over_anew(made, dose, staff):
    first = note(made.due, dose)
    hand_over(reaction=first, by=staff)
    hand_over(reaction=first, by=staff)  # once
    second = correct_reaction(reaction=first, by=staff, outcome="recovered")
    new, old = queries.reactions(made.due)
    assert (new.id, new.version, new.first, new.newest) == (second, 2, first, True)
    assert (old.newest, old.handed_over_by) == (False, staff.username)
    assert (new.handed_over_at, new.handed_before) == (None, True)
    assert new.report.number == old.report.number == first
    for call in (
        lambda: correct_reaction(reaction=first, by=staff, outcome="unknown"),
        lambda: hand_over(reaction=first, by=staff),
    ):
        assert code_of(call) == "corrected-meanwhile"
    same = lambda: correct_reaction(reaction=second, by=staff, outcome="recovered")  # noqa: E731
    assert code_of(same) == "no-change"


def test_without_a_dose_or_a_lot_it_cannot_be_handed_over(made, dose, staff):
    loose = note(made.due, None)
    assert code_of(lambda: hand_over(reaction=loose, by=staff)) == "lacks-product"
    paper = records.register(person=made.due, product="comirnaty", given_on=date(2021, 3, 1),
                             source="paper", by=None)  # fmt: skip
    pk = note(made.due, paper)
    assert code_of(lambda: hand_over(reaction=pk, by=staff)) == "lacks-lot"
    records.correct(vaccination=paper, lot="EP0001", why="Lappen hittades", by=None)
    hand_over(reaction=pk, by=staff)  # the dose as it stands now
    assert queries.reaction(made.due, pk).report.lot == "EP0001"


def test_who_may(made, dose, user_with):
    agent, stranger = user_with(Role.PHONE_AGENT), user_with(Role.VENUE_STAFF, "01")
    pk = note(made.due, dose, by=agent)  # somebody calls and tells
    with pytest.raises(NotAllowed):
        hand_over(reaction=pk, by=agent)
    with pytest.raises(NotFound):
        note(made.due, dose, by=stranger)
    with pytest.raises(NotFound):
        hand_over(reaction=pk, by=stranger)
    for by in (agent, stranger):
        with pytest.raises(NotAllowed):
            queries.of_region("24", scope=scope_of(by))


def test_the_regions_list_has_those_that_wait_first(made, dose, staff):
    handed, waiting = note(made.due, dose), note(made.soon, None)
    hand_over(reaction=handed, by=staff)
    old = note(made.soon, None, terms=["fever"])
    new = correct_reaction(reaction=old, by=staff, terms=["chills"])
    rows = queries.of_region("24", scope=scope_of(staff), path="/people/reactions/")
    assert [each.id for each in rows][-1] == handed and {each.id for each in rows} == {
        handed, waiting, new
    }  # fmt: skip
    only = queries.of_region("24", scope=scope_of(staff), waiting=True)
    assert {each.id for each in only} == {waiting, new}
    entry = AccessEntry.objects.filter(action="clinic.reactions").latest("pk")
    assert (entry.subject_id, entry.reason) == ("24", "hits=2")


def test_files_are_logged(made, dose, staff):
    pk = note(made.due, dose)
    scope = scope_of(staff)
    name, pdf = queries.file(made.due, pk, kind="pdf", language="sv", scope=scope, path="/x")
    assert name == f"biverkning-{pk}-1.pdf" and pdf.startswith(b"%PDF")
    _, content = queries.file(made.due, pk, kind="json", language="sv", scope=scope, path="/x")
    assert json.loads(content)["D"]["D.1"] == "KB"
    seen = AccessEntry.objects.filter(subject_id=str(made.due)).values_list("action", flat=True)
    assert {"people.open", "clinic.reaction_pdf", "clinic.reaction_json"} <= set(seen)
    with pytest.raises(NotFound):
        queries.file(made.soon, pk, kind="pdf", language="sv", scope=scope)


def test_at_a_merge_they_follow_the_person(made, dose, user_with):
    from vaksam.people import actions as people

    pk = note(made.due, dose)
    boss = user_with(Role.REGION_COORDINATOR)
    people.merge(kept=made.alike, merged=made.due, why="Samma person", by=boss)
    assert [each.id for each in queries.reactions(made.alike)] == [pk]
    correct_reaction(reaction=pk, by=boss, outcome="recovered")


def test_moments_are_written_with_their_zone():
    assert clock.SWEDEN.key == core.SWEDEN.key
    told = core.structured(but(began_at=datetime(2021, 4, 13, 22, 30, tzinfo=UTC)))
    assert told["E.i"][0]["E.i.4"] == "202104140030+0200"
