"""`vaksam check`: is everything in place, and does it work?"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import typer
from django.conf import settings
from django.core.checks import run_checks
from django.db import Error, connection
from rich.markup import escape

from vaksam.areas import queries as areas
from vaksam.base import clock, disclosure
from vaksam.base.postgres import home
from vaksam.cli import prepare
from vaksam.cli.exits import Exit
from vaksam.cli.output import Format, FormatOption, out, plain, print_csv, print_json
from vaksam.coverage import queries as coverage

app = typer.Typer(add_completion=False)

PATIENCE_MINUTES = 10  # a job that has waited longer has no worker
WARN_GB, FAIL_GB = 2.0, 0.2


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    status: Status
    message: str


@app.command()
def check(how: FormatOption = Format.TEXT) -> None:
    """Check the configuration and the database; exit code 6 when something fails."""
    found = [_found(name, look) for name, look in _CHECKS.items()]
    if how is Format.JSON:
        print_json({"healthy": _healthy(found), "checks": found})
    elif how is Format.CSV:
        print_csv([plain(each) for each in found])
    else:
        _print_text(found)
    if not _healthy(found):
        raise typer.Exit(Exit.UNHEALTHY)


def _healthy(found: list[Finding]) -> bool:
    return all(each.status is not Status.FAIL for each in found)


def _found(name: str, look: Callable[[], tuple[Status, str]]) -> Finding:
    try:
        return Finding(name, *look())
    except (Error, OSError) as error:
        return Finding(name, Status.FAIL, str(error).strip().partition("\n")[0])


def _print_text(found: list[Finding]) -> None:
    colours = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "bold red"}
    for each in found:
        colour = colours[each.status]
        out().print(f"[{colour}]{each.status:4}[/]  {each.name}: {escape(each.message)}")


def _settings() -> tuple[Status, str]:
    serious = [each for each in run_checks(include_deployment_checks=True) if each.is_serious()]
    if serious:
        return Status.FAIL, "; ".join(each.msg for each in serious)
    if settings.DEBUG:
        return Status.WARN, "VAKSAM_DEBUG is on: errors show code and settings"
    local = {"127.0.0.1", "localhost", "[::1]"}
    if "*" in settings.ALLOWED_HOSTS:
        return Status.FAIL, "VAKSAM_HOSTS allows any name; name the server's own"
    if not settings.HTTPS and set(settings.ALLOWED_HOSTS) - local:
        return Status.WARN, "served to others without VAKSAM_HTTPS=1: passwords travel in the open"
    return Status.OK, f"serves {', '.join(settings.ALLOWED_HOSTS)}"


def _database() -> tuple[Status, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded"
    old = int(version.split(".")[0]) < 14  # Django's own limit
    return Status.FAIL if old else Status.OK, f"PostgreSQL {version} ({where})"


def _migrations() -> tuple[Status, str]:
    if missing := prepare.missing_migrations():
        return Status.FAIL, f"{len(missing)} to be applied; run `vaksam prepare`"
    return Status.OK, "all applied"


def _areas() -> tuple[Status, str]:
    regions, municipalities = len(areas.regions()), len(areas.municipalities())
    message = f"{regions} regions, {municipalities} municipalities"
    if regions and municipalities:
        return Status.OK, message
    return Status.FAIL, f"{message}; run `vaksam prepare`"


def _figures() -> tuple[Status, str]:
    newest = coverage.newest()
    if newest is None:
        return Status.WARN, "none imported; see `vaksam import fhm --help`"
    count = len(coverage.editions())
    message = f"{count} edition(s), the newest of {newest.edition_on}"
    if newest.example:
        return Status.WARN, f"{message}, which is invented (exempeldata)"
    return Status.OK, message


def _static() -> tuple[Status, str]:
    if prepare.static_stamp() is None:
        return Status.FAIL, "not collected; run `vaksam prepare`"
    if prepare.static_is_stale():
        return Status.WARN, "older than the code; run `vaksam prepare`"
    return Status.OK, f"collected in {settings.STATIC_ROOT}"


def _jobs() -> tuple[Status, str]:
    with connection.cursor() as cursor:
        # A job that waits for its time is not late.
        cursor.execute("""
            SELECT COUNT(*), EXTRACT(EPOCH FROM now() - MIN(COALESCE(j.scheduled_at, e.at))) / 60
            FROM procrastinate_jobs j
            JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
            WHERE j.status = 'todo' AND COALESCE(j.scheduled_at, now()) <= now()
        """)
        waiting, minutes = cursor.fetchone()
    if waiting and minutes > PATIENCE_MINUTES:
        return (
            Status.WARN,
            f"{waiting} wait, the oldest for {minutes:.0f} min: is a worker running?",
        )
    return Status.OK, f"{waiting} waiting"


def _disk() -> tuple[Status, str]:
    folder = home(os.environ)
    free = shutil.disk_usage(folder).free / 1e9
    status = Status.FAIL if free < FAIL_GB else Status.WARN if free < WARN_GB else Status.OK
    return status, f"{free:.1f} GB free in {folder}"


def _clock() -> tuple[Status, str]:
    clock.forget()
    now = clock.now()
    if abs((now - clock.real_now()).total_seconds()) < 1:
        return Status.OK, "shows the real time"
    return Status.WARN, f"moved to {now.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}"


def _small_numbers() -> tuple[Status, str]:
    try:
        policy = disclosure.policy()
    except ValueError as error:
        return Status.FAIL, str(error)
    return Status.OK, f"hidden below {policy.threshold}, shown to the nearest {policy.rounding}"


_CHECKS: dict[str, Callable[[], tuple[Status, str]]] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "areas": _areas,
    "official figures": _figures,
    "static files": _static,
    "background jobs": _jobs,
    "disk": _disk,
    "clock": _clock,
    "small numbers": _small_numbers,
}
