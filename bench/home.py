"""A Vaksam of the benchmark's own: its data folder, its database server, its settings."""

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from report import Value


@contextmanager
def vaksam() -> Iterator[None]:
    """Django on a new database with areas and goals; all of it is gone afterwards.

    The embedded server runs with the settings it always has, so commits reach the disk.
    With DATABASE_URL that server is used instead; name an empty database.
    """
    # The server's own user has to get to the folder, so it is not hidden in a private one.
    home = Path(tempfile.mkdtemp(prefix="vaksam-bench-"))
    os.environ["VAKSAM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "vaksam.settings"
    os.environ.pop("VAKSAM_PG_FAST", None)
    try:
        import django

        django.setup()
        _prepare()
        yield
    finally:
        _remove(home)


def _prepare() -> None:
    from vaksam.cli import prepare

    prepare.database()
    prepare.static_files()


def _remove(home: Path) -> None:
    from vaksam.base.embedded.server import stop

    if (home / "postgres").exists():
        stop(home / "postgres")
    shutil.rmtree(home, ignore_errors=True)


def machine() -> dict[str, Value]:
    """What the figures depend on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        (durable,) = cursor.fetchone()
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory, GB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load before": round(os.getloadavg()[0], 2),
        "Python": platform.python_version(),
        "PostgreSQL": f"{postgres.split()[0]}, synchronous_commit {durable}",
    }


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if about.exists():
        for line in about.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
