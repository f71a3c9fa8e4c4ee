"""Where the database is: the server named by DATABASE_URL, or one that Vaksam starts itself.

    PostgresError(Exception)    no database can be used; the message says what to do

Settings import this before Django is ready, so nothing here imports Django. The embedded server
stops by itself shortly after the last process that uses it has ended, however it ended; see
`vaksam.base.embedded`. Servers with several processes (granian) and commands need do nothing.
"""

import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import platformdirs
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vaksam.base.embedded.programs import PostgresError
from vaksam.base.embedded.server import PORT, USER, check, socket_folder, start
from vaksam.base.embedded.watcher import hold

__all__ = ["PostgresError", "database_url", "django_database", "home"]

DATABASE = "vaksam"
PATIENCE_SECONDS = 120  # recovery after a crash can take long; a start takes about one second


def database_url(environ: Mapping[str, str]) -> str:
    """Return the libpq URL of the database, starting or joining the embedded server if need be.

    DATABASE_URL, if set, is returned as it is. Otherwise the server in `home(environ)/"postgres"`
    is kept running until this process and its forks have ended, and has a database "vaksam".
    With VAKSAM_PG_FAST=1 a server started here is fast but not safe against power cuts.

    Raises PostgresError if the folder cannot be used or the server does not start.
    """
    if url := environ.get("DATABASE_URL"):
        return url
    folder = home(environ) / "postgres"
    try:
        return _join(folder, throwaway=environ.get("VAKSAM_PG_FAST") == "1")
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresError(
            f"Cannot keep a database in {folder}: {error}. Choose another folder with VAKSAM_HOME,"
            " or name a server with DATABASE_URL."
        ) from error


def home(environ: Mapping[str, str]) -> Path:
    """Return Vaksam's own folder: VAKSAM_HOME, or else the per-user data folder. Made if missing.

    A new folder is closed to other users; if root starts the embedded server in it, they may
    pass through it but not list it.
    """
    path = Path(environ.get("VAKSAM_HOME") or platformdirs.user_data_dir("vaksam"))
    path = path.expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresError(
            f"Cannot make the folder {path}: {error.strerror}. Choose another with VAKSAM_HOME."
        ) from error
    return path


def django_database(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's DATABASES["default"]; connections are pooled unless VAKSAM_DB_POOL=0."""
    url = database_url(environ)
    try:
        options: dict[str, Any] = dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        raise PostgresError(
            "DATABASE_URL is not of the form postgresql://user:password@host:port/name"
        ) from None  # the cause quotes the URL, and so perhaps the password
    if "dbname" not in options:
        raise PostgresError("DATABASE_URL names no database: add /name after the host.")
    keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    database = {key: options.pop(name, "") for key, name in (keys | {"PORT": "port"}).items()}
    if environ.get("VAKSAM_DB_POOL") != "0":
        options["pool"] = {"timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **database,
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,  # Django asks for this when connections are pooled
    }


def _join(folder: Path, *, throwaway: bool) -> str:
    """Start or join; keep trying, as the server may just be starting, recovering or stopping."""
    check(folder)
    hold(folder)
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        start(folder, throwaway=throwaway)
        try:
            _ensure_database(_url(folder, "postgres"))
        except psycopg.OperationalError as error:
            if time.monotonic() > give_up_at:
                raise PostgresError(f"The server in {folder} does not answer: {error}") from error
            time.sleep(0.05)
        else:
            return _url(folder, DATABASE)


def _url(folder: Path, database: str) -> str:
    host = quote(str(socket_folder(folder)), safe="")
    return f"postgresql://{USER}@/{database}?host={host}&port={PORT}"


def _ensure_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            return
        # Another process may be first.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
