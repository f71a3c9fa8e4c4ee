"""Typesets many letters in a process of its own.

The typesetter keeps what it has laid out: about 0.4 GB for a thousand letters. In a process that
ends with the file, the memory is the machine's again. Run as `python -m vaksam.messaging.press`:
JSON in, PDF out.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

from vaksam.core.letters import Letter, Part, letters

AT_ONCE = 1000  # letters in a file
TIMEOUT = 600  # seconds


class PressFailed(Exception):
    """The letters could not be typeset. It quotes nothing of them."""


def press(values: Sequence[Letter], *, title: str, fonts: str = "") -> bytes:
    """Some letters as one PDF. Raises PressFailed."""
    order = {"title": title, "fonts": fonts, "letters": [asdict(each) for each in values]}
    command = [sys.executable, "-m", "vaksam.messaging.press"]
    done = subprocess.run(  # noqa: S603 - our own module
        command, input=json.dumps(order).encode(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PressFailed(f"exit code {done.returncode}")
    return done.stdout


def _main() -> None:
    order = json.load(sys.stdin.buffer)
    values = [
        Letter(**each | {"paragraphs": tuple(Part(**part) for part in each["paragraphs"])})
        for each in order["letters"]
    ]
    sys.stdout.buffer.write(letters(values, title=order["title"], fonts=order["fonts"]))


if __name__ == "__main__":
    _main()
