"""The HTTP API: what integrators see, page by page, and what they are told when they err."""

import json

import pytest
from django.test import Client

from vaksam.areas import actions as areas
from vaksam.coverage import actions, queries
from vaksam.programmes.actions import seed_goals


@pytest.fixture
def edition(db) -> queries.EditionRef:
    areas.seed()
    seed_goals()
    return actions.import_example(by=None)


def get(path: str, **headers: str):
    response = Client(headers=headers).get(f"/api/coverage/{path}")
    return response, (json.loads(response.content) if response.content else None)


def test_editions(edition):
    response, body = get("editions")
    assert response.status_code == 200
    assert [one["edition_on"] for one in body] == ["2022-11-03"]
    assert body[0]["example"] is True


def test_figures_come_in_pages_that_add_up_to_all(edition):
    rows, offset = [], 0
    while offset is not None:
        _response, body = get(f"figures?area=24&limit=500&offset={offset}")
        rows += body["items"]
        offset = body["next"]
    assert len(rows) == body["count"] > 400
    assert rows == sorted(rows, key=lambda row: (row["sheet"], row["row"], row["doses"]))
    assert {row["area"] for row in rows} == {"24"}


def test_one_figure_says_what_it_is_a_share_of(edition):
    _response, body = get("show?area=24&dose=1&week=2021w15")
    assert body["week"] == "2021w15"
    assert body["denominator"]["born_by"] == 2010
    assert body["share"] == pytest.approx(body["count"] / body["population"], abs=1e-6)
    assert body["example"] is True


def test_a_cut_has_every_area_of_its_level(edition):
    assert len(get("cut?level=region&dose=1")[1]["cells"]) == 21
    assert len(get("cut?level=municipality&dose=2")[1]["cells"]) == 290
    within = get("cut?level=municipality&dose=2&region=24")[1]["cells"]
    assert len(within) == 15
    assert {cell["area"][:2] for cell in within} == {"24"}


def test_sums_of_published_figures_are_marked(edition):
    assert get("cut?level=region&dose=1&age=18%2B")[1]["as_published"] is False
    assert get("cut?level=region&dose=1&age=12%2B")[1]["as_published"] is True


def test_goals_say_when_they_cannot_be_answered(edition):
    _response, body = get("goals?area=24")
    by_code = {goal["code"]: goal for goal in body}
    over_65 = by_code["covid-2021-65-dose-1"]
    assert over_65["share"] is None
    assert over_65["outcome"] is over_65["met_on"] is None, (
        "another population's day is not its own"
    )
    assert over_65["series_age"] == "12+"
    assert over_65["nearest_age"] == "60+"
    assert over_65["nearest_share"] is not None
    assert by_code["covid-2021-18-dose-1"]["share"] is not None


def test_an_answer_that_has_not_changed_is_not_sent_again(edition, django_assert_max_num_queries):
    response, _body = get("figures?area=24")
    tag = response["ETag"]
    with django_assert_max_num_queries(1):  # which edition is the newest
        again, body = get("figures?area=24", if_none_match=tag)
    assert (again.status_code, body) == (304, None)
    other, _body = get("figures?area=01", if_none_match=tag)
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("show?area=99&dose=1", 404, "99"),
        ("show?area=24&dose=1&week=2021w54", 422, "2021 has no week 54"),
        ("show?area=24&dose=1&week=2030w01", 404, "2030w01 is not in it"),
        ("show?area=24&dose=9", 404, "dose 9"),
        ("show?area=24&dose=1&edition=1999-01-01", 404, "1999-01-01"),
        ("show?area=24&dose=one", 422, "valid integer"),
        ("figures?limit=0", 422, "greater than"),
        ("cut?level=village&dose=1", 422, "municipality"),
        ("cut?level=municipality&dose=1&week=2021w15", 404, "not week by week"),
        ("cut?level=municipality&dose=1&region=99", 404, "99"),
        ("figures?offset=99999999999999999999999", 422, "less than"),
        ("revisions?old=2022-11-03&new=1999-01-01", 404, "1999-01-01"),
    ],
)
def test_errors_say_what_is_wrong(edition, path, status, says):
    response, body = get(path)
    assert response.status_code == status
    assert says in json.dumps(body, ensure_ascii=False)


def test_errors_are_problem_details(edition):
    for path in ("show?area=99&dose=1", "show?area=24&dose=one"):
        response, body = get(path)
        assert response["Content-Type"] == "application/problem+json"
        assert (body["status"], type(body["title"])) == (response.status_code, str)


@pytest.mark.parametrize("path", ["", "nope", "coverage", "coverage/nope", "coverage/show/"])
def test_an_address_that_leads_nowhere_is_answered_in_json(path):
    response = Client().get(f"/api/{path}")
    assert (response.status_code, response.json()["status"]) == (404, 404)
    assert "/api/docs" in response.json()["title"]


def test_before_the_first_import(db):
    areas.seed()
    response, body = get("show?area=24&dose=1")
    assert (response.status_code, body["code"]) == (404, "no-edition")
