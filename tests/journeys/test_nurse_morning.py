"""A nurse's morning at Ersboda with twenty people, on a telephone: everything is done by taps, and
at closing time ledger, record and the register's queue say the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.booking.conftest import PROGRAMME, TODAY, fill, plan
from tests.clinic.conftest import answers
from tests.support import booking, region
from tests.support.booking import at, outside

pytestmark = pytest.mark.django_db
PHONE = 390  # px wide
PATIENCE = 15_000  # ms
MADE, NOW = at(8, 30), at(8, 40)
LATER = date(2021, 5, 27)  # a session for dose 2

# Those who answered on their own telephones; then one who was very ill of a vaccine once, one
# whose vial is mixed up, one who says no, one to whom the questions are read, one on the tablet.
PLAIN = ("ada", "bo", "cia", "dan", "eva", "finn", "gun", "hans", "ida", "jan", "kaj", "lena",
         "mats")  # fmt: skip
OTHERS = ("anna", "lotta", "nej", "olof", "amal")
PROTECTED = "skyddad"

Open = Callable[..., Page]
Check = Callable[[Page], None]


@dataclass
class Morning:
    """Ids at Ersboda: two lots, three vaccinators, the persons by name and the hospital's slots."""

    ersboda: int
    nus: int
    first: int
    second: int
    persons: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def stand() -> Morning:
    from vaksam.booking import actions as times
    from vaksam.booking import queries
    from vaksam.clinic import actions as clinic
    from vaksam.supply import actions as supply
    from vaksam.venues.models import Staff

    names = [*PLAIN, *OTHERS]
    here = fill(persons=[(name, date(1940 + n % 10, 3, 2 + n), "24")
                         for n, name in enumerate(names)])  # fmt: skip
    second = supply.known_lot(product="comirnaty", number="ER1742", expires_on=date(2021, 9, 1)).pk
    supply.receive(venue=here.ersboda, lot=second, vials=5, by=None)
    Staff.objects.create(name="Anna Ek", role="nurse", vaccinates=True, region_code="24",
                         venue_id=here.ersboda)  # fmt: skip
    Staff.objects.create(name="Per Sand", role="nurse", vaccinates=True, region_code="24",
                         venue_id=here.ersboda)  # fmt: skip
    clinic.sign(
        region="24", programme=PROGRAMME, products=["comirnaty"], valid_from=date(2021, 1, 1),
        valid_to=date(2021, 12, 31), signer_name="Dr Lund", age_from=16, roles=["nurse"], by=None,
    )  # fmt: skip
    today = times.plan_session(venue=here.ersboda, plan=plan(TODAY, 9, 11), by=None)
    for venue, day in ((here.nus, date(2021, 4, 20)), (here.ersboda, LATER)):
        times.plan_session(venue=venue, plan=plan(day), by=None)
    free = [each.id for each in queries.slots(today) for _twice in range(2)]
    made = Morning(here.ersboda, here.nus, here.lot, second, dict(here.persons))
    made.persons[PROTECTED] = protected()
    for name, slot in zip([*names, PROTECTED], free, strict=False):
        asks = [times.Ask(made.persons[name], slot)]
        times.book(asks=asks, token=uuid4(), channel="phone", by=None)
    for name in PLAIN:
        clinic.declare(person=made.persons[name], programme=PROGRAMME, answers=answers(),
                       language="sv", told="own", by=None)  # fmt: skip
    return made


def protected() -> int:
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions

    made = actions.register_person(
        region_code="24", given_name="Planterina", family_name="Skyddad", by=None,
        identities=[Identity(Kind.PERSONAL_NUMBER, region.number("19350506"))],
        protection="confidentiality_marking",
    ).person  # fmt: skip
    booking.due()
    return made


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Morning]]:
    from django.test import Client

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        region.stand(patch, MADE)
        made = stand()
        for role in ("venue_staff", "prescriber"):
            client = Client()
            client.force_login(region.account(role, username=role))
            made.keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        server = LiveServer("localhost")
        yield server.url, made
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def site(_filled: tuple[str, Morning]) -> str:
    return _filled[0]


@pytest.fixture
def morning(_filled: tuple[str, Morning]) -> Morning:
    return _filled[1]


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch, _clock_not_moved: None) -> None:
    region.stand(monkeypatch, NOW)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: region.stand(monkeypatch, moment)


