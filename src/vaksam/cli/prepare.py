"""`vaksam prepare`: what must be in place before the pages are served.

Each step looks first and does nothing where nothing is to be done, so that every start can ask.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vaksam.areas import actions as areas
from vaksam.cli import demo_data
from vaksam.cli.demo_people import Scenario
from vaksam.cli.output import notes
from vaksam.programmes import actions as programmes

app = typer.Typer(add_completion=False)

_LOCK = 0x70726570  # "prep"
_STAMP = ".collected.json"


@app.command()
def prepare(
    demo: Annotated[
        bool, typer.Option("--demo", help="Also demo accounts and, without figures, invented ones.")
    ] = False,
    official: Annotated[
        bool, typer.Option("--official", help="With --demo: import the workbooks of --data.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="With --demo: a folder of official workbooks.")
    ] = None,
    scenario: Annotated[
        Scenario, typer.Option("--scenario", help="With --demo: the moment to start at.")
    ] = Scenario.APRIL_2021,
    scale: Annotated[
        float, typer.Option("--scale", min=0.01, max=1, help="With --demo: of the residents.")
    ] = 0.1,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="With --demo: match the official figures.")
    ] = False,
) -> None:
    """Bring the database and the static files up to date.

    `serve` and `demo` do this by themselves; use it where several servers share a database.
    """
    with _alone():
        database()
        static_files()
        if demo and official and calibrate:
            demo_data.offer_official(data, without_asking=True)  # what is matched must be there
        if demo:
            demo_data.provide(scenario, scale=scale, calibrate=calibrate)
    if demo:
        demo_data.offer_official(data, without_asking=official)


def database() -> None:
    """Migrate; fill in areas, goals, programmes, products and the shipped directives."""
    if missing_migrations():
        notes().print("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
    areas.seed()
    programmes.seed_goals()
    programmes.seed_programmes()


def missing_migrations() -> list[str]:
    """Migrations that the database has not had."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def static_files() -> None:
    """Collect and compress the static files, unless they are as they were last time."""
    wanted = _static_fingerprint()
    if static_stamp() == wanted:
        return
    notes().print("Collecting the static files …")
    call_command("collectstatic", verbosity=0, interactive=False)
    (settings.STATIC_ROOT / _STAMP).write_text(json.dumps(wanted))


def static_is_stale() -> bool:
    return static_stamp() != _static_fingerprint()


def static_stamp() -> str | None:
    """What was collected last; None when nothing was."""
    try:
        return str(json.loads((settings.STATIC_ROOT / _STAMP).read_text()))
    except (OSError, ValueError):
        return None


def _static_fingerprint() -> str:
    """A hash of the names, sizes and times of all static files; reads none of them."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Two processes that start at once must not both migrate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
