"""Before settings load: a database of the tests' own, shared by all of pytest-xdist's workers.

`user_with(role, region)` makes an account; `planted` is a person whose data must not leak.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

_CHECKOUT = sha256(str(Path(__file__).parent.parent).encode()).hexdigest()[:12]
_HOME = Path(tempfile.gettempdir()) / f"vaksam-tests-{os.getuid()}-{_CHECKOUT}"

os.environ.setdefault("VAKSAM_HOME", str(_HOME))
os.environ.setdefault("VAKSAM_PG_FAST", "1")
os.environ["VAKSAM_DB_POOL"] = "0"  # a pool would keep connections to databases to be dropped
os.environ["DJANGO_SETTINGS_MODULE"] = "vaksam.settings"


def pytest_configure() -> None:
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    """No test reaches the network; servers on this machine are reached."""
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards, which the logs would refuse.

    At the end whoever is still connected, such as a live server's last thread, is sent away, so
    that the database can be dropped.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("base_accessentry", "base_auditentry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()  # this one, too


@pytest.fixture(autouse=True)
def _clock_not_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with the clock known and unmoved, so that counts of queries hold."""
    from vaksam.base import clock

    monkeypatch.setattr(clock, "_known", clock._Known(clock.timedelta(0), float("inf")))


@pytest.fixture(autouse=True)
def _language_not_chosen() -> Iterator[None]:
    """A page asked for through the client leaves its language behind; the next test has none."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def user_with(db) -> Callable:
    """Make an account: `user_with(Role.REGION_COORDINATOR, "24")`, or without any role."""
    from tests.support import region

    return region.account


@dataclass(frozen=True)
class Planted:
    """A person who does not exist, by numbers that are set aside for that."""

    given_name: str = "Planterina"
    family_name: str = "Läckström"
    personal_number: str = "189001019802"
    phone: str = "0701740635"
    email: str = "planterina.lackstrom@example.se"

    def traces(self) -> set[str]:
        number = self.personal_number
        written = {number, number[2:], f"{number[:8]}-{number[8:]}", f"{number[2:8]}-{number[8:]}"}
        names = {self.given_name, self.family_name}
        return written | names | {self.phone, f"+46{self.phone[1:]}", self.email}


@pytest.fixture
def planted(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    """A person to use in a test; fails it when a log line or an address then holds a trace."""
    from django.test import Client

    person, addresses, request = Planted(), list[str](), Client.request

    def watched(client: Client, **about):
        addresses.append(f"{about.get('PATH_INFO', '')}?{about.get('QUERY_STRING', '')}")
        response = request(client, **about)
        addresses.append(response.headers.get("Location", ""))
        return response

    caplog.set_level(0)
    monkeypatch.setattr(Client, "request", watched)
    yield person
    lines = map(logging.Formatter().format, caplog.get_records("call"))  # with tracebacks
    said = "\n".join([*lines, *addresses]).casefold()
    leaked = sorted(trace for trace in person.traces() if trace.casefold() in said)
    assert not leaked, f"a log line or an address holds {leaked}"
