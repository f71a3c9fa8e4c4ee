"""`vaksam rules`, `vaksam lists`, and the imports of people, lists, directives and products."""

import json
from pathlib import Path

import polars as pl
import pytest
import tomli_w

from tests.support import region
from vaksam.base.models import AuditEntry
from vaksam.base.roles import Role
from vaksam.cli.exits import Exit
from vaksam.core import groups
from vaksam.core.rules import files

DATA = Path(files.__file__).parents[2] / "programmes/data"
pytestmark = pytest.mark.django_db


@pytest.fixture
def april(monkeypatch):
    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes

    region.stand(monkeypatch)
    areas.seed()
    programmes.seed_programmes()


def explain(vaksam, *more):
    asked = ("rules", "explain", "--on", "2021-04-13", "--region", "24", "--format", "json")
    return vaksam(*asked, *more)


@pytest.mark.parametrize(
    ("described", "status", "earliest"),
    [
        (("--born", "1949-03-02"), "due", "2021-04-12"),
        (("--born", "1952"), "not_yet", "2021-04-19"),
        (("--born", "1990", "--group", "home_care"), "due", None),
        (("--born", "1949", "--group", "anaphylaxis"), "needs_assessment", None),
        (("--born", "1960", "--cohabitant-born", "1950"), "due", None),
        (("--born", "1949", "--dose", "2021-04-10:comirnaty"), "not_yet", "2021-05-01"),
        (("--born", "1949", "--dose", "2021-02-10:other"), "needs_assessment", None),
    ],
)
def test_explain(april, vaksam, described, status, earliest):
    found = explain(vaksam, *described).json
    assert found["status"] == status
    assert earliest in (None, found["earliest_on"])
    assert found["reasons"][0]["text"]


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (("--born", "49"), "Write 1949-03-02"),
        (("--born", "2022"), "after the day"),
        (("--born", "1949", "--group", "hemvard"), "Nearest: home_care"),
        (("--born", "1949", "--dose", "comirnaty"), "Write 2021-02-10:comirnaty"),
        (("--born", "1949", "--dose", "2021-02-10:cominarty"), "Nearest: comirnaty"),
        (("--born", "1949", "--sex", "X"), "F or M"),
        (("--born", "1949", "--programme", "covid"), "There are"),
    ],
)
def test_explain_refuses_in_words(april, vaksam, described, said):
    done = explain(vaksam, *described)
    assert done.code in (Exit.REFUSED, Exit.NOT_FOUND)
    assert said in done.complained


def test_explain_in_words_and_as_known_before(april, vaksam):
    text = vaksam("rules", "explain", "--born", "1949", "--on", "2021-04-13", "--region", 24)
    assert "due (open)" in text.said and "region-24-2021-04-13" in text.said
    before = explain(vaksam, "--born", "1949", "--known-at", "2021-04-12T12:00")
    assert before.json["status"] == "not_yet"


def test_what_is_in_force(april, vaksam):
    asked = ("rules", "list", "--on", "2021-04-13", "--region", 24, "--format", "json")
    codes = {row["code"] for row in vaksam(*asked).json}
    assert "region-24-born-1947-1951" in codes and "region-24-lss" not in codes
    then = vaksam(*asked, "--known-at", "2021-04-12T12:00").json
    assert "region-24-born-1947-1951" not in {row["code"] for row in then}


def test_a_directive_and_the_schema_can_be_taken_out(april, vaksam):
    text = vaksam("rules", "show", "region-24-2021-04-13").said
    assert text.startswith("[directive]\ncode = ")
    assert files.read(text, file_name="x").code == "region-24-2021-04-13"
    assert vaksam("rules", "show", "region-24").code == Exit.NOT_FOUND
    assert json.loads(vaksam("rules", "schema").said)["title"] == "Directive"


