"""Rules and persons over HTTP."""

import json

import pytest
from django.test import Client

from tests.support import region
from vaksam.base.roles import Role


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
