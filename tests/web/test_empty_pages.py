"""The coverage pages and Today before there are figures, and before there are areas."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from vaksam.areas import actions as areas
from vaksam.base.models import User
from vaksam.base.roles import Role

BY_AREA = ("", "over-time/", "ages/", "ranking/", "goals/")


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    client.force_login(user_with(Role.REGION_COORDINATOR, "24"))
    return client


def test_before_the_first_edition_every_page_says_what_to_do(coordinator: Client) -> None:
    areas.seed()
    for path in (*(f"/coverage/{page}" for page in BY_AREA), "/coverage/editions/"):
        response = coordinator.get(path)
        assert response.status_code == 200, path
        assert "Inga siffror än" in text(response) or "Inga utgåvor än" in text(response), path
    assert "Läs in arbetsboken" in text(coordinator.get("/today/"))
    assert "Bara en utgåva" in text(coordinator.get("/coverage/revisions/"))
    assert coordinator.get("/coverage/editions/1/").status_code == 404
    assert coordinator.get("/coverage/picture/map.svg").status_code == 404


def test_even_without_areas_no_page_breaks(coordinator: Client) -> None:
    for path in (*(f"/coverage/{page}" for page in BY_AREA), "/coverage/editions/", "/today/"):
        assert coordinator.get(path).status_code in (200, 404), path


def text(response: HttpResponse) -> str:
    return response.content.decode()
