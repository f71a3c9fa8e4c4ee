"""A phone agent who never lets go of the keyboard."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
Check = Callable[[Page], None]
FOCUSED = """() => { const at = document.activeElement;
    return at.getAttribute('name') || (at.textContent || '').trim() }"""
SECONDS = 60
MOST_KEYS = 150


@dataclass
class Keys:
    """A keyboard that counts. Shift and Tab to the one before."""

    page: Page
    pressed: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """To the field of that name, or the link or button that begins so."""
        for _each in range(60):
            if str(self.page.evaluate(FOCUSED)).startswith(name):
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"the keyboard does not reach {name}")


def find(keys: Keys, text: str) -> None:
    """The field is ready when the page opens."""
    expect(keys.page.locator("[name=text]")).to_be_focused()
    keys.type(text)
    keys.press("Enter")


def test_a_call_takes_less_than_a_minute(
    staff: Open, here: booking.Here, axe: Check, fits: Check
) -> None:
    # Given somebody on the line who was born in 1948
    page = staff("phone_agent")
    page.goto("/en/people/")
    keys, started = Keys(page), time.monotonic()
    # When the agent finds, opens and books with the keyboard alone
    find(keys, "Haddad 1948")
    page.wait_for_url(f"**/people/{here.sven}/")
    axe(page)
    keys.tab_to("Book a time")
    keys.press("Enter")
    page.wait_for_url(f"**/booking/person/{here.sven}/")
    axe(page)
    fits(page)
    expect(page.locator("[name=slot]").first).to_be_focused()
    keys.press("ArrowDown")
    keys.tab_to("needs")
    keys.type("Rullstol")
    keys.press("Enter")
    # Then the time stands there, and what he needs
    expect(page.locator(".messages")).to_contain_text("Booked: ")
    expect(page.locator(".rows")).to_contain_text("Rullstol")
    axe(page)
    assert time.monotonic() - started < SECONDS
    assert keys.pressed < MOST_KEYS


def test_somebody_without_a_number_is_registered_booked_and_called_back(
    staff: Open, axe: Check, fits: Check
) -> None:
    # Given somebody on the line who has no number
    page = staff("phone_agent")
    page.goto("/en/people/")
    keys, started = Keys(page), time.monotonic()
    find(keys, "Warsame 1946")
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
    # When she is registered by name and year
    keys.tab_to("Register a person", back=True)
    keys.press("Enter")
    page.wait_for_url("**/people/new/")
    keys.tab_to("given_name")
    keys.type("Amina")
    keys.press("Tab")
    keys.type("Warsame")
    keys.press("Tab")
    keys.type("1946")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina Warsame")
    # And booked
    keys.tab_to("Book a time")
    keys.press("Enter")
    expect(page.locator("[name=slot]").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Booked: ")
    assert time.monotonic() - started < SECONDS
    # And put on the callback list
    keys.tab_to("Put on the callback list")
    keys.press("Enter")
    page.wait_for_url("**/call/")
    keys.tab_to("telephone")
    keys.type("090-111 22 33")
    keys.press("Tab")
    keys.type("Undrar om parkering")
    axe(page)
    fits(page)
    keys.press("Enter")
    expect(page.locator(".messages")).to_contain_text("On the callback list")
    # Then whoever calls next sees it
    page.goto("/en/booking/calls/")
    row = page.locator(".rows .ds-card").filter(has_text="Undrar om parkering")
    expect(row.get_by_role("link", name="Book")).to_be_visible()
    axe(page)
    assert keys.pressed < MOST_KEYS
