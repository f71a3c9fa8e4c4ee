"""A version that is taken back was known until then, and the one before it holds again."""

from datetime import timedelta

import pytest

from tests.programmes.conftest import PROGRAMME, body
from vaksam.base import clock
from vaksam.core.errors import NotAllowed, Refused
from vaksam.programmes import actions, queries

pytestmark = pytest.mark.django_db
CODE = "region-24-week-18"
SAID = "2021-04-27T09:00:00+02:00"


@pytest.fixture
def version(shipped, author, checker) -> int:
    return in_force(author, checker)


def in_force(author, checker, **about) -> int:
    made = actions.draft_directive(body=body(announced_at=SAID, **about), by=author)
    actions.submit(version=made, by=author)
    actions.approve(version=made, by=checker)
    return made


def known(at=None) -> list[int]:
    said = queries.directives(programme=PROGRAMME, known_at=at or clock.now())
    return [each.version for each in said if each.code == CODE]


def has_rule(at=None) -> bool:
    rules = queries.rules(PROGRAMME, known_at=at).rules
    return any(each.code == "region-24-week-18-1957" for each in rules)


def test_it_was_known_until_it_was_taken_back(version, checker):
    before = clock.now()
    changed = queries.changed_at(PROGRAMME)
    assert known() == [1] and has_rule()
    actions.take_back(version=version, by=checker)
    assert known() == [] and not has_rule()
    assert known(before) == [1] and has_rule(before)
    assert queries.changed_at(PROGRAMME) > changed
    assert queries.directive(CODE).said is None
    assert queries.version(version).taken_back_at is not None
    with pytest.raises(Refused, match="no longer holds"):
        actions.take_back(version=version, by=checker)


def test_the_version_before_holds_again_and_a_newer_may_follow(version, author, checker):
    second = in_force(author, checker, review_on="2022-01-31")
    assert known() == [2]
    with pytest.raises(Refused, match="no longer holds"):
        actions.take_back(version=version, by=checker)
    actions.take_back(version=second, by=checker)
    assert known() == [1] and has_rule()
    in_force(author, checker, review_on="2022-02-28")
    assert known() == [3]


def test_only_what_is_in_force_and_by_those_who_may(version, author, checker, user_with):
    from vaksam.base.roles import Role

    with pytest.raises(NotAllowed):
        actions.take_back(version=version, by=user_with(Role.REGION_COORDINATOR, "01"))
    draft = actions.draft_directive(body=body(announced_at=SAID), by=author)
    with pytest.raises(Refused, match="by now"):
        actions.take_back(version=draft, by=author)
    assert known(clock.now() + timedelta(days=1)) == [1]
