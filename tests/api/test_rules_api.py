"""Rules and persons over HTTP."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import region
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.exchange.patient import from_fhir
from vaksam.core.rules import files
from vaksam.people import queries
from vaksam.programmes import actions


@pytest.fixture
def made(user_with, monkeypatch):
    region.stand(monkeypatch)
    return region.fill(user_with)


def explain(**asked):
    body = {"on": "2021-04-13", "region": "24", "language": "en"} | asked
    response = Client().post(
        "/api/rules/explain", json.dumps(body), content_type="application/json"
    )
    return response.status_code, json.loads(response.content)


def test_explain_answers_as_the_command_does(made):
    status, body = explain(born="1949-03-02")
    assert (status, body["status"], body["phase"]) == (200, "due", 2)
    assert body["reasons"][0]["directive"] == "region-24-2021-04-13"
    _, later = explain(born="1952")
    assert (later["status"], later["earliest_on"]) == ("not_yet", "2021-04-19")
    _, before = explain(born="1949", known_at="2021-04-12T12:00")
    assert before["status"] == "not_yet"


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"born": "49"}, 422, "Write 1949-03-02"),
        ({"born": "1949", "groups": ["x"]}, 422, "There is no group"),
        ({"born": "1949", "doses": ["2021-01-01:x"]}, 422, "There is no product"),
        ({"born": "1949", "programme": "x"}, 404, "There is no programme"),
        ({"born": "1949", "sex": "X"}, 422, "Parameters that cannot be"),
        ({}, 422, "Parameters that cannot be"),
    ],
)
def test_explain_refuses_as_problem_details(made, asked, status, said):
    code, body = explain(**asked)
    assert code == status and said in body["title"]


def test_explain_stores_and_logs_nothing_of_the_person(made, planted):
    with CaptureQueriesContext(connection) as asked:
        status, body = explain(born="1949-03-02", groups=["home_care", planted.family_name])
    assert status == 422 and planted.family_name in body["title"]
    with CaptureQueriesContext(connection) as answered:
        assert explain(born="1949-03-02", groups=["home_care"])[0] == 200
    said = [query["sql"] for query in (*asked, *answered)]
    assert said and not [
        sql for sql in said if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    response = Client().post(
        "/api/rules/explain", {"born": "1949"}, content_type="application/json"
    )
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "rules/explain", "rules/in-force?region=99", "rules/in-force?on=1999-01-01",
        "rules/in-force?known_at=2021-04-14T00:00", "rules/directives?programme=x",
        "rules/directives/region-24-week-18", "people/1",
    ],
)  # fmt: skip
def test_whatever_is_refused_is_problem_details(made, path):
    ask, body = (Client().post, ["{"]) if path == "rules/explain" else (Client().get, [])
    response = ask(f"/api/{path}", *body, content_type="application/json")
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == response.status_code >= 400


def test_what_is_approved_ahead_is_not_told_before_it_is_announced(made, user_with, monkeypatch):
    body = dict(region.DIRECTIVE)
    body["directive"] = region.DIRECTIVE["directive"] | {
        "code": "region-24-week-20", "announced_at": "2021-04-20T07:00:00+02:00",
        "author": "A", "checker": "B",
    }  # fmt: skip
    actions.import_directives(files=[("new.toml", files.to_toml(body))], by=None)
    code = "/api/rules/directives/region-24-week-20"
    assert Client().get(code).status_code == 404
    assert Client().get(f"{code}?known_at=2021-05-01T00:00").status_code == 422
    region.stand(monkeypatch, region.MORNING + timedelta(days=8))
    assert Client().get(code).status_code == 200
    assert Client().get(f"{code}?known_at=2021-04-19T00:00").status_code == 404


def test_rules_in_force_are_of_the_kinds_that_files_have(made):
    found = Client().get("/api/rules/in-force?on=2021-04-13&region=01").json()
    assert {rule["region"] for rule in found} == {""}
    everywhere = Client().get("/api/rules/in-force?on=2023-10-10").json()
    assert {rule["kind"] for rule in everywhere} <= set(files.KINDS)
    assert all(rule["source"] for rule in found)


def test_directives_and_what_is_in_force(made):
    client = Client()
    known = client.get("/api/rules/directives?programme=covid-19-2021").json()
    assert "region-24-2021-04-13" in {each["code"] for each in known}
    before = client.get("/api/rules/directives?known_at=2021-02-01T00:00:00Z").json()
    assert {each["announced_at"][:4] for each in before} == {"2020", "2021"}
    assert len(before) < len(known)
    one = client.get("/api/rules/directives/region-24-2021-04-13").json()
    assert one["directive"]["region"] == "24"
    assert client.get("/api/rules/directives/x").status_code == 404
    asked = "/api/rules/in-force?on=2021-04-13&region=24"
    assert "region-24-born-1947-1951" in {each["code"] for each in client.get(asked).json()}
    assert client.get("/api/rules/schema").json()["title"] == "Directive"


def test_a_person_is_a_fhir_patient_for_those_who_may(made, user_with):
    address = f"/api/people/{made.due}"
    assert Client().get(address).status_code == 401
    agent, stranger = Client(), Client()
    agent.force_login(user_with(Role.PHONE_AGENT))
    stranger.force_login(user_with(Role.PHONE_AGENT, "01"))
    found = agent.get(address).json()
    assert found["resourceType"] == "Patient" and found["birthDate"] == "1949-03-02"
    assert found["address"][0]["postalCode"] == "90325"
    assert stranger.get(address).status_code == 404
    nobody = Client()
    nobody.force_login(user_with())
    assert nobody.get(address).status_code == 404


def test_each_opening_over_http_is_logged_with_its_reason(made, user_with):
    account = user_with(Role.REGION_COORDINATOR)
    client = Client()
    client.force_login(account)
    assert client.get(f"/api/people/{made.protected}").status_code == 422
    assert queries.looked(made.protected, scope=scope_of(account)) == []
    reason = "Provsvar åter".encode().decode("latin-1")  # as a server hands UTF-8 on
    response = client.get(f"/api/people/{made.protected}", headers={"X-Vaksam-Reason": reason})
    assert response["Content-Type"] == "application/fhir+json"
    assert "no-store" in response["Cache-Control"]
    (look,) = queries.looked(made.protected, scope=scope_of(account))
    assert (look.username, look.reason) == (account.username, "Provsvar åter")


def test_what_is_answered_is_what_from_fhir_reads(made, user_with):
    client = Client()
    client.force_login(user_with(Role.VENUE_STAFF))
    facts = from_fhir(client.get(f"/api/people/{made.due}").json())
    assert [each.value for each in facts.identities] == [region.number("19490302")]
    assert (facts.name.given, facts.name.family, facts.sex) == (("Karin",), "Berg", 2)
    (home,) = facts.addresses
    assert (home.lines, home.postcode) == (("Skogsvägen 1",), "90325")


def test_a_protected_person_wants_a_reason_and_has_no_address(made, user_with):
    coordinator = Client()
    coordinator.force_login(user_with(Role.REGION_COORDINATOR))
    address = f"/api/people/{made.protected}"
    assert coordinator.get(address).status_code == 422
    found = coordinator.get(address, headers={"X-Vaksam-Reason": "Utlämnande"}).json()
    assert "address" not in found
    agent = Client()
    agent.force_login(user_with(Role.PHONE_AGENT))
    assert agent.get(address, headers={"X-Vaksam-Reason": "Utlämnande"}).status_code == 403
