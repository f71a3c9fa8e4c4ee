"""Whoever does not want a programme's vaccine is neither invited to it nor reminded of it."""

from tests.messaging.conftest import PROGRAMME, rows
from tests.messaging.test_letters import cohort, made
from tests.messaging.test_sending import EVENING
from tests.messaging.test_urgent import offer
from vaksam.records import actions as records

__all__ = ["cohort"]


def decline(person: int, **about) -> None:
    records.decline(person=person, programme=PROGRAMME, by=None, **about)


def test_what_they_booked_themselves_is_confirmed_and_not_reminded_of(here, karin):
    decline(karin)
    here.book(karin)
    assert len(here.send()) == 1
    here.at(EVENING)
    assert len(here.send()) == 1
    assert rows() == [("confirmation", "sent", ""), ("reminder", "dropped", "declined")]


def test_who_declined_this_time_only_or_has_changed_their_mind_is_reminded(here, karin):
    decline(karin)
    here.book(karin)
    here.send()
    records.lift(person=karin, programme=PROGRAMME, by=None)
    decline(karin, quiet=False)
    here.at(EVENING)
    assert len(here.send()) == 2
    assert ("reminder", "sent", "") in rows()


def test_an_offer_on_its_way_stops(here, karin):
    offer(here, karin)
    here.deliver()
    decline(karin)
    assert here.send() == []
    assert ("offer", "dropped", "declined") in rows()


def test_no_letter_to_who_has_declined_meanwhile(here, cohort):
    decline(here.karin)
    run = made(cohort)
    assert (run.letters, run.left_out) == (1, {"refused": 1, "declined": 1})
