"""Every page of booking for those who work with it: both languages, three widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support import booking
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
WIDTHS = (320, 768, 1440)
PAGES = (
    "/booking/?week=2021-04-19", "/booking/venue/{nolia}/?week=2021-04-19",
    "/booking/session/{april}/", "/booking/session/{closed}/", "/booking/session/{over}/",
    "/booking/venue/{nolia}/new/", "/booking/session/{april}/change/",
    "/booking/session/{april}/close/", "/booking/venue/{nolia}/left/",
    "/booking/person/{leyla}/", "/booking/person/{booked}/", "/booking/person/{reserved}/",
    "/booking/person/{protected}/", "/booking/person/{booked}/?move={appointment}",
    "/booking/person/{leyla}/call/", "/booking/time/{appointment}/cancel/", "/booking/calls/",
    "/booking/letters/", "/booking/letters/new/", "/booking/letters/{prebooking}/",
    "/booking/groups/", "/booking/groups/new/", "/booking/groups/{block}/", "/booking/reserve/",
    "/booking/left/{leftover}/", "/booking/pairs/", "/booking/kept/", "/booking/kept/?by=venue",
    "/booking/door/", "/venue/{ersboda}/day/", "/venue/{ersboda}/drop-in/{today}/",
    "/venues/", "/venues/staff/", "/venues/staff/new/", "/venues/shifts/", "/venues/{nolia}/",
    "/venues/{nolia}/change/", "/venues/{nolia}/hours/", "/venues/{nolia}/shifts/new/",
)  # fmt: skip

Open = Callable[..., Page]
Check = Callable[[Page], None]


def at_every_width(page: Page, axe: Check, fits: Check) -> None:
    """Axe reads the structure, which languages share."""
    if page.locator("html").get_attribute("lang") != "sv":
        return fits(page)
    axe(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
    return page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_every_page(staff: Open, here: booking.Here, axe: Check, fits: Check, prefix: str) -> None:
    outside(booking.letters, here.prebooking)
    page = staff(width=320)
    faults = []
    for address in PAGES:
        answer = page.goto(prefix + address.format(**vars(here)))
        try:
            assert answer and answer.status == 200
            at_every_width(page, axe, fits)
        except AssertionError as fault:
            faults.append(f"{address}: {fault}")
    assert not faults, "\n".join(faults)


def test_a_group_with_hits_and_a_cohort_that_is_counted(
    staff: Open, here: booking.Here, axe: Check, fits: Check, prefix: str
) -> None:
    page = staff(width=320)
    page.goto(f"{prefix}/booking/groups/{here.block}/")
    page.locator("[name=text]").fill("Haddad 1949")
    page.keyboard.press("Enter")
    page.locator("main form [name=person]").first.wait_for(state="attached")
    at_every_width(page, axe, fits)
    page.goto(f"{prefix}/booking/letters/new/")
    page.locator("[name=name]").fill("Födda 1947–1951")
    page.locator("[name=venues]").first.check()
    page.locator("[name=count]").click()
    page.locator(".ds-alert[role=status]").wait_for()
    at_every_width(page, axe, fits)


def test_forms_that_are_refused(
    staff: Open, here: booking.Here, axe: Check, fits: Check, prefix: str, console: list[str]
) -> None:
    page = staff(width=320)
    for address, name in (
        (f"/booking/venue/{here.nolia}/new/", "minutes"),
        (f"/booking/session/{here.april}/close/", "reason"),
        ("/booking/calls/", "telephone"), ("/booking/letters/new/", "name"),
        ("/booking/groups/new/", "name"), ("/booking/door/", "per_minute"),
    ):  # fmt: skip
        page.goto(prefix + address)
        field = page.locator(f"[name={name}]")
        field.fill("")
        field.locator("xpath=ancestor::form").locator("button").last.click()
        page.locator(".ds-validation-message").first.wait_for()
        axe(page)
        fits(page)
    console.clear()  # of the faults, which are 422
