"""Letters, doubles, callbacks, drop-in: the lists beside the bookings."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from tests.booking.conftest import PROGRAMME, SOON, TODAY, Here, demand_whole, one, person
from tests.booking.conftest import plan as plan_of
from vaksam.base import clock, outbox
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions import Cohort
from vaksam.booking.models import Appointment, Callback, Prebooking, State, Suspicion, Ticket
from vaksam.booking.queries.lists import MOST
from vaksam.core.errors import NotAllowed, NotFound, Refused

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def _whole(here: Here):
    yield
    demand_whole()


# Letters

COHORT = Cohort(programme=PROGRAMME, region_code="24", born_from=1947, born_to=1951)


def prebook(here: Here, **more):
    about = {"name": "Födda 1947–1951", "wanted": COHORT, "places": [here.ersboda],
             "release_on": TODAY + timedelta(days=1), "since": SOON, "until": SOON,
             "by": None}  # fmt: skip
    return actions.prebook(**about | more)


def test_a_cohort_gets_times_and_keeps_or_loses_them(here, at):
    one((here.karin, here.slots("soon")[0]))  # has a time, so is not in the cohort
    made = prebook(here)
    mine = {row.person_id: row for row in Appointment.objects.filter(prebooking=made.prebooking)}
    assert set(mine) == {here.nils, here.ake, here.berit, here.elsa}
    assert {row.state for row in mine.values()} == {State.RESERVED}
    assert (made.persons, made.left_out) == (4, {})
    demand_whole()
    assert actions.keep(appointments=[mine[here.nils].pk], by=None) == 1
    assert actions.keep(appointments=[mine[here.nils].pk], by=None) == 0
    assert actions.release_prebooked() == 0
    at(15, 0, 5)
    assert actions.release_prebooked() == 3
    said = Appointment.objects.filter(prebooking=made.prebooking).values_list("person", "state")
    assert {who for who, state in said if state == State.RELEASED} == set(mine) - {here.nils}
    told = queries.prebooking(made.prebooking, scope=scope_of(_account(Role.REGION_COORDINATOR)))
    assert (told.kept, told.released, told.waiting) == (1, 3, 0)


def _account(role: Role):
    from tests.support import region

    return region.account(role)


def test_letters_older_than_the_list_on_the_page_are_found(here):
    scope = scope_of(_account(Role.REGION_COORDINATOR))
    about = {"programme_id": PROGRAMME, "cohort": {}, "release_on": TODAY}
    rows = Prebooking.objects.bulk_create(
        Prebooking(name=f"Brev {n}", region_code="24", made_at=clock.now() + timedelta(minutes=n),
                   **about)
        for n in range(MOST + 1)
    )  # fmt: skip
    shown = {each.id for each in queries.prebookings("24")}
    assert (rows[0].pk in shown, len(shown)) == (False, MOST)
    assert queries.prebooking(rows[0].pk, scope=scope).name == "Brev 0"
    for pk, who in ((0, scope), (rows[0].pk, scope_of(_account(Role.VENUE_STAFF)))):
        with pytest.raises(NotFound):
            queries.prebooking(pk, scope=who)


def test_released_at_once(here):
    made = prebook(here)
    assert actions.release(prebooking=made.prebooking, by=None) == 5
    assert actions.release(prebooking=made.prebooking, by=None) == 0


def test_the_order_is_that_of_the_programme_and_the_rest_are_told(here):
    for slot in here.slots("soon")[1:]:
        actions.hold_block(region_code="24", name="PRO", contact="Ulla", places={slot: 2},
                           release_on=TODAY, by=None)  # fmt: skip
    made = prebook(here)
    assert (made.persons, made.left_out) == (2, {"no-place": 3})
    given = Appointment.objects.filter(prebooking=made.prebooking)
    assert set(given.values_list("person", flat=True)) == {here.nils, here.elsa}, "the oldest"


def test_the_first_times_with_another_product_do_not_hide_the_right_ones(here, at):
    """Nobody born 1990 may have Vaxzevria; ten slots of it come first at the venue."""
    from vaksam.eligibility import actions as eligibility
    from vaksam.eligibility import queries as stored
    from vaksam.people import actions as people
    from vaksam.supply import actions as supply

    lot = supply.known_lot(product="vaxzevria", number="AB1", expires_on=date(2021, 9, 1)).pk
    supply.receive(venue=here.ersboda, lot=lot, vials=9, by=None)
    people.claim_group(person=here.young, group="health_staff", source="own_declaration", by=None)
    outbox.deliver_due()
    at(26, 6)
    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    stored.forget()
    day = date(2021, 4, 28)
    for product, hours in (("vaxzevria", (9, 11)), ("comirnaty", (11, 12))):
        actions.plan_session(venue=here.ersboda, plan=plan_of(day, *hours, product=product),
                             by=None)  # fmt: skip
    made = prebook(here, wanted=Cohort(programme=PROGRAMME, region_code="24", born_from=1990),
                   since=day, until=day, release_on=date(2021, 4, 27))  # fmt: skip
    assert (made.persons, made.left_out) == (1, {})


@pytest.mark.parametrize(
    "more",
    [{"places": []}, {"until": TODAY}, {"release_on": TODAY}, {"release_on": SOON},
     {"wanted": Cohort(programme=PROGRAMME, region_code="24", born_from=2050)}],
)  # fmt: skip
def test_bad_letters(here, more):
    with pytest.raises(Refused):
        prebook(here, **more)


def test_who_may_not_send_letters(here, user_with):
    for by in (user_with(Role.VENUE_STAFF), user_with(Role.REGION_COORDINATOR, "01")):
        with pytest.raises(NotAllowed):
            prebook(here, by=by)


# Doubles


def double(here: Here, code: str = "24", **more) -> int:
    from vaksam.eligibility import actions as eligibility
    from vaksam.eligibility import queries as stored

    made = person("karin", date(1949, 3, 2), code, numbered=False, **more)
    eligibility.refresh_region(programme=PROGRAMME, region_code=code)
    stored.forget()
    return made


def test_a_record_without_a_number_beside_one_with(here):
    other = double(here)
    one((here.karin, here.slots("soon")[0]))
    assert not Suspicion.objects.exists()
    second = one((other, here.slots("soon")[1]))
    outbox.deliver_due()
    pair = Suspicion.objects.get()
    assert {pair.one_id, pair.other_id} == {here.karin, other}
    with pytest.raises(Refused, match="which"):
        actions.settle(suspicion=pair.pk, same=True, cancel=None, by=None)
    actions.settle(suspicion=pair.pk, same=True, cancel=second, by=None)
    row = Appointment.objects.get(pk=second)
    assert (row.state, row.ended_reason) == ("cancelled", "double")
    with pytest.raises(Refused, match="already"):
        actions.settle(suspicion=pair.pk, same=False, cancel=None, by=None)


def test_the_same_one_in_two_regions(here, user_with):
    """An opening of another region is not announced in these files: the place is by hand."""
    other = double(here, "01")
    one((here.karin, here.slots("soon")[0]))
    first = Appointment.objects.get(person=here.karin)
    Appointment.objects.create(request=first.request, person_id=other, slot=first.slot,
                               programme=first.programme, dose=1, units=0)  # fmt: skip
    assert actions.suspect(persons=[other]) == 1
    assert actions.suspect(persons=[other, here.karin]) == 0
    pair = Suspicion.objects.get()
    with pytest.raises(NotAllowed):
        actions.settle(suspicion=pair.pk, same=False, cancel=None, by=user_with(Role.VENUE_STAFF))
    actions.settle(suspicion=pair.pk, same=False, cancel=None,
                   by=user_with(Role.REGION_COORDINATOR, "01"))  # fmt: skip
    with pytest.raises(NotFound):
        actions.settle(suspicion=10**9, same=False, cancel=None, by=None)


def test_two_persons_with_a_birthday_are_not_suspected(here):
    other = person("stig", date(1949, 3, 2), serial=981)
    one((here.karin, here.slots("soon")[0]))
    assert other
    assert actions.suspect(persons=[here.karin]) == 0


# Calls


def ask(**more) -> int:
    about = {"region_code": "24", "telephone": "090-12 34 56", "by": None}
    return actions.ask_for_call(**about | more)


def test_a_number_stays_once_on_the_list(here):
    first = ask(note="Wants dose 1")
    assert ask() == first
    assert ask(person=here.karin) != first
    actions.called(callback=first, outcome="booked", by=None)
    actions.called(callback=first, outcome="again", by=None)
    assert Callback.objects.get(pk=first).outcome == "booked"
    assert ask() != first


@pytest.mark.parametrize("telephone", ["", "12", "call me", "0" * 16, "090;1", "+"])
def test_bad_numbers(here, telephone):
    with pytest.raises(Refused):
        ask(telephone=telephone)


def test_who_may_not_call(here, user_with):
    waiting = ask()
    for by in (user_with(Role.REGION_ANALYST), user_with(Role.PHONE_AGENT, "01")):
        with pytest.raises(NotAllowed):
            ask(by=by)
        with pytest.raises(NotAllowed):
            actions.called(callback=waiting, outcome="", by=by)


# Drop-in


@pytest.fixture
def queue(here: Here, at) -> int:
    session = actions.plan_session(
        venue=here.ersboda, plan=plan_of(TODAY, 9, 10, drop_in=3), by=None
    )
    at(13, 9)
    return session


def draw(session: int, key=None) -> int:
    return actions.draw_ticket(session=session, key=key or uuid4(), by=None)


def test_numbers_are_given_out_once_and_no_more_than_places(queue):
    key = uuid4()
    assert [draw(queue, key), draw(queue, key), draw(queue), draw(queue)] == [1, 1, 2, 3]
    with pytest.raises(Refused, match="given out"):
        draw(queue)
    assert draw(queue, key) == 1


def test_calling_skips_those_who_left(queue):
    keys = [uuid4() for _ in range(3)]
    for key in keys:
        draw(queue, key)
    actions.leave_queue(key=keys[1])
    assert [actions.call_next(session=queue, by=None) for _ in range(3)] == [1, 3, None]
    actions.serve(session=queue, number=1, by=None)
    actions.serve(session=queue, number=3, by=None, came=False)
    states = dict(Ticket.objects.values_list("number", "state"))
    assert states == {1: "served", 2: "left", 3: "left"}
    with pytest.raises(NotFound):
        actions.serve(session=queue, number=9, by=None)


def test_places_for_drop_in_do_not_fall_below_the_numbers_given_out(queue):
    draw(queue), draw(queue)
    actions.change_session(session=queue, plan=plan_of(TODAY, 9, 10, drop_in=1), by=None)
    with pytest.raises(Refused):
        draw(queue)
    actions.change_session(session=queue, plan=plan_of(TODAY, 9, 10, drop_in=3), by=None)
    assert draw(queue) == 3


def test_a_drop_in_that_is_over(queue, here, at, user_with):
    with pytest.raises(NotFound):
        draw(here.sessions["soon"])
    with pytest.raises(NotAllowed):
        actions.call_next(session=queue, by=user_with(Role.PHONE_AGENT))
    at(13, 10)
    with pytest.raises(Refused, match="closed"), transaction.atomic():
        draw(queue)


def test_a_closed_drop_in(queue):
    actions.close_session(session=queue, reason="flood", by=None)
    with pytest.raises(Refused, match="closed"):
        draw(queue)
