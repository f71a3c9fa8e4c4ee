"""Places follow doses and staff; what is closed is closed; blocks; what was booked stays booked."""

from datetime import date, timedelta

import pytest

from tests.booking.conftest import (
    LATER,
    PROGRAMME,
    SOON,
    TODAY,
    Here,
    book,
    demand_whole,
    one,
    plan,
    taken,
)
from vaksam.base.roles import Role
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.actions.sessions import over
from vaksam.booking.models import Appointment, Block, BlockSlot, Slot, State
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.supply import actions as supply

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def _whole(here: Here):
    yield
    demand_whole()


def free(session: int) -> int:
    return queries.session(session).free


def waste_all_but(here: Here, vials: int) -> None:
    supply.waste(venue=here.ersboda, lot=here.lot, vials=20 - vials, reason="dropped", by=None)


def test_places_open_for_doses_and_no_more(here, at):
    """Two vials: five or six doses each, and ten places a session."""
    waste_all_but(here, 2)
    at(13, 8)
    actions.adjust(venue=here.ersboda, product="comirnaty")
    opened = sum(queries.session(here.sessions[each]).places for each in ("soon", "later", "last"))
    held, _ = queries.doses(here.ersboda, "comirnaty")
    assert opened == held
    assert queries.session(here.sessions["soon"]).places == 10, "the earliest day comes first"


def test_booked_beyond_the_doses_is_told_and_kept(here, at):
    book((here.karin, here.slots("soon")[0]), (here.nils, here.slots("soon")[0]))
    waste_all_but(here, 0)
    at(13, 8)
    said = actions.adjust(venue=here.ersboda, product="comirnaty")
    assert (said.over, said.opened) == (2, -28)
    assert taken(here.slots("soon")[0]) == 2


def test_a_delivery_opens_places_from_its_day(here, at):
    waste_all_but(here, 0)
    at(13, 8)
    actions.adjust(venue=here.ersboda, product="comirnaty")
    assert free(here.sessions["later"]) == 0
    store = next(ref.id for ref in _venues() if ref.is_store)
    supply.receive(venue=store, lot=here.lot, vials=5, by=None)
    at(13, 9)
    dispatch = supply.plan_dispatch(
        sender=store, receiver=here.ersboda, expected_on=LATER - timedelta(days=1),
        wanted=[supply.Wanted("comirnaty", 1)], by=None,
    )  # fmt: skip
    supply.send(dispatch=dispatch, by=None)
    actions.adjust(venue=here.ersboda, product="comirnaty")
    assert free(here.sessions["soon"]) == 0
    assert 5 <= free(here.sessions["later"]) <= 6


def test_no_places_are_open_for_doses_in_quarantine(here, at):
    supply.quarantine(venue=here.ersboda, lot=here.lot, reason="fridge too warm", by=None)
    at(13, 8)
    actions.adjust(venue=here.ersboda, product="comirnaty")
    assert free(here.sessions["soon"]) == 0


def _venues():
    from vaksam.venues import queries as venues

    return venues.venues()


def test_drop_in_has_its_doses_set_aside(here, at):
    waste_all_but(here, 2)
    held, _ = queries.doses(here.ersboda, "comirnaty")
    at(13, 8)
    held, _ = queries.doses(here.ersboda, "comirnaty")
    actions.plan_session(venue=here.ersboda, plan=plan(TODAY, 12, 13, drop_in=4), by=None)
    opened = sum(Slot.objects.filter(venue=here.ersboda).values_list("places", flat=True))
    assert opened == held - 4


def test_a_closed_session_takes_nobody_and_stays_closed_when_places_come_back(here):
    slots = here.slots("soon")
    first = one((here.karin, slots[0]))
    one((here.nils, slots[0]))
    assert actions.close_session(session=here.sessions["soon"], reason="flood", by=None) == 2
    actions.cancel(appointments=[first], reason="ill", channel="web", by=None)
    assert taken(slots[0]) == 1
    with pytest.raises(Refused) as raised:
        book((here.ake, slots[0]))
    assert raised.value.code == "place-gone"
    times = queries.near(queries.Search(programme=PROGRAMME, regions=("24",)))
    assert here.sessions["soon"] not in {time.session for time in times}
    with pytest.raises(Refused, match="closed"):
        actions.close_session(session=here.sessions["soon"], reason="again", by=None)


def test_the_booked_of_a_closed_session_get_other_times(here):
    slots = here.slots("soon")
    made = [one((who, slots[0])) for who in (here.karin, here.nils)]
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    said = actions.move_booked(session=here.sessions["soon"], by=None)
    assert (said.moved, said.left) == (2, ())
    for row in Appointment.objects.filter(pk__in=made):
        assert row.state == State.MOVED
        assert row.replaced_by.slot.session_id != here.sessions["soon"]
    assert taken(slots[0]) == 0
    assert actions.move_booked(session=here.sessions["soon"], by=None).moved == 0


