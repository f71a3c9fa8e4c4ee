"""`vaksam user`: who may sign in, and what they may reach."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vaksam.base import actions, queries
from vaksam.base.roles import NATIONAL, Role

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Accounts and roles.")


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


AsFormat = Annotated[Format, typer.Option("--format", help="How to print it.")]


NameArgument = Annotated[str, typer.Argument(help="The user name to sign in with.")]
RoleOption = Annotated[Role, typer.Option(help="What the person may do; see `vaksam user roles`.")]
RegionOption = Annotated[
    str | None, typer.Option(help="The region's code, such as 24, for a regional role.")
]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.command()
def add(
    name: NameArgument,
    role: RoleOption,
    region: RegionOption = None,
    password_stdin: StdinOption = False,
) -> None:
    """Add an account with one role. The password is asked for, or read from standard input."""
    password = _password(password_stdin)
    actions.add_user_with_role(
        username=name, password=password, role=role, region_code=region, by=None
    )
    typer.echo(f"{name} may sign in as {_told(role, region)}.")


@app.command()
def grant(name: NameArgument, role: RoleOption, region: RegionOption = None) -> None:
    """Give an account one more role, as one that was made by the identity provider."""
    user = queries.user_named(name)
    actions.grant_role(user=user, role=role, region_code=region, by=None)
    typer.echo(f"{name} is {_told(role, region)}.")


@app.command()
def revoke(name: NameArgument, role: RoleOption, region: RegionOption = None) -> None:
    """Take a role back."""
    held = queries.role_held(queries.user_named(name), role, region)
    actions.revoke_role(assignment=held, by=None)
    typer.echo(f"{name} is no longer {_told(role, region)}.")


@app.command()
def password(name: NameArgument, password_stdin: StdinOption = False) -> None:
    """Give an account a new password; who is signed in with the old one is signed out."""
    user = queries.user_named(name)
    actions.set_password(user=user, password=_password(password_stdin), by=None)
    typer.echo(f"{name} has a new password.")


@app.command()
def close(name: NameArgument) -> None:
    """Let nobody sign in with an account; who is signed in is signed out."""
    actions.close_account(user=queries.user_named(name), by=None)
    typer.echo(f"{name} can no longer sign in.")


@app.command()
def reopen(name: NameArgument) -> None:
    """Take back that an account was closed; its roles are as they were."""
    actions.reopen_account(user=queries.user_named(name), by=None)
    typer.echo(f"{name} can sign in again.")


@app.command("list")
def list_accounts(format: AsFormat = Format.TABLE) -> None:
    """List accounts and their roles."""
    accounts = queries.accounts()
    if format is Format.JSON:
        told = [_as_json(account) for account in accounts]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print_accounts(accounts)


@app.command()
def roles(format: AsFormat = Format.TABLE) -> None:
    """List the roles that can be given."""
    known = [
        {"role": role.value, "name": str(role.label), "needs_region": role not in NATIONAL}
        for role in Role
    ]
    if format is Format.JSON:
        typer.echo(json.dumps(known, ensure_ascii=False, indent=2))
        return
    table = Table("Role", "Name", "Needs --region")
    for each in known:
        table.add_row(str(each["role"]), str(each["name"]), "yes" if each["needs_region"] else "")
    Console().print(table)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _told(role: Role, region: str | None) -> str:
    return f"{role} in region {region}" if region else str(role)


def _as_json(account: queries.Account) -> dict[str, object]:
    return {
        "username": account.username,
        "active": account.is_active,
        "signs_in_by": account.signs_in_by,
        "roles": [{"role": role, "region": region} for role, region in account.roles],
    }


def _print_accounts(accounts: list[queries.Account]) -> None:
    table = Table("User", "Active", "Signs in by", "Roles")
    for account in accounts:
        held = [f"{role} {region or ''}".strip() for role, region in account.roles]
        table.add_row(
            account.username,
            "yes" if account.is_active else "no",
            account.signs_in_by,
            ", ".join(held) or "none",
        )
    Console().print(table)
