"""A code at the fridge, typed and held before the camera.

The camera is Chromium's own pretended one. It shows a label as GS1 DataMatrix, which another
program than the page's reader has made: (01)07046261398572(17)210531(10)EP2163(21)77.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import ARGUMENTS, chromium
from tests.supply.conftest import Here

pytestmark = pytest.mark.django_db
CODE = "(01)07046261398572(17)210531(10)EP2163(21)77"
DATAMATRIX = """\
#.#.#.#.#.#.#.#.#.#.
##...#...#.#.....###
#...####.#...###.#..
#.##...#...#.#.##..#
###.......#...##.##.
#.####.###.#...#####
#.###.#.#######..#..
#.##.###....#....###
#.#.#.##..#..#.##.#.
###.###.#..#...#.###
#..##....#.#......#.
#.#..#..#...###.####
#.#######.#...#..##.
##..#...#.#..###...#
#.###.#..#.#.###.#..
#..#####..######...#
#.####..##...######.
##.##..#.#.#####.#.#
#..##.#.#..#.##.#.#.
####################""".splitlines()
WIDE, HIGH, MODULE = 640, 480, 7  # pixels

Open = Callable[..., Page]
Check = Callable[[Page], None]


def film(path: Path) -> None:
    """One picture of the label on grey, in the uncompressed format of Chromium's camera."""
    picture = bytearray(b"\xd0" * (WIDE * HIGH))
    left, top = ((side - MODULE * len(DATAMATRIX)) // 2 for side in (WIDE, HIGH))
    for row, modules in enumerate(DATAMATRIX):
        line = b"".join((b"\x20" if each == "#" else b"\xd0") * MODULE for each in modules)
        for y in range(top + row * MODULE, top + (row + 1) * MODULE):
            picture[y * WIDE + left : y * WIDE + left + len(line)] = line
    head = f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420jpeg\nFRAME\n".encode()
    path.write_bytes(head + picture + b"\x80" * (WIDE * HIGH // 2))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a camera that shows the label."""
    label = tmp_path_factory.mktemp("camera") / "label.y4m"
    film(label)
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={label}"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, *camera], headless=True
        )
        yield browser
        browser.close()


def test_a_typed_code_leads_to_an_open_vial(
    signed_in: Open, here: Here, axe: Check, fits: Check, prefix: str, console: list[str]
) -> None:
    page = signed_in(320, "venue_staff")
    page.goto(f"{prefix}/venue/{here.ersboda}/")
    page.locator("#code").fill("EP2163")
    page.locator("#code").press("Enter")
    expect(page.locator("#code_error")).to_be_visible()
    axe(page)
    console.clear()  # of the answer, which is a 422
    page.locator("#code").fill(CODE)
    page.locator("form[data-scan] button:not([type])").click()
    expect(page.locator("h1")).to_contain_text("EP2163")
    axe(page)
    fits(page)
    page.locator("form[action$='/do/open/'] button").click()
    page.wait_for_url(f"**/venue/{here.ersboda}/")
    assert page.locator("li.vial").count() >= 2
    axe(page)
    fits(page)


def test_a_store_receives_what_it_scans(
    signed_in: Open, here: Here, axe: Check, fits: Check, prefix: str
) -> None:
    page = signed_in(320, "region_coordinator")
    page.goto(f"{prefix}/venue/{here.store}/scan/?code={CODE}")
    axe(page)
    fits(page)
    page.locator("[name=vials]").fill("3")
    page.locator("form[method=post]:has([name=vials]) button").click()
    page.wait_for_url(f"**/venue/{here.store}/")
    axe(page)
    fits(page)


def test_a_scanned_delivery_is_marked_in_its_receipt(
    signed_in: Open, here: Here, axe: Check, fits: Check, prefix: str
) -> None:
    page = signed_in(320, "venue_staff")
    page.goto(f"{prefix}/venue/{here.ersboda}/scan/?code=(10)ER1742(17)210731")
    page.locator("a[href*='/receive/']").click()
    expect(page.locator("legend .ds-tag")).to_have_count(1)
    axe(page)
    fits(page)


def test_the_camera_reads_a_label_with_its_separator(
    signed_in: Open, here: Here, prefix: str, axe: Check, fits: Check
) -> None:
    page = signed_in(320, "venue_staff", permissions=["camera"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{prefix}/venue/{here.ersboda}/")
    assert not any("zxing" in address for address in asked)  # loaded when it is needed
    page.locator("form[data-scan] .taps button").click()
    expect(page.locator("video")).to_be_visible()
    page.wait_for_url("**/scan/?code=*", timeout=15_000)
    assert "EP2163%1D2177" in page.url
    expect(page.locator("h1")).to_contain_text("EP2163")
    expect(page.locator("dl")).to_contain_text("77")
    assert all(address.startswith(page.url.split("/venue/")[0].removesuffix(prefix))
               for address in asked)  # fmt: skip
    axe(page)
    fits(page)


def test_without_leave_one_types(signed_in: Open, here: Here, axe: Check, fits: Check) -> None:
    page = signed_in(320, "venue_staff")
    page.goto(f"/venue/{here.ersboda}/")
    page.locator("form[data-scan] .taps button").click()
    expect(page.locator("form[data-scan] [role=alert]")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("video")).to_be_hidden()
    axe(page)
    fits(page)


def test_a_hand_held_scanner_types_the_separator(signed_in: Open, here: Here) -> None:
    page = signed_in(320, "venue_staff")
    page.goto(f"/venue/{here.ersboda}/")
    page.locator("#code").focus()
    page.keyboard.type("01070462613985721721053110EP2163")
    page.keyboard.press("Control+]")
    page.keyboard.type("2177")
    page.keyboard.press("Enter")
    page.wait_for_url("**/scan/?code=*EP2163%1D2177")
