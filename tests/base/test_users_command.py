"""`vaksam user`."""

import json

import pytest
from typer.testing import CliRunner

from vaksam.base.models import AuditEntry, User
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.cli.users import app
from vaksam.core.errors import NotFound, Refused

PASSWORD = "long enough for a test"


def run(*arguments: str, said: str = ""):
    return CliRunner().invoke(app, arguments, input=said, catch_exceptions=False)


def test_add_reads_the_password_from_standard_input(db):
    result = run(
        "add",
        "anna",
        "--role",
        "region_coordinator",
        "--region",
        "24",
        "--password-stdin",
        said=f"{PASSWORD}\n",
    )
    assert result.exit_code == 0
    user = User.objects.get(username="anna")
    assert user.check_password(PASSWORD)
    assert scope_of(user).reaches("24", Role.REGION_COORDINATOR)
    assert AuditEntry.objects.filter(by=None, target=f"user:{user.pk}").count() == 2


def test_add_asks_for_the_password_and_does_not_show_it(db):
    result = run("add", "anna", "--role", "administrator", said=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("arguments", "password", "code"),
    [
        (("--role", "region_analyst"), PASSWORD, "region-needed"),
        (("--role", "administrator", "--region", "24"), PASSWORD, "region-not-wanted"),
        (("--role", "administrator"), "kort", "weak-password"),
    ],
)
def test_add_does_it_whole_or_not_at_all(db, arguments, password, code):
    with pytest.raises(Refused) as refusal:
        run("add", "anna", *arguments, "--password-stdin", said=password)
    assert refusal.value.code == code
    assert not User.objects.exists()


def test_add_refuses_a_name_that_is_taken(user_with):
    user_with(username="anna")
    with pytest.raises(Refused) as refusal:
        run("add", "anna", "--role", "administrator", "--password-stdin", said=PASSWORD)
    assert refusal.value.code == "bad-username"


def test_list(user_with):
    user_with(Role.NATIONAL_VIEWER, username="bo")
    user_with(Role.REGION_ANALYST, "24", username="anna")
    accounts = json.loads(run("list", "--format", "json").output)
    assert [account["username"] for account in accounts] == ["anna", "bo"]
    assert accounts[0]["roles"] == [{"role": "region_analyst", "region": "24"}]
    assert accounts[1]["roles"] == [{"role": "national_viewer", "region": None}]
    assert "region_analyst 24" in run("list").output


def test_roles(db):
    roles = json.loads(run("roles", "--format", "json").output)
    assert {role["role"] for role in roles} == set(Role)
    assert {role["role"] for role in roles if not role["needs_region"]} == {
        "national_viewer",
        "administrator",
    }
    assert "phone_agent" in run("roles").output


def test_whoever_the_provider_made_gets_a_role_and_loses_it(db):
    user = User.objects.create(username="oidc-1", oidc_issuer="https://a", oidc_subject="1")
    grant = ("oidc-1", "--role", "region_analyst", "--region", "24")
    assert run("grant", *grant).exit_code == 0
    assert scope_of(User.objects.get(pk=user.pk)).reaches("24", Role.REGION_ANALYST)
    with pytest.raises(NotFound):
        run("revoke", "oidc-1", "--role", "region_analyst", "--region", "01")
    assert run("revoke", *grant).exit_code == 0
    assert not scope_of(User.objects.get(pk=user.pk)).roles
    with pytest.raises(NotFound):
        run("revoke", *grant)
    told = AuditEntry.objects.filter(target=f"user:{user.pk}").order_by("id")
    assert [entry.action for entry in told] == ["role granted", "role revoked"]


def test_a_closed_account_is_signed_out_until_it_is_reopened(client, user_with):
    user = user_with(Role.REGION_COORDINATOR, "24", username="anna")
    client.force_login(user)
    assert run("close", "anna").exit_code == 0
    assert client.get("/accessibility/").wsgi_request.user.is_anonymous
    assert run("reopen", "anna").exit_code == 0
    client.force_login(User.objects.get(username="anna"))
    assert client.get("/accessibility/").wsgi_request.user.username == "anna"


def test_a_new_password_signs_out_and_is_as_strong_as_the_first(client, user_with):
    client.force_login(user_with(Role.REGION_COORDINATOR, "24", username="anna"))
    with pytest.raises(Refused):
        run("password", "anna", "--password-stdin", said="kort")
    assert run("password", "anna", "--password-stdin", said=f"{PASSWORD}\n").exit_code == 0
    assert User.objects.get(username="anna").check_password(PASSWORD)
    assert client.get("/today/").status_code == 302


def test_an_account_of_the_provider_gets_no_password(db):
    User.objects.create(username="oidc-1", oidc_issuer="https://a", oidc_subject="1")
    with pytest.raises(Refused) as refusal:
        run("password", "oidc-1", "--password-stdin", said=f"{PASSWORD}\n")
    assert refusal.value.code == "provider-account"
