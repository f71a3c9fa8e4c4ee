"""The frame around every page, and the pages for errors."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from vaksam.areas import actions as areas
from vaksam.web import errors

pytestmark = [pytest.mark.urls("tests.web.gallery"), pytest.mark.django_db]

WEB = Path(errors.__file__).parent


@pytest.fixture
def member(client: Client) -> Any:
    user = get_user_model().objects.create_user("anna", password="x", first_name="Anna")
    user.role_assignments.create(role="administrator", granted_at="2021-01-01T00:00Z")
    client.force_login(user)
    return user


def body(client: Client, address: str, status: int = 200) -> str:
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def current(html: str) -> list[str]:
    """The texts of the links in the navigation that say they are where we are."""
    nav = html.split('class="sections"')[1].split("</nav>")[0]
    return re.findall(r'aria-current="\w+">([^<]+)<', nav)


def test_navigation_says_where_we_are(client: Client) -> None:
    assert current(body(client, "/")) == ["Täckning"]
    assert current(body(client, "/en/gallery/")) == ["Coverage"]
    assert current(body(client, "/accessibility/")) == []


def test_today_is_for_the_signed_in(client: Client) -> None:
    assert 'href="/today/"' not in body(client, "/")


def test_signed_in_can_go_to_today_and_sign_out(client: Client, member: Any) -> None:
    html = body(client, "/today/")
    assert current(html) == ["I dag"]
    assert '<form class="sign-out" method="post" action="/sign-out/">' in html
    assert "Anna" in html


def test_language_links_keep_the_page_and_its_choices(client: Client) -> None:
    html = body(client, "/en/gallery/?dose=2&week=2021w15")
    assert '<html lang="en"' in html
    assert '<a href="/gallery/?dose=2&amp;week=2021w15" lang="sv" hreflang="sv">' in html


def test_language_link_of_a_page_that_is_not_there_leads_to_coverage(client: Client) -> None:
    assert '<a href="/en/" lang="en" hreflang="en">' in body(client, "/nowhere/", 404)


@pytest.mark.parametrize("area", ["24", "2480", "2480A0010"])
def test_switcher_shows_the_region_of_the_page_and_keeps_other_choices(
    client: Client, area: str
) -> None:
    areas.seed()
    html = body(client, f"/?area={area}&dose=2&page=3")
    assert '<option value="24" selected>Västerbotten</option>' in html
    assert html.count("<option") == 22
    assert '<input type="hidden" name="dose" value="2">' in html
    assert 'name="page"' not in html


def test_switcher_starts_at_the_accounts_only_region(client: Client, member: Any) -> None:
    areas.seed()
    member.role_assignments.all().delete()
    member.role_assignments.create(
        role="region_analyst", region_code="24", granted_at="2021-01-01T00:00Z"
    )
    assert '<option value="24" selected>' in body(client, "/today/")
    assert '<option value="24" selected>' not in body(client, "/")


def test_frame_costs_two_queries_at_most(
    client: Client, member: Any, django_assert_max_num_queries: Any
) -> None:
    areas.seed()
    body(client, "/today/")  # from here on the regions are remembered
    session_and_user = 2
    with django_assert_max_num_queries(session_and_user + 2):
        body(client, "/today/")


def test_example_data_is_marked_only_where_it_is_shown(client: Client) -> None:
    assert "Exempeldata" in body(client, "/gallery/?example")
    assert "Exempeldata" not in body(client, "/gallery/")


def test_public_pages_set_no_cookie(client: Client) -> None:
    assert not client.get("/").cookies


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("refused", 422, "The week 2021w15 has passed."),
        ("missing", 404, "There is no area 99."),
        ("role", 403, "Only coordinators import."),
        ("permission", 403, "Din roll når inte den här sidan"),
        ("suspicious", 400, "Begäran gick inte att tolka"),
        ("bug", 500, "Något gick fel hos oss"),
    ],
)
def test_errors_become_pages(client: Client, how: str, status: int, said: str) -> None:
    html = body(client, f"/fail/{how}/", status)
    assert said in html
    assert 'href="/"' in html


def test_a_bad_file_is_refused_with_every_fault(client: Client) -> None:
    html = body(client, "/fail/file/", 422)
    assert "Inget ändrades. fhm.xlsx har 2 fel." in html
    assert html.count("A share is over 1") == 2
    assert '<td class="number">9</td>' in html
    assert "Nothing was changed. fhm.xlsx has 2 faults." in body(client, "/en/fail/file/", 422)


def test_server_error_needs_no_database() -> None:
    with connection.execute_wrapper(_no_database):
        response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"<h1" in response.content


def test_form_from_elsewhere_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "anna"})
    assert response.status_code == 403
    assert "Formuläret var för gammalt" in response.content.decode()


def test_health(client: Client) -> None:
    assert body(client, "/health") == "ok\n"
    with connection.execute_wrapper(_no_database):
        body(client, "/health", 503)


def test_no_template_needs_what_the_policy_forbids() -> None:
    inline = re.compile(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\ssrc=)')
    offenders = [
        str(path) for path in WEB.rglob("*.html") if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def _no_database(*_arguments: Any) -> None:
    raise DatabaseError("gone")
