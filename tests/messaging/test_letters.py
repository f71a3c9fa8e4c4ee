"""Letters to a cohort: made by a job, one for each person who waits, with codes that sign in."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.core.letters.test_letters import pages
from tests.messaging.conftest import MORNING, PROGRAMME
from tests.support import region
from vaksam.base.scope import EVERYTHING, scope_of
from vaksam.booking import actions as booking
from vaksam.booking import queries as booked
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.messaging import actions, queries
from vaksam.messaging.actions import printing
from vaksam.messaging.models import LetterFile, Message


@pytest.fixture
def cohort(here):
    """Three persons with times by letter; one of them wants no contact by now."""
    from vaksam.booking.models import Prebooking

    row = Prebooking.objects.create(
        name="Födda 1948–1950", region_code="24", programme_id=PROGRAMME, cohort={},
        release_on=date(2021, 4, 18), persons=3, made_at=MORNING,
    )  # fmt: skip
    for person in (here.karin, here.nils, here.sara):
        here.book(person, prebooking=row.pk, reserved_until=row.release_on)
    here.reach(here.nils, "none")
    return row.pk


def made(cohort, by=None):
    run = actions.make_letters(prebooking=cohort, by=by)
    printing.carry_out(run)
    return queries.letter_runs(cohort, scope=EVERYTHING)[0]


def test_a_letter_for_each_who_waits(here, cohort, coordinator):
    run = made(cohort, coordinator)
    assert (run.state, run.done, run.total, run.letters) == ("done", 3, 3, 2)
    assert run.left_out == {"refused": 1}
    scope = scope_of(coordinator)
    name, pdf = queries.letter_pdf(run.files[0].id, scope=scope)
    assert name.endswith(".pdf") and pages(pdf) == 3
    _, content = queries.addresses(run.id, scope=scope)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["number"], row["given_name"], row["language"]) for row in rows] == [
        ("1", "Karin", "sv"), ("2", "Sara", "ar"),
    ]  # fmt: skip
    assert rows[0]["street"] == "Skogsvägen 1"


def test_files_are_for_vaksam_only_and_forgotten(here, cohort):
    run = made(cohort)
    stored = [path for path in Path(settings.MEDIA_ROOT, "letters").iterdir()]
    assert len(stored) == 2 and all(path.stat().st_mode & 0o777 == 0o600 for path in stored)
    assert printing.forget_old(before=MORNING.date()) == 0
    assert printing.forget_old(before=MORNING.date() + timedelta(days=1)) == 1
    assert not list(Path(settings.MEDIA_ROOT, "letters").iterdir())
    (again,) = queries.letter_runs(cohort, scope=EVERYTHING)
    assert (again.id, again.files, again.has_addresses) == (run.id, (), False)


def test_the_letter_is_the_message_until_the_time_is_kept(here, cohort):
    here.reach(here.karin, "sms", mobile="0701740605")
    assert here.send() == []
    made(cohort)
    assert sorted(Message.objects.values_list("kind", "state", "why")) == [
        ("letter", "dropped", "refused"), ("letter", "sent", ""), ("letter", "sent", ""),
    ]  # fmt: skip
    (ref,) = booked.held_by([here.karin])
    booking.keep(appointments=[ref.id], by=None)
    assert here.send()[0]["body"].startswith("Din tid: ")


def test_the_code_of_the_letter_signs_in(here, cohort, monkeypatch):
    texts = []
    monkeypatch.setattr(printing, "press", lambda values, **about: texts.extend(values) or b"%PDF")
    made(cohort)
    code = next(part.text for part in texts[0].paragraphs if part.heading == "Din kod")
    number = region.number("19490302")
    assert booking.sign_in(number=number, code=code, address="127.0.0.1") == here.karin
    here.at(MORNING.replace(day=19, hour=1))
    other = next(part.text for part in texts[1].paragraphs if part.heading == "رمزك")
    with pytest.raises(Refused):
        booking.sign_in(number=region.number("19480709"), code=other, address="127.0.0.1")


def test_an_interrupted_run_is_made_anew(here, cohort, monkeypatch):
    run = actions.make_letters(prebooking=cohort, by=None)
    monkeypatch.setattr(printing, "AT_ONCE", 1)
    real, left = printing.press, [1]

    def broken(values, **about):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return real(values, **about)

    monkeypatch.setattr(printing, "press", broken)
    with pytest.raises(KeyboardInterrupt):
        printing.carry_out(run)
    monkeypatch.setattr(printing, "press", real)
    printing.carry_out(run)
    (told,) = queries.letter_runs(cohort, scope=EVERYTHING)
    assert (told.state, [each.number for each in told.files]) == ("done", [1, 3])
    assert LetterFile.objects.count() == 2
    assert len(list(Path(settings.MEDIA_ROOT, "letters").iterdir())) == 3


def test_a_run_that_cannot_be_made_says_so(here, cohort, monkeypatch):
    run = actions.make_letters(prebooking=cohort, by=None)
    monkeypatch.setattr(printing, "press", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        printing.carry_out(run)
    assert queries.letter_runs(cohort, scope=EVERYTHING)[0].state == "failed"


def test_what_is_refused(here, cohort, user_with, coordinator):
    from vaksam.base.roles import Role

    with pytest.raises(NotAllowed):
        actions.make_letters(prebooking=cohort, by=user_with(Role.PHONE_AGENT))
    with pytest.raises(NotFound):
        actions.make_letters(prebooking=0, by=coordinator)
    actions.make_letters(prebooking=cohort, by=coordinator)
    with pytest.raises(Refused) as caught:
        actions.make_letters(prebooking=cohort, by=coordinator)
    assert caught.value.code == "letters-under-way"
    elsewhere = scope_of(user_with(Role.REGION_COORDINATOR, "01", username="far"))
    with pytest.raises(NotFound):
        queries.letter_runs(cohort, scope=elsewhere)
