"""What people come to do, from the first page to the answer. Official figures where they are."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support import official

pytestmark = pytest.mark.django_db
FIGURES = "official"

Open = Callable[..., Page]
Check = Callable[[Page], None]


def stat(page: Page, label: str):
    return page.locator(".stat").filter(has_text=label)


@official.needed
def test_a_coordinator_on_monday(signed_in: Open) -> None:
    # Given a coordinator of Västerbotten who has signed in
    page = signed_in(1440)
    # Then Today is about the region, and says what wants doing
    expect(page.get_by_role("heading", level=1)).to_have_text("Västerbotten")
    expect(page.get_by_role("heading", name="Att göra")).to_be_visible()
    expect(page.get_by_text("Den nyaste utgåvan är")).to_be_visible()
    expect(page.get_by_role("heading", name="Mål", exact=True)).to_be_visible()
    # When she opens the map and chooses week 15 of 2021
    page.get_by_role("link", name="Öppna kartan").click()
    page.get_by_label("Vecka").select_option("2021w15")
    page.locator(".choose").get_by_role("button", name="Visa").click()
    page.wait_for_url("**week=2021w15**")
    # Then she sees how far the region had come, of whom, and as of when the map is
    share, persons = stat(page, "Västerbotten"), stat(page, "Personer")
    expect(share).to_contain_text(re.compile(r"22,1\s%"))
    expect(share).to_contain_text("invånare födda 2010 eller tidigare (12 år och äldre)")
    expect(share).to_contain_text(re.compile(r"vecka\s15 2021"))
    expect(persons).to_contain_text(re.compile(r"52\s876"))
    expect(persons).to_contain_text(re.compile(r"av 239\s604 invånare"))
    expect(page.get_by_text("Områdena nedan publiceras inte vecka för vecka")).to_be_visible()


@official.needed
def test_a_resident_on_a_telephone_without_javascript(page_at: Open, fits: Check) -> None:
    # Given a telephone that runs no scripts
    page = page_at(320, java_script_enabled=False)
    # When the resident goes by the region to the municipality
    page.goto("/")
    page.get_by_label("Region", exact=True).select_option(label="Västerbotten")
    page.locator(".region-bar").get_by_role("button", name="Visa").click()
    page.get_by_role("link", name="Umeå").click()
    # Then the figures stand there in words and numbers, with a picture for the telephone
    expect(page.get_by_role("heading", level=1)).to_have_text("Umeå")
    expect(stat(page, "Umeå")).to_contain_text(re.compile(r"93,0\s%"))
    expect(stat(page, "Personer")).to_contain_text(re.compile(r"105\s629"))
    picture = page.locator(".picture img")
    expect(picture).to_have_js_property("naturalWidth", 320)
    # And other doses can be chosen, and the way back is there
    page.get_by_label("Dos").select_option(label="Minst 3 doser")
    page.locator(".choose").get_by_role("button", name="Visa").click()
    expect(page.get_by_role("heading", name=re.compile("^Minst 3 doser"))).to_be_visible()
    page.get_by_role("link", name="Västerbotten", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Västerbotten")


def test_by_keyboard_alone(page_at: Open, fits: Check) -> None:
    # Given nothing but a keyboard
    page = page_at(1440)
    page.goto("/coverage/?area=24")

    def tab_to(selector: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.locator(selector).and_(page.locator(":focus")).count():
                return
        raise AssertionError(f"no way to {selector}")

    # Then the first stop is the way past the frame
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Hoppa till innehållet")
    # And a choice is stepped through without leaving the page, then shown
    tab_to("#region")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#region")).not_to_have_value("24")
    expect(page).to_have_url(re.compile(r"area=24$"))
    page.locator("#region").press("ArrowUp")
    tab_to("#choose-dose")
    page.keyboard.press("ArrowDown")
    tab_to(".choose button")
    page.keyboard.press("Enter")
    page.wait_for_url("**dose=2**")
    # And the table can be reached and scrolled
    tab_to(".table-scroll")
    expect(page.locator(":focus")).to_have_attribute("aria-labelledby", "map-table-caption")


def test_a_shared_link_shows_the_same(page_at: Open) -> None:
    # Given a choice that somebody has made
    page = page_at(1440)
    page.goto("/coverage/over-time/?area=24&dose=2&age=12%2B&with=SE&with=12")
    address, title = page.url, page.title()
    table = page.locator("#course-table-caption ~ tbody").text_content()
    # When somebody else opens the link in another browser
    other = page_at(768)
    other.goto(address)
    # Then it is the same picture
    assert other.title() == title
    assert other.locator("#course-table-caption ~ tbody").text_content() == table
    # And in English it keeps the choice
    other.get_by_role("link", name="English").click()
    other.wait_for_url("**/en/coverage/over-time/?area=24&dose=2&age=12%2B&with=SE&with=12")
    expect(other.locator("figcaption")).to_have_text("At least 2 doses, week by week")


@official.needed
def test_six_areas_are_compared_and_one_left_out(page_at: Open) -> None:
    # Given the region's course over time
    page = page_at(1440)
    page.goto("/coverage/over-time/?area=24")
    # When others are added until no more can be
    for name in ("Sverige", "Stockholm", "Uppsala", "Skåne", "Norrbotten"):
        page.get_by_label("Lägg till område").select_option(label=name)
        page.get_by_role("button", name="Lägg till").click()
        expect(page.locator(".removable").filter(has_text=name)).to_be_visible()
    expect(page.get_by_label("Lägg till område")).to_have_count(0)
    heads = page.locator("#course-table-caption ~ thead th")
    assert heads.count() == 1 + 2 * 6
    # And one is left out
    page.get_by_role("link", name="Skåne ta bort").click()
    # Then five are left, the choice as it was
    expect(page.locator(".removable")).to_have_count(4)
    assert heads.count() == 1 + 2 * 5
    expect(page.get_by_label("Lägg till område")).to_be_visible()


def test_figures_for_developers(page_at: Open, site: str) -> None:
    # Given a browser that notes every address asked for
    page = page_at(1440)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # When the description of the API is opened
    page.goto("/api/docs")
    # Then it is there, and nothing came from elsewhere
    expect(page.get_by_text("/api/coverage/show")).to_be_visible()
    assert not [url for url in asked if not url.startswith((site, "data:", "blob:"))]
