"""Journeys: pages walked in a real Chromium, in Swedish and English, at three widths.

Without Chromium every journey is skipped, and the run ends by saying loudly which.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 768, 1440)
LANGUAGES = {"sv": "", "en": "/en"}
HERE = Path(__file__).parent


def chromium() -> str | None:
    found = (shutil.which(name) for name in (os.environ.get("VAKSAM_CHROMIUM", ""), *NAMES) if name)
    return next(filter(None, found), None)


def missing() -> str:
    """What the journeys lack on this machine, and how to get it; empty when they can run."""
    if chromium() is None:
        return (
            "no Chromium: `apt-get install chromium`, or name one in VAKSAM_CHROMIUM "
            f"(looked for {', '.join(NAMES)})"
        )
    return "" if AXE.exists() else "no axe-core: `python tools/assets.py --dev`"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = missing()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            if lacking:
                item.add_marker(pytest.mark.skip(reason=lacking))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if "tests/journeys/" in report.nodeid and missing()
    ]
    if skipped:
        loud = {"red": True, "bold": True}
        terminalreporter.section(f"{len(skipped)} JOURNEYS DID NOT RUN", sep="!", **loud)
        terminalreporter.line(missing(), **loud)
        for node in skipped:
            terminalreporter.line(f"  {node}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the journeys of one file.

    Playwright's synchronous API runs an event loop in this thread, which makes Django refuse the
    database here; only this thread uses the connection, so that is safe. Both end with the file,
    since other tests in the same process want to run loops of their own.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS, headless=True
        )
        yield browser
        browser.close()


@pytest.fixture(params=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def prefix(language: str) -> str:
    """What every address starts with in this language."""
    return LANGUAGES[language]


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture
def console() -> Iterator[list[str]]:
    """What the browser complained of: errors, broken policies, exceptions. Any fails the journey.

    A journey that provokes a complaint on purpose clears the list.
    """
    complaints: list[str] = []
    yield complaints
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> str:
    """Where pages are served: on a database of the one test, unless a folder says otherwise."""
    return str(request.getfixturevalue("live_server").url)


@pytest.fixture
def page_at(browser: Browser, site: str, console: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a page of the given width: `page_at(320)`. Addresses are relative to the server.

    Each call is a browser of its own, with cookies of its own.
    """
    contexts: list[BrowserContext] = []

    def open_page(width: int, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _note(console, message))
        page.on("pageerror", lambda error: console.append(f"exception: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing to object to on the page as it stands.

    Its script is evaluated by the browser's own debugger, so that the page keeps the
    Content-Security-Policy that users have.
    """

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("async () => (await axe.run()).violations")
        assert not found, "axe-core objects:\n" + "\n".join(map(_told, found))

    return check


def _told(violation: dict[str, Any]) -> str:
    places = [
        f"    {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for node in violation["nodes"]
    ]
    head = f"  {violation['id']} ({violation['impact']}): {violation['help']}"
    return "\n".join([head, *places])


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Assert that the page does not scroll sideways."""

    def check(page: Page) -> None:
        wide, room = page.evaluate(
            "() => { const root = document.scrollingElement;"
            " return [root.scrollWidth, root.clientWidth] }"
        )
        assert wide <= room, f"the page is {wide} px wide in a window of {room} px"

    return check
