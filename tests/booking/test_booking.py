"""Book, move, cancel: all or none, once, and every place is given back that should be."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.booking.conftest import (
    LATER,
    PROGRAMME,
    SOON,
    Here,
    book,
    demand_whole,
    one,
    person,
    plan,
    taken,
)
from vaksam.base import outbox
from vaksam.base.models import OutboxEvent
from vaksam.base.roles import Role
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.models import Appointment, Request, Slot, State
from vaksam.core.errors import NotAllowed, NotFound, Refused, VaksamError
from vaksam.people import actions as people

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def _whole(here: Here):
    """Whatever a test did, no place is lost and none held twice."""
    yield
    demand_whole()


def code_of(*args, **kwargs) -> str:
    with pytest.raises(Refused) as raised:
        book(*args, **kwargs)
    return raised.value.code


def test_a_booking_takes_a_place_and_tells_once(here):
    slot = here.slots("soon")[0]
    before = OutboxEvent.objects.filter(name="booking.booked").count()
    made = book((here.karin, slot))
    row = Appointment.objects.get(pk=made.appointments[0])
    assert (row.person_id, row.dose, row.state, row.units) == (here.karin, 1, State.BOOKED, 1)
    assert taken(slot) == 1
    events = OutboxEvent.objects.filter(name="booking.booked")
    assert events.count() == before + 1
    assert events.last().payload == {"appointments": [row.pk], "person": here.karin}


def test_the_same_request_twice_books_once(here):
    token, slot = uuid4(), here.slots("soon")[0]
    first = book((here.karin, slot), token=token)
    again = book((here.karin, slot), token=token)
    assert (again.appointments, again.again, first.again) == (first.appointments, True, False)
    assert taken(slot) == 1
    assert Request.objects.filter(token=token).count() == 1


def test_a_request_is_not_sent_again_with_other_times(here):
    token, (slot, other) = uuid4(), here.slots("soon")[:2]
    book((here.karin, slot), token=token)
    assert code_of((here.karin, other), token=token) == "token-used"
    assert code_of((here.nils, slot), token=token) == "token-used"
    assert code_of((here.karin, slot), (here.nils, slot), token=token) == "token-used"
    assert (taken(slot), taken(other)) == (1, 0)


def test_a_request_that_was_refused_can_be_sent_again(here):
    token, slot = uuid4(), here.slots("soon")[0]
    assert code_of((here.sven, slot), token=token) == "too-early"
    assert book((here.karin, slot), token=token).appointments


def test_the_answer_to_somebody_elses_token_demands_their_roles(here, user_with):
    token, slot = uuid4(), here.slots("soon")[0]
    book((here.karin, slot), token=token)
    with pytest.raises(NotFound):
        book((here.karin, slot), token=token, by=user_with(Role.PHONE_AGENT, "01"))


def test_a_full_slot(here):
    slot = here.slots("soon")[0]
    book((here.karin, slot)), book((here.nils, slot))
    assert code_of((here.ake, slot)) == "place-gone"
    assert taken(slot) == 2


def test_both_doses_at_once_with_the_interval(here):
    first, second = here.slots("soon")[0], here.slots("later")[0]
    made = book((here.karin, second), (here.karin, first))
    rows = Appointment.objects.in_bulk(made.appointments)
    assert [rows[pk].dose for pk in made.appointments] == [2, 1], "in the order asked for"
    assert SOON + timedelta(days=21) == LATER


def test_both_doses_or_none(here):
    first, second = here.slots("soon")[0], here.slots("later")[0]
    Slot.objects.filter(pk=second).update(places=0)
    assert code_of((here.karin, first), (here.karin, second)) == "place-gone"
    assert (taken(first), taken(second)) == (0, 0)
    assert not Appointment.objects.filter(person=here.karin).exists()
    assert code_of((here.karin, first), (here.karin, here.slots("soon")[1])) in (
        "booked", "too-early")  # fmt: skip
    assert taken(first) == 0


def test_a_household_together_or_not_at_all(here):
    slot = here.slots("soon")[0]
    made = book((here.karin, slot), (here.nils, slot))
    assert len(made.appointments) == 2
    other = here.slots("soon")[1]
    assert code_of((here.ake, other), (here.sven, other)) == "too-early", "Sven's turn is next week"
    assert taken(other) == 0
    assert code_of((here.ake, other), (here.berit, other), (here.elsa, other)) == "place-gone"


def test_whose_place_it_was_is_told(here):
    slot = here.slots("soon")[0]
    with pytest.raises(Refused) as raised:
        book((here.karin, slot), (here.young, slot))
    assert (raised.value.code, raised.value.values["person"]) == ("not-opened", here.young)


def test_one_dose_is_booked_once(here):
    one((here.karin, here.slots("soon")[0]))
    assert code_of((here.karin, here.slots("soon")[1])) == "booked"
    assert code_of((here.karin, here.slots("nus")[0])) == "booked"


def test_more_time_takes_more_places(here):
    slot = here.slots("soon")[0]
    made = one(Ask(here.karin, slot, visits=("interpreter",)))
    assert (Appointment.objects.get(pk=made).units, taken(slot)) == (2, 2)
    actions.cancel(appointments=[made], reason="ill", channel="phone", by=None)
    assert taken(slot) == 0


def test_a_move_gives_the_old_place_back(here):
    old, new = here.slots("soon")[:2]
    first = one((here.karin, old))
    made = one(Ask(here.karin, new, replaces=first))
    assert (taken(old), taken(new)) == (0, 1)
    row = Appointment.objects.get(pk=made)
    assert row.replaces_id == first
    assert Appointment.objects.get(pk=first).state == State.MOVED
    assert OutboxEvent.objects.filter(name="booking.moved").exists()
    assert code_of(Ask(here.karin, old, replaces=first)) == "not-held"


def test_a_move_within_a_slot_that_is_full(here):
    slot = here.slots("soon")[0]
    first = one((here.karin, slot))
    book((here.nils, slot))
    assert one(Ask(here.karin, slot, needs="ramp", replaces=first)) != first
    assert taken(slot) == 2


def test_a_move_of_the_first_dose_keeps_the_interval_or_explains(here):
    first, second = here.slots("soon")[0], here.slots("later")[0]
    one_, two = book((here.karin, first), (here.karin, second)).appointments
    session = actions.plan_session(venue=here.ersboda, plan=plan(date(2021, 4, 16)), by=None)
    slot = queries.slots(session)[0].id
    with pytest.raises(Refused) as raised:
        book(Ask(here.karin, slot, replaces=one_))
    assert raised.value.code == "dose-after"
    assert "2021-05-07" in str(raised.value)
    both = book(
        Ask(here.karin, slot, replaces=one_), Ask(here.karin, here.slots("last")[0], replaces=two)
    )
    assert len(both.appointments) == 2
    assert (taken(first), taken(second)) == (0, 0)


def test_one_appointment_is_not_moved_to_two(here):
    first = one((here.karin, here.slots("soon")[0]))
    asks = [Ask(here.karin, here.slots(day)[1], replaces=first) for day in ("soon", "later")]
    assert code_of(*asks) == "not-held"


def test_somebody_elses_appointment_is_not_moved(here):
    first = one((here.karin, here.slots("soon")[0]))
    assert code_of(Ask(here.nils, here.slots("soon")[1], replaces=first)) == "not-held"


def test_cancelled_twice_is_given_back_once(here):
    slot = here.slots("soon")[0]
    made = one((here.karin, slot))
    cancel = {"appointments": [made], "reason": "ill", "channel": "web", "by": None}
    assert (actions.cancel(**cancel), actions.cancel(**cancel)) == (1, 0)
    assert taken(slot) == 0
    row = Appointment.objects.get(pk=made)
    assert (row.state, row.ended_reason, row.ended_channel) == ("cancelled", "ill", "web")
    assert one((here.karin, slot)) != made


def test_who_did_not_come_keeps_the_place_used(here, at):
    slot = here.slots("soon")[0]
    made = one((here.karin, slot))
    at(15, 9, 14)
    with pytest.raises(Refused, match="quarter"):
        actions.no_show(appointment=made, by=None)
    at(15, 9, 16)
    actions.no_show(appointment=made, by=None)
    assert (Appointment.objects.get(pk=made).state, taken(slot)) == ("no_show", 1)
    with pytest.raises(Refused, match="no longer held"):
        actions.come(appointment=made, by=None)


def test_who_comes_keeps_the_place_used(here, at):
    slot = here.slots("soon")[0]
    made = one((here.karin, slot))
    with pytest.raises(Refused, match="not today"):
        actions.come(appointment=made, by=None)
    at(15, 8, 50)
    actions.come(appointment=made, by=None)
    assert (Appointment.objects.get(pk=made).state, taken(slot)) == ("came", 1)
    assert actions.cancel(appointments=[made], reason="ill", channel="web", by=None) == 0


def test_a_slot_that_has_begun_is_gone(here, at):
    at(15, 9, 1)
    assert code_of((here.karin, here.slots("soon")[0])) == "place-gone"
    assert one((here.karin, here.slots("soon")[1]))


def test_sessions_not_on_the_web(here):
    session = actions.plan_session(
        venue=here.ersboda, plan=plan(SOON, 11, 12, online=False), by=None
    )
    slot = queries.slots(session)[0].id
    assert code_of((here.karin, slot), channel="web") == "place-gone"
    assert one((here.karin, slot), channel="phone")


def test_who_died_is_not_booked_and_gives_the_place_back(here):
    slot = here.slots("soon")[0]
    made = one((here.karin, slot))
    people.record_death(person=here.karin, died_on=date(2021, 4, 12), by=None)
    outbox.deliver_due()
    row = Appointment.objects.get(pk=made)
    assert (row.state, row.ended_reason, taken(slot)) == ("cancelled", "died", 0)
    with pytest.raises(NotFound):
        book((here.karin, slot))


def test_merged_persons_keep_their_appointments(here):
    double = person("karin", date(1949, 3, 2), numbered=False)
    slot = here.slots("soon")[0]
    _refresh()
    made = one((double, slot))
    people.merge(kept=here.karin, merged=double, why="one person", by=None)
    outbox.deliver_due()
    assert Appointment.objects.get(pk=made).person_id == here.karin
    with pytest.raises(Refused) as raised:
        book((double, here.slots("soon")[1]))
    assert raised.value.code == "merged"
    assert code_of((here.karin, here.slots("soon")[1])) == "booked"


def test_a_second_place_for_the_dose_does_not_stay_with_the_merged_record(here):
    double = person("karin", date(1949, 3, 2), numbered=False)
    _refresh()
    slot, other = here.slots("soon")[:2]
    kept, twice = one((here.karin, slot)), one((double, other))
    people.merge(kept=here.karin, merged=double, why="one person", by=None)
    outbox.deliver_due()
    assert Appointment.objects.get(pk=kept).state == State.BOOKED
    row = Appointment.objects.get(pk=twice)
    assert (row.state, row.ended_reason, taken(other)) == ("cancelled", "double", 0)


def _refresh() -> None:
    from vaksam.eligibility import actions as eligibility
    from vaksam.eligibility import queries as stored

    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    stored.forget()


@pytest.mark.parametrize(
    ("role", "region", "code"),
    [
        (None, "24", "no-such-person"),
        (Role.REGION_ANALYST, "24", "no-such-person"),
        (Role.PHONE_AGENT, "01", "no-such-person"),
        (Role.PHONE_AGENT, "24", ""),
        (Role.VENUE_STAFF, "24", ""),
        (Role.REGION_COORDINATOR, "24", ""),
    ],
)
def test_who_may_book_for_others(here, user_with, role, region, code):
    by, slot = user_with(role, region), here.slots("soon")[0]
    if code:
        assert code_of((here.karin, slot), by=by) == code
    else:
        made = one((here.karin, slot), by=by)
        actions.cancel(appointments=[made], reason="ill", channel="phone", by=by)


def test_a_phone_agent_does_not_reach_the_protected(here, user_with):
    made = one((here.karin, here.slots("soon")[0]))
    people.protect(person=here.karin, protection="confidentiality_marking", by=None)
    agent = user_with(Role.PHONE_AGENT)
    assert code_of((here.karin, here.slots("soon")[1]), by=agent) == "protected"
    with pytest.raises(NotAllowed):
        actions.cancel(appointments=[made], reason="ill", channel="phone", by=agent)


BAD = {
    "nothing": [],
    "too many": [(1, 1)] * 13,
    "no such slot": [("karin", 10**9)],
    "no such person": [(10**9, "slot")],
    "no such visit": [("karin", "slot", ("dance",))],
    "beyond a bigint": [("karin", 2**70)],
    "beyond a bigint as well": [(2**70, "slot")],
    "negative": [("karin", -1)],
}


@pytest.mark.parametrize("what", list(BAD))
def test_bad_input_is_refused(here, what):
    words = {"karin": here.karin, "slot": here.slots("soon")[0]}
    asks = [tuple(words.get(x, x) if isinstance(x, str) else x for x in row) for row in BAD[what]]
    with pytest.raises(VaksamError):
        book(*asks)


@pytest.mark.parametrize(
    "more", [{"replaces": 10**9}, {"replaces": 2**70}, {"block": 10**9}, {"block": 2**70},
             {"block": -1}])  # fmt: skip
def test_bad_references_are_refused(here, more):
    with pytest.raises(VaksamError):
        book(Ask(here.karin, here.slots("soon")[0], **more))


@pytest.mark.parametrize("channel", ["", "fax", "web' --", "a" * 400])
def test_bad_channels_are_refused(here, channel):
    assert code_of((here.karin, here.slots("soon")[0]), channel=channel) == "bad-channel"


def test_needs_are_cut(here):
    made = one(Ask(here.karin, here.slots("soon")[0], needs="x" * 1000))
    assert len(Appointment.objects.get(pk=made).needs) == 300
    actions.note_needs(appointment=made, needs=" ramp " * 200, by=None)


def test_a_bad_reason_and_an_unknown_appointment(here):
    made = one((here.karin, here.slots("soon")[0]))
    for more in ({"reason": "boredom"}, {"channel": "fax"}, {"appointments": [made, 10**9]},
                 {"appointments": [2**70]}):  # fmt: skip
        about = {"appointments": [made], "reason": "ill", "channel": "web", "by": None} | more
        with pytest.raises(VaksamError):
            actions.cancel(**about)
    assert Appointment.objects.get(pk=made).state == State.BOOKED


def test_what_a_first_place_costs(here):
    """The short way: no rule is read. Savepoints are not statements that read or write."""
    book((here.nils, here.slots("soon")[4]))  # rules and refreshes have been looked at
    slot = here.slots("soon")[0]
    with CaptureQueriesContext(connection) as seen:
        book((here.karin, slot), channel="web")
    plain = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    assert len(plain) == 5, "\n".join(plain)


@pytest.mark.parametrize("venues", [1, 10])
def test_what_a_search_costs(here, venues, django_assert_num_queries):
    search = queries.Search(programme=PROGRAMME, regions=("24",))
    with django_assert_num_queries(2):
        times = queries.near(search, venues=venues)
    assert {time.venue for time in times} <= {here.ersboda, here.nus}
