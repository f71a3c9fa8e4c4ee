"""Locks that the kernel frees when the last process that has them open ends."""

import os
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import Literal

Name = Literal["users", "server", "watch"]

SHARED = LOCK_SH
ALONE = LOCK_EX
ALONE_AT_ONCE = LOCK_EX | LOCK_NB


def take(folder: Path, name: Name, kind: int) -> int:
    """Lock the file beside `folder` and return its descriptor; closing that frees the lock.

    Raises BlockingIOError if `kind` is ALONE_AT_ONCE and somebody has the lock.
    """
    file = os.open(folder.with_name(f"{folder.name}.{name}"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(file, kind)
    except OSError:
        os.close(file)
        raise
    return file


def is_taken(folder: Path, name: Name) -> bool:
    """Tell whether anybody has the lock."""
    try:
        os.close(take(folder, name, ALONE_AT_ONCE))
    except BlockingIOError:
        return True
    return False
