"""The drop-in desk, and the reserve list at closing time."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking
from tests.support.booking import at, outside

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
Check = Callable[[Page], None]


def place_with_drop_in(venue: int, places: int) -> int:
    """A session today for this journey alone."""
    return outside(
        booking.session, venue, booking.TODAY, 11, 16, drop_in=places, online=False
    )  # fmt: skip


def number_given(page: Page) -> int:
    page.get_by_role("button", name="New number").click()
    told = page.locator(".ds-alert[role=status]").inner_text()
    return int(re.findall(r"\d+", told)[0])


def test_the_drop_in_desk(
    staff: Open, resident: Open, here: booking.Here, axe: Check, fits: Check
) -> None:
    # Given a desk with four places for who drops in
    session = place_with_drop_in(here.nolia, 4)
    desk = staff("venue_staff", width=768)
    desk.goto(f"/en/venue/{here.nolia}/drop-in/{session}/")
    # When three come, each gets a number
    assert [number_given(desk) for _each in range(3)] == [1, 2, 3]
    axe(desk)
    fits(desk)
    # And a fourth takes one on a telephone
    phone = resident()
    phone.goto(f"/boka/en/drop-in/{session}/")
    expect(phone.get_by_text("1 places left")).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="Take a number").click()
    phone.wait_for_url("**/nummer/**")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Drop-in: number 4")
    expect(phone.get_by_role("status")).to_contain_text("3 before you")
    axe(phone)
    fits(phone)
    # When the next is called and served, and one has left
    desk.get_by_role("button", name="Call the next").click()
    expect(desk.locator(".now-number")).to_have_text("1")
    desk.get_by_role("button", name="Served 1").click()
    desk.get_by_role("button", name="Has left 2").click()
    # Then it stands so after a reload, on the desk and on the telephone
    desk.goto(f"/en/venue/{here.nolia}/drop-in/{session}/")
    expect(desk.locator(".rows .ds-card strong")).to_have_text(["3", "4"])
    expect(desk.locator(".now-number")).to_have_text("1")
    phone.reload()
    expect(phone.get_by_role("status")).to_contain_text("1 before you")
    # And who has left is not called
    desk.get_by_role("button", name="Call the next").click()
    expect(desk.locator(".now-number")).to_have_text("3")
    # And when the places have run out, the next who comes is told to book
    expect(desk.get_by_role("button", name="New number")).to_be_disabled()
    late = resident()
    late.goto(f"/boka/en/drop-in/{session}/")
    expect(late.get_by_text("Book a time instead")).to_be_visible()
    axe(late)
    desk.get_by_role("button", name="Call the next").click()
    expect(desk.locator(".now-number")).to_have_text("4")
    phone.reload()
    expect(phone.get_by_role("status")).to_contain_text("It is your turn")


def test_two_desks_never_give_the_same_number(staff: Open, here: booking.Here) -> None:
    session = place_with_drop_in(here.ersboda, 20)
    desks = [staff("venue_staff"), staff("region_coordinator")]
    for desk in desks:
        desk.goto(f"/en/venue/{here.ersboda}/drop-in/{session}/")
    given = [number_given(desk) for _round in range(3) for desk in desks]
    assert given == [1, 2, 3, 4, 5, 6]
    # And a page that is sent twice gives one number
    desks[0].reload()
    token = desks[0].locator("[name=token]").input_value()
    for _twice in range(2):
        desks[0].evaluate(
            """async token => { const form = new FormData(document.querySelector('main form'));
            form.set('token', token); form.set('ticket', '1');
            await fetch(location.pathname, {method: 'POST', body: form}) }""", token
        )  # fmt: skip
    assert number_given(desks[1]) == 8


def listed(name: str, born: date) -> int:
    """Somebody due who can come at short notice."""
    person = booking.person(name, born)
    booking.due()
    join(person, 45)
    return person


def join(person: int, minutes: int) -> None:
    from vaksam.booking import actions

    actions.join(persons=[person], programme=booking.PROGRAMME, channel="web", by=None,
                 terms=actions.Terms(most_minutes=minutes))  # fmt: skip


def test_the_reserve_list_at_closing_time(
    staff: Open, resident: Open, here: booking.Here, axe: Check, fits: Check,
    later: Callable[[datetime], None],
) -> None:  # fmt: skip
    from vaksam.booking import actions
    from vaksam.supply import actions as supply

    outside(actions.end_offers, leftover=here.leftover, by=None)
    # Given two doses in an open vial at Ersboda, and four who can come; one lives too far away
    outside(supply.open_vial, venue=here.ersboda, lot=here.lot, by=None)
    first = outside(listed, "Astrid Lund", date(1931, 1, 1))
    second = outside(listed, "Bengt Lund", date(1932, 1, 1))
    third = outside(listed, "Cecilia Lund", date(1933, 1, 1))
    far = outside(booking.person, "Dagny Lund", date(1934, 1, 1), at=(64.75, 20.95))
    outside(booking.due)
    outside(join, far, 10)
    later(at(15, 0))
    page = staff("venue_staff", width=768)
    page.goto(f"/en/venue/{here.ersboda}/day/")
    axe(page)
    page.get_by_role("link", name="Doses are left").click()
    # When they are offered for ten minutes
    page.locator("[name=doses]").fill("2")
    page.locator("[name=until]").fill("16:30")
    page.get_by_role("button", name="Offer to the reserve list").click()
    page.wait_for_url("**/booking/left/**")
    axe(page)
    fits(page)
    asked = page.locator(".rows .ds-card")
    expect(asked).to_have_text([re.compile("Astrid Lund"), re.compile("Bengt Lund")])
    # Then one says yes on the telephone
    page.get_by_role("button", name="Says yes Astrid Lund").click()
    expect(asked.first).to_contain_text("is coming")
    # And when the other has not answered in time, the next is asked by itself
    later(at(15, 11))
    outside(actions.go_on)
    page.reload()
    expect(asked.filter(has_text="Bengt")).to_contain_text("did not answer")
    expect(asked.filter(has_text="Cecilia")).to_contain_text("asked")
    # Who answers on her own page
    phone = resident(third)
    phone.goto("/boka/en/mina/")
    expect(phone.get_by_text("You can have a dose today at Ersboda")).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="Yes, I am coming").click()
    expect(phone.get_by_role("status")).to_contain_text("Come to Ersboda hälsocentral")
    axe(phone)
    # Then the page shows who was passed over, and why
    page.reload()
    page.get_by_text("Who was passed over, and why").click()
    row = page.locator("tr").filter(has_text="Dagny Lund")
    expect(row).to_contain_text("longer journey than they said")
    axe(page)
    # And at the end both are on the way
    page.get_by_role("button", name="Offer no more").click()
    expect(page.locator(".page-head")).to_contain_text("ended")
    page.goto(f"/en/venue/{here.ersboda}/day/")
    coming = page.locator("#way + ul .ds-card")
    expect(coming).to_have_text([re.compile("Astrid"), re.compile("Cecilia")])
    assert first and second
