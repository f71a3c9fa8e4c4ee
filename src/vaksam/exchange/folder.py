"""Where files to the register are put, for whatever carries them there."""

import os
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    return Path(settings.VAKSAM_REGISTER_FOLDER)


def put(name: str, content: bytes) -> None:
    """The whole file or nothing under this name; a second time the same."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder() / f".{name}.{os.getpid()}"
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder() / name)


def take_away(name: str) -> None:
    (folder() / name).unlink(missing_ok=True)
