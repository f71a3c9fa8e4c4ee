"""`vaksam user`."""

import json

import pytest
from typer.testing import CliRunner

from vaksam.base.models import AuditEntry, User
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.cli.users import app
from vaksam.core.errors import Refused

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