@pytest.fixture
def signed_in(page_at: Callable[..., Page], morning: Morning) -> Open:
    def open_page(role: str = "venue_staff", width: int = PHONE) -> Page:
        page = page_at(width)
        page.set_viewport_size({"width": width, "height": 844})
        page.set_default_timeout(PATIENCE)
        page.context.add_cookies([{
            "name": settings.SESSION_COOKIE_NAME, "value": morning.keys[role], "path": "/",
            "domain": "localhost", "httpOnly": True, "sameSite": "Lax",
        }])  # fmt: skip
        return page

    return open_page


def go(page: Page, morning: Morning, what: str = "day/") -> None:
    page.goto(f"/en/venue/{morning.ersboda}/{what}")


def check_in(page: Page, morning: Morning, name: str) -> None:
    """One tap on the day's page; then the visit."""
    go(page, morning)
    page.get_by_role("button", name=f"Check in {name.title()} Berg").click()
    page.get_by_role("region", name="Here now").get_by_role("link", name=name.title()).click()


def no_to_all(page: Page) -> None:
    """Every question that is shown is answered with no."""
    for each in page.locator(".questions > .asked > fieldset").all():
        each.get_by_label("No", exact=True).check()


def yes(page: Page) -> None:
    page.get_by_role("button", name="Yes", exact=True).click()


def inject(page: Page) -> None:
    page.get_by_role("button", name="Give dose 1 of Comirnaty").click()
    expect(page.get_by_text("Observe until")).to_be_visible()


def test_twenty_people_and_the_day_agrees(
    signed_in: Open, morning: Morning, axe: Check, fits: Check,
    later: Callable[[datetime], None], console: list[str],
) -> None:  # fmt: skip
    from vaksam.clinic import queries
    from vaksam.records import queries as records
    from vaksam.supply import queries as supply

    page = signed_in()
    # Given nobody has come and no vial is open, the day says what to do
    go(page, morning)
    expect(page.get_by_text("Open one in the fridge")).to_be_visible()
    axe(page)
    fits(page)
    open_vial(page, morning, "EP2163")
    # When thirteen come who have answered at home: check in, yes, give
    check_in(page, morning, PLAIN[0])
    yes(page)
    page.get_by_role("button", name="Anna Ek, nurse").click()  # once for the day
    axe(page)
    fits(page)
    inject(page)
    axe(page)
    page.get_by_role("button", name="Thu 27 May 09:00").click()
    expect(page.get_by_text("Dose 2 is booked")).to_be_visible()
    for name in PLAIN[1:6]:
        take(page, morning, name)
    # And a vial is dropped, with the reason; another is opened (each holds six doses)
    open_vial(page, morning, "EP2163")
    go(page, morning, "")
    opened = page.get_by_role("region", name="Open vials")
    opened.get_by_role("link", name="Throw away").last.click()
    page.get_by_role("button", name="Dropped").click()
    empty_ones(page, morning)
    open_vial(page, morning, "EP2163")
    for name in PLAIN[6:12]:
        take(page, morning, name)
    empty_ones(page, morning)
    open_vial(page, morning, "EP2163")
    take(page, morning, PLAIN[12])
    # And one has had anaphylaxis of a vaccine: she is asked aloud, and goes to the hospital
    anna(page, morning, axe, fits)
    # And one says no; nothing more is sent to him
    check_in(page, morning, "nej")
    no_to_all(page)
    page.get_by_role("button", name="Save the answers").click()
    page.get_by_role("button", name="No, and no more messages").click()
    assert records.declined([morning.persons["nej"]], PROGRAMME)
    # And one answers on the tablet in Arabic, and one is asked aloud
    tablet(page, morning, axe, fits)
    check_in(page, morning, "olof")
    no_to_all(page)
    page.get_by_role("button", name="Save the answers").click()
    yes(page)
    inject(page)
    # And somebody without any number drops in, whom a daughter vouches for
    nameless(page, morning, axe, fits)
    # And the vial of one is mixed up, and put right afterwards
    wrong_lot(page, morning)
    # And of the protected nothing is told, but that they are there
    go(page, morning)
    axe(page)
    fits(page)
    assert "Planterina" not in page.content()
    assert [row.given_name for row in here(morning) if row.protected] == []
    # Then the observation is over for all, and they may go
    later(at(10, 50))
    go(page, morning)
    while page.get_by_role("button", name="May go").count():
        page.get_by_role("button", name="May go").first.click()
        go(page, morning)
    page.get_by_role("button", name="Did not come protected identity").click()
    # And the day is closed when the vials are emptied, and everything agrees
    empty_ones(page, morning)
    go(page, morning, "close/")
    expect(page.get_by_text("Ledger and record agree.")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Close the day").click()
    expect(page.get_by_text("The day is closed.")).to_be_visible()
    lines = {each.lot: each for each in queries.lines(morning.ersboda, TODAY).lines}
    given = {lot: (line.given, line.registered) for lot, line in lines.items()}
    assert given == {"EP2163": (16, 16), "ER1742": (1, 1)}
    assert not queries.lines(morning.ersboda, TODAY).differences
    assert not supply.open_vials(morning.ersboda)
    wasted = [each for each in supply.documents(morning.ersboda, limit=100)
              if each.kind == "wasted"]  # fmt: skip
    assert [(each.reason, each.doses) for each in wasted] == [("dropped", 6)]
    assert queued() == 17


def here(morning: Morning) -> list[Any]:
    from vaksam.base.models import User
    from vaksam.base.scope import scope_of
    from vaksam.clinic import queries

    nurse = User.objects.get(username="venue_staff")
    return list(queries.here(morning.ersboda, scope=scope_of(nurse)))


def queued() -> int:
    """Doses that are to go to the national register."""
    from vaksam.base.scope import EVERYTHING
    from vaksam.exchange import actions, queries

    outside(actions.collect)
    return sum(queries.figures(region="24", scope=EVERYTHING).counts.values())


def take(page: Page, morning: Morning, name: str) -> None:
    """Somebody who has answered at home."""
    check_in(page, morning, name)
    yes(page)
    inject(page)


def open_vial(page: Page, morning: Morning, lot: str) -> None:
    go(page, morning, "")
    page.get_by_role("button", name=f"Open a vial Comirnaty {lot}").click()


def empty_ones(page: Page, morning: Morning) -> None:
    """Every open vial is written down as empty."""
    go(page, morning, "")
    while page.get_by_role("button", name="Empty Comirnaty").count():
        page.get_by_role("button", name="Empty Comirnaty").first.click()


def anna(page: Page, morning: Morning, axe: Check, fits: Check) -> None:
    from vaksam.booking import queries

    check_in(page, morning, "anna")
    axe(page)
    fits(page)
    no_to_all(page)
    for code in ("severe_allergy", "severe_allergy_vaccine"):
        page.locator(f"[name=q_{code}][value=yes]").check()
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_text("Given only at hospital")).to_be_visible()
    expect(page.get_by_role("button", name="Give dose")).to_have_count(0)
    axe(page)
    fits(page)
    page.get_by_role("button", name="Norrlands universitetssjukhus").first.click()
    expect(page.get_by_text("The time at the hospital is booked.")).to_be_visible()
    times = {each.state: each.venue for each in queries.of_person(morning.persons["anna"])}
    assert times == {"booked": morning.nus, "moved": morning.ersboda}