def test_files_are_checked_together_with_what_holds(april, vaksam, tmp_path):
    assert vaksam("rules", "check", DATA / "directives").code == Exit.OK
    bad = dict(region.DIRECTIVE["directive"]) | {"programme": "flu", "review_on": "2020-01-01"}
    rule = region.DIRECTIVE["rule"][0] | {"who": [{"groups": ["hemvard"]}]}
    file = tmp_path / "bad.toml"
    file.write_text(tomli_w.dumps({"directive": bad, "rule": [rule]}))
    done = vaksam("rules", "check", file, "--format", "json")
    assert done.code == Exit.BAD_FILE
    codes = {fault["code"] for fault in done.json["faults"]}
    assert {"unknown-programme", "one-person", "review-passed", "unknown-group"} <= codes


def test_directives_products_and_programmes_come_in(april, vaksam, tmp_path):
    body = {**region.DIRECTIVE}
    body["directive"] = body["directive"] | {"author": "A", "checker": "B"}
    file = tmp_path / "new.toml"
    file.write_text(files.to_toml(body))
    assert vaksam("import", "directives", file, "--format", "json").json["new"] == 1
    assert vaksam("import", "directives", file, "--format", "json").json["unchanged"] == 1
    products = vaksam("import", "products", DATA / "products.toml", "--format", "json")
    assert products.json["products"] > 4
    assert vaksam("import", "programmes", DATA / "programmes.toml").code == Exit.OK
    assert vaksam("import", "directives", tmp_path / "nothing").code == Exit.USAGE


def test_a_list_comes_in_is_shown_and_ended(april, vaksam, tmp_path):
    file = tmp_path / "lista.csv"
    file.write_text(f"personnummer\n{region.number('19400101')}\n")
    asked = (
        "import", "list", file, "--group", "home_care", "--municipality", 2480, "--sender",
        "Umeå kommun", "--legal-basis", "Socialtjänstlagen", "--purpose", "Vaccination",
    )  # fmt: skip
    assert vaksam(*asked, "--last-day", "2021-04-01").code == Exit.REFUSED
    done = vaksam(*asked, "--last-day", "2021-07-01", "--format", "json").json
    shown = vaksam("lists", "show", "--format", "json").json
    assert [row["id"] for row in shown] == [done["list"]]
    assert vaksam("lists", "end", done["list"]).code == Exit.OK
    assert vaksam("lists", "show", "--format", "json").json == []
    assert vaksam("lists", "end", 99).code == Exit.NOT_FOUND


PATIENT = {
    "resourceType": "Patient",
    "meta": {"tag": [{"system": "urn:vaksam:region", "code": "24"}]},
    "identifier": [{"system": "http://electronichealth.se/identifier/personnummer", "value": ""}],
    "name": [{"given": ["Aino"], "family": "Laine"}],
    "gender": "female",
    "birthDate": "1944-05-06",
}


def patient(value: str) -> dict:
    return PATIENT | {"identifier": [PATIENT["identifier"][0] | {"value": value}]}


def test_people_come_in_as_csv_and_as_fhir(april, vaksam, tmp_path):
    sheet = tmp_path / "people.csv"
    sheet.write_text(f"personal_number,region\n{region.number('19400101')},24\n")
    done = vaksam("import", "people", sheet, "--format", "json").json
    assert (done["created"], done["unchanged"]) == (1, 0)
    assert vaksam("import", "people", sheet, "--format", "json").json["unchanged"] == 1
    bundle = tmp_path / "people.json"
    entry = {"resource": patient(region.number("19440506"))}
    bundle.write_text(json.dumps({"resourceType": "Bundle", "entry": [entry]}))
    assert vaksam("import", "people", bundle, "--format", "json").json["created"] == 1
    lines = tmp_path / "people.ndjson"
    numbers = (region.number("19440506"), region.number("19440506", 981))
    lines.write_text("\n".join(json.dumps(patient(each)) for each in numbers))
    done = vaksam("import", "people", lines, "--format", "json").json
    assert (done.get("created"), done.get("rows")) == (1, 2), done


def test_a_damaged_patient_keeps_everyone_out(april, vaksam, tmp_path):
    lines = tmp_path / "people.ndjson"
    bad = (region.number("19440506")[:-1] + "1", region.number("19440506", 981), "x")
    lines.write_text("\n".join(json.dumps(patient(each)) for each in bad))
    done = vaksam("import", "people", lines, "--format", "json")
    assert done.code == Exit.BAD_FILE
    assert {fault["row"] for fault in done.json["faults"]} == {1, 3}
    lines.write_text('{"resourceType": "Patient"}\n{')
    assert vaksam("import", "people", lines).code == Exit.BAD_FILE


