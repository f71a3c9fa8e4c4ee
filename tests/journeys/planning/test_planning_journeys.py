"""What people come to do on an April morning, from the first page to the answer."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.supply.conftest import Here
from tests.support import region

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]


def test_a_phone_agent_answers_when_is_it_my_turn(signed_in: Open) -> None:
    # Given a phone agent at work, and somebody on the line who was born in 1952
    page = signed_in(1440, "phone_agent")
    started = time.monotonic()
    # When she describes the person with the keyboard alone
    page.get_by_role("link", name="Svara på ”när är det min tur?”").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/turn/")
    page.get_by_label("Född", exact=True).focus()
    page.keyboard.type("1952")
    page.keyboard.press("Enter")
    # Then the answer stands there, with the day and the reason, in far less than a minute
    expect(page.get_by_role("heading", name="Rekommenderas, inte än")).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("19 april 2021")
    assert time.monotonic() - started < 60
    # And for a husband of somebody born in 1950, who asks next
    page.get_by_label("Född", exact=True).fill("1955-06-01")
    page.get_by_label("Bor med någon som är född").fill("1950")
    page.get_by_role("button", name="Svara").click()
    expect(page.get_by_role("heading", name="Får vaccineras nu")).to_be_visible()
    # And the source can be opened
    page.get_by_text("Regler och källor").click()
    expect(page.locator(".answer")).to_contain_text("Nytillkommen grupp denna vecka")


def test_a_phone_agent_finds_a_person(signed_in: Open, made: region.Made) -> None:
    page = signed_in(1440, "phone_agent")
    page.get_by_role("link", name="Personer", exact=True).click()
    page.get_by_label("Nummer, eller namn och födelseår").fill("Lind 1953")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{made.soon}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sven Lind")
    expect(page.get_by_role("heading", name="Får vaccineras nu")).to_be_visible()


def test_two_coordinators_open_for_more(signed_in: Open) -> None:
    # Given a directive that somebody else has written and asks to have checked
    page = signed_in(1440)
    expect(page.get_by_text("1 direktiv väntar på att du granskar det")).to_be_visible()
    # When another coordinator reads it and approves
    page.get_by_role("link", name="Granska", exact=True).click()
    page.locator("#open-caption ~ tbody a").filter(has_text="Västerbotten").last.click()
    expect(page.get_by_text("Öppet för födda 1962–1966")).to_be_visible()
    page.get_by_role("button", name="Godkänn").click()
    # Then it holds, with both their names
    expect(page.locator("main")).to_contain_text("region_coordinator")
    # And the day asked about shows it
    page.goto("/directives/?on=2021-05-03&programme=covid-19-2021")
    expect(page.get_by_role("link", name="Öppet för födda 1962–1966")).to_be_visible()


def test_a_row_of_a_list_is_looked_at(signed_in: Open, made: region.Made) -> None:
    page = signed_in(1440)
    page.get_by_role("link", name="Listor", exact=True).click()
    page.get_by_role("link", name="Har hemtjänst").click()
    page.get_by_role("link", name=re.compile("^Titta på")).first.click()
    expect(page.get_by_text("Karin, Berg, 1949-03-02")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Den här personen")).first.click()
    expect(page.get_by_text("Alla rader är genomgångna").first).to_be_visible()


def test_a_protected_person_on_a_telephone_without_scripts(
    signed_in: Open, made: region.Made
) -> None:
    page = signed_in(320, java_script_enabled=False)
    page.goto("/people/")
    page.get_by_label("Nummer, eller namn och födelseår").fill("18900101-9802")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skyddade personuppgifter")
    page.get_by_label("Varför öppnar du personsidan?").fill("Ringer om sin tid")
    page.get_by_role("button", name="Öppna personsidan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Planterina Skyddad")
    expect(page.get_by_text("Adress")).to_have_count(0)


def test_a_vaccinator_with_one_thumb(signed_in: Open, here: Here) -> None:
    # Given a vaccinator with a telephone
    page = signed_in(320, "venue_staff")
    page.goto(f"/venue/{here.ersboda}/")
    # When the delivery comes, it is counted
    page.get_by_role("link", name=re.compile("^Ta emot")).click()
    page.get_by_label("Skadade flaskor").fill("1")
    page.get_by_label("Hela flaskor").fill("9")
    page.get_by_label("Varför det skiljer sig").select_option("damaged")
    page.get_by_role("button", name="Mottaget").click()
    expect(page.get_by_text("Mottaget. Det ligger i kylen nedan.")).to_be_visible()
    # Then doses are drawn and given, a tap each
    page.get_by_role("button", name=re.compile("^Dra upp en dos")).first.click()
    expect(page.get_by_text("5 doser i flaskan, 1 uppdragna")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Given")).first.click()
    expect(page.get_by_text("5 doser i flaskan, 0 uppdragna")).to_be_visible()
    # And what is dropped is written down in two
    page.get_by_role("link", name=re.compile("^Kassera Comirnaty ER1742")).click()
    page.get_by_role("button", name="Tappad").click()
    expect(page.get_by_text("8 flaskor, 48 doser")).to_be_visible()
