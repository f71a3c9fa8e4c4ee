"""The frame and every component, as a user meets them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.urls("tests.web.gallery"), pytest.mark.django_db]

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """One server for the module: these pages write nothing."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        yield server.url
        server.stop()


@pytest.mark.parametrize("address", ["/gallery/?message&example", "/accessibility/", "/sign-in/"])
def test_page_is_accessible_and_fits(
    page_at: Open, axe: Check, fits: Check, width: int, prefix: str, address: str
) -> None:
    page = page_at(width)
    page.goto(prefix + address)
    if not prefix:  # axe reads the structure, which languages share
        axe(page)
    fits(page)


@pytest.mark.parametrize("address", ["/gallery/", "/accessibility/"])
def test_page_is_accessible_in_the_dark(page_at: Open, axe: Check, address: str) -> None:
    page = page_at(768, color_scheme="dark")
    page.goto(address)
    axe(page)


@pytest.mark.parametrize(
    ("how", "status"), [("file", 422), ("role", 403), ("missing", 404), ("bug", 500)]
)
def test_error_page_is_accessible(
    page_at: Open,
    axe: Check,
    fits: Check,
    console: list[str],
    prefix: str,
    how: str,
    status: int,
) -> None:
    page = page_at(320)
    assert page.goto(f"{prefix}/fail/{how}/").status == status
    axe(page)
    fits(page)
    assert all("Failed to load resource" in complaint for complaint in console)
    console.clear()  # the browser notes the status, which is wanted here


def test_skip_link_is_the_first_stop_and_leads_to_the_content(page_at: Open) -> None:
    page = page_at(768)
    page.goto("/gallery/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Hoppa till innehållet")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_choosing_a_region_with_the_pointer_takes_effect(page_at: Open) -> None:
    page = page_at(768)
    page.goto("/?dose=2")
    page.get_by_label("Region", exact=True).evaluate(
        "select => { select.add(new Option('Västerbotten', '24', true, true));"
        " select.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    page.wait_for_url("**/?area=24&dose=2")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_button_does_the_same(page_at: Open, javascript: bool) -> None:
    page = page_at(320, java_script_enabled=javascript)
    page.goto("/?dose=2")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**/?area=SE&dose=2")


def test_progress_asks_until_done(page_at: Open) -> None:
    page = page_at(768)
    page.goto("/gallery/")
    expect(page.get_by_text("Blad 3 av 8")).to_be_visible()
    expect(page.locator("#import").get_by_text("Klart")).to_be_visible()


def test_picture_becomes_interactive_under_the_policy(page_at: Open, axe: Check) -> None:
    page = page_at(768)
    page.goto("/gallery/?interactive")
    expect(page.locator(".stage canvas")).to_be_visible()
    box = page.locator(".stage canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    axe(page)


def test_language_link_keeps_the_page_and_its_choices(page_at: Open) -> None:
    page = page_at(320)
    page.goto("/gallery/?dose=2")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/gallery/?dose=2")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Coverage")
