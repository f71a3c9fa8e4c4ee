"""One server: check its folder, make it, start it, stop it."""

import hashlib
import os
import shlex
import shutil
import time
from contextlib import suppress
from pathlib import Path

from vaksam.base.embedded import locks
from vaksam.base.embedded.programs import VERSION, PostgresError, claim, run, server_user

USER = "vaksam"
PORT = 5432  # names the socket file only
LONGEST_SOCKET_FOLDER = 85  # bytes; macOS allows 103 with the file name, Linux 107
STOP_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # PostgreSQL would otherwise log statements and key values, and with them persons' data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def socket_folder(folder: Path) -> Path:
    """Return where the server's socket is: in the data folder, unless its path is too long."""
    name = os.fsencode(folder)
    if len(name) <= LONGEST_SOCKET_FOLDER and b"," not in name:  # libpq splits hosts at commas
        return folder
    # The same for every process, whatever its TMPDIR; `claim` guards against a planted folder.
    return Path("/tmp") / f"vaksam-{hashlib.sha256(name).hexdigest()[:16]}"  # noqa: S108


def check(folder: Path) -> None:
    """Raise PostgresError unless `folder` is new, empty or a data folder of our version."""
    other = "choose another folder with VAKSAM_HOME"
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "PG_VERSION").exists():
        raise PostgresError(
            f"{folder} holds files that are not a PostgreSQL database. Move them away, or {other}."
        )
    found = (folder / "PG_VERSION").read_text().strip()
    if found != str(VERSION):
        raise PostgresError(
            f"{folder} was made by PostgreSQL {found}; this Vaksam uses PostgreSQL {VERSION}. Start"
            f" the Vaksam that made it and export the data with pg_dump, or {other}."
        )
    if folder.stat().st_uid != server_user()[0]:
        raise PostgresError(
            f"{folder} belongs to another user. Run Vaksam as the user who made it, or {other}."
        )


def start(folder: Path, *, throwaway: bool = False) -> None:
    """Start the server unless one is running or starting; make the data folder if it is new.

    `throwaway` trades safety against power cuts for speed: for tests.
    """
    try:
        server = locks.take(folder, "server", locks.ALONE_AT_ONCE)
    except BlockingIOError:
        return
    try:
        if not (folder / "PG_VERSION").exists():
            _create(folder, server, throwaway=throwaway)
        sockets = socket_folder(folder)
        for private in {folder, sockets}:
            claim(private)
        for pid_file in (folder / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):
            if _misleads(pid_file, folder):
                pid_file.unlink(missing_ok=True)
        _start(folder, server, throwaway=throwaway)
    finally:
        os.close(server)


def stop(folder: Path) -> None:
    """Stop the server, ending its connections, and wait until all its processes are gone."""
    give_up_at = time.monotonic() + STOP_SECONDS
    while locks.is_taken(folder, "server") and time.monotonic() < give_up_at:
        with suppress(PostgresError):  # it may still be starting
            run("pg_ctl", "stop", "-D", ".", "-m", "fast", "-t", str(STOP_SECONDS), cwd=folder)
        time.sleep(0.05)
    if (sockets := socket_folder(folder)) != folder:
        with suppress(OSError):
            sockets.rmdir()


def _create(folder: Path, server: int, *, throwaway: bool) -> None:
    """Make the data folder under another name first: a killed initdb leaves no half folder."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    claim(new)
    run(
        "initdb",
        *("-D", ".", "-U", USER, "--auth=trust", "--encoding=UTF8"),
        # The same sorting on every machine, whatever its locales.
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *(["--no-sync"] if throwaway else []),
        cwd=new,
        keep=(server,),
    )
    new.rename(folder)


def _start(folder: Path, server: int, *, throwaway: bool) -> None:
    settings = SETTINGS | {"unix_socket_directories": str(socket_folder(folder))}
    if throwaway:
        settings |= THROWAWAY_SETTINGS
    options = shlex.join(f"--{name}={value}" for name, value in settings.items())
    try:
        run(
            "pg_ctl",
            *("start", "-D", ".", "-l", "server.log", "-s", "-t", "300", "-o", options),
            cwd=folder,
            keep=(server,),
        )
    except PostgresError as error:
        log = folder / "server.log"
        end = log.read_text(errors="replace").splitlines()[-10:] if log.exists() else []
        raise PostgresError("\n".join([str(error), *end])) from error


def _misleads(pid_file: Path, folder: Path) -> bool:
    """Tell whether a crash left this file, with a process id that is now some other program's.

    PostgreSQL would refuse to start, also for a zombie. If the process is gone, PostgreSQL finds
    out by itself; if it is a server that somebody started by hand in `folder`, refusing is right.
    """
    import psutil  # here, to keep the watcher small

    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return True
    try:
        return psutil.pid_exists(pid) and Path(psutil.Process(pid).cwd()) != folder
    except psutil.Error:
        return True
