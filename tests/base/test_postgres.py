"""The embedded server, tried with real processes: they start, join, end and are killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import psutil
import psycopg
import pytest

from vaksam.base.postgres import PostgresError, database_url, django_database, home

PATIENCE_SECONDS = 60  # of a busy machine

# Says the URL, then does what `then` says, then waits until its input is closed.
CLIENT = """
import os, sys
from vaksam.base.postgres import database_url
print(database_url(os.environ), flush=True)
{then}
sys.stdin.read()
"""
FORK = """
if os.fork():
    os._exit(0)
"""


class Client(subprocess.Popen[str]):
    def __init__(self, place: Path, then: str = "", fast: str = "1") -> None:
        super().__init__(
            [sys.executable, "-W", "error", "-c", CLIENT.format(then=then)],
            env=os.environ | {"VAKSAM_HOME": str(place), "VAKSAM_PG_FAST": fast},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        assert self.stdout is not None
        url = self.stdout.readline().strip()
        assert url, "the client failed"
        return url

    def end(self) -> None:
        """End in good order."""
        self.communicate(timeout=PATIENCE_SECONDS)
        assert self.returncode == 0


NewClient = Callable[..., Client]


@pytest.fixture(autouse=True)
def _without_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    """Start clients; those that still run when the test ends are killed."""
    with ExitStack() as clients:

        def start(place: Path, **how: str) -> Client:
            made = clients.enter_context(Client(place, **how))
            clients.callback(made.kill)
            return made

        yield start


@pytest.fixture
def other_program() -> Iterator[subprocess.Popen[bytes]]:
    """A program of the user who runs the server, but not of Vaksam."""
    user = "pgserver" if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as program:
        yield program
        program.kill()


def postmaster(place: Path) -> int:
    return int((place / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def free(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        return True


def stopped(place: Path) -> bool:
    """Wait until no process of the server lives, nor the watcher."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        if free(place / "postgres.server") and free(place / "postgres.watch"):
            return True
        time.sleep(0.02)
    return False


def watcher(place: Path) -> psutil.Process:
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "vaksam.base.embedded.watcher" in words and str(place / "postgres") in words:
            return process
    raise AssertionError("no watcher")


def test_two_start_at_once_and_the_last_one_out_stops_the_server(
    tmp_path: Path, client: NewClient
) -> None:
    clients = [client(tmp_path) for _ in range(3)]
    assert len({one.url() for one in clients}) == 1
    server = postmaster(tmp_path)

    clients[0].end()
    clients[1].send_signal(signal.SIGTERM)  # ends it without any exit handler
    clients[1].communicate()
    time.sleep(0.3)
    os.kill(server, 0)
    assert postmaster(tmp_path) == server

    clients[2].end()
    assert stopped(tmp_path)
    assert not (tmp_path / "postgres" / "postmaster.pid").exists(), "not a clean stop"


def test_killed_clients_count_no_longer_and_the_next_one_waits_for_the_stop(
    tmp_path: Path, client: NewClient
) -> None:
    killed = client(tmp_path)
    killed.url()
    killed.kill()
    killed.communicate()
    following = client(tmp_path)
    with psycopg.connect(following.url()) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("vaksam",)
    following.end()
    assert stopped(tmp_path)
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_killed_watcher_is_replaced_by_the_next_client(tmp_path: Path, client: NewClient) -> None:
    first = client(tmp_path)
    first.url()
    running = postmaster(tmp_path)
    watcher(tmp_path).kill()
    first.end()

    following = client(tmp_path)
    following.url()
    assert postmaster(tmp_path) == running
    following.end()
    assert stopped(tmp_path)


def test_a_forked_child_keeps_the_server_when_its_parent_has_ended(
    tmp_path: Path, client: NewClient
) -> None:
    parent = client(tmp_path, then=FORK)
    url = parent.url()
    parent.wait()
    time.sleep(0.3)
    with psycopg.connect(url):
        pass
    parent.communicate()  # closes the child's input
    assert stopped(tmp_path)


