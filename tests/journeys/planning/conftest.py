"""The few people of `tests.support.region` on a site of their own, on 13 April 2021."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.supply import conftest as supply
from tests.support import region

PASSWORD = "journey-password-7"
ROLES = ("region_coordinator", "phone_agent", "region_analyst", "venue_staff")


@pytest.fixture(scope="module")
def site(_filled: Any) -> str:
    return _filled[0]


def planned() -> int:
    """A plan to choose and a scenario to look at; the plan's id."""
    from vaksam.replanning import sharing
    from vaksam.supply import actions

    actions.save_scenario(region_code="24", text='name = "Som det är"', by=None)
    return sharing.allocate(region="24", choices=sharing.Choices(name="Efter fas"), by=None)


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Any, ...]]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        region.stand(patch)
        made = region.fill(region.account)
        here = replace(supply.stocked(), plan=planned())
        for role in ROLES:
            user = region.account(role, username=role)
            user.set_password(PASSWORD)
            user.save()
        server = LiveServer("localhost")
        yield server.url, made, here
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch, _clock_not_moved: None) -> None:
    region.stand(monkeypatch)


@pytest.fixture
def here(_filled: tuple[Any, ...]) -> supply.Here:
    return _filled[2]


@pytest.fixture
def made(_filled: tuple[str, region.Made]) -> region.Made:
    return _filled[1]


@pytest.fixture
def signed_in(page_at: Callable[..., Page]) -> Callable[..., Page]:
    """A page of somebody signed in: `signed_in(768, "phone_agent")`."""

    def open_page(width: int, username: str = "region_coordinator", **options: Any) -> Page:
        page = page_at(width, **options)
        page.goto("/sign-in/")
        page.get_by_label("Användarnamn").fill(username)
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Logga in").click()
        page.wait_for_url("**/today/")
        return page

    return open_page