def test_faults_of_patients_are_at_their_lines(april, vaksam, tmp_path):
    lines = tmp_path / "people.ndjson"
    right = patient(region.number("19440506"))
    other = patient(region.number("19440507"))  # born a day after what birthDate says
    lines.write_text("\n".join(map(json.dumps, (right, other))))
    done = vaksam("import", "people", lines, "--format", "json")
    assert done.code == Exit.BAD_FILE
    assert [(fault["row"], fault["code"]) for fault in done.json["faults"]] == [
        (2, "born-otherwise")
    ]


@pytest.mark.parametrize("ending", ["json", "csv", "parquet"])
def test_the_region_is_told_where_the_file_tells_none(april, vaksam, tmp_path, ending):
    number, file = region.number("19440506"), tmp_path / f"people.{ending}"
    if ending == "json":
        file.write_text(json.dumps({**patient(number), "meta": {}}))
    else:
        table = pl.DataFrame({"personal_number": [number], "region": [""]})
        (table.write_csv if ending == "csv" else table.write_parquet)(file)
    asked = ("import", "people", file, "--format", "json")
    assert vaksam(*asked).code == Exit.BAD_FILE
    assert vaksam(*asked, "--region", 99).code == Exit.NOT_FOUND
    assert vaksam(*asked, "--region", 24).json["created"] == 1


def test_whose_import_it_was_is_known(april, vaksam, tmp_path, user_with):
    account = user_with(Role.ADMINISTRATOR)
    file = tmp_path / "people.csv"
    file.write_text(f"personal_number,region\n{region.number('19400101')},24\n")
    assert vaksam("import", "people", file, "--by", "nobody").code == Exit.NOT_FOUND
    assert vaksam("import", "people", file, "--by", account.username).code == Exit.OK
    (entry,) = AuditEntry.objects.filter(action="people.import_people")
    assert entry.by == account
    assert vaksam("import", "people", tmp_path / "none.csv").code == Exit.USAGE


def test_a_list_in_a_coordinators_name_wants_their_region(april, vaksam, tmp_path, user_with):
    file = tmp_path / "lista.csv"
    file.write_text(f"personnummer\n{region.number('19400101')}\n")
    asked = (
        "import", "list", file, "--group", "home_care", "--municipality", 2480, "--sender",
        "Umeå kommun", "--purpose", "Vaccination", "--last-day", "2021-07-01", "--by",
    )  # fmt: skip
    theirs = user_with(Role.REGION_COORDINATOR, "01").username
    assert vaksam(*asked, theirs).code == Exit.REFUSED
    assert vaksam(*asked, user_with(Role.REGION_COORDINATOR).username).code == Exit.OK
    (shown,) = vaksam("lists", "show", "--format", "json").json
    assert shown["legal_basis"] == groups.group("home_care").basis


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"deceasedBoolean": True}, "died-when"),
        ({"identifier": [
            {"system": "http://hl7.org/fhir/sid/passport-FIN", "value": "AB123456"},
            {"system": "http://hl7.org/fhir/sid/passport-FIN", "value": "AB123457"},
        ]}, "several-numbers"),
    ],
)  # fmt: skip
def test_nothing_of_a_patient_is_lost_in_silence(april, vaksam, tmp_path, more, code):
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(patient(region.number("19440506")) | more))
    done = vaksam("import", "people", file, "--format", "json")
    assert done.code == Exit.BAD_FILE
    assert code in {fault["code"] for fault in done.json["faults"]}


def test_what_is_no_resource_is_refused(april, vaksam, tmp_path):
    file = tmp_path / "patients.ndjson"
    for text in ('{"resourceType": "Patient"}\n[1]\n7', '{"resourceType": "Bundle", "entry": [1]}'):
        file.write_text(text)
        assert vaksam("import", "people", file).code == Exit.BAD_FILE
