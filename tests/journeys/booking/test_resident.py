"""A resident on a telephone: books in Arabic; and what nobody may see or do for others."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.utils.crypto import get_random_string
from playwright.sync_api import Page, expect

from tests.support import booking, region
from tests.support.booking import outside

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
Check = Callable[[Page], None]
LEYLA, SVEN = region.number("19490404"), region.number("19480506")
# Visible text that is in the page's own language, whatever is marked as another's taken away.
OWN_TEXT = """() => { const main = document.querySelector('main').cloneNode(true);
    const other = `[lang]:not([lang=${document.documentElement.lang}]), script, input`;
    main.querySelectorAll(other).forEach(each => each.remove());
    return main.innerHTML.replace(/<[^>]+>|&\\w+;/g, ' ') }"""
NAMES = (
    "Vaccinationscentralen", "Nolia", "Ersboda", "hälsocentral", "Signalvägen", "Formvägen",
    "Umeå", "Leyla", "Comirnaty", "BankID", "personnummer", "samordningsnummer", "reservnummer",
    "SMS",
)  # fmt: skip


def texts(language: str) -> Any:
    from vaksam.web.public.texts import texts

    return texts(language)


def code_for(person: int) -> str:
    """What the telephone would show."""
    from vaksam.booking.actions import codes
    from vaksam.booking.models import Code

    return codes.code_of(Code.objects.filter(person=person, used_at=None).latest("pk"))


def own_words(page: Page) -> str:
    """Latin words on an Arabic page that are no names."""
    text = page.evaluate(OWN_TEXT)
    return " ".join(set(re.findall(r"[A-Za-zÅÄÖåäö]{2,}", text)) - set(NAMES))


def test_a_resident_books_in_arabic(
    resident: Open, visited: Any, here: booking.Here, axe: Check, fits: Check
) -> None:
    words = texts("ar")
    page = resident(locale="ar")
    page.set_viewport_size({"width": 390, "height": 844})
    seen = visited(page)

    def look(path: str) -> None:
        page.wait_for_url(path)
        axe(page)
        fits(page)
        assert page.locator("html").get_attribute("dir") == "rtl"
        expect(page.locator(".example-data")).to_have_text(words["shell.draft"])
        assert own_words(page) == ""

    def follow(key: str) -> None:
        page.get_by_role("link", name=words[key], exact=True).first.click()

    # Given somebody born in 1949 whose telephone speaks Arabic
    page.goto("/boka/")
    look("**/boka/ar/")
    # When she asks for a code by text message and writes it
    follow("start.book")
    look("**/boka/ar/kod/")
    page.locator("#number").fill(LEYLA)
    page.get_by_role("button", name=words["sign_in.sms"]).click()
    expect(page.get_by_text(words["sign_in.sent_sms"])).to_be_visible()
    look("**/boka/ar/kod/")
    page.locator("#code").fill(code_for(here.leyla))
    page.get_by_role("button", name=words["sign_in.go_on"]).click()
    # Then it is her turn
    look("**/boka/ar/mina/")
    expect(page.get_by_text(words.fill("mine.can_book", dose=1))).to_be_visible()
    # When she takes the nearest time, and dose 2 with it
    follow("mine.choose")
    look("**/tider/**")
    expect(page.locator(".time-list").first).to_be_visible()
    page.locator(".time-list a").nth(1).click()
    look("**/tid/**")
    page.locator("[name=second]").nth(1).check()
    page.get_by_role("button", name=words["confirm.book"], exact=True).click()
    # Then both are booked
    look("**/klart/**")
    expect(page.locator(".time-card")).to_have_count(2)
    follow("done.to_mine")
    look("**/mina/")
    expect(page.locator(".time-card")).to_have_count(2)
    # When she moves the first
    follow("mine.move")
    look("**/tider/**")
    page.locator(".time-list a").nth(3).click()
    look("**/tid/**")
    page.get_by_role("button", name=words["confirm.move"]).click()
    look("**/klart/**")
    expect(page.get_by_role("heading", name=words["done.moved"])).to_be_visible()
    follow("done.to_mine")
    expect(page.locator(".time-card")).to_have_count(2)
    # And cancels the second, and says why
    page.get_by_role("link", name=words["mine.cancel"], exact=True).nth(1).click()
    look("**/avboka/")
    page.get_by_label(words["cancel.transport"]).check()
    page.get_by_role("button", name=words["cancel.yes"]).click()
    expect(page.get_by_role("heading", name=words["cancel.done"])).to_be_visible()
    follow("done.to_mine")
    # Then one is left, and the reason is known
    expect(page.locator(".time-card")).to_have_count(1)
    assert _states(here.leyla) == [("moved", ""), ("cancelled", "transport"), ("booked", "")]
    # And no address that the telephone asked for tells who she is
    traces = (LEYLA, LEYLA[2:], "Leyla", "Haddad", "0701740605", "701740605")
    assert not [url for url in seen if any(trace in url for trace in traces)]


def _states(person: int) -> list[tuple[str, str]]:
    from vaksam.booking.models import Appointment

    rows = Appointment.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("state", "ended_reason"))


def _send(page: Page, path: str, **data: str) -> int:
    """Post a form as the page would; the status."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = data | {"csrfmiddlewaretoken": token}
    answer = page.request.post(path, form=form, headers={"Referer": page.url}, max_redirects=0)
    return answer.status


