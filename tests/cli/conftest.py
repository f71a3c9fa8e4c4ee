"""Commands in this process, and in processes of their own where it is processes that count."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from vaksam.cli import app


class Done:
    """How a command went."""

    def __init__(self, result) -> None:
        self.code, self.said, self.complained = result.exit_code, result.stdout, result.stderr

    @property
    def json(self):
        return json.loads(self.said)


@pytest.fixture
def vaksam() -> Callable[..., Done]:
    """Run a command here; an error that it does not expect is the test's."""

    def run(*arguments) -> Done:
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result)

    return run


@pytest.fixture
def figures(db) -> None:
    """Areas, goals and the invented edition."""
    from vaksam.cli import prepare
    from vaksam.coverage import actions

    prepare.database()
    actions.import_example(by=None)


@pytest.fixture
def start() -> Callable[..., subprocess.Popen]:
    """Start a command in a process of its own, with these settings of Vaksam's and no others."""
    ours = ("VAKSAM_", "DATABASE_URL", "DJANGO_")
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def start(*arguments: str, **settings: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "vaksam.cli", *arguments],
            env=others | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def command(start) -> Callable[..., subprocess.CompletedProcess]:
    """Run a command in a process of its own, to its end."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
        with start(*arguments, **settings) as process:
            said, complained = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, said, complained)

    return run


@pytest.fixture
def busy_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
