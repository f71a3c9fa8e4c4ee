"""`vaksam import areas | population | characteristics`."""

import json

import pytest
from typer.testing import CliRunner

from vaksam.areas import queries
from vaksam.cli.areas import app

HEADER = "area,year,age_from,age_to,sex,count"


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, [str(part) for part in arguments])


def test_areas_and_a_second_time(seeded, write, run):
    path = write("deso.csv", "DeSO", "2080A0010")
    first = run("areas", path, "--edition", "2018", "--format", "json")
    assert first.exit_code == 0
    assert json.loads(first.stdout)["added"] == 1
    second = run("areas", path, "--edition", "2018")
    assert "already in" in second.stdout
    assert queries.find("2080A0010", edition="2018").name == "2080A0010"


def test_a_bad_file_exits_with_4_and_every_fault(seeded, write, run):
    path = write("bad.csv", HEADER, "24,2024,0,,total,[red]", "99,2024,0,,total,1")
    text = run("population", path)
    assert text.exit_code == 4
    assert "row 2, column “count”" in text.stderr
    assert "'[red]'" in text.stderr
    assert "row 3, column “area”" in text.stderr
    as_json = run("population", path, "--format", "json")
    assert as_json.exit_code == 4
    assert [fault["row"] for fault in json.loads(as_json.stdout)["faults"]] == [2, 3]


def test_wrong_usage_exits_with_2(seeded, write, run):
    path = write("x.csv", "a", "b")
    assert run("areas", path, "--edition", "2019").exit_code == 2
    assert run("areas", "nowhere.gpkg").exit_code == 2
    assert run("characteristics", path, "--year", "2022").exit_code == 2


def test_population_and_characteristics(seeded, write, run):
    people = write("people.csv", HEADER, "24,2024,0,,total,275000")
    assert "added 1" in run("population", people).stdout
    wide = write("wide.csv", "area,income", "24,300")
    book = write("book.csv", "column,name,unit", "income,Income,tkr")
    done = run("characteristics", wide, "--wide", book, "--year", 2022, "--publisher", "SCB")
    assert done.exit_code == 0, done.output
    assert queries.characteristic_values("income") == {"24": 300.0}
