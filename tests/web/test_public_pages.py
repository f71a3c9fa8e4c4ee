"""Residents' pages without a browser: queries, forms, and what is never written down."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.support import booking, region
from tests.web.planning import words

pytestmark = pytest.mark.django_db
LEYLA = region.number("19490404")


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[booking.Here]:
    """Made once for the module, in a transaction that is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        region.stand(patch, booking.MADE)
        yield booking.fill()
        transaction.set_rollback(True)


@pytest.fixture
def here(filled: booking.Here, db: None, monkeypatch: pytest.MonkeyPatch) -> booking.Here:
    from vaksam.web.public import common

    region.stand(monkeypatch, booking.NOW)
    common.forget()
    return filled


def signed_in(*persons: int) -> Client:
    from vaksam.web.public import common

    client = Client()
    client.cookies[common.SIGNED_IN] = common.signed(persons, "24")
    return client


@pytest.mark.parametrize(
    ("address", "most"),
    [("", 12), ("kod/", 4), ("mina/", 26), ("tider/", 22), ("tid/{slot}/", 36),
     ("min/{appointment}/avboka/", 8), ("drop-in/{today}/", 14), ("nummer/{ticket}/", 6)],
)  # fmt: skip
def test_pages_ask_little_of_the_database(
    here: booking.Here, django_assert_max_num_queries: Callable[..., Any], address: str, most: int
) -> None:
    known = vars(here) | {"slot": booking.slots(here.april)[5]}
    client = signed_in(here.booked)
    path = f"/boka/en/{address.format(**known)}"
    if address.startswith("ti"):
        client = signed_in(here.leyla)
    client.get(path)  # what a process reads once
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_a_number_that_cannot_be_one_is_asked_for_again(here: booking.Here) -> None:
    said = Client().post("/boka/en/kod/", {"number": "12", "how": "sms"})
    assert said.status_code == 422
    assert "Write the number with twelve digits" in words(said)
    said = Client().post("/boka/en/kod/", {"number": LEYLA, "how": "pigeon"})
    assert said.status_code == 422


def test_asking_for_a_code_tells_nothing(here: booking.Here) -> None:
    pages = [
        words(Client().post("/boka/en/kod/", {"number": number, "how": "sms"}))
        for number in (LEYLA, region.number("19300101"))
    ]
    assert pages[0] == pages[1] and "If we know the number" in pages[0]


def test_a_form_that_is_not_whole_books_nothing(here: booking.Here) -> None:
    client, slot = signed_in(here.leyla), booking.slots(here.april)[5]
    said = client.post(f"/boka/en/tid/{slot}/boka/", {"token": "x"})
    assert said.status_code == 422 and "Start again" in words(said)
    from vaksam.booking import queries

    assert queries.held_by([here.leyla]) == []


def test_sent_twice_books_once(here: booking.Here) -> None:
    from vaksam.booking import queries

    client, slot = signed_in(here.leyla), booking.slots(here.april)[5]
    page = client.get(f"/boka/en/tid/{slot}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    for _twice in range(2):
        sent = client.post(f"/boka/en/tid/{slot}/boka/", {"token": token[1]})
        assert sent.status_code == 302 and token[1] in sent.url
    assert len(queries.held_by([here.leyla])) == 1
    other = signed_in(here.sven).post(f"/boka/en/tid/{slot}/boka/", {"token": token[1]})
    assert other.status_code == 422


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so", "fi"])
def test_each_page_says_its_language(here: booking.Here, language: str) -> None:
    page = Client().get(f"/boka/{language}/")
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert Client().get("/boka/xx/").status_code == 404


def test_the_way_in_follows_the_browser(here: booking.Here) -> None:
    for asked, code in (("ar", "ar"), ("so-SO", "so"), ("de", "sv"), ("", "sv")):
        client = Client(headers={"Accept-Language": asked})
        assert client.get("/boka/").url == f"/boka/{code}/"


def test_nothing_of_a_person_is_logged(here: booking.Here, planted: Any) -> None:
    from vaksam.booking.actions import codes
    from vaksam.booking.models import Code
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions as people

    person = people.register_person(
        region_code="24", given_name=planted.given_name, family_name=planted.family_name, by=None,
        identities=[Identity(Kind.PERSONAL_NUMBER, planted.personal_number)], **region.HOME,
    ).person  # fmt: skip
    people.choose_contact(person=person, channel="sms", mobile=planted.phone, by=None)
    client, number = Client(), planted.personal_number
    assert client.post("/boka/en/kod/", {"number": number, "how": "sms"}).status_code == 200
    wrong = client.post("/boka/en/kod/skriv/", {"number": number, "code": "1"})
    assert wrong.status_code == 422
    code = codes.code_of(Code.objects.get(person=person))
    done = client.post("/boka/en/kod/skriv/", {"number": number, "code": code}, follow=True)
    assert f"Hello {planted.given_name}" in words(done)
    assert client.get("/boka/en/tider/").status_code == 200
    assert client.get("/boka/en/tid/999999/").status_code == 422
