"""Every page for residents: five languages, three widths, no script needed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking, region
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
LANGUAGES = ("sv", "ar", "fi")  # the source, the other direction, the longest words
WIDTHS = (320, 768, 1440)
OPEN = ("", "kod/", "drop-in/{today}/", "nummer/{ticket}/", "drop-in/{april}/")
OWN = (
    "mina/", "tider/?programme=covid-19-2021", "tider/?programme=covid-19-2021&sort=soon",
    "tid/{free}/", "min/{appointment}/avboka/", "fler/", "klart/{token}/", "tid/{gone}/",
)  # fmt: skip
REFUSED = {"drop-in/{april}/": 404, "tid/{gone}/": 422}

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def at_every_width(page: Page, axe: Check, fits: Check) -> None:
    """Axe reads the structure, which languages share: each direction of writing is enough."""
    if page.locator("html").get_attribute("lang") not in ("sv", "ar"):
        return fits(page)
    axe(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
    return page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def faults_of(
    page: Page, addresses: tuple[str, ...], known: dict[str, object], axe: Check, fits: Check
) -> list[str]:
    found = []
    for address in addresses:
        answer = page.goto(f"/boka/{known['language']}/{address.format(**known)}")
        try:
            assert answer and answer.status == REFUSED.get(address, 200)
            at_every_width(page, axe, fits)
        except AssertionError as fault:
            found.append(f"{address}: {fault}")
    return found


def test_every_page(
    resident: Open, here: booking.Here, axe: Check, fits: Check, language: str, console: list[str]
) -> None:
    slots = booking.slots(here.april)
    known = vars(here) | {
        "language": language, "free": slots[5], "gone": booking.slots(here.closed)[0],
        "token": booking.request_of(here.appointment),
    }  # fmt: skip
    faults = faults_of(resident(width=320), OPEN, known, axe, fits)
    persons = (here.leyla, here.booked, here.reserved, here.asked)
    page = resident(*persons, width=320)
    page.goto(f"/boka/{language}/mina/")
    expect(page.locator(".time-card")).to_have_count(2)
    faults += faults_of(page, OWN[:-1], known, axe, fits)
    faults += faults_of(resident(here.leyla, width=320), OWN[-1:], known, axe, fits)
    console.clear()  # of what was refused on purpose
    assert not faults, "\n".join(faults)


def test_the_code_and_the_waiting_room(
    resident: Open, axe: Check, fits: Check, language: str, console: list[str]
) -> None:
    from vaksam.booking import actions
    from vaksam.web.public import common

    page = resident(width=320)
    page.goto(f"/boka/{language}/kod/")
    page.locator("#number").fill(region.number("19490404"))
    page.locator("[value=letter]").click()
    at_every_width(page, axe, fits)
    page.locator("#code").fill("1")
    page.locator("form .ds-button").last.click()
    page.get_by_role("alert").wait_for()
    at_every_width(page, axe, fits)
    outside(actions.set_door, region="24", per_minute=1, by=None)
    common.forget()
    try:
        for _each in range(2):  # the first one is let in
            waiting = resident(width=320)
            waiting.goto(f"/boka/{language}/?{uuid4()}")
        at_every_width(waiting, axe, fits)
        expect(waiting.get_by_role("status")).to_be_visible()
    finally:
        outside(actions.set_door, region="24", per_minute=0, by=None)
    console.clear()  # of the code that was wrong
