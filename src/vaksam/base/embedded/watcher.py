"""Stops the server when its last user has ended; a process of its own, run as a module."""

import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from vaksam.base.embedded import locks
from vaksam.base.embedded.server import stop


@cache
def hold(folder: Path) -> int:
    """Keep the server in `folder` alive for as long as this process, or a fork of it, lives.

    Returns the file descriptor of the lock. Waits while a server no longer used is stopping.
    """
    users = locks.take(folder, "users", locks.SHARED)
    with suppress(BlockingIOError):  # a watcher is there already
        watch = locks.take(folder, "watch", locks.ALONE_AT_ONCE)
        try:
            _spawn(folder, watch)
        finally:
            os.close(watch)
    return users


def _spawn(folder: Path, watch: int) -> None:
    subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", __name__, str(folder), str(watch)],
        pass_fds=(watch,),
        start_new_session=True,  # Ctrl-C in the terminal is not for the watcher
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _watch(folder: Path, watch: int) -> None:
    """Stop the server once nobody uses it. Ends before a new user can get hold of it."""
    if os.fork():  # leave no child behind in the process that started us
        return
    os.chdir("/")
    locks.take(folder, "users", locks.ALONE)
    stop(folder)
    os.close(watch)  # first this, then (as the process ends) users: the next user needs a watcher


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), int(sys.argv[2]))
