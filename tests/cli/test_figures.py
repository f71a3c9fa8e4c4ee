"""What commands print and write."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest

OFFICIAL = Path(__file__).parents[3] / "shared/data/fhm"
needs_official = pytest.mark.skipif(not OFFICIAL.is_dir(), reason="no official workbooks here")


def test_show_has_all_that_is_needed_to_quote_it(figures, vaksam):
    asked = ("coverage", "show", "--area", 24, "--dose", 1, "--week", "2021w15")
    found = vaksam(*asked, "--format", "json").json
    assert found["area"] == "24"
    assert found["week"] == "2021w15"
    assert found["count"] == round(found["share"] * found["population"])
    assert found["example"] is True
    assert set(found["denominator"]) == {"age", "born_by", "note"}
    (row,) = csv.DictReader(io.StringIO(vaksam(*asked, "--format", "csv").said))
    assert int(row["count"]) == found["count"]
    text = vaksam(*asked)
    assert f"{found['count']:,} persons" in text.said
    assert "Exempeldata" in text.complained


def test_tables_in_all_formats(figures, vaksam):
    cut = ("coverage", "cut", "--level", "municipality", "--region", 24, "--dose", 1)
    cells = vaksam(*cut, "--format", "json").json["cells"]
    assert len(cells) == 15
    assert {cell["area"][:2] for cell in cells} == {"24"}
    assert len(list(csv.DictReader(io.StringIO(vaksam(*cut, "--format", "csv").said)))) == 15
    assert "Umeå" in vaksam(*cut).said
    goals = vaksam("coverage", "goals", "--area", 24, "--format", "json").json
    assert len(goals) >= 4
    assert all(goal["area"] == "24" and 0 < goal["share_wanted"] <= 1 for goal in goals)
    (edition,) = vaksam("coverage", "editions", "--format", "json").json
    assert edition["example"] is True


@pytest.mark.parametrize(
    ("ending", "read"), [("csv", pl.read_csv), ("parquet", pl.read_parquet), ("xlsx", None)]
)
def test_exports_say_where_they_are_from(figures, vaksam, tmp_path, ending, read):
    to = tmp_path / f"coverage.{ending}"
    asked = ("export", "coverage", "--level", "region", "--dose", 1, "--week", "2021w15")
    done = vaksam(*asked, "--to", to)
    assert done.code == 0, done.complained
    if read is None:
        book = pl.read_excel(to, sheet_id=0)
        assert list(book) == ["exempeldata", "source"]
        frame = book["exempeldata"]
    else:
        frame = read(to)
    assert frame.height == 21
    assert frame["source"].str.starts_with("EXEMPELDATA").all()
    assert frame["share"].is_between(0, 1).all()


def test_every_week_and_every_figure(figures, vaksam, tmp_path):
    to = tmp_path / "all.parquet"
    asked = ("export", "coverage", "--level", "country", "--dose", 1, "--every-week", "--to", to)
    assert vaksam(*asked).code == 0
    weeks = pl.read_parquet(to)["week"]
    assert weeks.is_sorted()
    assert weeks.n_unique() == weeks.len() > 50
    assert vaksam("export", "figures", "--to", to).code == 0
    (edition,) = vaksam("coverage", "editions", "--format", "json").json
    assert pl.read_parquet(to).height == edition["figure_count"]


def test_the_check_fails_where_static_files_are_missing(figures, vaksam, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    done = vaksam("check", "--format", "json")
    assert done.code == 6
    assert done.json["healthy"] is False
    status = {each["name"]: each["status"] for each in done.json["checks"]}
    assert status.pop("static files") == "fail"
    assert status["official figures"] == "warn"
    assert "fail" not in status.values()


def test_the_clock_is_moved_and_reset(db, vaksam):
    moved = vaksam("clock", "move", "2021-04-13T08:00", "--format", "json").json
    assert moved["now"].startswith("2021-04-13T08:00")
    assert vaksam("clock", "reset", "--format", "json").json["moved"] is False


@needs_official
def test_official_figures_and_what_changed(db, vaksam):
    files = sorted(OFFICIAL.glob("*.xlsx"))
    first = vaksam("import", "fhm", *files, "--format", "json").json
    assert [row["known"] for row in first] == [False, False]
    again = vaksam("import", "fhm", files[0])
    assert again.code == 0
    assert "imported already" in again.said
    shown = vaksam(
        "coverage", "show", "--area", 24, "--dose", 1, "--week", "2021w15", "--format", "json"
    ).json
    assert (shown["count"], round(shown["share"], 3)) == (52_876, 0.221)
    assert shown["denominator"]["born_by"] == 2010
    changes = vaksam("coverage", "revisions", "--format", "json").json
    sheets = {sheet["sheet"]: sheet["changed"] for sheet in changes["sheets"]}
    assert sheets["Vaccinerade tidsserie"] == 3977
    assert sum(sheets.values()) == changes["changed"]
    assert sum(area["changed"] for area in changes["areas"]) == changes["changed"]
    assert "3,977" in vaksam("coverage", "revisions").said
