"""Each message as a file that only Vaksam's own user can read: for demos, and for letters."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings

from vaksam.base import clock
from vaksam.core.messages import Channel, Text
from vaksam.messaging.senders.kinds import Attachment


def folder() -> Path:
    return Path(settings.VAKSAM_MESSAGES_ROOT)


class FileSender:
    """Writes JSON beneath a folder for each day; attachments lie beside it."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def send(self, to: str, text: Text, attachments: Sequence[Attachment], *, token: str) -> str:
        now = clock.now().astimezone(clock.SWEDEN)
        day = folder() / f"{now:%Y-%m-%d}"
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        day.mkdir(mode=0o700, exist_ok=True)
        name = f"{now:%H%M%S%f}-{self.channel}-{token_hex(4)}"
        beside = {each.name: f"{name}-{each.name}" for each in attachments}
        for each in attachments:
            _write(day / beside[each.name], each.content)
        about = {
            "at": now.isoformat(timespec="seconds"), "channel": self.channel, "to": to,
            "language": text.language, "direction": text.direction, "subject": text.subject,
            "body": text.body, "attachments": list(beside.values()),
        }  # fmt: skip
        _write(day / f"{name}.json", json.dumps(about, ensure_ascii=False, indent=1).encode())
        return name


def newest(limit: int) -> Iterator[dict[str, Any]]:
    """The newest messages in the folder, the newest first."""
    found = 0
    for day in sorted(folder().glob("????-??-??"), reverse=True):
        for path in sorted(day.glob("*.json"), reverse=True):
            if found == limit:
                return
            found += 1
            yield json.loads(path.read_bytes())


def forget(before: str) -> int:
    """Delete the files of days before one, as "2021-04-13"; how many."""
    old = [path for day in folder().glob("????-??-??") if day.name < before
           for path in day.iterdir()]  # fmt: skip
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
