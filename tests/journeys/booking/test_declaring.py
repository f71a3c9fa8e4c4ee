"""The health questions on a phone of one's own: either direction of writing, no script needed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
WIDTHS = (320, 768, 1440)

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="module")
def booked() -> dict[int, int]:
    """The time of each person, once it is booked."""
    return {}


@pytest.fixture
def time(here: booking.Here, booked: dict[int, int]) -> int:
    if not booked:
        slot = booking.slots(here.today)[3]
        booked[here.leyla] = outside(booking.book, here.leyla, slot)
    return booked[here.leyla]


@pytest.mark.parametrize("language", ["sv", "ar", "fi"])
def test_the_questions_fit_and_are_read(
    resident: Open, here: booking.Here, time: int, axe: Check, fits: Check, language: str,
    console: list[str],
) -> None:  # fmt: skip
    page = resident(here.leyla, width=320, java_script_enabled=language != "fi")
    page.goto(f"/boka/{language}/mina/")
    page.locator(f"a[href='/boka/{language}/min/{time}/halsa/']").click()
    _looked_at(page, axe, fits)
    page.locator("main form button").click()  # nothing is answered
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[id$=-fault]").first).to_be_visible()
    console.clear()  # it was refused on purpose
    _looked_at(page, axe, fits)
    page.locator("input[value=no]").first.wait_for()
    for each in page.locator("main fieldset:has(input[value=no])").all():
        each.locator("input[value=no]").check()
    page.locator("[name=agrees][value=yes]").check()
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(rf"/{time}/halsa/klart/$"))
    expect(page.get_by_role("status")).to_be_visible()
    _looked_at(page, axe, fits)


def _looked_at(page: Page, axe: Check, fits: Check) -> None:
    if page.locator("html").get_attribute("lang") != "fi":
        axe(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
