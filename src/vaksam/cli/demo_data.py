"""What `vaksam demo` adds: an account for every role, and figures to show."""

import os
import secrets
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.markup import escape

from vaksam.base import actions as base
from vaksam.base import queries as accounts
from vaksam.base.postgres import home
from vaksam.base.roles import NATIONAL, Role
from vaksam.cli import imports
from vaksam.cli.demo_booking import provide as provide_booking
from vaksam.cli.demo_changes import provide as provide_changes
from vaksam.cli.demo_people import MOMENTS, REGION, Scenario
from vaksam.cli.demo_people import provide as provide_people
from vaksam.cli.demo_supply import provide as provide_supply
from vaksam.cli.output import notes
from vaksam.core.errors import Refused
from vaksam.coverage import actions as coverage
from vaksam.coverage import queries
from vaksam.people import queries as people


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    role: Role

    @property
    def region_code(self) -> str | None:
        return None if self.role in NATIONAL else REGION


ACCOUNTS = (
    DemoAccount("nationell", Role.NATIONAL_VIEWER),
    DemoAccount("samordnare", Role.REGION_COORDINATOR),
    DemoAccount("samordnare2", Role.REGION_COORDINATOR),
    DemoAccount("analytiker", Role.REGION_ANALYST),
    DemoAccount("vaccinator", Role.VENUE_STAFF),
    DemoAccount("telefon", Role.PHONE_AGENT),
    DemoAccount("ordinator", Role.PRESCRIBER),
    DemoAccount("kommun", Role.REPORTER),
    DemoAccount("admin", Role.ADMINISTRATOR),
)


def password() -> str:
    """The one password of all demo accounts: VAKSAM_DEMO_PASSWORD, or one made once and kept."""
    if given := os.environ.get("VAKSAM_DEMO_PASSWORD"):
        return given
    path = home(os.environ) / "demo-password"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"demo-{secrets.token_hex(4)}")
    except FileExistsError:
        pass
    return path.read_text()


def provide(scenario: Scenario, *, scale: float, calibrate: bool) -> None:
    """Add the demo accounts that are missing; where there is nobody, a region and its figures.

    The clock is moved to the scenario's morning. A demo that is there already is left as it is.

    Raises Refused where the database named by DATABASE_URL has accounts of real people.
    """
    _refuse_a_real_database()
    _provide_accounts()
    moment = MOMENTS[scenario]
    if not queries.editions():
        coverage.import_example(by=None, until=moment.until)
    if not people.regions():
        console = notes()
        provide_people(scenario, scale=scale, calibrate=calibrate, say=console.print)
        provide_supply(
            REGION, moment.morning, scale=scale, halved=scenario is Scenario.JANUARY_2021,
            say=console.print,
        )  # fmt: skip
        provide_booking(REGION, moment.morning, say=console.print)
        base.move_clock(to=moment.morning, by=None)
        provide_changes(REGION, moment.morning.date(), say=console.print)
        base.move_clock(to=moment.morning, by=None)


def _refuse_a_real_database() -> None:
    known = {account.username for account in ACCOUNTS}
    others = [each.username for each in accounts.accounts() if each.username not in known]
    if os.environ.get("DATABASE_URL") and others:
        raise Refused(
            "not-a-demo",
            "The database of DATABASE_URL has {count} account(s) that are not the demo's. Demo "
            "accounts have a password that is printed, so they are not added there. Use "
            "`vaksam serve`, or unset DATABASE_URL.",
            count=len(others),
        )


def _provide_accounts() -> None:
    """Add the accounts that are missing; all get the password that is printed."""
    secret, known = password(), {each.username for each in accounts.accounts()}
    for account in ACCOUNTS:
        if account.username not in known:
            base.add_user_with_role(
                username=account.username,
                password=secret,
                role=account.role,
                region_code=account.region_code,
                by=None,
            )
    # Checking a password is slow on purpose: one tells for all, since they change together.
    present = [a.username for a in ACCOUNTS if a.username in known]
    if present and not accounts.user_named(present[0]).check_password(secret):
        for username in present:
            user = accounts.user_named(username)
            user.set_password(secret)
            user.save(update_fields=["password"])


def offer_official(data: Path | None, *, without_asking: bool) -> None:
    """Offer the workbooks of a folder that are not imported yet: ask, or print the command."""
    files = list(_new_workbooks(data)) if data else []
    if not files:
        return
    console = notes()
    editions = "1 edition" if len(files) == 1 else f"{len(files)} editions"
    if without_asking or _yes(f"Import the official figures found in {data} ({editions})?"):
        for file in files:
            name, edition, _known = imports.import_file(file, console=console)
            console.print(f"{escape(name)}: edition of {edition.edition_on} imported.")
        return
    console.print(f"Official figures are in {data} ({editions}). To import them:")
    console.print(f"  {escape(_command(files))}")


def _command(files: Sequence[Path]) -> str:
    """What to type in this folder to import the files."""
    settings = [f"{name}={os.environ[name]}" for name in ("VAKSAM_HOME",) if name in os.environ]
    vaksam = str(Path(sys.executable).with_name("vaksam"))
    return shlex.join([*settings, vaksam, "import", "fhm", *map(str, files)])


def _new_workbooks(folder: Path) -> Iterator[Path]:
    known = {edition.sha256 for edition in queries.editions()}
    for file in sorted(folder.glob("*.xlsx")):
        if coverage.sha256_of(file.read_bytes()) not in known:
            yield file


def _yes(question: str) -> bool:
    return sys.stdin.isatty() and typer.confirm(question, default=True, err=True)
