"""A site with figures, one for all tests of a module: it is filled once and emptied at the end.

A module names its figures in `FIGURES`: "official" (two editions; Folkhälsomyndigheten's own where
`../shared/data/fhm` is there, else generated ones of the same shape) or "example".
"""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support import official, workbooks

PASSWORD = "journey-password-7"


@pytest.fixture(scope="module")
def site(request, django_db_setup, django_db_blocker) -> Iterator[str]:
    with django_db_blocker.unblock():
        _fill(request.module.FIGURES)
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _fill(figures: str) -> None:
    from vaksam.areas import actions as areas
    from vaksam.coverage import actions as coverage
    from vaksam.programmes import actions as programmes

    areas.seed()
    programmes.seed_goals()
    _add_accounts()
    if figures == "example":
        coverage.import_example(by=None)
    for name, content in files() if figures == "official" else ():
        coverage.import_workbook(content=content, file_name=name, by=None)


def _add_accounts() -> None:
    from vaksam.base.models import RoleAssignment, User
    from vaksam.base.roles import Role

    for role, region in ((Role.REGION_COORDINATOR, "24"), (Role.NATIONAL_VIEWER, None)):
        user = User.objects.create_user(role.value, password=PASSWORD)
        RoleAssignment.objects.create(
            user=user, role=role, region_code=region, granted_at="2021-01-01T00:00Z"
        )


def files() -> list[tuple[str, bytes]]:
    """Two editions, the older first."""
    if official.FILES:
        return [(path.name, path.read_bytes()) for path in official.FILES]
    made = []
    for on, weeks in (("2022-10-27", 95), ("2022-11-10", 97)):
        book = workbooks.full(weeks)
        book.rename(workbooks.NOTES, "Information")
        made.append((f"generated_{on}.xlsx", book.write()))
    return made


@pytest.fixture
def signed_in(page_at: Callable[..., Page]) -> Callable[..., Page]:
    """A page of somebody signed in: `signed_in(768)`, a coordinator of Västerbotten unless told."""

    def open_page(width: int, username: str = "region_coordinator", **options) -> Page:
        page = page_at(width, **options)
        page.goto("/sign-in/")
        page.get_by_label("Användarnamn").fill(username)
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Logga in").click()
        page.wait_for_url("**/today/")
        return page

    return open_page
