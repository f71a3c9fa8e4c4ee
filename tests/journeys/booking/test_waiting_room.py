"""The morning when many want in at once: a fair line that nobody loses."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking
from tests.support.booking import NOW, outside

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _door_open_afterwards() -> Iterator[None]:
    from vaksam.booking import actions

    yield
    outside(actions.set_door, region="24", per_minute=0, by=None)


def ahead(page: Page) -> str:
    return page.locator("#line .stat-value").inner_text()


def look_again(page: Page) -> None:
    """What the page does by itself every twenty seconds."""
    page.evaluate("htmx.ajax('GET', location.href, {source: '#line', target: '#line',"
                  " select: '#line', swap: 'outerHTML'})")  # fmt: skip


def test_a_line_in_order(
    staff: Open, resident: Open, here: booking.Here, axe: Check, fits: Check,
    later: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from vaksam.base import clock

    still = clock.real_now()  # however long the pages take here
    monkeypatch.setattr(clock, "real_now", lambda: still)
    later(NOW)
    # Given a coordinator who lets in one a second
    desk = staff()
    desk.goto("/en/booking/door/")
    desk.locator("[name=per_minute]").fill("60")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.get_by_text("The waiting room is on")).to_be_visible()
    axe(desk)
    # When three come at the same moment, the first is let in and two wait in their order
    later(NOW + timedelta(seconds=1))
    phones = [resident() for _each in range(3)]
    for phone in phones:
        phone.goto("/boka/en/")
    expect(phones[0].get_by_role("heading", level=1)).to_have_text("Book a vaccination")
    assert [ahead(phone) for phone in phones[1:]] == ["0 people before you", "1 people before you"]
    axe(phones[1])
    fits(phones[1])
    # Then a reload keeps the place, and who comes now stands behind
    phones[2].reload()
    assert ahead(phones[2]) == "1 people before you"
    last = resident()
    last.goto("/boka/en/")
    assert ahead(last) == "2 people before you"
    # And staff do not wait
    agent = staff("phone_agent")
    agent.goto(f"/en/booking/person/{here.leyla}/")
    expect(agent.get_by_role("button", name="Book")).to_be_visible()
    # When time goes by, the second is let in, then the third
    later(NOW + timedelta(seconds=2.5))
    look_again(phones[1])
    expect(phones[1].get_by_role("heading", level=1)).to_have_text("Book a vaccination")
    later(NOW + timedelta(seconds=30))
    look_again(phones[2])
    expect(phones[2].get_by_role("heading", level=1)).to_have_text("Book a vaccination")
    # And who is in stays in
    phones[1].get_by_role("link", name="Book or change my time").click()
    expect(phones[1].locator("#number")).to_be_visible()
    axe(phones[1])
