"""Codes and offers of a free place: at once, at any hour, and only while they are open."""

from tests.messaging.conftest import PRODUCT, PROGRAMME, VISIT, rows
from vaksam.booking import actions as booking
from vaksam.messaging import actions
from vaksam.messaging.models import Message, State


def test_a_code_goes_at_once_and_signs_in(here, karin):
    from tests.support import region

    number = region.number("19490302")
    here.at(VISIT.replace(day=13, hour=23))
    booking.ask_for_code(number=number, letter=False, address="127.0.0.1")
    booking.ask_for_code(number=region.number("19511231"), letter=False, address="127.0.0.2")
    (told,) = here.send()
    code = told["body"].split()[3].rstrip(".")
    assert booking.sign_in(number=number, code=code, address="127.0.0.1") == karin
    assert [row[:2] for row in rows()] == [("code", "sent")]


def test_urgent_messages_go_first(here, karin):
    from tests.support import region

    here.book(karin)
    here.deliver()
    booking.ask_for_code(number=region.number("19490302"), letter=False, address="127.0.0.1")
    here.deliver()
    actions.send_due(seconds=0)
    assert Message.objects.get(state=State.SENT).kind == "code"


def offer(here, person):
    terms = booking.Terms(venue=here.venue)
    booking.join(persons=[person], programme=PROGRAMME, terms=terms, channel="web", by=None)
    booking.offer_doses(
        venue=here.venue, product=PRODUCT, doses=1, programme=PROGRAMME, by=None,
        until=VISIT.replace(day=13, hour=16),
    )  # fmt: skip


def test_an_offer_tells_how_long_there_is_to_answer(here, karin):
    offer(here, karin)
    (told,) = here.send()
    assert "minuter: http://127.0.0.1:8000/boka/sv/erbjudande/" in told["body"]
    assert "kl. 16.10" in told["body"]


def test_an_offer_that_was_answered_by_phone_is_not_sent(here, karin):
    from vaksam.booking.models import Offer

    offer(here, karin)
    here.deliver()
    booking.answer(offer=Offer.objects.get().pk, accepts=False, by=None)
    assert here.send() == []
    assert ("offer", "dropped", "over") in rows()