def test_who_cannot_be_moved_keeps_the_time_and_is_told(here):
    made = one((here.karin, here.slots("soon")[0]))
    for name in ("later", "last", "nus"):
        actions.close_session(session=here.sessions[name], reason="flood", by=None)
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    said = actions.move_booked(session=here.sessions["soon"], by=None)
    assert (said.moved, said.left) == (0, (made,))
    assert Appointment.objects.get(pk=made).state == State.BOOKED


def test_a_letters_time_stays_to_be_kept_when_it_is_moved(here):
    until = TODAY + timedelta(days=1)
    made = one(Ask(here.karin, here.slots("soon")[0], reserved_until=until))
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    assert actions.move_booked(session=here.sessions["soon"], by=None).moved == 1
    row = Appointment.objects.get(replaces=made)
    assert (row.state, row.kept_until) == (State.RESERVED, until)


def test_fewer_vaccinators(here, at):
    """Nobody loses a time; free places go, and do not come back when somebody cancels."""
    slot = here.slots("soon")[0]
    made = one((here.karin, slot))
    one((here.nils, slot))
    asked = plan(SOON, vaccinators=0)
    assert actions.change_session(session=here.sessions["soon"], plan=asked, by=None) == 2
    assert over(here.sessions["soon"]) == queries.session(here.sessions["soon"]).over == 2
    assert free(here.sessions["soon"]) == 0
    actions.cancel(appointments=[made], reason="ill", channel="web", by=None)
    assert (taken(slot), free(here.sessions["soon"])) == (1, 0)
    actions.change_session(session=here.sessions["soon"], plan=plan(SOON), by=None)
    assert free(here.sessions["soon"]) == 9


def test_shifts_decide_where_no_number_is_given(here):
    from vaksam.venues import actions as venues

    nurse = venues.add_staff(
        region_code="24", name="Anna Berg", role="nurse", venue=here.ersboda, by=None,
        vaccinates=True, anaphylaxis=True,
    )  # fmt: skip
    session = actions.plan_session(
        venue=here.ersboda, plan=plan(SOON, 13, 14, vaccinators=None), by=None
    )
    assert queries.session(session).planned == 0
    shift = venues.plan_shift(staff=nurse, venue=here.ersboda, starts_at=_at(SOON, 12),
                              ends_at=_at(SOON, 17), by=None)  # fmt: skip
    actions.staffing_changed(here.ersboda, SOON)
    assert (queries.session(session).planned, queries.session(session).places) == (10, 10)
    one((here.karin, queries.slots(session)[0].id))
    venues.cancel_shift(shift=shift, by=None)
    actions.staffing_changed(here.ersboda, SOON)
    said = queries.session(session)
    assert (said.planned, said.places, said.taken, said.over) == (0, 1, 1, 1)


def _at(day: date, hour: int):
    from datetime import datetime

    from vaksam.base import clock

    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SWEDEN)


def test_a_week_is_copied_once(here):
    monday = date(2021, 4, 12)
    about = {"venue": here.ersboda, "monday": monday, "to": monday + timedelta(weeks=1), "by": None}
    assert actions.copy_week(**about) == 1
    assert actions.copy_week(**about) == 0
    with pytest.raises(Refused, match="later week"):
        actions.copy_week(**about | {"to": monday})


@pytest.mark.parametrize(
    "more",
    [
        {"stations": 0}, {"minutes": 0}, {"minutes": float("nan")}, {"interval": 0},
        {"vaccinators": -1}, {"certainty": 0}, {"certainty": 1.1}, {"dose": 0}, {"drop_in": -1},
        {"product": "nothing"}, {"product": "vaxigrip-tetra"}, {"programme": "nothing"},
        {"minutes": float("inf")}, {"stations": 10**12}, {"certainty": float("nan")},
    ],
)  # fmt: skip
def test_bad_plans_are_refused(here, more):
    with pytest.raises(Refused):
        actions.plan_session(venue=here.ersboda, plan=plan(SOON, 14, 15, **more), by=None)


def test_plans_for_other_times_are_refused(here):
    for asked in (plan(SOON), plan(SOON, 12, 12), plan(date(2021, 4, 12))):
        with pytest.raises(Refused):
            actions.plan_session(venue=here.ersboda, plan=asked, by=None)
    with pytest.raises(NotFound):
        actions.plan_session(venue=10**9, plan=plan(SOON), by=None)


