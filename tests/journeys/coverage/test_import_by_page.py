"""A new edition comes in through the page, carried in by a real worker in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support import workbooks

pytestmark = pytest.mark.django_db
FIGURES = "example"

Open = Callable[..., Page]
WORKER = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from vaksam.base.jobs import run_worker
run_worker(wait=True)
"""


@pytest.fixture
def start_worker(site: str) -> Iterator[Callable[[], None]]:
    from django.db import connection

    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]]
        running.append(subprocess.Popen(command, env=os.environ))

    yield start
    for worker in running:
        worker.terminate()
        worker.wait(timeout=20)


def upload(page: Page, file: Path) -> None:
    page.goto("/coverage/editions/")
    page.get_by_label("Folkhälsomyndighetens arbetsbok").set_input_files(file)
    page.get_by_role("button", name="Läs in").click()
    page.wait_for_url("**/coverage/imports/*/")


def editions(page: Page) -> list[str]:
    page.goto("/coverage/editions/")
    return page.locator("#editions-table-caption ~ tbody tr").all_inner_texts()


def test_a_new_edition(
    signed_in: Open, start_worker: Callable[[], None], axe: Callable[[Page], None], tmp_path: Path
) -> None:
    # Given invented figures, and a coordinator with the workbook
    book, file = workbooks.full(20), tmp_path / "FHM_2022-11-10.xlsx"
    file.write_bytes(book.write())
    page = signed_in(768)
    expect(page.get_by_role("complementary", name="Exempeldata")).to_be_visible()
    # When she uploads it
    upload(page, file)
    # Then she sees that it waits, and without doing anything that it is read to the end
    expect(page.locator(".progress")).to_contain_text("Väntar")
    axe(page)
    start_worker()
    expect(page.get_by_role("heading", name="Inläst")).to_be_visible(timeout=30_000)
    axe(page)
    # And the invented figures are gone
    page.get_by_role("link", name="Se täckningen").click()
    expect(page.get_by_text("Officiell statistik, utgåvan 10 november 2022")).to_be_visible()
    expect(page.get_by_role("complementary", name="Exempeldata")).to_have_count(0)

    # When the same file is uploaded again
    before = editions(page)
    upload(page, file)
    # Then it is recognised
    expect(page.get_by_role("heading", name="Redan inläst")).to_be_visible(timeout=10_000)
    assert editions(page) == before

    # When a damaged one is uploaded
    row = book.find(workbooks.WEEKLY, Region="Stockholm", Vecka=53)
    book.set(workbooks.WEEKLY, row, "Andel vaccinerade", 1.7)
    town = book.find(workbooks.TOWNS, KnNamn="Umeå")
    book.set(workbooks.TOWNS, town, "KnKod", "9999")
    file.write_bytes(book.write())
    upload(page, file)
    # Then each fault is told by sheet, row and column, and nothing was changed
    expect(page.get_by_role("heading", name="Avvisad: ingenting ändrades")).to_be_visible(
        timeout=10_000
    )
    faults = page.locator("#faults-caption ~ tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in faults.all()]
    assert [workbooks.WEEKLY, str(row), "Andel vaccinerade", "1.7"] in [one[:4] for one in cells]
    assert [workbooks.TOWNS, str(town), "KnKod", "9999"] in [one[:4] for one in cells]
    assert "En andel ligger mellan 0 och 1" in [one[4] for one in cells]
    axe(page)
    assert editions(page) == before
    # And Today says so
    page.goto("/today/")
    expect(page.get_by_text(f"Den senaste inläsningen avvisades: {file.name}.")).to_be_visible()
