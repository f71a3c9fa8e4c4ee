"""Directives take effect by files with two names, or by two persons in the pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction

from tests.programmes.conftest import PROGRAMME, body, national
from vaksam.base import clock
from vaksam.base.models import AuditEntry, OutboxEvent, User
from vaksam.base.roles import Role
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused
from vaksam.core.rules.files import to_toml
from vaksam.programmes import actions, queries
from vaksam.programmes.models import Directive, DirectiveVersion

pytestmark = [pytest.mark.usefixtures("shipped"), pytest.mark.django_db]
LETTER = "region-24-week-18"
RULE = "region-24-week-18-1957"
BEFORE, AFTER = datetime(2021, 4, 27, 6, tzinfo=UTC), datetime(2021, 4, 27, 8, tzinfo=UTC)


def file(name: str = "a.toml", **about: object) -> tuple[str, str]:
    return name, to_toml(body(**{"author": "A", "checker": "B"} | about))


def stored() -> list[tuple[str, int, str]]:
    rows = DirectiveVersion.objects.order_by("directive_id", "number")
    return list(rows.values_list("directive_id", "number", "state"))


def events() -> list[dict]:
    rows = OutboxEvent.objects.filter(name="programmes.directives_changed").order_by("pk")
    return list(rows.values_list("payload", flat=True))


def codes(known_at: datetime) -> set[str]:
    return {rule.code for rule in queries.rules(PROGRAMME, known_at=known_at).rules}


def refused(error: type[Refused], code: str, do: Callable, **values: object) -> None:
    before = stored(), events()
    with pytest.raises(error) as found:
        do(**values)
    assert found.value.code == code
    assert (stored(), events()) == before


# Files


def test_what_is_shipped_is_all_there_and_seeded_once():
    before = stored()
    assert len(before) > 20
    assert {(number, state) for _, number, state in before} == {(1, "approved")}
    actions.seed_programmes()
    assert stored() == before


def test_a_file_is_loaded_and_the_same_again_changes_nothing():
    loaded = actions.import_directives(files=[file()], by=None)
    assert (loaded.new, loaded.changed, loaded.unchanged) == (1, 0, 0)
    assert events()[-1] == {"programme": PROGRAMME, "region": "24"}
    before = stored()
    again = actions.import_directives(files=[file()], by=None)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert stored() == before
    assert AuditEntry.objects.filter(action="programmes.import_directives").count() == 3


def test_changed_content_is_a_new_version_and_the_old_one_stays():
    actions.import_directives(files=[file()], by=None)
    later = {"announced_at": "2021-04-28T09:00:00+02:00", "title": {"sv": "Ny", "en": "New"}}
    loaded = actions.import_directives(files=[file(**later)], by=None)
    assert (loaded.new, loaded.changed) == (0, 1)
    new, old = queries.versions(LETTER)
    assert (old.number, new.number) == (1, 2)
    assert old.body["directive"]["title"]["en"] == "Week 18"
    said = queries.directives(programme=PROGRAMME, known_at=AFTER)
    assert [each.title_en for each in said if each.code == LETTER] == ["Week 18"]
    said = queries.directives(programme=PROGRAMME, known_at=datetime(2021, 4, 29, tzinfo=UTC))
    assert [(each.title_en, each.version) for each in said if each.code == LETTER] == [("New", 2)]


def faults_of(*files: tuple[str, str]) -> list[tuple[str, str]]:
    """Sheet and code of each fault; nothing is changed."""
    before = stored(), events()
    with pytest.raises(BadFile) as error:
        actions.import_directives(files=files, by=None)
    assert (stored(), events()) == before
    return [(fault.sheet, fault.code) for fault in error.value.faults]


def test_one_bad_file_keeps_all_out_and_the_faults_of_all_are_told():
    bad = [file("b.toml", review_on="soon"), ("c.toml", "no toml")]
    assert faults_of(file(), *bad) == [("b.toml", "not-as-the-schema"), ("c.toml", "not-toml")]
    contradicts = file("d.toml", code="other")  # its rule has the code of the first one's
    assert [code for _, code in faults_of(file(), contradicts)] == ["code-twice"]


def test_a_new_version_is_announced_no_earlier_than_the_one_before():
    actions.import_directives(files=[file()], by=None)
    earlier = file(announced_at="2021-04-27T08:59:59+02:00")
    assert faults_of(earlier) == [("", "announced-earlier")]
    same_moment = file(review_on="2022-01-31")
    assert actions.import_directives(files=[same_moment], by=None).changed == 1


def test_a_directive_stays_in_its_programme_and_region():
    actions.import_directives(files=[file()], by=None)
    assert faults_of(file(region="01")) == [("", "moved")]


def test_one_person_is_not_two():
    assert faults_of(file(checker="A")) == [(LETTER, "one-person")]


def test_warnings_are_told_and_let_pass():
    loaded = actions.import_directives(files=[file(effective_from="2021-04-26")], by=None)
    assert [fault.code for fault in loaded.warnings] == ["announced-late"]


# The pages


def test_two_persons_bring_a_directive_into_effect(author: User, checker: User):
    before = len(events())
    version = actions.draft_directive(body=body(), by=author)
    assert (queries.version(version).state, queries.version(version).author) == ("draft", "astrid")
    actions.submit(version=version, by=author)
    assert [each.id for each in queries.open_versions(regions=["24"])] == [version]
    assert len(events()) == before
    assert RULE not in codes(AFTER)
    actions.approve(version=version, by=checker)
    found = queries.version(version)
    assert (found.state, found.author, found.checker) == ("approved", "astrid", "birger")
    assert found.body["directive"]["checker"] == "birger"
    assert events()[before:] == [{"programme": PROGRAMME, "region": "24"}]
    assert queries.open_versions() == []
    said = AuditEntry.objects.filter(target=LETTER).order_by("pk").values_list("action", flat=True)
    assert list(said) == [
        "programmes.draft_directive", "programmes.submit", "programmes.approve",
    ]  # fmt: skip


@pytest.fixture
def submitted(author: User) -> int:
    version = actions.draft_directive(body=body(), by=author)
    actions.submit(version=version, by=author)
    return version


def test_the_author_does_not_approve_not_even_signed_in_anew(submitted: int, author: User):
    renamed = User.objects.get(pk=author.pk)
    renamed.first_name = "Astrid-Maria"
    renamed.save()
    for same in (author, User.objects.get(pk=author.pk)):
        refused(Refused, "own-work", actions.approve, version=submitted, by=same)


def test_nor_somebody_of_the_same_name(submitted: int, user_with: Callable):
    other = user_with(Role.REGION_COORDINATOR, username="twin")
    other.first_name = "astrid"
    other.save()
    refused(Refused, "own-work", actions.approve, version=submitted, by=other)


def test_whoever_changes_a_draft_is_its_author(submitted: int, author: User, checker: User):
    actions.return_draft(version=submitted, comment="Wrong year", by=checker)
    actions.change_draft(version=submitted, body=body(review_on="2022-01-31"), by=checker)
    actions.submit(version=submitted, by=checker)
    refused(Refused, "own-work", actions.approve, version=submitted, by=checker)
    actions.approve(version=submitted, by=author)


def test_the_database_holds_to_two_persons(submitted: int, author: User):
    row = DirectiveVersion.objects.filter(pk=submitted)
    for signed in ({"checker_name": ""}, {"checker_name": "astrid"}):
        with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
            row.update(state="approved", approved_at=AFTER, **signed)
    with pytest.raises(IntegrityError, match="two_accounts"), transaction.atomic():
        row.update(checker=author)


OTHERS = [
    (role, region) for role in Role for region in ("24", "01")
    if (role, region) != (Role.REGION_COORDINATOR, "24")
    and role is not Role.ADMINISTRATOR
]  # fmt: skip


@pytest.mark.parametrize(("role", "region"), [*OTHERS, (None, "24")])
def test_roles_that_may_not(submitted: int, user_with: Callable, role, region):
    by = user_with(role, region, username="other")
    for do in (actions.approve, actions.withdraw, actions.submit):
        refused(NotAllowed, "not-your-directive", do, version=submitted, by=by)
    refused(
        NotAllowed, "not-your-directive", actions.return_draft,
        version=submitted, comment="No", by=by,
    )  # fmt: skip
    for said in (body(), national()):
        refused(NotAllowed, "not-your-directive", actions.draft_directive, body=said, by=by)


def test_national_ones_are_written_by_administrators(author: User, user_with: Callable):
    said = national(code="fohm-week-18")
    refused(NotAllowed, "not-your-directive", actions.draft_directive, body=said, by=author)
    one, two = (user_with(Role.ADMINISTRATOR, username=name) for name in ("cajsa", "david"))
    version = actions.draft_directive(body=said, by=one)
    actions.submit(version=version, by=one)
    refused(NotAllowed, "not-your-directive", actions.approve, version=version, by=author)
    actions.approve(version=version, by=two)
    assert queries.directive("fohm-week-18").said.region == ""


def test_a_version_is_given_back_with_a_word(submitted: int, author: User, checker: User):
    refused(Refused, "needs-comment", actions.return_draft, version=submitted, comment=" ",
            by=checker)  # fmt: skip
    actions.return_draft(version=submitted, comment="Wrong year", by=checker)
    found = queries.version(submitted)
    assert (found.state, found.comment) == ("draft", "Wrong year")
    refused(Refused, "not-in-that-state", actions.approve, version=submitted, by=checker)
    moved = body(code="another")
    refused(Refused, "moved", actions.change_draft, version=submitted, body=moved, by=author)


def test_what_is_withdrawn_or_approved_is_closed(submitted: int, author: User, checker: User):
    actions.withdraw(version=submitted, by=author)
    for do in (actions.approve, actions.withdraw, actions.submit):
        refused(Refused, "not-in-that-state", do, version=submitted, by=checker)
    anew = actions.draft_directive(body=body(), by=author)
    assert queries.version(anew).number == 2
    actions.submit(version=anew, by=author)
    actions.approve(version=anew, by=checker)
    for do in (actions.approve, actions.withdraw):
        refused(Refused, "not-in-that-state", do, version=anew, by=checker)


def test_one_version_in_work_at_a_time(submitted: int, author: User, checker: User):
    refused(Refused, "in-work", actions.draft_directive, body=body(), by=checker)
    with pytest.raises(IntegrityError, match="one_open_version"), transaction.atomic():
        row = DirectiveVersion.objects.get(pk=submitted)
        row.pk, row.number = None, 9
        row.save()


def test_a_draft_is_refused_with_every_fault(author: User):
    for said in ({}, {"directive": "a"}, body(effective_from="soon")):
        with pytest.raises(BadFile):
            actions.draft_directive(body=said, by=author)
    contradicts = body(code="other")
    contradicts["rule"][0]["code"] = "region-24-lss"  # another rule's
    with pytest.raises(BadFile) as error:
        actions.draft_directive(body=contradicts, by=author)
    assert [fault.code for fault in error.value.faults] == ["code-twice"]
    said = body(programme="covid-20")
    refused(NotFound, "unknown-programme", actions.draft_directive, body=said, by=author)
    assert not Directive.objects.filter(code__in=[LETTER, "other"]).exists()


def test_what_took_effect_meanwhile_is_looked_at_again(submitted: int, checker: User):
    other = body(code="other", author="A", checker="B")
    actions.import_directives(files=[("b.toml", to_toml(other))], by=None)  # the same rule
    with pytest.raises(BadFile) as error:
        actions.approve(version=submitted, by=checker)
    assert [fault.code for fault in error.value.faults] == ["code-twice"]
    assert queries.version(submitted).state == "submitted"


def test_a_draft_does_not_reach_back_behind_the_version_it_changes(author: User, checker: User):
    """What was known at a moment would be another than it was."""
    actions.import_directives(files=[file()], by=None)
    earlier = body(announced_at="2021-04-01T09:00:00+02:00")
    version = actions.draft_directive(body=earlier, by=author)
    with pytest.raises(BadFile) as error:
        actions.submit(version=version, by=author)
    assert [fault.code for fault in error.value.faults] == ["announced-earlier"]


def test_a_draft_that_a_file_overtook_is_not_approved(submitted: int, checker: User):
    """It would be in force by its state, and never by its number."""
    actions.import_directives(files=[file()], by=None)
    refused(Refused, "overtaken", actions.approve, version=submitted, by=checker)


# What was in force, as known at a moment


def test_a_rule_is_known_from_its_announcement(submitted: int, checker: User):
    assert RULE not in codes(AFTER)
    actions.approve(version=submitted, by=checker)
    assert RULE not in codes(BEFORE)
    assert RULE in codes(AFTER)
    rule = queries.rules(PROGRAMME, known_at=AFTER).rule(RULE)
    assert (rule.region, rule.directive) == ("24", LETTER)


def test_what_was_announced_ahead_comes_to_be_known_when_its_moment_comes(
    submitted: int, checker: User, monkeypatch: pytest.MonkeyPatch
):
    """Nothing in the tables changes then."""
    actions.approve(version=submitted, by=checker)
    for now, known in ((BEFORE, False), (AFTER, True), (BEFORE, False)):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert (RULE in {rule.code for rule in queries.rules(PROGRAMME).rules}) == known


def test_rules_that_did_not_change_are_asked_for_with_one_query(django_assert_num_queries):
    queries.rules(PROGRAMME, known_at=AFTER)
    with django_assert_num_queries(1):
        warm = queries.rules(PROGRAMME, known_at=AFTER)
    import_module("vaksam.programmes.queries.programmes").forget()
    with django_assert_num_queries(6):
        cold = queries.rules(PROGRAMME, known_at=AFTER)
    assert warm == cold


def test_a_programme_that_is_not_there():
    with pytest.raises(NotFound, match="covid-19-2021"):
        queries.rules("covid-19-2020", known_at=AFTER)