def test_data_survive_a_killed_server_whose_process_id_another_program_got(
    tmp_path: Path, client: NewClient, other_program: subprocess.Popen[bytes]
) -> None:
    first = client(tmp_path, fast="0")
    with psycopg.connect(first.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE dose AS SELECT 1 AS number")
        os.kill(postmaster(tmp_path), signal.SIGKILL)
        dead = postmaster(tmp_path)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        file = tmp_path / "postgres" / name
        file.write_text(file.read_text().replace(str(dead), str(other_program.pid)))

    following = client(tmp_path, fast="0")  # while the first still lives
    with psycopg.connect(following.url()) as connection:
        assert connection.execute("SELECT number FROM dose").fetchone() == (1,)
    first.end()
    following.end()
    assert stopped(tmp_path)
    assert other_program.poll() is None, "stopped a program that is not ours"


@pytest.mark.parametrize("name", ["Å $HOME 'x' \"y\" %41", "a,b", "long" * 40])
def test_odd_and_long_folder_names(tmp_path: Path, client: NewClient, name: str) -> None:
    inner = tmp_path / name
    first = client(inner)
    url = first.url()
    with psycopg.connect(url) as connection:
        socket = Path(f"{connection.info.host}/.s.PGSQL.5432")
    owner = (inner / "postgres").stat().st_uid
    for path in (socket, socket.parent):
        found = path.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (owner, 0o700)
    first.end()
    assert stopped(inner)
    assert socket.parent == inner / "postgres" or not socket.parent.exists()


def test_only_the_owner_gets_in_and_no_personal_data_are_logged(
    tmp_path: Path, client: NewClient
) -> None:
    first = client(tmp_path)
    url = first.url()
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW max_connections").fetchone() == ("100",)
        connection.execute("CREATE TABLE person (number text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('191212121212'), ('191212121212')")
    log = (tmp_path / "postgres" / "server.log").read_text()
    assert "duplicate key" in log
    assert "1912" not in log
    assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700
    first.end()


def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresError, match=r"PostgreSQL 15; .* PostgreSQL 18\. .*pg_dump") as info:
        database_url({"VAKSAM_HOME": str(tmp_path)})
    assert str(tmp_path / "postgres") in str(info.value)
    assert "VAKSAM_HOME" in str(info.value)


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(PostgresError, match="not a PostgreSQL database"):
        database_url({"VAKSAM_HOME": str(tmp_path)})
    assert (tmp_path / "postgres" / "letter.txt").read_text() == "dear"


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PostgresError, match=r"file/inner.*VAKSAM_HOME"):
        database_url({"VAKSAM_HOME": str(tmp_path / "file" / "inner")})
    (tmp_path / "postgres.users").mkdir()  # stands for any error of the file system, also to root
    with pytest.raises(PostgresError, match=r"Cannot keep a database in .*VAKSAM_HOME"):
        database_url({"VAKSAM_HOME": str(tmp_path)})


def test_home_is_private_and_by_default_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = home({"VAKSAM_HOME": str(tmp_path / "new")})
    assert made == tmp_path / "new"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    default = home({})
    assert default.name == "vaksam"
    assert default.is_relative_to(tmp_path)


def test_database_url_is_used_untouched(tmp_path: Path) -> None:
    url = "postgres://anna:p%40ss@db.example:6432/vacc?sslmode=require&application_name=x"
    environ = {"DATABASE_URL": url, "VAKSAM_HOME": str(tmp_path / "unused")}
    assert database_url(environ) == url
    assert django_database(environ) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "vacc",
        "USER": "anna",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require", "application_name": "x", "pool": {"timeout": 5}},
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
    }
    assert "pool" not in django_database(environ | {"VAKSAM_DB_POOL": "0"})["OPTIONS"]
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "postgresql://u:secret@h:1"])
def test_an_unusable_database_url_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(PostgresError, match="DATABASE_URL") as info:
        django_database({"DATABASE_URL": url})
    assert "secret" not in str(info.value)