def tablet(page: Page, morning: Morning, axe: Check, fits: Check) -> None:
    check_in(page, morning, "amal")
    page.get_by_text("Hand over the tablet instead").click()
    page.locator("a[lang=ar][href*='told=tablet']").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("link", name="Sign out")).to_have_count(0)
    axe(page)
    fits(page)
    for each in page.locator(".questions > .asked > fieldset").all():
        each.get_by_label("لا", exact=True).check()
    page.get_by_role("button", name="تم").click()
    axe(page)
    page.get_by_role("link", name="Staff: back to the visit").click()
    yes(page)
    inject(page)


def nameless(page: Page, morning: Morning, axe: Check, fits: Check) -> None:
    go(page, morning)
    page.get_by_label("Somebody else").fill("Okänd 1941")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("Nobody found")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Register a new person").click()
    page.get_by_label("Given name").fill("Fatima")
    page.get_by_label("Family name").fill("Okänd")
    page.get_by_label("Born").fill("1941-05-05")
    page.get_by_role("button", name="Register and check in").click()
    axe(page)
    fits(page)
    page.get_by_label("Somebody known vouches").check()
    page.get_by_label("Who vouches").fill("Dottern Leyla")
    page.get_by_role("button", name="Check in").click()
    no_to_all(page)
    page.get_by_role("button", name="Save the answers").click()
    yes(page)
    inject(page)


def wrong_lot(page: Page, morning: Morning) -> None:
    """The vial in the hand was ER1742; the other one was tapped."""
    open_vial(page, morning, "ER1742")
    check_in(page, morning, "lotta")
    no_to_all(page)
    page.get_by_role("button", name="Save the answers").click()
    yes(page)
    inject(page)
    page.get_by_role("link", name="Correct the dose").click()
    page.get_by_label("Lot", exact=True).fill("ER1742")
    page.locator("[name=reason]").first.check()
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("The dose is corrected.")).to_be_visible()
