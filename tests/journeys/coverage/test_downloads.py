"""Downloads from the page of invented figures: what the page shows, and marked as invented."""

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db
FIGURES = "example"

Open = Callable[..., Page]
READERS = {
    "CSV": pl.read_csv,
    "Excel": pl.read_excel,
    "Parquet": pl.read_parquet,
}


@pytest.fixture
def shown(page_at: Open) -> Page:
    page = page_at(1440)
    page.goto("/coverage/?area=24")
    expect(page.get_by_role("complementary", name="Exempeldata")).to_be_visible()
    return page


def download(page: Page, label: str) -> tuple[str, bytes]:
    with page.expect_download() as started:
        page.get_by_label("Ladda ner").get_by_role("link", name=label, exact=True).click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


@pytest.mark.parametrize("label", READERS)
def test_a_file_of_figures_is_what_the_page_shows(shown: Page, label: str) -> None:
    name, content = download(shown, label)
    figures = READERS[label](io.BytesIO(content))
    rows = shown.locator("#map-table-caption ~ tbody tr")
    assert rows.count() == len(figures) == 15
    told = {
        row.locator("th").inner_text(): "".join(
            filter(str.isdigit, row.locator("td").nth(1).inner_text())
        )
        for row in rows.all()
    }
    assert told == {name: str(count) for name, count in figures.select("area_name", "count").rows()}
    assert set(figures["source"]) == {"exempeldata"}
    assert name.startswith("vaksam-exempeldata-map-")


@pytest.mark.parametrize(("label", "start"), [("SVG", b"<svg"), ("PNG", b"\x89PNG")])
def test_a_picture_stands_alone(shown: Page, label: str, start: bytes) -> None:
    name, content = download(shown, label)
    assert name.endswith(label.lower())
    assert content.startswith(start)
    if label == "SVG":
        assert "Exempeldata: påhittade siffror" in content.decode()
        assert "Västerbotten" in content.decode()
    else:
        assert name.startswith("vaksam-exempeldata-map-")
