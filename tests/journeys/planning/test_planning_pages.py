"""Every planning page: readable by everyone, in both languages, at three widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.supply.conftest import Here
from tests.support import region

pytestmark = pytest.mark.django_db
WIDTHS = (320, 768, 1440)
PAGES = (
    "/today/", "/turn/", "/people/", "/people/new/", "/people/{due}/", "/people/{protected}/",
    "/people/{due}/change/", "/people/{due}/group/", "/people/{due}/alike/",
    "/people/{due}/alike/{alike}/", "/lists/", "/lists/new/", "/lists/{list}/",
    "/lists/{list}/rows/{row}/", "/due/", "/due/?by=group", "/directives/",
    "/directives/region-24-2021-04-13/", "/directives/new/", "/directives/draft/{draft}/",
    "/directives/draft/{draft}/rule/opening/", "/directives/draft/{draft}/text/",
    "/directives/draft/{submitted}/",
    "/supply/", "/supply/plan/", "/supply/plan/new/", "/supply/stock/", "/supply/stock/new/",
    "/supply/yields/", "/supply/shares/", "/supply/shares/{plan}/", "/supply/ahead/",
    "/supply/lots/", "/supply/lots/{lot}/", "/supply/dispatches/new/", "/venue/?all",
    "/venue/{ersboda}/", "/venue/{ersboda}/count/", "/venue/{ersboda}/order/",
    "/venue/{ersboda}/waste/lot/{lot}/",
)  # fmt: skip

Open = Callable[..., Page]
Check = Callable[[Page], None]


def test_every_page(
    signed_in: Open, made: region.Made, here: Here, axe: Check, fits: Check, prefix: str
) -> None:
    page = signed_in(320)
    for address in PAGES:
        page.goto(prefix + address.format(**vars(made), **vars(here)))
        if not prefix:  # axe reads the structure, which languages share
            axe(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            fits(page)
        page.set_viewport_size({"width": 320, "height": 900})


def test_answers_and_faults(
    signed_in: Open, axe: Check, fits: Check, prefix: str, console: list[str]
) -> None:
    page = signed_in(320, "phone_agent")
    page.goto(f"{prefix}/turn/")
    for born in ("1952", "nyss"):
        page.locator("[name=born]").fill(born)
        page.locator("main button[type=submit]").click()
        page.locator(".answer, .ds-validation-message").first.wait_for()
        axe(page)
        fits(page)
    console.clear()  # of the fault, which is a 422
