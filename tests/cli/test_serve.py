"""`vaksam serve` and `vaksam demo`, as processes."""

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from vaksam.cli import demo_data, serve
from vaksam.cli.demo_people import Scenario
from vaksam.core.errors import Refused


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A data folder that the tests of this file share: making one takes seconds."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def served(home, start) -> Callable:
    """`with served("demo") as (process, said, address)`: a server that answers."""

    @contextmanager
    def served(*arguments: str) -> Iterator[tuple[subprocess.Popen, str, str]]:
        said, address = "", None
        with start(*arguments, VAKSAM_HOME=str(home), VAKSAM_PG_FAST="1") as process:
            try:
                while not address:
                    line = process.stdout.readline()
                    assert line, process.stderr.read()
                    said, address = said + line, re.search(r"http://\S+", line)
                yield process, said, address[0]
            finally:
                process.kill()

    return served


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that has to do with the folder: ours, the watcher, PostgreSQL."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            about = [*process.cmdline(), process.environ().get("VAKSAM_HOME", ""), process.cwd()]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(home) in a for a in about):
                found.append(process)
    return found


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as response:
        return response.read().decode()


def none_left(home: Path, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while processes_of(home):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_a_demo_is_served_and_stops_when_asked(home, served):
    with served("demo", "--scale", "0.02") as (process, said, address):
        assert get(f"{address}/health") == "ok\n"
        assert "exempeldata" in get(f"{address}/coverage/").casefold()
        for account in demo_data.ACCOUNTS:
            assert account.username in said
        assert (home / "demo-password").read_text() in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert none_left(home)


def test_a_second_demo_changes_nothing_and_nobody_outlives_a_kill(home, served, command):
    with served("demo", "--scale", "0.02") as (process, said, _):
        assert (home / "demo-password").read_text() in said
        settings = {"VAKSAM_HOME": str(home)}
        users = json.loads(command("user", "list", "--format", "json", **settings).stdout)
        assert {user["username"] for user in users} == {a.username for a in demo_data.ACCOUNTS}
        assert all(len(user["roles"]) == 1 for user in users)
        assert len(processes_of(home)) > 2
        process.kill()
    assert none_left(home)


def test_a_port_that_is_taken_is_refused_or_passed_over(busy_port, monkeypatch):
    with pytest.raises(Refused, match=str(busy_port)):
        serve.free_port("127.0.0.1", busy_port)
    monkeypatch.setattr(serve, "PORT", busy_port)
    assert serve.free_port("127.0.0.1", None) > busy_port


def test_no_demo_accounts_among_real_ones(db, user_with, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///somewhere")
    user_with(username="anna")
    with pytest.raises(Refused, match="1 account"):
        demo_data.provide(Scenario.APRIL_2021, scale=0.01, calibrate=False)


def test_official_figures_are_offered_by_their_command(db, tmp_path, capsys):
    (tmp_path / "edition.xlsx").write_bytes(b"new to this database")
    demo_data.offer_official(tmp_path, without_asking=False)
    said = capsys.readouterr().err
    assert "(1 edition)" in said
    assert f"import fhm {tmp_path / 'edition.xlsx'}" in said
