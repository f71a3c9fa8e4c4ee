"""The situation of `tests.support.booking` on a site of its own, on 13 April 2021.

The served pages commit what is done there, so each journey has people and times of its own. What
a test does itself, it does `outside` its transaction.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support import booking, region

ROLES = ("region_coordinator", "phone_agent", "venue_staff")
PHONE = 390  # px wide
PATIENCE = 10_000  # ms


@pytest.fixture(scope="module")
def _filled(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, booking.Here, dict[str, str]]]:
    root = tmp_path_factory.mktemp("letters")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", root)
        patch.setattr(settings, "VAKSAM_MESSAGES_ROOT", Path(root, "messages"))
        region.stand(patch, booking.MADE)
        here = booking.fill()
        keys = {role: _session_of(region.account(role, username=role)) for role in ROLES}
        server = LiveServer("localhost")
        yield server.url, here, keys
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _session_of(user: Any) -> str:
    """The cookie of somebody who has signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def site(_filled: tuple[Any, ...]) -> str:
    return _filled[0]


@pytest.fixture
def here(_filled: tuple[Any, ...]) -> booking.Here:
    return _filled[1]


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch, _clock_not_moved: None) -> None:
    from vaksam.web.public import common

    region.stand(monkeypatch, booking.NOW)
    common.forget()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Move the clock forward, for the server as well."""
    return lambda moment: region.stand(monkeypatch, moment)


@pytest.fixture
def staff(page_at: Callable[..., Page], _filled: tuple[Any, ...]) -> Callable[..., Page]:
    """A page of somebody signed in: `staff("phone_agent")`."""

    def open_page(role: str = "region_coordinator", width: int = 1440, **options: Any) -> Page:
        page = page_at(width, **options)
        page.set_default_timeout(PATIENCE)
        _give(page, settings.SESSION_COOKIE_NAME, _filled[2][role], "/")
        return page

    return open_page


@pytest.fixture
def resident(page_at: Callable[..., Page]) -> Callable[..., Page]:
    """A telephone; of somebody who has signed in with a code, where persons are given."""

    def open_page(*persons: int, width: int = PHONE, **options: Any) -> Page:
        from vaksam.web.public import common

        page = page_at(width, **options)
        page.set_default_timeout(PATIENCE)
        if persons:
            _give(page, common.SIGNED_IN, common.signed(persons, "24"), "/boka/")
        return page

    return open_page


def _give(page: Page, name: str, value: str, path: str) -> None:
    page.context.add_cookies(
        [{"name": name, "value": value, "domain": "localhost", "path": path, "httpOnly": True,
          "sameSite": "Lax"}]
    )  # fmt: skip


@pytest.fixture
def visited() -> Callable[[Page], list[str]]:
    """Every address that the page asks for from now on."""

    def watch(page: Page) -> list[str]:
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        return seen

    return watch
