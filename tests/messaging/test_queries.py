"""Counts for pages, and whom somebody has to call."""

import pytest

from vaksam.base.scope import EVERYTHING, scope_of
from vaksam.booking import actions as booking
from vaksam.core.errors import NotAllowed
from vaksam.messaging import queries
from vaksam.messaging.queries import Count


def test_counts_what_went_which_way(here, karin):
    here.book(karin)
    here.book(here.nils)
    here.send()
    assert set(queries.sent("24", scope=EVERYTHING)) == {
        Count("confirmation", "sms", "sent", "", 1),
        Count("confirmation", "", "dropped", "no-contact", 1),
        Count("reminder", "", "queued", "", 2),
    }
    assert queries.sent("01", scope=EVERYTHING) == []


def test_whom_to_call(here, karin):
    here.book(karin)
    mine = here.book(here.nils)
    here.reach(here.sara, "none")
    here.book(here.sara)
    here.send()
    (missed,) = queries.unreachable("24", scope=EVERYTHING)
    assert (missed.person, missed.appointment, missed.why) == (here.nils, mine, "no-contact")
    booking.cancel(appointments=[mine], reason="time", channel="phone", by=None)
    here.send()
    assert queries.unreachable("24", scope=EVERYTHING) == []


def test_who_wants_to_be_called_is_called_when_the_venue_calls_off(here):
    here.reach(here.nils, "phone", mobile="0701740606")
    pk = here.book(here.nils)
    booking.cancel(appointments=[pk], reason="closed", channel="phone", by=None)
    here.send()
    (missed,) = queries.unreachable("24", scope=EVERYTHING)
    assert (missed.kind, missed.why) == ("called_off", "by-phone")


def test_a_later_message_that_arrives_ends_it(here):
    pk = here.book(here.nils)
    here.send()
    here.reach(here.nils, "sms", mobile="0701740606")
    here.book(here.nils, here.slots[1], replaces=pk)
    here.send()
    assert queries.unreachable("24", scope=EVERYTHING) == []


def test_only_those_who_may(here, user_with):
    from vaksam.base.roles import Role

    with pytest.raises(NotAllowed):
        queries.unreachable("24", scope=scope_of(user_with(Role.NATIONAL_VIEWER)))
    with pytest.raises(NotAllowed):
        queries.sent("24", scope=scope_of(user_with(Role.PHONE_AGENT)))
