"""A coordinator gives a cohort times by letter, and moves those of a venue that lost staff."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import booking
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
Check = Callable[[Page], None]
FRIDAY = date(2021, 4, 16)


def stat(page: Page, label: str) -> str:
    cards = page.locator(".key-figures > *").filter(has=page.get_by_text(label, exact=True))
    return cards.locator(".stat-value").inner_text()


def put_to_press(prebooking: int) -> None:
    """What the worker does with the runs that wait."""
    from vaksam.messaging.actions import printing
    from vaksam.messaging.models import LetterRun

    for run in LetterRun.objects.filter(prebooking=prebooking, ended_at=None):
        printing.carry_out(run.pk)


def test_a_cohort_is_given_times_by_letter(
    staff: Open, resident: Open, here: booking.Here, axe: Check, fits: Check,
    later: Callable[[datetime], None],
) -> None:  # fmt: skip
    from vaksam.booking import actions

    # Given three more who were born 1947–1951 and have no time
    persons = [
        outside(booking.person, name, date(1946 + n, 2, 2))
        for n, name in enumerate(("Elsa Dahl", "Folke Dahl", "Greta Dahl"), 1)
    ]
    outside(booking.due)
    page = staff()
    page.goto("/en/booking/letters/")
    page.get_by_role("link", name="Give a cohort times").click()
    # When the coordinator counts them
    page.locator("[name=name]").fill("Födda 1947–1951 i Umeå")
    page.locator("[name=municipality]").select_option("2480")
    page.locator("[name=born_from]").fill("1947")
    page.locator("[name=born_to]").fill("1951")
    page.get_by_label("Vaccinationscentralen Nolia").check()
    for name, day in (("since", "2021-04-20"), ("until", "2021-04-20"),
                      ("release_on", "2021-04-17")):  # fmt: skip
        page.locator(f"[name={name}]").fill(day)
    page.get_by_role("button", name="Count").click()
    counted = page.locator(".ds-alert[role=status]")
    expect(counted).to_contain_text(re.compile(r"\d+ persons are due without a time"))
    many = int(re.findall(r"\d+", counted.inner_text())[0])
    axe(page)
    fits(page)
    # And reserves
    page.get_by_role("button", name="Reserve times").click()
    page.wait_for_url(re.compile(r"/booking/letters/\d+/$"))
    prebooking = int(page.url.rstrip("/").rsplit("/", 1)[1])
    assert many >= len(persons) and stat(page, "Given a time") == str(many)
    axe(page)
    fits(page)
    # And has the letters made
    page.get_by_role("button", name="Make the letters").click()
    outside(put_to_press, prebooking)
    page.reload()
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("^PDF 1")).click()
    content = started.value.path().read_bytes()
    assert content.startswith(b"%PDF-") and len(content) > 10_000
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 2 * many - 1  # a sheet each
    # Then one keeps the time on a telephone
    phone = resident(persons[0])
    phone.goto("/boka/sv/mina/")
    axe(phone)
    phone.locator("form[action$='/behall/'] button").click()
    expect(phone.get_by_role("status")).to_be_visible()
    page.reload()
    assert stat(page, "Said yes") == "1"
    # And what nobody has kept is free again on its day
    later(booking.at(0, 5, date(2021, 4, 18)))
    outside(actions.release_prebooked)
    page.reload()
    assert (stat(page, "Not answered"), stat(page, "Free again")) == ("0", str(many - 1))
    phone.goto("/boka/sv/mina/")
    expect(phone.locator(".time-card")).to_have_count(1)


def three_at_work(venue: int) -> tuple[int, list[str]]:
    """A session on Friday with three vaccinators, all its places booked; its id, and surnames."""
    from vaksam.venues import actions as venues

    for name in ("Anna Berg", "Bo Ek", "Cia Dal"):
        nurse = venues.add_staff(region_code="24", name=name, role="nurse", vaccinates=True,
                                 venue=venue, by=None)  # fmt: skip
        venues.plan_shift(staff=nurse, venue=venue, starts_at=_friday(9), ends_at=_friday(10),
                          by=None)  # fmt: skip
    session = booking.session(venue, FRIDAY, 9, 10, stations=3, vaccinators=None, interval=20)
    free = [slot for slot in _free(session) for _place in range(6)]
    names = [f"P{chr(97 + n)} Friberg" for n in range(len(free))]
    people = [booking.person(name, date(1940, 1, n + 1)) for n, name in enumerate(names)]
    booking.due()
    for person, slot in zip(people, free, strict=True):
        booking.book(person, slot)
    return session, names


def _free(session: int) -> list[int]:
    from vaksam.booking import queries

    return [each.id for each in queries.slots(session) if each.places - each.taken >= 6]


def _friday(hour: int) -> datetime:
    return datetime.combine(FRIDAY, time(hour), tzinfo=booking.SWEDEN)


def work() -> None:
    from vaksam.base.outbox import deliver_due

    deliver_due()


def times_of(name: str) -> list[tuple[str, int]]:
    from vaksam.booking.models import Appointment

    given = name.split()[0]
    rows = Appointment.objects.filter(person__given_name=given).order_by("pk")
    return list(rows.values_list("state", "slot__session"))


def test_a_venue_that_lost_two_vaccinators(
    staff: Open, here: booking.Here, axe: Check, fits: Check
) -> None:
    # Given a session on Friday at Ersboda with three vaccinators, booked
    session, names = outside(three_at_work, here.ersboda)
    outside(work)
    page = staff()
    page.goto(f"/en/booking/session/{session}/")
    expect(page.get_by_role("button", name="Move them")).to_have_count(0)
    # When two of them fall ill
    for _ill in range(2):
        page.goto(f"/en/venues/{here.ersboda}/?day={FRIDAY}")
        report_ill(page)
    outside(work)
    # Then Today and Booking say that persons are booked beyond what staff allow
    page.goto("/en/today/")
    expect(page.get_by_text(re.compile("booked this week beyond")).first).to_be_visible()
    axe(page)
    page.goto("/en/booking/")
    signal = page.locator(".signals li").filter(has_text="booked beyond what staff and room allow")
    expect(signal).to_contain_text("Ersboda")
    axe(page)
    # When the coordinator opens the session and moves them
    signal.get_by_role("link").click()
    expect(page.get_by_text(re.compile("too many"))).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Move them").click()
    expect(page.locator(".messages")).to_contain_text("new time")
    # Then nobody is without a time, nobody is left too many, and messages are queued
    expect(page.get_by_role("button", name="Move them")).to_have_count(0)
    moved = [name for name in names if ("moved", session) in times_of(name)]
    assert moved and all(held(name) == 1 for name in names)
    outside(work)
    assert queued() >= len(moved)
    axe(page)


def report_ill(page: Page) -> None:
    """The first of the week's shifts that is worked: ill."""
    page.locator("form[action$='/absent/'] [value=ill]").first.click()
    page.wait_for_load_state()
    expect(page.get_by_text("absent: ill").first).to_be_visible()


def held(name: str) -> int:
    return sum(state in ("booked", "reserved") for state, _session in times_of(name))


def queued() -> Any:
    from vaksam.messaging.models import Message

    return Message.objects.filter(kind="moved").count()
