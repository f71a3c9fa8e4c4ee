"""Exit codes, and errors in words."""

import re
from pathlib import Path

import pytest

from vaksam.cli import WORDS, everything

ROOT = Path(__file__).parents[2]


def test_what_does_not_exist_is_5(figures, vaksam):
    done = vaksam("coverage", "show", "--area", "99", "--dose", 1)
    assert done.code == 5
    assert "99" in done.complained
    assert not done.said
    assert vaksam("coverage", "editions").code == 0
    assert (
        vaksam("coverage", "show", "--area", 24, "--dose", 1, "--edition", "1999-01-01").code == 5
    )


def test_what_cannot_be_done_is_3(figures, vaksam):
    done = vaksam("coverage", "revisions")
    assert done.code == 3
    assert "Two editions are needed" in done.complained


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-word",),
        ("coverage", "show", "--area", "24", "--dose", "1", "--week", "2021w60"),
        ("coverage", "show", "--area", "24", "--dose", "1", "--edition", "13/4"),
        ("export", "figures", "--to", "figures.docx"),
        ("import", "fhm"),
    ],
)
def test_wrong_usage_is_2(db, vaksam, arguments):
    assert vaksam(*arguments).code == 2


def test_a_bad_file_is_4_with_every_fault(db, vaksam, tmp_path):
    file = tmp_path / "goals.toml"
    file.write_text('author = "A"\n[[goal]]\ncode = "x"\nshare = 7\n')
    done = vaksam("import", "goals", file)
    assert done.code == 4
    assert "Nothing was changed" in done.complained
    as_json = vaksam("import", "goals", file, "--format", "json")
    assert as_json.code == 4
    assert as_json.json["file"] == "goals.toml"
    assert len(as_json.json["faults"]) > 1
    assert {"code", "message", "sheet", "row", "column", "value"} <= set(as_json.json["faults"][0])


def test_a_file_that_is_no_workbook_is_4(db, vaksam, tmp_path):
    file = tmp_path / "figures.xlsx"
    file.write_text("these are no figures")
    assert vaksam("import", "fhm", file).code == 4


def test_a_folder_of_another_version_is_1_without_a_traceback(command, tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/PG_VERSION").write_text("9\n")
    done = command("coverage", "editions", VAKSAM_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "was made by PostgreSQL 9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_1_without_a_traceback(command, tmp_path):
    url = f"postgresql:///vaksam?host={tmp_path}"
    settings = {"VAKSAM_HOME": str(tmp_path), "VAKSAM_DB_POOL": "0", "DATABASE_URL": url}
    done = command("coverage", "editions", **settings)
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"VAKSAM_DISCLOSURE_THRESHOLD": "five"},
        {"VAKSAM_DISCLOSURE_ROUNDING": "5.5"},
        {"VAKSAM_OIDC_CLIENT_ID": "vaksam"},
    ],
)
def test_a_setting_that_cannot_be_is_2_without_a_traceback(command, tmp_path, settings):
    done = command("coverage", "editions", VAKSAM_HOME=str(tmp_path), **settings)
    assert done.returncode == 2
    assert "VAKSAM_" in done.stderr
    assert next(iter(settings.values())) in done.stderr or "is needed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_file_that_cannot_be_written(figures, vaksam, tmp_path, ending):
    nowhere = tmp_path / "none" / f"a.{ending}"
    done = vaksam("export", "figures", "--to", nowhere)
    assert done.code == 2
    assert "there is no folder" in done.complained
    too_long = tmp_path / f"{'a' * 300}.{ending}"
    done = vaksam("export", "figures", "--to", too_long)
    assert done.code == 1
    assert "too long" in done.complained


def test_a_publisher_out_of_reach_is_1(db, vaksam, settings):
    settings.VAKSAM_FHM_URL = "http://127.0.0.1:9/workbook.xlsx"
    done = vaksam("import", "fhm", "--latest")
    assert done.code == 1
    assert "could not be fetched" in done.complained
    settings.VAKSAM_FHM_URL = "ftp://127.0.0.1/workbook.xlsx"
    assert vaksam("import", "fhm", "--latest").code == 3


def test_help_needs_no_database(command, tmp_path):
    done = command("coverage", "show", "--help", VAKSAM_HOME=str(tmp_path))
    assert done.returncode == 0
    assert "--area" in done.stdout
    assert not (tmp_path / "postgres").exists()


def test_the_first_help_says_what_each_word_says_itself():
    for name, command in everything().commands.items():
        assert command.help.startswith(WORDS[name].help.rstrip(".")), name


def test_the_settings_page_names_every_variable():
    code = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    page = (ROOT / "docs/reference/settings.md").read_text()
    pattern = r"\b(?:VAKSAM_[A-Z_]+[A-Z]|DATABASE_URL)\b"
    read = set(re.findall(rf'"({pattern})"', code))
    assert read == set(re.findall(rf"^\| `({pattern})`", page, re.MULTILINE))
