"""Pages of booking for staff, without a browser: queries, forms, languages, logs."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.support import booking, region
from tests.web.planning import errors, words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


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
    region.stand(monkeypatch, booking.NOW)
    return filled


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


MOST = {
    "/booking/?week=2021-04-19": 40, "/booking/venue/{nolia}/?week=2021-04-19": 24,
    "/booking/session/{april}/": 34, "/booking/person/{leyla}/": 60, "/booking/calls/": 14,
    "/booking/letters/": 14, "/booking/groups/": 14, "/booking/reserve/": 18,
    "/booking/left/{leftover}/": 26, "/booking/pairs/": 16, "/booking/kept/": 18,
    "/booking/door/": 14, "/venue/{ersboda}/day/": 24, "/venue/{ersboda}/drop-in/{today}/": 24,
}  # fmt: skip


@pytest.mark.parametrize("address", list(MOST))
def test_pages_ask_little_of_the_database(
    coordinator: Client, here: booking.Here, django_assert_max_num_queries: Callable[..., Any],
    address: str,
) -> None:  # fmt: skip
    path = f"/en{address.format(**vars(here))}"
    coordinator.get(path)  # what a process reads once
    with django_assert_max_num_queries(MOST[address]):
        page = coordinator.get(path)
    assert page.status_code == 200
    main = page.content.decode().split("<main", 1)[1]
    swedish = re.findall(r"\b(tider|bokad|inte|lediga|boka)\b", words(page))
    assert not swedish and '<html lang="en"' in page.content.decode() and main


REFUSED = {
    "/en/booking/venue/{nolia}/new/": (
        {"day": "2021-04-30", "minutes": "0", "stations": "77"}, "minutes", "77",
    ),
    "/en/booking/session/{april}/close/": ({"reason": ""}, "reason", ""),
    "/en/booking/calls/": ({"telephone": "", "note": "Undrar om tid"}, "telephone",
                           "Undrar om tid"),
    "/en/booking/letters/new/": ({"name": "Födda 1947", "most": "0"}, "most", "Födda 1947"),
    "/en/booking/groups/new/": ({"name": "Sfi Lycksele", "places": "0"}, "places", "Sfi Lycksele"),
    "/en/booking/door/": ({"per_minute": "-3"}, "per_minute", "-3"),
    "/en/booking/venue/{nolia}/left/": ({"doses": "999", "lease": "12"}, "doses", "999"),
}  # fmt: skip


@pytest.mark.parametrize("address", list(REFUSED))
def test_bad_input_is_refused_in_words_and_kept(
    coordinator: Client, here: booking.Here, address: str
) -> None:
    sent, field, typed = REFUSED[address]
    page = coordinator.post(address.format(**vars(here)), sent)
    assert errors(page)
    body = page.content.decode()
    assert f'id="id_{field}_error"' in body and typed in body


def test_a_booking_sent_twice_is_one(as_role: Callable[..., Client], here: booking.Here) -> None:
    from vaksam.booking import queries

    agent, address = as_role(Role.PHONE_AGENT), f"/en/booking/person/{here.sven}/"
    page = agent.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    slot = re.search(r'name="slot" value="(\d+)"', page)
    assert token and slot
    for _twice in range(2):
        sent = {"token": token[1], "slot": slot[1], "needs": "Rullstol"}
        told = agent.post(f"{address}book/", sent, follow=True)
        assert "Booked: " in words(told)
    (held,) = queries.held_by([here.sven])
    assert (held.needs, held.channel) == ("Rullstol", "phone")


def test_two_records_are_settled_with_one_click(coordinator: Client, here: booking.Here) -> None:
    page = coordinator.get("/en/booking/pairs/")
    cancel = re.search(r'name="cancel" value="(\d+)"', page.content.decode())
    assert cancel and "Ulla Sandström" in words(page)
    told = coordinator.post(
        f"/en/booking/pairs/{here.suspicion}/", {"cancel": cancel[1]}, follow=True
    )
    assert "One of the two times is cancelled" in words(told)
    assert "Nobody seems to be booked twice" in words(told)


def test_a_protected_person_is_nameless_on_lists(coordinator: Client, here: booking.Here) -> None:
    person = coordinator.get(f"/en/booking/person/{here.protected}/")
    assert person.status_code == 302 and person.url == f"/en/people/{here.protected}/"
    for address in ("/en/booking/reserve/", "/en/booking/calls/", "/en/booking/pairs/"):
        assert "Planterina" not in words(coordinator.get(address))


def test_kept_and_lost_is_a_file_too(coordinator: Client, here: booking.Here) -> None:
    for by in ("age", "venue", "channel", "week"):
        for form in ("csv", "xlsx"):
            assert coordinator.get(f"/en/booking/kept/{by}.{form}").status_code == 200
    assert coordinator.get("/en/booking/kept/nonsense.csv").status_code == 404


def test_nothing_of_a_person_is_logged(
    as_role: Callable[..., Client], here: booking.Here, planted: Any
) -> None:
    person = booking.person(f"{planted.given_name} {planted.family_name}", booking.date(1945, 3, 3))
    booking.due()
    agent, address = as_role(Role.PHONE_AGENT), f"/en/booking/person/{person}/"
    page = agent.get(address)
    assert planted.family_name in words(page)
    told = agent.post(f"{address}book/", {"slot": "999999", "token": "x"}, follow=True)
    assert "The form is not whole" in words(told)
    sent = {"telephone": planted.phone, "note": f"Ring {planted.given_name}"}
    assert agent.post(f"{address}call/", sent).status_code == 302
    assert planted.phone in words(agent.get("/en/booking/calls/"))