@pytest.mark.parametrize(
    ("role", "region"),
    [(None, "24"), (Role.PHONE_AGENT, "24"), (Role.VENUE_STAFF, "24"),
     (Role.REGION_COORDINATOR, "01")],
)  # fmt: skip
def test_who_may_not_plan(here, user_with, role, region):
    by, session = user_with(role, region), here.sessions["soon"]
    for do in (
        lambda: actions.plan_session(venue=here.ersboda, plan=plan(SOON, 14, 15), by=by),
        lambda: actions.change_session(session=session, plan=plan(SOON), by=by),
        lambda: actions.close_session(session=session, reason="x", by=by),
        lambda: actions.move_booked(session=session, by=by),
        lambda: actions.copy_week(venue=here.ersboda, monday=TODAY, to=TODAY, by=by),
        lambda: actions.adjust_region(region="24", by=by),
        lambda: hold(here, {here.slots("soon")[0]: 1}, by=by),
    ):
        with pytest.raises(NotAllowed):
            do()


# Blocks


def hold(here: Here, places: dict[int, int], **more) -> int:
    about = {"region_code": "24", "name": "PRO Ersboda", "contact": "Ulla", "by": None,
             "release_on": TODAY + timedelta(days=1)}  # fmt: skip
    return actions.hold_block(places=places, **about | more)


def in_block(block: int, slot: int) -> int:
    return BlockSlot.objects.get(block=block, slot=slot).pk


def test_a_block_holds_places_and_its_list_fills_in_later(here):
    slot = here.slots("soon")[0]
    block = hold(here, {slot: 2})
    assert taken(slot) == 2
    with pytest.raises(Refused) as raised:
        book((here.karin, slot))
    assert raised.value.code == "place-gone"
    held = in_block(block, slot)
    made = one(Ask(here.karin, slot, block=held), channel="group")
    one(Ask(here.nils, slot, block=held), channel="group")
    with pytest.raises(Refused) as raised:
        book(Ask(here.ake, slot, block=held))
    assert raised.value.code == "block-full"
    demand_whole()
    actions.cancel(appointments=[made], reason="ill", channel="phone", by=None)
    assert (taken(slot), BlockSlot.objects.get(pk=held).used) == (2, 1), "back to the group"


def test_a_block_that_is_released_keeps_its_named(here):
    slot, other = here.slots("soon")[:2]
    block = hold(here, {slot: 2, other: 1})
    made = one(Ask(here.karin, slot, block=in_block(block, slot)))
    assert actions.release_block(block=block, by=None) == 2
    assert (taken(slot), taken(other)) == (1, 0)
    assert actions.release_block(block=block, by=None) == 0
    demand_whole()
    with pytest.raises(Refused):
        book(Ask(here.nils, slot, block=in_block(block, slot)))
    actions.cancel(appointments=[made], reason="ill", channel="phone", by=None)
    assert taken(slot) == 0, "back to all"
    assert one((here.nils, slot))


def test_a_move_into_and_out_of_a_block(here):
    slot, other = here.slots("soon")[:2]
    block = hold(here, {slot: 1})
    held = in_block(block, slot)
    plain = one((here.karin, other))
    named = one(Ask(here.karin, slot, block=held, replaces=plain))
    assert (taken(slot), taken(other)) == (1, 0)
    demand_whole()
    one(Ask(here.karin, other, replaces=named))
    assert (taken(slot), taken(other), BlockSlot.objects.get(pk=held).used) == (1, 1, 0)


def test_blocks_are_released_after_their_day(here, at):
    block = hold(here, {here.slots("soon")[0]: 1})
    assert actions.release_blocks() == 0
    at(15, 0, 5)
    assert actions.release_blocks() == 1
    assert Block.objects.get(pk=block).released_at


def test_a_group_is_not_booked_into_a_closed_session_nor_the_past(here, at):
    slot = here.slots("soon")[0]
    held = in_block(hold(here, {slot: 2}, release_on=SOON), slot)
    at(15, 9, 5)
    with pytest.raises(Refused):
        book(Ask(here.karin, slot, block=held))
    at(15, 8)
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    with pytest.raises(Refused):
        book(Ask(here.karin, slot, block=held))


def test_the_named_of_a_closed_sessions_block_are_told(here):
    slot = here.slots("soon")[0]
    made = one(Ask(here.karin, slot, block=in_block(hold(here, {slot: 2}), slot)))
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    said = actions.move_booked(session=here.sessions["soon"], by=None)
    assert said.left == (made,)


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "}, {"contact": ""}, {"places": {}}, {"places": "none"}, {"places": "too many"},
        {"places": {10**9: 1}}, {"release_on": date(2021, 4, 12)}, {"release_on": LATER},
        {"region_code": "01"}, {"email": "x" * 400},
    ],
)  # fmt: skip
def test_bad_blocks_are_refused(here, more):
    slot = here.slots("soon")[0]
    words = {"none": {slot: 0}, "too many": {slot: 3}}
    places = more.get("places", {slot: 1})
    about = {key: value for key, value in more.items() if key != "places"}
    if "email" in more:
        assert hold(here, {slot: 1}, **about), "cut, as the other fields"
        return
    with pytest.raises(Refused):
        hold(here, words[places] if isinstance(places, str) else places, **about)
    assert taken(slot) == 0
