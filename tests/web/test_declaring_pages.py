"""A resident's health declaration beforehand: the questions, a yes, and what happens next."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.support import booking, region
from tests.web.planning import words
from tests.web.test_public_pages import signed_in

pytestmark = pytest.mark.django_db
LANGUAGES = ("sv", "en", "ar", "so", "fi")


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Leyla has a time in two days; made once, in a transaction that is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        region.stand(patch, booking.MADE)
        here = booking.fill()
        soon = booking.session(here.nolia, date(2021, 4, 15))
        yield here, booking.book(here.leyla, booking.slots(soon)[0])
        transaction.set_rollback(True)


@pytest.fixture
def here(_filled: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> booking.Here:
    from vaksam.web.public import common

    region.stand(monkeypatch, booking.NOW)
    common.forget()
    return _filled[0]


@pytest.fixture
def time(_filled: Any) -> int:
    return _filled[1]


def answers(**told: str) -> dict[str, str]:
    """The form as it is sent: “no” to everything but what is told."""
    from vaksam.core import clinic

    found = clinic.current("covid-19", booking.TODAY)
    plain = {each.code: "no" for each in found.questions if "no" in each.kind.answers}
    return plain | {"version": str(found.version), "agrees": ""} | told


def page(here: booking.Here, time: int, language: str = "en", more: str = "") -> HttpResponse:
    return signed_in(here.leyla).get(f"/boka/{language}/min/{time}/halsa/{more}")


def send(here: booking.Here, time: int, language: str = "en", **told: str) -> HttpResponse:
    form = answers(**told)
    return signed_in(here.leyla).post(f"/boka/{language}/min/{time}/halsa/", form, follow=True)


def stored() -> list[Any]:
    from vaksam.clinic.models import Declaration

    return list(Declaration.objects.order_by("pk"))


def test_my_times_lead_to_the_questions_and_say_when_they_are_answered(
    here: booking.Here, time: int
) -> None:
    mine = signed_in(here.leyla).get("/boka/en/mina/")
    assert f"/boka/en/min/{time}/halsa/" in mine.content.decode()
    assert "Answer the health questions" in words(mine)
    assert "Thank you! Your answers are saved." in words(send(here, time))
    again = words(signed_in(here.leyla).get("/boka/en/mina/"))
    assert "You answered the health questions Tuesday 13 April, 08:40" in again
    assert "You answered Tuesday 13 April" in words(page(here, time))


def test_the_page_tells_of_the_vaccine_and_asks_in_six_languages(
    here: booking.Here, time: int
) -> None:
    from vaksam.core import clinic
    from vaksam.core.clinic.information import information

    questions = clinic.current("covid-19", booking.TODAY)
    asked = clinic.asked(questions, age=72, sex=0)
    told = information("covid-19", booking.TODAY)
    for language in (*LANGUAGES, "sv-easy"):
        easy = "?easy=1" if language == "sv-easy" else ""
        shown = words(page(here, time, language[:2], easy))
        for each in (*told.points[language], *(each.text[language] for each in asked)):
            assert each in shown
    switch = page(here, time, "sv").content.decode()
    assert "?easy=1" in switch and "Lätt svenska" in switch
    assert "Lätt svenska" not in words(page(here, time, "fi"))


def test_answers_are_kept_as_given(here: booking.Here, time: int) -> None:
    send(here, time, "sv", easy="1", ill="no", severe_allergy="unsure")
    (row,) = stored()
    assert (row.person_id, row.told, row.language, row.by) == (here.leyla, "own", "sv-easy", None)
    assert row.answers["severe_allergy"] == "unsure"
    send(here, time, severe_allergy="no")  # anew: the first stays
    assert [each.answers["severe_allergy"] for each in stored()] == ["unsure", "no"]


def test_what_is_left_out_is_named_at_the_question(here: booking.Here, time: int) -> None:
    said = send(here, time, ill="", bleeding="maybe", severe_allergy="yes",
                severe_allergy_vaccine="", agrees="yes")  # fmt: skip
    text = said.content.decode()
    assert said.status_code == 422 and not stored()
    for code in ("ill", "severe_allergy_vaccine"):
        assert f'href="#q-{code}"' in text
        assert re.search(rf'id="q-{code}-fault">Choose an answer\.', text)
    assert re.search(r'name="severe_allergy" value="yes" checked', text)  # kept
    assert re.search(r'name="agrees" value="yes" checked', text)
    assert text.count('-fault">') == 3 and 'id="q-bleeding-fault">Choose one of' in text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Come at your time."),
        ({"severe_allergy": "yes", "severe_allergy_vaccine": "yes"}, "Call us before you come"),
    ],
)
def test_what_happens_next_in_plain_words(
    here: booking.Here, time: int, told: dict[str, str], said: str
) -> None:
    shown = send(here, time, **told)
    assert said in words(shown)
    address = shown.redirect_chain[-1][0]
    assert address == f"/boka/en/min/{time}/halsa/klart/"  # no answer in it
    for word in ("allerg", "hospital", "physician"):
        assert word not in words(shown).lower()
    assert ("tel:" in shown.content.decode().split("<main")[1].split("</main")[0]) == bool(told)


def test_to_wait_is_told_only_where_it_reaches_beyond_the_day(
    here: booking.Here, time: int
) -> None:
    shown = words(send(here, time, recent_covid="yes"))
    assert "A little more time may be needed" in shown


def test_a_yes_can_be_given_and_taken_back(here: booking.Here, time: int) -> None:
    from vaksam.clinic.models import Consent

    send(here, time)
    assert not Consent.objects.exists()  # not decided is no word
    send(here, time, agrees="yes")
    assert re.search(r'value="yes" checked', page(here, time).content.decode())
    send(here, time)
    rows = Consent.objects.order_by("pk").values_list("agrees", "told", "language", "by")
    assert list(rows) == [(True, "own", "en", None), (False, "own", "en", None)]


def test_only_ones_own_times_that_are_soon(here: booking.Here, time: int) -> None:
    path = f"/boka/en/min/{time}/halsa/"
    assert "/kod/" in Client().get(path).url
    assert signed_in(here.sven).get(path).status_code == 404
    assert signed_in(here.sven).post(path, answers()).status_code == 404
    later = signed_in(here.booked).get(f"/boka/en/min/{here.appointment}/halsa/")
    assert later.status_code == 422
    assert "You can answer the health questions from Saturday 17 April" in words(later)
    assert "/halsa/" not in signed_in(here.booked).get("/boka/en/mina/").content.decode()
    assert not stored()
    done = signed_in(here.leyla).get(f"{path}klart/")
    assert done.url == path  # nothing is told yet


def test_questions_that_have_changed_are_asked_anew(here: booking.Here, time: int) -> None:
    said = send(here, time, version="0", ill="yes")
    assert said.status_code == 422 and "The questions have changed" in words(said)
    assert re.search(r'name="ill" value="yes" checked', said.content.decode())
    assert not stored()


def test_no_answer_is_logged(
    here: booking.Here, time: int, caplog: pytest.LogCaptureFixture
) -> None:
    from vaksam.base.models import AuditEntry, OutboxEvent

    caplog.set_level(logging.DEBUG)
    send(here, time, severe_allergy="unsure", agrees="yes")
    told = "".join(str(each) for each in AuditEntry.objects.values_list("details", flat=True))
    told += "".join(str(each) for each in OutboxEvent.objects.values_list("payload", flat=True))
    said = [each.getMessage() for each in caplog.records if not each.name.startswith("django.db")]
    assert "unsure" not in told + "".join(said) and "severe" not in told + "".join(said)


@pytest.mark.parametrize(("more", "most"), [("", 16), ("klart/", 26)])
def test_pages_ask_little_of_the_database(
    here: booking.Here, time: int, django_assert_max_num_queries: Callable[..., Any], more: str,
    most: int,
) -> None:  # fmt: skip
    send(here, time)
    page(here, time, more=more)
    with django_assert_max_num_queries(most):
        assert page(here, time, more=more).status_code == 200
