"""By which way a message goes, and what stops it."""

from datetime import datetime, timedelta

import pytest

from vaksam.core.messages import Channel, Contact, Kind, way, why_not
from vaksam.core.messages.hours import SWEDEN

NOW = datetime(2021, 4, 13, 9, tzinfo=SWEDEN)
BOTH = {"mobile": "0701740635", "email": "a@example.se"}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (Contact("sms", **BOTH), Channel.SMS),
        (Contact("email", **BOTH), Channel.EMAIL),
        (Contact("sms", email="a@example.se"), Channel.EMAIL),
        (Contact("", mobile="0701740635"), Channel.SMS),
        (Contact("letter", posted=True, **BOTH), Channel.LETTER),
        (Contact("letter", **BOTH), "no-contact"),
        (Contact("phone", **BOTH), "by-phone"),
        (Contact("none", posted=True, **BOTH), "refused"),
        (Contact("", posted=True), "no-contact"),
    ],
)
def test_a_confirmation_goes_as_was_chosen(contact, expected):
    found = way(Kind.CONFIRMATION, contact, leads=timedelta(days=9))
    assert (found.channel or found.why) == expected


def test_post_takes_days():
    by_letter = Contact("letter", posted=True)
    assert way(Kind.MOVED, by_letter, leads=timedelta(days=3)).why == "post-too-slow"
    assert way(Kind.REMINDER, by_letter, leads=timedelta(days=9)).why == "not-by-letter"


@pytest.mark.parametrize("chosen", ["none", "phone", "letter", "email", "sms", ""])
def test_a_code_goes_the_way_it_was_asked_for(chosen):
    contact = Contact(chosen, posted=True, **BOTH)
    assert way(Kind.CODE, contact, asked="sms").channel is Channel.SMS
    assert way(Kind.CODE, contact, asked="letter").channel is Channel.LETTER
    assert way(Kind.CODE, Contact(chosen), asked="letter").channel is None


def test_an_offer_reaches_also_those_who_are_usually_called():
    assert way(Kind.OFFER, Contact("phone", **BOTH)).channel is Channel.SMS
    assert way(Kind.OFFER, Contact("letter", posted=True, **BOTH)).channel is Channel.SMS
    assert way(Kind.OFFER, Contact("none", **BOTH)).why == "refused"


LATER = NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        (Kind.CONFIRMATION, {"held": True, "starts_at": LATER}, ""),
        (Kind.REMINDER, {"held": False, "starts_at": LATER}, "not-held"),
        (Kind.REMINDER, {"held": True, "starts_at": NOW}, "too-late"),
        (Kind.CANCELLED, {"held": False, "starts_at": LATER}, ""),
        (Kind.CALLED_OFF, {"held": True, "starts_at": LATER}, "held-again"),
        (Kind.CODE, {"until": LATER}, ""),
        (Kind.CODE, {"until": NOW}, "over"),
        (Kind.OFFER, {"until": LATER, "answered": True}, "over"),
        (Kind.OFFER, {"until": LATER, "declined": True}, "declined"),
        (Kind.REMINDER, {"held": True, "starts_at": LATER, "declined": True}, "declined"),
        (Kind.CONFIRMATION, {"held": True, "starts_at": LATER, "declined": True}, ""),
        (Kind.CODE, {"until": LATER, "declined": True}, ""),
    ],
)
def test_what_stops_a_message(kind, facts, expected):
    assert why_not(kind, NOW, gone=False, **facts) == expected
    assert why_not(kind, NOW, gone=True, **facts) == "gone"