def test_nobody_reaches_anothers_time(resident: Open, here: booking.Here) -> None:
    page = resident(here.sven)
    page.goto("/boka/sv/mina/")
    theirs = f"/boka/sv/min/{here.appointment}"
    token = booking.request_of(here.appointment)
    for path in (f"{theirs}/avboka/", f"{theirs}/kalender.ics", f"/boka/sv/klart/{token}/",
                 f"/boka/sv/tider/?move={here.appointment}"):  # fmt: skip
        assert page.request.get(path).status == 404, path
    assert _send(page, f"{theirs}/avboka/", reason="time") == 404
    assert _send(page, f"{theirs}/behall/") == 404
    assert _send(page, f"/boka/sv/erbjudande/{booking.offer(here.asked)}/", yes="1") == 404
    free = booking.slots(here.april)[4]
    moving = {"token": str(token), "move": str(here.appointment)}
    assert _send(page, f"/boka/sv/tid/{free}/boka/", **moving) == 404
    assert _states(here.booked) == [("booked", "")] and booking.offer(here.asked)


def test_a_cookie_that_is_not_ours_or_too_old(resident: Open, here: booking.Here) -> None:
    from vaksam.web.public import common

    class Earlier(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(time.time()) - 31 * 60)

    told = {"persons": [here.sven], "region": "24"}
    old = Earlier(salt=common._SALT).sign_object(told)
    good = common.signed([here.sven], "24")
    for value, leads_to in (
        (good, "mina/"), (f"{good}x", "kod/"), (old, "kod/"), (get_random_string(60), "kod/"),
        (signing.dumps(told, salt="another"), "kod/"),
    ):  # fmt: skip
        page = resident(here.sven)
        page.context.add_cookies([
            {"name": common.SIGNED_IN, "value": value, "domain": "localhost", "path": "/boka/"}
        ])  # fmt: skip
        page.goto("/boka/sv/mina/")
        assert page.url.endswith(f"/boka/sv/{leads_to}"), value


def test_wrong_codes_tell_nothing(resident: Open, console: list[str]) -> None:
    # Given a number that somebody has and one that nobody has
    told = []
    for number in (SVEN, region.number("19410101")):
        page, said = resident(), []
        page.goto("/boka/sv/kod/")
        page.locator("#number").fill(number)
        page.locator("[value=have]").click()
        # When codes are guessed
        for _try in range(6):
            page.locator("#code").fill("123")
            page.get_by_role("button", name=texts("sv")["sign_in.go_on"]).click()
            page.wait_for_load_state()
            said.append(page.get_by_role("alert").inner_text())
        told.append(said)
    # Then both are told the same, and after five tries nothing more
    wrong, many = texts("sv")["refused.wrong-code"], texts("sv")["refused.too-many"]
    assert told == [[wrong] * 5 + [many]] * 2
    console.clear()  # of the refusals, which are 422


def test_a_link_to_a_time_leads_through_the_code_and_back(
    resident: Open, here: booking.Here
) -> None:
    from vaksam.booking import actions

    page = resident()
    address = f"/boka/sv/tid/{booking.slots(here.april)[6]}/"
    page.goto(address)
    page.wait_for_url("**/boka/sv/kod/")
    number = region.number("19510709")
    outside(actions.ask_for_code, number=number, letter=True, address="10.0.0.9")
    page.locator("#number").fill(number)
    page.locator("[value=have]").click()
    page.locator("#code").fill(code_for(here.asked))
    page.get_by_role("button", name=texts("sv")["sign_in.go_on"]).click()
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("heading", level=1)).to_have_text(texts("sv")["confirm.title"])
