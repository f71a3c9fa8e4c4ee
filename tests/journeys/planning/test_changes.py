"""The evening a product is paused: written, looked at, planned, approved, applied, taken back."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.journeys.planning.conftest import PASSWORD
from tests.replanning import scenes
from tests.support import region
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
MOMENT = scenes.at(2021, 3, 16, 9)
NOW = scenes.at(2021, 3, 16, 10)  # the clock goes forward only
NAMES = ("astrid", "birger")
SHOTS = os.environ.get("VAKSAM_SHOTS", "")  # a folder for pictures to look at

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str]]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        region.stand(patch, MOMENT)
        scenes.paused()
        for name in NAMES:
            user = region.account("region_coordinator", username=name)
            user.set_password(PASSWORD)
            user.save()
        server = LiveServer("localhost")
        yield (server.url,)
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def site(_filled: tuple[str]) -> str:
    return _filled[0]


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch, _clock_not_moved: None) -> None:
    """In March, here."""
    region.stand(monkeypatch, NOW)


@pytest.fixture
def seen(axe: Check, fits: Check) -> Callable[[Page, str], None]:
    """Assert that a page may be read by all, on a narrow telephone and on a screen."""

    def look(page: Page, name: str) -> None:
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            fits(page)
            if SHOTS and width != 320:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        axe(page)

    return look


def work(page: Page, what: str) -> None:
    """What the worker does, that a page has asked for."""
    from vaksam.replanning import tasks
    from vaksam.replanning.actions import applying

    change = int(page.url.strip("/").split("/")[-1])
    if what == "go on":
        outside(lambda: [None for _ in iter(lambda: applying.go_on(change), 0)])
    else:
        outside(tasks.work, change, what)


def paused(page: Page) -> None:
    """A draft directive that pauses Vaxzevria."""
    page.goto("/en/directives/new/")
    told = {"code": "region-24-pause", "title_sv": "Vaxzevria pausas",
            "title_en": "Vaxzevria is paused", "announced_at": "2021-03-16T08:00",
            "effective_from": "2021-03-16", "review_on": "2021-04-16",
            "document": "Beslut av Folkhälsomyndigheten"}  # fmt: skip
    for name, value in told.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=authority]").select_option("region")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_url("**/directives/draft/*/")
    page.goto(f"{page.url}rule/pause/")
    for name, value in {
        "code": "region-24-vaxzevria-pause",
        "title_sv": "Paus",
        "title_en": "Pause",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=product]").select_option("vaxzevria")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_url("**/directives/draft/*/")


def test_the_evening_a_product_is_paused(
    signed_in: Open, seen: Callable[[Page, str], None], console: list[str]
) -> None:
    # Given a coordinator who has written a directive that pauses a product
    astrid = signed_in(1280, "astrid")
    paused(astrid)
    # When she begins a change with it
    astrid.goto("/en/changes/")
    seen(astrid, "empty")
    astrid.get_by_role("link", name="Begin a change").click()
    seen(astrid, "kinds")
    astrid.get_by_role("link", name="A directive in work takes effect").click()
    astrid.get_by_label("Vaxzevria is paused").check()
    astrid.get_by_label("Name").fill("Vaxzevria pausas")
    seen(astrid, "begin")
    astrid.get_by_role("button", name="Begin the change").click()
    # Then she sees whose times it makes wrong, before anything is done
    seen(astrid, "draft")
    astrid.get_by_role("button", name="See what it does").click()
    expect(astrid.get_by_role("progressbar")).to_be_visible()
    seen(astrid, "busy")
    work(astrid, "plan")
    expect(astrid.get_by_role("heading", name="What it would do")).to_be_visible()
    expect(astrid.locator("main")).to_contain_text("30")
    astrid.get_by_role("link", name="Look at single persons").click()
    seen(astrid, "people")
    astrid.go_back()
    # And decides something herself
    astrid.get_by_role("link", name="Add a rule").click()
    astrid.get_by_label("They").select_option("Are asked")
    astrid.get_by_label("From age").fill("50")
    seen(astrid, "rule")
    astrid.get_by_role("button", name="Add the rule").click()
    expect(astrid.get_by_text("From 50 years: are asked", exact=True)).to_be_visible()
    astrid.get_by_role("button", name="Plan again").click()
    expect(astrid.get_by_role("progressbar")).to_be_visible()
    work(astrid, "plan")
    expect(astrid.get_by_role("heading", name="Waits for approval")).to_be_visible()
    astrid.get_by_role("button", name="Compare the ways out").click()
    expect(astrid.get_by_role("progressbar")).to_be_visible()
    work(astrid, "compare")
    expect(
        astrid.get_by_role("button", name=re.compile("^Take this way.*Nobody goes elsewhere$"))
    ).to_be_visible()
    seen(astrid, "planned")
    expect(astrid.get_by_role("button", name="Approve")).to_have_count(0)
    # When another coordinator comes to work, approves and applies
    birger = signed_in(1280, "birger")
    birger.goto("/en/today/")
    expect(birger.get_by_text("1 change waits for you to approve it")).to_be_visible()
    birger.goto("/en/changes/")
    seen(birger, "waiting")
    birger.get_by_role("link", name="Read and approve").click()
    birger.get_by_role("button", name="Approve").click()
    birger.get_by_role("link", name="Apply…").click()
    expect(birger.locator("main")).to_contain_text("It can be stopped half-way")
    seen(birger, "apply")
    birger.get_by_role("button", name="Apply now").click()
    expect(birger.get_by_role("progressbar")).to_be_visible()
    seen(birger, "applying")
    work(birger, "go on")
    # Then everybody has what the plan said, and the page tells what came of it
    expect(birger.get_by_role("heading", name="What came of it")).to_be_visible()
    expect(birger.get_by_role("heading", name="Applied")).to_be_visible()
    seen(birger, "applied")
    # And it can be taken back
    birger.get_by_role("link", name="Take it back…").click()
    seen(birger, "undo")
    birger.get_by_role("button", name="Take it back").click()
    work(birger, "go on")
    expect(birger.locator("main")).to_contain_text("Times that are what they were: 19")
    seen(birger, "undone")


def test_without_scripts(signed_in: Open, console: list[str]) -> None:
    page = signed_in(320, "astrid", java_script_enabled=False)
    page.goto("/en/changes/new/?kind=delivery")
    page.get_by_label("Product").select_option("Comirnaty")
    page.get_by_label("From").fill("2021-03-22")
    page.get_by_label("Name").fill("Halva leveransen")
    page.get_by_label("Only a what-if").check()
    page.get_by_role("button", name="Begin the change").click()
    page.get_by_role("button", name="See what it does").click()
    work(page, "plan")
    page.get_by_role("link", name="Show how far it has come").click()
    expect(page.get_by_role("heading", name="A what-if")).to_be_visible()
