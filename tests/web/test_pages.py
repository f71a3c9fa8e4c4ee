"""The coverage pages and Today, asked through Django: costs, odd questions, emptiness, language."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools import messages
from vaksam.base.models import User
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db

AREAS = ("SE", "24", "2480")
BY_AREA = ("", "over-time/", "ages/", "ranking/", "goals/")
PICTURES = ("map", "course", "ages", "ranking")
FORMS = ("csv", "xlsx", "parquet", "png", "svg", "json")
MOST_QUERIES = 12
MOST_TODAY = 21  # one more for each signal


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    client.force_login(user_with(Role.REGION_COORDINATOR, "24"))
    return client


def addresses(edition_id: int) -> Iterator[str]:
    for page in BY_AREA:
        yield from (f"/coverage/{page}?area={area}" for area in AREAS)
    yield "/coverage/?area=24&week=2021w15&dose=2"
    yield "/coverage/over-time/?area=24&with=SE&with=01&with=12&with=14&with=03"
    yield from ("/coverage/editions/", f"/coverage/editions/{edition_id}/")
    yield from ("/coverage/revisions/", "/today/", "/today/?area=SE")


def test_no_page_asks_the_database_too_often(
    coordinator: Client, example: Any, django_assert_max_num_queries: Any
) -> None:
    for address in addresses(example.id):
        coordinator.get(address)  # what a process remembers about editions and areas
        most = MOST_TODAY if "today" in address else MOST_QUERIES
        with django_assert_max_num_queries(most, info=address):
            assert coordinator.get(address).status_code == 200, address


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_page_mixes_languages(coordinator: Client, example: Any, language: str) -> None:
    prefix = {"sv": "", "en": "/en"}[language]
    foreign = _foreign(language)
    for address in addresses(example.id):
        page = coordinator.get(prefix + address).content.decode()
        words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
        assert not [text for text in foreign if text in words], address


def _foreign(language: str) -> list[str]:
    """Our texts in the other language, those long enough not to be a name or the same in both."""
    (path,) = messages.catalogs()
    pairs = [(m.id, m.string) for m in messages.read(path) if isinstance(m.id, str) and m.id]
    found = [pair[0 if language == "sv" else 1] for pair in pairs if pair[0] != pair[1]]
    return [
        text for text in found if text.strip().count(" ") >= 2 and not re.search(r"%\(|\{", text)
    ]


QUERIES = {
    "area": st.sampled_from(["", "SE", "24", "2480", "99", "0001", "24801", "2480A0010"]),
    "dose": st.sampled_from(["", "1", "2", "4", "5", "9", "0", "-1", "10", "²", "1.0"]),
    "age": st.sampled_from(["", "12+", "65+", "18-29", "29-18", "all", "0+", "999+", "+", "-"]),
    "sex": st.sampled_from(["", "total", "men", "women", "other"]),
    "week": st.sampled_from(["", "2021w15", "2020w53", "2021w53", "1900w1", "9999w52", "w", "15"]),
    "edition": st.sampled_from(["", "2022-11-03", "2022-02-30", "0001-01-01", "9999-12-31", "x"]),
    "with": st.sampled_from(["", "SE", "01", "2480", "99"]),
    "old": st.sampled_from(["", "2022-11-03", "x"]),
    "page": st.just("2"),
}
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=8)
ODD = st.lists(
    st.sampled_from(sorted(QUERIES)).flatmap(
        lambda name: st.tuples(st.just(name), QUERIES[name] | ANYTHING)
    ),
    max_size=9,
)
PATHS = [f"/coverage/{page}" for page in (*BY_AREA, "revisions/")] + [
    f"/coverage/picture/{key}.{form}"
    for key in (*PICTURES, "none")
    for form in ("csv", "json", "x")
]


def test_no_question_breaks_a_page(client: Client, example: Any) -> None:
    client.raise_request_exception = True
    seen = set()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(PATHS), ODD)
    def ask(path: str, choices: list[tuple[str, str]]) -> None:
        response = client.get(f"{path}?{urlencode(choices)}")
        assert response.status_code in (200, 404, 422)
        seen.add(response.status_code)

    ask()
    assert seen == {200, 404, 422}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("area=99", 404),
        ("edition=1999-01-01", 404),
        ("dose=x", 422),
        ("sex=x", 422),
        ("week=x", 422),
        ("edition=x", 422),
    ],
)
def test_what_cannot_be_shown_is_said(
    client: Client, example: Any, query: str, status: int
) -> None:
    response = client.get(f"/coverage/?{query}")
    assert response.status_code == status
    assert f'<p class="eyebrow">{status}</p>' in response.content.decode()


def test_an_age_that_is_not_published_is_answered_by_those_that_are(
    client: Client, example: Any
) -> None:
    page = client.get("/coverage/?age=33-34").content.decode()
    assert "Inte publicerat" in page
    assert "12 år och äldre</a>" in page


@pytest.mark.parametrize("tab", BY_AREA)
def test_english_pages_name_the_country_in_english(client: Client, example: Any, tab: str) -> None:
    page = client.get(f"/en/coverage/{tab}?with=24&with=SE").content.decode()
    assert '<h1 class="ds-heading" data-size="lg">Sweden</h1>' in page
    assert "Sverige" not in page
    page = client.get(f"/en/coverage/{tab}?area=24&with=SE").content.decode()
    assert "Sweden" in page
    assert "Sverige" not in page


@pytest.mark.parametrize("key", ["course", "ages"])
def test_english_pictures_name_the_country_in_english(
    client: Client, example: Any, key: str
) -> None:
    drawn = client.get(f"/en/coverage/picture/{key}.json?with=24").content.decode()
    assert "Sweden" in drawn
    assert "Sverige" not in drawn


@pytest.mark.parametrize("tab", BY_AREA)
def test_another_region_shows_the_same_page(client: Client, example: Any, tab: str) -> None:
    page = client.get(f"/en/coverage/{tab}?dose=2&area=24").content.decode()
    form = page[page.index('class="region-bar"') :].partition("</form>")[0]
    assert f'action="/en/coverage/{tab}"' in form
    assert '<input type="hidden" name="dose" value="2">' in form


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("?sex=men", "by region for at least 1 dose, 12 and older, men"),
        ("?sex=men&area=2480", "by municipality for at least 1 dose, 12 and older, men"),
        ("ranking/?sex=men", "by municipality for at least 1 dose, 12 and older, men"),
        ("ranking/?age=80-84", "by municipality for at least 1 dose, 80–84."),
        ("over-time/?age=16-17", "week by week for at least 1 dose, 16–17."),
        ("over-time/?area=2480", "Municipalities are not published week by week"),
    ],
)
def test_what_is_not_published_is_named_and_what_is_offered_instead_is_there(
    client: Client, example: Any, address: str, says: str
) -> None:
    page = client.get(f"/en/coverage/{address}").content.decode()
    empty = page[page.index("Not published") :].partition("</div>")[0]
    assert says in empty
    path = f"/en/coverage/{address.partition('?')[0]}"
    offered = [html.unescape(query) for query in re.findall(r'href="(\?[^"]+)"', empty)]
    assert offered
    for query in offered:
        assert "Not published" not in client.get(f"{path}{query}").content.decode(), query


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_not_sent_twice(client: Client, example: Any, form: str) -> None:
    address = f"/coverage/picture/map.{form}?area=24"
    first = client.get(address)
    assert first.status_code == 200
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/en{address}", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200, "the English picture is another one"


def test_a_picture_is_not_drawn_anew_for_what_does_not_change_it(
    client: Client, example: Any
) -> None:
    address = "/coverage/picture/map.svg?area=24&dose=1"
    first = client.get(address)["ETag"]
    assert client.get(f"{address}&x=1")["ETag"] == first
    assert client.get("/coverage/picture/map.svg?dose=1&area=24")["ETag"] == first
    others = ["&narrow", "&alone", "&dose=2", "&week=2021w15", "&edition=2022-11-03", "&with=01"]
    assert len({client.get(address + other)["ETag"] for other in others} - {first}) == len(others)


@pytest.mark.parametrize("key", PICTURES)
def test_a_picture_has_every_form(client: Client, example: Any, key: str) -> None:
    for form in FORMS:
        response = client.get(f"/coverage/picture/{key}.{form}?area=24&with=SE")
        assert response.status_code == 200, form
        assert response.content, form


def test_a_picture_without_figures_is_not_there(client: Client, example: Any) -> None:
    assert client.get("/coverage/picture/course.svg?area=2480").status_code == 404
    assert client.get("/coverage/picture/map.svg?age=33-34").status_code == 404


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_for_telephones_are_narrow(client: Client, example: Any, narrow: bool) -> None:
    picture = svg(client, "/coverage/picture/map.svg?area=24" + "&narrow" * narrow)
    (width,) = re.findall(r'<svg[^>]* width="(\d+)', picture)
    assert int(width) == (320 if narrow else 560)


def test_pictures_to_keep_say_what_they_are(client: Client, example: Any) -> None:
    alone = svg(client, "/coverage/picture/map.svg?area=24&alone")
    assert "Västerbotten" in alone
    assert "Exempeldata: påhittade siffror" in alone
    assert "Exempeldata" in svg(client, "/coverage/picture/map.svg?area=24")


def svg(client: Client, address: str) -> str:
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    return response.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_files_of_invented_figures_are_marked(client: Client, example: Any, form: str) -> None:
    response = client.get(f"/coverage/picture/map.{form}")
    assert 'filename="vaksam-exempeldata-map-' in response["Content-Disposition"]


def text(response: HttpResponse) -> str:
    return response.content.decode()
