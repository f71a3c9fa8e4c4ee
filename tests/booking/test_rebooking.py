"""Hundreds of appointments changed at once, and that taken back."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.booking.conftest import TODAY, Here, book, demand_whole, one, taken
from vaksam.base.models import OutboxEvent
from vaksam.booking import actions
from vaksam.booking.actions import Ask, Back, Outcome, Rebook
from vaksam.booking.actions.taking import settle
from vaksam.booking.models import Appointment, BlockSlot, Slot
from vaksam.core.booking.together import Going, who_goes
from vaksam.people.models import Person

pytestmark = pytest.mark.django_db
CHANGE = 7


def rebook(*moves, **more) -> list[Outcome]:
    found = [each if isinstance(each, Rebook) else Rebook(*each, "closed") for each in moves]
    return actions.rebook_many(moves=found, change=CHANGE, by=None, **more)


def undo(*pairs, **more) -> list[Outcome]:
    found = [each if isinstance(each, Back) else Back(*each) for each in pairs]
    return actions.undo_many(pairs=found, change=CHANGE, by=None, **more)


def codes(outcomes: list[Outcome]) -> list[str]:
    return [each.left for each in outcomes]


def events(name: str) -> list[dict[str, object]]:
    rows = OutboxEvent.objects.filter(name=name).order_by("pk")
    return [row.payload for row in rows]


def full(slot: int) -> None:
    """No more is open, nor planned, than is taken."""
    row = Slot.objects.get(pk=slot)
    Slot.objects.filter(pk=slot).update(places=row.taken, planned=row.taken)


def test_one_gets_another_time_and_one_none(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    first = book(Ask(here.karin, soon[0], ("interpreter",), "ramp")).appointments[0]
    second = one((here.nils, soon[1]))
    said = rebook(Rebook(first, later[1], "closed", wave=2), Rebook(second, None, "supply"))
    assert codes(said) == ["", ""]
    new = Appointment.objects.get(pk=said[0].new)
    old = Appointment.objects.get(pk=first)
    assert (new.slot_id, new.person_id, new.replaces_id) == (later[1], here.karin, first)
    assert (new.state, new.needs, new.visits, new.units) == (
        "booked", "ramp", ["interpreter"], old.units,
    )  # fmt: skip
    assert (old.state, old.ended_reason, old.ended_channel) == ("moved", "closed", "system")
    assert Appointment.objects.get(pk=second).state == "cancelled"
    assert (taken(soon[0]), taken(soon[1])) == (0, 0)
    assert taken(later[1]) == old.units
    assert events("booking.rebooked") == [
        {"appointments": [new.pk], "person": here.karin, "change": CHANGE, "wave": 2}
    ]
    assert events("booking.called_off_by_change") == [
        {"appointments": [second], "person": here.nils, "change": CHANGE, "wave": 0}
    ]
    assert not events("booking.moved") and not events("booking.ended")
    demand_whole()


def test_two_exchange_full_times(here: Here) -> None:
    soon = here.slots("soon")
    mine, theirs = one((here.karin, soon[0])), one((here.nils, soon[1]))
    full(soon[0])
    full(soon[1])
    assert codes(rebook((mine, soon[1]), (theirs, soon[0]))) == ["", ""]
    demand_whole()


def test_the_last_place_goes_to_the_first_and_is_not_sold_twice(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    made = [one((who, soon[n // 2])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    Slot.objects.filter(pk=later[0]).update(places=1)
    assert codes(rebook(*((pk, later[0]) for pk in made))) == ["", "no-place", "no-place"]
    demand_whole()


def test_places_that_are_planned_are_opened_when_asked(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    made = [one((who, soon[n // 2])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    Slot.objects.filter(pk=later[0]).update(places=0)
    said = rebook(*((pk, later[0]) for pk in made), open_places=True)
    assert codes(said) == ["", "", "no-place"]
    row = Slot.objects.get(pk=later[0])
    assert (row.planned, row.places, row.taken) == (2, 2, 2)
    demand_whole()


def test_the_database_keeps_what_must_never_be(here: Here) -> None:
    """More than is planned is not written, whatever was decided."""
    slot = here.slots("later")[0]
    with pytest.raises(IntegrityError, match="booking_taken_within"), transaction.atomic():
        settle({slot: 3})
    settle({slot: 2})
    assert taken(slot) == 2
    settle({slot: -2})


def test_a_household_goes_all_or_none(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    made = book((here.karin, soon[0]), (here.nils, soon[0])).appointments
    alone = one((here.ake, soon[1]))
    Slot.objects.filter(pk=later[0]).update(places=1, planned=1)
    household = [Rebook(pk, later[0], "closed", party=5) for pk in made]
    said = rebook(*household, (alone, later[0]))
    assert codes(said) == ["no-place", "no-place", ""]
    Person.objects.filter(pk=here.nils).update(died_on=TODAY)
    said = rebook(*(Rebook(pk, later[1], "closed", party=5) for pk in made))
    assert codes(said) == ["party", "gone"]
    demand_whole()


def test_what_was_changed_meanwhile_is_left(here: Here, at) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    made = [one((who, soon[n // 2])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    actions.cancel(appointments=[made[0]], reason="ill", channel="web", by=None)
    Person.objects.filter(pk=here.nils).update(moved_out_on=TODAY)
    actions.close_session(session=here.sessions["last"], reason="flood", by=None)
    last = here.slots("last")
    assert codes(rebook((made[0], later[0]), (made[1], later[0]), (made[2], last[0]))) == [
        "changed", "gone", "closed",
    ]  # fmt: skip
    at(15, 12)
    assert codes(rebook((made[2], here.slots("nus")[0]))) == ["past"]
    demand_whole()


def test_who_was_asked_by_letter_is_asked_still(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    until = TODAY + timedelta(days=1)
    letter = book(Ask(here.karin, soon[0], reserved_until=until)).appointments[0]
    kept = book(Ask(here.nils, soon[1], reserved_until=until)).appointments[0]
    actions.keep(appointments=[kept], by=None)
    plain = one((here.ake, soon[2]))
    asked = TODAY + timedelta(days=3)
    said = rebook(
        (letter, later[0]), (kept, later[1]), Rebook(plain, later[2], "staff", 0, 0, asked)
    )
    rows = [Appointment.objects.get(pk=each.new) for each in said]
    assert [(row.state, row.kept_until) for row in rows] == [
        ("reserved", until), ("booked", None), ("reserved", asked),
    ]  # fmt: skip
    actions.keep(appointments=[rows[2].pk], by=None)
    assert codes(undo(*((each.appointment, each.new) for each in said))) == ["", "", "changed"]
    back = Appointment.objects.filter(slot__in=soon, state__in=("reserved", "booked"))
    assert [(row.state, row.kept_until) for row in back.order_by("slot__starts_at")] == [
        ("reserved", until), ("booked", None),
    ]  # fmt: skip
    demand_whole()


def test_a_name_in_a_group_goes_and_comes_back(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    block = actions.hold_block(region_code="24", name="PRO", contact="Ulla", places={soon[0]: 1},
                               release_on=TODAY, by=None)  # fmt: skip
    held = BlockSlot.objects.get(block=block).pk
    mine = one(Ask(here.karin, soon[0], block=held))
    said = rebook((mine, later[0]))
    assert (taken(soon[0]), BlockSlot.objects.get(pk=held).used) == (1, 0)
    demand_whole()
    assert codes(undo((mine, said[0].new))) == [""]
    assert BlockSlot.objects.get(pk=held).used == 1
    demand_whole()
    again = Appointment.objects.get(person=here.karin, state="booked").pk
    actions.release_block(block=block, by=None)
    assert codes(rebook((again, later[0]))) == [""]
    assert taken(soon[0]) == 0
    demand_whole()


def test_back_to_where_they_were(here: Here) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    mine, theirs = one((here.karin, soon[0])), one((here.nils, soon[1]))
    said = rebook((mine, later[0]), (theirs, None))
    back = undo((mine, said[0].new), (theirs, None))
    assert codes(back) == ["", ""]
    rows = [Appointment.objects.get(pk=each.new) for each in back]
    assert [row.slot_id for row in rows] == soon[:2]
    assert [row.replaces_id for row in rows] == [said[0].new, theirs]
    assert Appointment.objects.get(pk=said[0].new).state == "moved"
    assert [each["person"] for each in events("booking.rebooked_back")] == [here.karin, here.nils]
    assert codes(undo((mine, said[0].new), (theirs, None))) == ["changed", "changed"]
    demand_whole()


def test_why_somebody_does_not_come_back(here: Here, at) -> None:
    soon, later, last = here.slots("soon"), here.slots("later"), here.slots("last")
    people = [here.karin, here.nils, here.ake, here.berit]
    made = [one((who, soon[n])) for n, who in enumerate(people)]
    said = rebook(*((pk, later[n]) for n, pk in enumerate(made[:3])), (made[3], None))
    full(soon[0])  # somebody else's by now
    actions.cancel(appointments=[said[1].new], reason="ill", channel="web", by=None)
    anew = one((here.berit, last[0]))  # has booked another time
    pairs = [(each.appointment, each.new) for each in said]
    assert codes(undo(pairs[0], pairs[1], pairs[3])) == ["taken", "changed", "changed"]
    assert Appointment.objects.get(pk=anew).state == "booked"
    actions.close_session(session=here.sessions["soon"], reason="flood", by=None)
    assert codes(undo(pairs[2])) == ["closed"]
    at(15, 12)
    assert codes(undo(pairs[2])) == ["past"]
    demand_whole()


def test_as_many_statements_for_eight_as_for_two(here: Here) -> None:
    from tests.booking.conftest import person

    several = [person(f"nr{n}", date(1947, 1 + n, 2)) for n in range(10)]
    from vaksam.eligibility import actions as eligibility

    eligibility.refresh_region(programme="covid-19-2021", region_code="24")
    soon, later = here.slots("soon"), here.slots("later")
    made = [one((who, soon[n // 2])) for n, who in enumerate(several)]

    def count(pks: list[int]) -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as forth:
            said = rebook(*((pk, later[made.index(pk) // 2]) for pk in pks))
        assert codes(said) == [""] * len(pks)
        with CaptureQueriesContext(connection) as back:
            assert codes(undo(*((each.appointment, each.new) for each in said))) == [""] * len(pks)
        return len(forth), len(back)

    assert count(made[:2]) == count(made[2:]) == (11, 11)


def test_a_session_is_opened_again(here: Here) -> None:
    from vaksam.booking.models import Session
    from vaksam.core.errors import Refused

    session = here.sessions["soon"]
    mine = one((here.karin, here.slots("soon")[0]))
    actions.close_session(session=session, reason="flood", by=None)
    closed_at = Session.objects.get(pk=session).closed_at
    with pytest.raises(Refused, match="since") as refused:
        actions.reopen_session(session=session, closed_at=closed_at + timedelta(1), by=None)
    assert refused.value.code == "closed-anew"
    actions.reopen_session(session=session, closed_at=closed_at, by=None)
    rows = Slot.objects.filter(session=session).order_by("starts_at")
    assert [(row.planned, row.places) for row in rows] == [(2, 2)] * 5
    assert Appointment.objects.get(pk=mine).state == "booked"
    demand_whole()


@pytest.mark.parametrize("seed", range(3))
def test_a_walk(here: Here, seed: int) -> None:
    """Whatever is changed and taken back, by hand in between too, no place is lost or doubled."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    everyone = [here.karin, here.nils, here.ake, here.berit, here.elsa]
    slots = here.slots("soon") + here.slots("nus") + here.slots("last")
    Slot.objects.filter(pk__in=slots).update(places=1, planned=1)
    done: list[tuple[int, int | None]] = []
    seen: Counter[str] = Counter()
    for who in everyone:
        free = [pk for pk in slots if taken(pk) == 0]
        one((who, dice.choice(free)))
    for _ in range(25):
        held = list(Appointment.objects.filter(state="booked").values_list("pk", flat=True))
        what = dice.random()
        if what < 0.5 and held:
            some = dice.sample(held, dice.randint(1, len(held)))
            said = rebook(*(
                Rebook(pk, dice.choice([*slots, None]), "staff", party=dice.choice([0, 0, 1]))
                for pk in some
            ))  # fmt: skip
            done += [(each.appointment, each.new) for each in said if not each.left]
        elif what < 0.8 and done:
            pairs = list(dict.fromkeys(dice.choices(done, k=3)))
            said = undo(*pairs)
        elif held:
            said = []
            actions.cancel(appointments=[dice.choice(held)], reason="ill", channel="web", by=None)
        else:
            continue
        seen.update(codes(said))
        demand_whole()
        active = Appointment.objects.filter(state="booked").values_list("person", flat=True)
        assert len(active) == len(set(active))
        assert not Slot.objects.filter(pk__in=slots, taken__gt=1).exists()
    assert seen[""] > 5, seen


