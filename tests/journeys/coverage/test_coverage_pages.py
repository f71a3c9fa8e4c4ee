"""Every coverage page and Today: readable by everyone, in both languages, at three widths."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
FIGURES = "official"

PAGES = {
    "country": "/coverage/",
    "region": "/coverage/?area=24&week=2021w15",
    "municipality": "/coverage/?area=2480&dose=2",
    "time": "/coverage/over-time/?area=24&with=SE&with=12",
    "ages": "/coverage/ages/?area=24&with=SE",
    "ranking": "/coverage/ranking/?area=24",
    "goals": "/coverage/goals/?area=24",
    "revisions": "/coverage/revisions/",
    "nothing published": "/coverage/over-time/?area=2480",
}
KEPT = ("/today/", "/coverage/editions/")
WIDTHS = (320, 768, 1440)

Open = Callable[..., Page]
Check = Callable[[Page], None]


def drawn(page: Page) -> None:
    """Wait until no picture is to become interactive any more."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-vega]')].every("
        "  p => p.offsetParent === null || p.querySelector('canvas'))"
    )


def at_each_width(page: Page, address: str) -> Iterator[None]:
    """One browser for the three widths: most of the time of a visit goes to the first one.

    In English the narrowest, where words are tight: the structure is the same.
    """
    for width in WIDTHS[:1] if address.startswith("/en/") else WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        drawn(page)
        yield


@pytest.mark.parametrize("name", PAGES)
def test_open_page(page_at: Open, axe: Check, fits: Check, prefix: str, name: str) -> None:
    page = page_at(320)
    for _ in at_each_width(page, prefix + PAGES[name]):
        if not prefix:  # axe reads the structure, which languages share
            axe(page)
        fits(page)


def test_pages_of_the_signed_in(signed_in: Open, axe: Check, fits: Check, prefix: str) -> None:
    page = signed_in(320)
    page.goto(KEPT[-1])
    edition = page.locator("#editions-table-caption ~ tbody a").first.get_attribute("href")
    for address in (*KEPT, edition):
        for _ in at_each_width(page, prefix + address):
            if not prefix:
                axe(page)
            fits(page)


@pytest.mark.parametrize("name", ["region", "time", "goals"])
def test_in_the_dark(page_at: Open, axe: Check, name: str) -> None:
    page = page_at(768, color_scheme="dark")
    page.goto(PAGES[name])
    drawn(page)
    axe(page)


def test_today_in_the_dark(signed_in: Open, axe: Check) -> None:
    axe(signed_in(768, color_scheme="dark"))
