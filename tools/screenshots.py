"""Take the pictures of README and docs: start the demo on example data, look, stop.

    python tools/screenshots.py

Needs Chromium, as the journeys do.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PASSWORD = "only-for-pictures-4711"  # noqa: S105 - of an account that lives for a minute
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Name of the picture, address, whether one is signed in.
PICTURES = (
    ("coverage", "/coverage/?area=24", False),
    ("over-time", "/coverage/over-time/?area=24&with=SE", False),
    ("today", "/today/", True),
)


def main() -> None:
    chromium = os.environ.get("VAKSAM_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if chromium is None:
        sys.exit("Chromium was not found; on Debian: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 1300})
        for name, path, signed_in in PICTURES:
            if signed_in:
                sign_in(page, address)
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)  # the map's last frame
            page.screenshot(path=IMAGES / f"{name}.png")
            print(f"docs/images/{name}.png")
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """The demo on a free port, with a data folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tempfile.mkdtemp(prefix="vaksam-pictures-")
    environment = os.environ | {"VAKSAM_HOME": home, "VAKSAM_DEMO_PASSWORD": PASSWORD}
    environment.pop("VAKSAM_DATA", None)
    command = [sys.executable, "-m", "vaksam.cli", "demo", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, cwd=home)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health", process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit("the demo did not start")
        try:
            urllib.request.urlopen(url, timeout=2).read()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.3)
        else:
            return
    sys.exit("the demo did not answer in time")


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", "samordnare")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
