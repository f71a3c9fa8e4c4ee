"""Roles, and how far they reach."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from vaksam.base import actions
from vaksam.base.models import RoleAssignment
from vaksam.base.roles import NATIONAL, REGIONAL, Role
from vaksam.base.scope import NOBODY, Scope, ScopedQuerySet, requires, scope_of
from vaksam.core.errors import NotAllowed, Refused


class Assignments(ScopedQuerySet[RoleAssignment]):
    region_path = "region_code"


class AnalystsOnly(Assignments):
    roles = (Role.REGION_ANALYST,)


def assign(user, role, region_code, venue_id=None):
    return RoleAssignment.objects.create(
        user=user,
        role=role,
        region_code=region_code,
        venue_id=venue_id,
        granted_at="2021-01-01T00:00Z",
    )


def test_anonymous_and_deactivated_reach_nothing(user_with):
    former = user_with(Role.ADMINISTRATOR)
    former.is_active = False
    assert scope_of(AnonymousUser()) == scope_of(former) == NOBODY
    assert not NOBODY.reaches("24")


def test_a_regional_role_reaches_its_region(user_with):
    scope = scope_of(user_with(Role.REGION_COORDINATOR, "24"))
    assert scope.has(Role.REGION_COORDINATOR, Role.ADMINISTRATOR)
    assert not scope.has(Role.ADMINISTRATOR)
    assert scope.regions == {"24"}
    assert scope.reaches("24") and not scope.reaches("01")


def test_a_national_role_reaches_all(user_with):
    scope = scope_of(user_with(Role.NATIONAL_VIEWER))
    assert scope.regions is None and scope.reaches("24")


def test_a_role_reaches_no_further_through_another(user_with):
    user = user_with(Role.REGION_COORDINATOR, "24")
    assign(user, Role.VENUE_STAFF, "01")
    scope = scope_of(user)
    assert scope.reaches("01")
    assert not scope.reaches("01", Role.REGION_COORDINATOR)
    assert scope.reaches("01", Role.VENUE_STAFF, Role.REGION_COORDINATOR)


def test_costs_one_query(user_with, django_assert_num_queries):
    user = user_with(Role.REGION_ANALYST)
    with django_assert_num_queries(1):
        assert scope_of(user) is scope_of(user)


grants = st.frozensets(
    st.tuples(st.sampled_from(sorted(REGIONAL)), st.sampled_from(["01", "24", "25"]))
    | st.tuples(st.sampled_from(sorted(NATIONAL)), st.none())
)


@given(grants, st.sampled_from(["01", "24", "25"]))
def test_reaches_exactly_what_was_granted(given_grants, region_code):
    regions = {code for _, code in given_grants}
    scope = Scope(
        roles=frozenset(role for role, _ in given_grants),
        regions=None if None in regions else frozenset(regions),
        grants=given_grants,
    )
    for role in Role:
        expected = (role, region_code) in given_grants or (role, None) in given_grants
        assert scope.reaches(region_code, role) == expected
    assert scope.reaches(region_code) == any(scope.reaches(region_code, role) for role in Role)


def test_rows_are_seen_as_far_as_the_scope_goes(user_with):
    west, capital = user_with(Role.REGION_COORDINATOR, "24"), user_with(Role.VENUE_STAFF, "01")
    viewer = user_with(Role.NATIONAL_VIEWER)
    rows = Assignments(RoleAssignment)
    assert {row.user for row in rows.visible_to(scope_of(west))} == {west}
    assert {row.user for row in rows.visible_to(scope_of(viewer))} == {west, capital, viewer}
    assert not rows.visible_to(NOBODY)
    assert not AnalystsOnly(RoleAssignment).visible_to(scope_of(viewer))


@pytest.mark.parametrize(
    ("role", "region_code", "venue_id"),
    [
        (Role.NATIONAL_VIEWER, "24", None),
        (Role.ADMINISTRATOR, "24", None),
        (Role.REGION_COORDINATOR, None, None),
        (Role.REGION_ANALYST, "", None),
        (Role.PHONE_AGENT, "2x", None),
        (Role.VENUE_STAFF, None, 1),
        (Role.REGION_ANALYST, "24", 1),
        ("queen", "24", None),
    ],
)
def test_the_database_refuses_roles_that_do_not_fit(user_with, role, region_code, venue_id):
    with pytest.raises(IntegrityError), transaction.atomic():
        assign(user_with(), role, region_code, venue_id)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_once(user_with, role):
    user = user_with(role)
    with pytest.raises(IntegrityError), transaction.atomic():
        assign(user, role, None if role in NATIONAL else "24")


class TestRequires:
    @staticmethod
    @requires(Role.REGION_COORDINATOR)
    def view(request):
        return HttpResponse("in")

    @staticmethod
    @requires()
    def any_role(request):
        return HttpResponse("in")

    def ask(self, rf, user, view):
        request = rf.get("/plan?week=15")
        request.user = user
        return view(request)

    def test_sends_anonymous_to_sign_in_and_back(self, rf):
        answer = self.ask(rf, AnonymousUser(), self.view)
        assert answer.status_code == 302
        assert answer.url.endswith("/sign-in/?next=/plan%3Fweek%3D15")

    def test_lets_the_role_in(self, rf, user_with):
        assert self.ask(rf, user_with(Role.REGION_COORDINATOR), self.view).content == b"in"

    def test_refuses_other_roles(self, rf, user_with):
        with pytest.raises(PermissionDenied):
            self.ask(rf, user_with(Role.ADMINISTRATOR), self.view)

    def test_without_names_wants_some_role(self, rf, user_with):
        assert self.ask(rf, user_with(Role.PHONE_AGENT), self.any_role).content == b"in"
        with pytest.raises(PermissionDenied):
            self.ask(rf, user_with(), self.any_role)


class TestGranting:
    def test_is_seen_at_once_and_audited(self, user_with):
        boss, user = user_with(Role.ADMINISTRATOR), user_with()
        assert not scope_of(user).roles
        held = actions.grant_role(user=user, role=Role.REGION_ANALYST, region_code="24", by=boss)
        assert scope_of(user).reaches("24", Role.REGION_ANALYST)
        actions.revoke_role(assignment=held, by=boss)
        assert not scope_of(user).roles

    def test_is_for_administrators(self, user_with):
        user = user_with(Role.REGION_COORDINATOR)
        with pytest.raises(NotAllowed):
            actions.grant_role(user=user, role=Role.ADMINISTRATOR, region_code=None, by=user)

    @pytest.mark.parametrize(
        ("role", "region_code", "code"),
        [
            (Role.ADMINISTRATOR, "24", "region-not-wanted"),
            (Role.REGION_ANALYST, None, "region-needed"),
            (Role.REGION_ANALYST, "Skåne", "bad-region"),
        ],
    )
    def test_says_what_is_wrong(self, user_with, role, region_code, code):
        with pytest.raises(Refused) as refusal:
            actions.grant_role(user=user_with(), role=role, region_code=region_code, by=None)
        assert refusal.value.code == code

    def test_twice_is_refused(self, user_with):
        user = user_with(Role.REGION_ANALYST)
        with pytest.raises(Refused) as refusal:
            actions.grant_role(user=user, role=Role.REGION_ANALYST, region_code="24", by=None)
        assert refusal.value.code == "role-held"
