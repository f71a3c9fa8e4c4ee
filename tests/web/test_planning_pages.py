"""Whose turn, who is due, lists, and what Today says of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


ASKED = {"on": "2021-04-13", "programme": "covid-19-2021"}


@pytest.mark.parametrize(
    ("described", "answer"),
    [
        ({"born": "1949-03-02"}, "Får vaccineras nu"),
        ({"born": "1947"}, "Får vaccineras nu"),
        ({"born": "1952-01-01"}, "Rekommenderas, inte än"),
        ({"born": "1960", "lives_with": "1950"}, "Får vaccineras nu"),
        ({"born": "1990"}, "Rekommenderas, inte än"),
        ({"born": "2010"}, "Rekommenderas inte"),
        ({"born": "1949", "groups": ["anaphylaxis"]}, "Behöver bedömas"),
        ({"born": "1949", "dose_1_on": "2021-03-01", "dose_1_product": "comirnaty"},
         "Får vaccineras nu"),
        ({"born": "1949", "dose_1_on": "2021-04-01", "dose_1_product": "comirnaty"},
         "Rekommenderas, inte än"),
    ],
)  # fmt: skip
def test_when_is_it_my_turn(
    as_role: Callable[..., Client], made: region.Made, described: dict[str, Any], answer: str
) -> None:
    agent = as_role(Role.PHONE_AGENT)
    response = agent.post("/turn/", ASKED | described)
    assert response.status_code == 200, errors(response)
    heading = re.search(r'id="answer-heading">([^<]+)<', response.content.decode())
    assert heading and heading[1] == answer


def test_born_1952_is_told_the_day(as_role: Callable[..., Client], made: region.Made) -> None:
    page = words(as_role(Role.PHONE_AGENT).post("/turn/", ASKED | {"born": "1952-06-01"}))
    assert "Tidigast 19 april 2021" in page


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"born": "nyss"}, "är ingen födelsedag"),
        ({"born": "2022"}, "Född efter den dag"),
        ({"born": "1949", "dose_1_on": "2021-03-01"}, "Vilken produkt"),
        ({"born": "1949", "dose_1_product": "comirnaty"}, "Vilken dag"),
        ({"born": "1949", "dose_1_on": "2021-05-01", "dose_1_product": "comirnaty"}, "Efter den"),
    ],
)
def test_a_description_that_cannot_be(
    as_role: Callable[..., Client], made: region.Made, described: dict[str, Any], said: str
) -> None:
    assert said in errors(as_role(Role.PHONE_AGENT).post("/turn/", ASKED | described))


def test_what_is_on_screen_tells_no_diagnosis(
    as_role: Callable[..., Client], made: region.Made
) -> None:
    agent = as_role(Role.PHONE_AGENT)
    page = agent.post("/turn/", ASKED | {"born": "1949", "groups": ["risk_group"]})
    seen = page.content.decode().split("<details")[0].split('aria-live="polite"')[1]
    assert "risk" not in seen.lower()


def test_counts_are_exact_for_coordinators_and_protected_for_others(
    as_role: Callable[..., Client], coordinator: Client, made: region.Made
) -> None:
    page = words(coordinator.get("/due/?by=municipality"))
    assert "Umeå" in page and "–5" not in page
    other = words(as_role(Role.REGION_ANALYST).get("/due/?by=municipality"))
    assert "ett litet antal som inte visas" in other


@pytest.mark.parametrize("by", ["phase", "age", "municipality", "group", "region", "nothing"])
def test_every_division_and_file(coordinator: Client, made: region.Made, by: str) -> None:
    assert coordinator.get(f"/due/?by={by}").status_code == 200
    for form in ("csv", "xlsx", "parquet"):
        assert coordinator.get(f"/due/counts.{form}?by={by}").status_code == 200
    for form in ("csv", "svg", "png", "json"):
        assert coordinator.get(f"/due/weeks.{form}").status_code == 200
    assert coordinator.get("/due/weeks.exe").status_code == 404


def test_working_out_anew_is_asked_for_once(coordinator: Client, made: region.Made) -> None:
    assert coordinator.post("/due/refresh/?area=24").status_code == 302
    assert coordinator.post("/due/refresh/?area=01").status_code in (302, 403, 404)


LIST = {
    "group": "home_care", "source": "municipality_list", "municipality_code": "2480",
    "sender": "Umeå kommun", "legal_basis": "Socialtjänstlagen", "purpose": "Erbjuda vaccination",
    "given_on": "2021-04-12", "last_day": "2021-07-01",
}  # fmt: skip


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("lista.csv", text.encode(), content_type="text/csv")


def test_a_list_is_uploaded_and_looked_through(coordinator: Client, made: region.Made) -> None:
    rows = "förnamn;efternamn;födelsedatum\nSven;Lind;1953-05-06\nNils;Okänd;1940-01-01\n"
    response = coordinator.post("/lists/new/", LIST | {"file": sheet(rows)})
    assert response.status_code == 302, errors(response)
    page = coordinator.get(response.url)
    assert "Sven, Lind, 1953-05-06" in words(page)
    row = re.search(r'href="(/lists/\d+/rows/\d+/)"', page.content.decode())
    assert row is not None
    assert "Sven Lind" in words(coordinator.get(row[1]))
    done = coordinator.post(row[1], {"person": made.soon})
    assert done.url == response.url  # nothing more to look at
    assert "Alla rader är genomgångna" in words(coordinator.get(response.url))
    coordinator.post(f"{response.url}end/")
    assert coordinator.get(response.url).status_code == 404


@pytest.mark.parametrize(
    ("changed", "rows", "said"),
    [
        ({"given_on": "2020-12-01"}, "förnamn\nA\n", "har för mycket ändrats"),
        ({"last_day": "2021-04-01"}, "förnamn\nA\n", "har passerat"),
        ({"purpose": ""}, "förnamn\nA\n", "måste fyllas i"),
        ({}, "personnummer;skonummer\n194903029802;43\n", "har inte mer än ändamålet kräver"),
        ({}, "personnummer\n194903029800\n", "Sista siffran stämmer inte"),
        ({}, "", ""),
    ],
)
def test_a_stale_or_damaged_list_changes_nothing(
    coordinator: Client, made: region.Made, changed: dict[str, str], rows: str, said: str
) -> None:
    before = words(coordinator.get("/lists/"))
    assert said in errors(coordinator.post("/lists/new/", LIST | changed | {"file": sheet(rows)}))
    assert words(coordinator.get("/lists/")) == before


def test_today_says_whose_turn_it_is_and_what_waits(
    coordinator: Client, as_role: Callable[..., Client], made: region.Made
) -> None:
    page = words(coordinator.get("/today/"))
    assert "1 direktiv väntar på att du granskar det" in page
    assert "1 rad i en lista väntar" in page
    assert "födda 1947–1951, med hushållsmedlemmar från 18 år" in page
    assert "Får vaccineras nu 4" in page
    agent = words(as_role(Role.PHONE_AGENT).get("/today/"))
    assert "födda 1952–1956" in agent and "direktiv väntar" not in agent


def test_pages_cost_few_queries(
    coordinator: Client, made: region.Made, django_assert_max_num_queries: Any
) -> None:
    most = {"/today/": 34, "/due/?by=municipality": 16, "/lists/": 8, "/directives/": 18,
            "/turn/": 14, f"/people/{made.due}/": 45}  # fmt: skip
    for address, count in most.items():
        coordinator.get(address)
        with django_assert_max_num_queries(count, info=address):
            assert coordinator.get(address).status_code == 200