slot_units = st.dictionaries(st.integers(1, 4), st.integers(1, 2), max_size=2)
parties = st.lists(st.builds(Going, slot_units, slot_units), max_size=6)
rooms = st.dictionaries(st.integers(1, 4), st.integers(-1, 3), max_size=4)


def sound(going: set[int], all_: list[Going], room: dict[int, int]) -> bool:
    need: Counter[int] = Counter()
    for n in going:
        need.update(all_[n].takes)
        need.subtract(all_[n].gives)
    entered = {slot for n in going for slot in all_[n].takes}
    return all(need[slot] <= room.get(slot, 0) for slot in entered)


@given(parties, rooms)
def test_who_goes_fits_and_nobody_more_could(all_: list[Going], room: dict[int, int]) -> None:
    going = who_goes(all_, room)
    assert sound(going, all_, room)
    for n in set(range(len(all_))) - going:
        assert not sound(going | {n}, all_, room)
    if sound(set(range(len(all_))), all_, room):
        assert len(going) == len(all_)


def test_a_ring_goes_whole_and_a_broken_one_waits() -> None:
    ring = [Going({n: 1}, {(n + 1) % 5: 1}) for n in range(5)]
    assert who_goes(ring, {}) == set(range(5))
    assert who_goes(ring[:4], {}) == set()
    assert who_goes(ring[:4], {4: 1}) == {0, 1, 2, 3}
    assert who_goes([*ring, Going({}, {0: 1})], {}) == set(range(5))
