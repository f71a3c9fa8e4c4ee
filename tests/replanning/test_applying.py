"""A planned change is approved, applied in batches, and taken back."""
# ruff: noqa: F811 - fixtures of booking's

from collections import Counter
from datetime import time, timedelta
from typing import Any

import pytest

from tests.booking.conftest import (
    LATER,
    PROGRAMME,
    SOON,
    Here,
    _region,  # noqa: F401 - fixtures
    at,  # noqa: F401
    demand_whole,
    here,  # noqa: F401
    one,
)
from tests.support import region
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.booking import actions as booking
from vaksam.booking.models import ACTIVE, Appointment, Session, Slot
from vaksam.core.errors import NotAllowed, Refused
from vaksam.programmes import actions as programmes
from vaksam.programmes import queries as rules
from vaksam.replanning.actions import applying, common, undoing
from vaksam.replanning.facts import seen
from vaksam.replanning.models import Change, Move, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(user_with: Any) -> Any:
    return user_with(Role.REGION_COORDINATOR, username="astrid")


@pytest.fixture
def checker(user_with: Any) -> Any:
    return user_with(Role.REGION_COORDINATOR, username="birger")


def planned(author: Any, *parts: dict[str, Any], **fields: Any) -> Change:
    """A change that has been planned: its moves are to be added."""
    now = clock.now()
    return Change.objects.create(
        region_code="24", programme_id=PROGRAMME, name="Ersboda stängt", parts=list(parts),
        author=author, made_at=now, state=State.PREVIEWED, preview={}, plan={}, planned_at=now,
        previewed_at=now, **fields,
    )  # fmt: skip


def move(change: Change, appointment: int, to: int | None, **fields: Any) -> Move:
    held = Appointment.objects.get(pk=appointment)
    given = {"party": held.pk, "wrong": "closed", "action": "move" if to else "cancel"} | fields
    return Move.objects.create(
        change=change, appointment=held, person_id=held.person_id, to_slot_id=to, **given
    )


def approve(change: Change, by: Any) -> None:
    stored = Change.objects.get(pk=change.pk)
    Change.objects.filter(pk=change.pk).update(seen=seen(stored))
    applying.approve(change=change.pk, by=by)


def apply(change: Change, by: Any) -> None:
    approve(change, by)
    applying.begin(change=change.pk, by=by)
    whole(change)


def whole(change: Change) -> int:
    """Batches until none is left; how many."""
    count = 1
    while applying.go_on(change.pk):
        demand_whole()
        count += 1
        assert count < 50
    demand_whole()
    change.refresh_from_db()
    return count


def steps(change: Change) -> list[tuple[str, str]]:
    rows = Move.objects.filter(change=change).order_by("appointment")
    return list(rows.values_list("step", "left"))


def held(who: int) -> list[int]:
    rows = Appointment.objects.filter(person=who, state__in=ACTIVE).order_by("slot__starts_at")
    return list(rows.values_list("slot", flat=True))


def test_a_closed_venue_and_back(here: Here, author: Any, checker: Any, at: Any) -> None:
    """Those at Ersboda on the 15th: one is moved, one called off, one stays, one is asked."""
    soon, nus = here.slots("soon"), here.slots("nus")
    made = [one((who, soon[n])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    later = one((here.berit, here.slots("later")[0]))
    change = planned(
        author, {"kind": "venue_closed", "venue": here.ersboda, "from": SOON.isoformat(),
                 "to": SOON.isoformat()},
    )  # fmt: skip
    move(change, made[0], nus[0])
    move(change, made[1], None)
    move(change, made[2], nus[1], action="ask")
    move(change, later, None, action="keep")
    apply(change, checker)
    assert change.state == State.APPLIED
    assert change.undo_until == change.applied_at + timedelta(hours=48)
    assert steps(change) == [("done", "")] * 4
    assert held(here.karin) == [nus[0]]
    assert held(here.nils) == []
    asked = Appointment.objects.get(person=here.ake, state="reserved")
    assert (asked.slot_id, asked.kept_until) == (nus[1], SOON - timedelta(days=1))
    assert Session.objects.get(pk=here.sessions["soon"]).closed_at is not None
    assert Session.objects.get(pk=here.sessions["later"]).closed_at is None
    cancelled = Appointment.objects.get(pk=made[1])
    assert (cancelled.ended_reason, cancelled.ended_by_id) == ("closed", checker.pk)

    at(14)
    assert undoing.undo(change=change.pk, by=author) == []
    whole(change)
    assert change.state == State.UNDONE
    assert steps(change) == [("undone", "")] * 4
    assert [held(who) for who in (here.karin, here.nils, here.ake)] == [[pk] for pk in soon[:3]]
    assert Appointment.objects.filter(person=here.ake, state="booked").count() == 1
    assert Session.objects.get(pk=here.sessions["soon"]).closed_at is None
    assert undoing.came_back(change=change.pk) == {"": 4}


def test_two_persons_and_a_fresh_plan(
    here: Here, author: Any, checker: Any, user_with: Any
) -> None:
    change = planned(author)
    for by, code in ((author, "own-work"), (checker, "stale")):
        with pytest.raises(Refused) as refused:
            applying.approve(change=change.pk, by=by)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        applying.approve(change=change.pk, by=user_with(Role.REGION_COORDINATOR, "01"))
    Change.objects.filter(pk=change.pk).update(seen=seen(change))
    one((here.karin, here.slots("soon")[0]))
    with pytest.raises(Refused, match="Plan the change again"):
        applying.approve(change=change.pk, by=checker)
    what_if = planned(author, what_if=True)
    with pytest.raises(Refused, match="nothing to approve"):
        approve(what_if, checker)
    with pytest.raises(Refused, match="by now"):
        applying.begin(change=change.pk, by=checker)


def test_batches_households_and_places_that_others_leave(
    here: Here,
    author: Any,
    checker: Any,
    monkeypatch: Any,
) -> None:
    """Five in a ring of full times: nobody can go before the others, whatever a batch holds."""
    monkeypatch.setattr(common, "BATCH", 1)
    monkeypatch.setattr(common, "LARGEST", 2)
    slots = here.slots("soon")
    people = [here.karin, here.nils, here.ake, here.berit, here.elsa]
    made = [one((who, slots[n])) for n, who in enumerate(people)]
    Slot.objects.filter(pk__in=slots).update(places=1, planned=1)
    change = planned(author)
    for n, pk in enumerate(made):
        move(change, pk, slots[(n + 1) % 5], wave=n % 3)
    approve(change, checker)
    applying.begin(change=change.pk, by=checker)
    whole(change)
    assert steps(change) == [("done", "")] * 5
    assert [held(who) for who in people] == [[slots[(n + 1) % 5]] for n in range(5)]
    undoing.undo(change=change.pk, by=author)
    whole(change)
    assert steps(change) == [("undone", "")] * 5
    assert [held(who) for who in people] == [[slots[n]] for n in range(5)]


def test_a_line_of_full_times(here: Here, author: Any, checker: Any, monkeypatch: Any) -> None:
    """Two do not fit where Elsa was: they stay, and so do the two who wanted their places."""
    monkeypatch.setattr(common, "BATCH", 1)
    monkeypatch.setattr(common, "LARGEST", 1)
    slots = here.slots("soon")
    people = [here.karin, here.nils, here.ake, here.berit, here.elsa]
    made = [one((who, slots[n // 2])) for n, who in enumerate(people)]
    Slot.objects.filter(pk=slots[2]).update(places=1, planned=1)
    change = planned(author)
    for n, pk in enumerate(made[:4]):
        move(change, pk, slots[n // 2 + 1], party=n // 2 + 1)
    move(change, made[4], None, party=3)
    apply(change, checker)
    assert steps(change) == [("left", "no-place")] * 4 + [("done", "")]


def test_whoever_waits_for_another_is_tried_again(
    here: Here, author: Any, checker: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(common, "BATCH", 2)
    monkeypatch.setattr(common, "LARGEST", 2)
    slots = here.slots("soon")
    made = [one((who, slots[n])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    Slot.objects.filter(pk__in=slots[:3]).update(places=1, planned=1)
    change = planned(author)
    for n, to in enumerate([slots[2], slots[3], slots[4]]):  # Karin's is Åke's, who goes last
        move(change, made[n], to, wave=n)
    approve(change, checker)
    applying.begin(change=change.pk, by=checker)
    assert applying.go_on(change.pk) == 2
    assert steps(change) == [("planned", ""), ("done", ""), ("planned", "")]
    assert applying.go_on(change.pk) == 0
    assert steps(change) == [("done", "")] * 3
    demand_whole()


def test_changed_by_hand_meanwhile_or_wrong_by_now(here: Here, author: Any, checker: Any) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    people = [here.karin, here.nils, here.ake, here.berit, here.young]
    made = [one((who, soon[n])) for n, who in enumerate(people[:4])]
    change = planned(author)
    move(change, made[0], later[0], party=1)
    move(change, made[1], later[0], party=1)
    move(change, made[2], later[1])
    wrong = move(change, made[3], later[2])
    Session.objects.filter(pk=here.sessions["later"]).update(dose=2)
    Slot.objects.filter(pk=later[2]).update(dose=2)  # a first dose cannot be given there
    approve(change, checker)
    booking.cancel(appointments=[made[1]], reason="ill", channel="web", by=None)
    booking.cancel(appointments=[made[2]], reason="ill", channel="web", by=None)
    applying.begin(change=change.pk, by=checker)
    whole(change)
    assert steps(change) == [
        ("left", "party"), ("left", "changed"), ("left", "changed"), ("left", "not-right"),
    ]  # fmt: skip
    assert held(here.karin) == [soon[0]]
    assert held(here.berit) == [soon[3]]
    assert wrong.appointment_id == made[3]


def test_stopped_resumed_and_taken_back_half_way(
    here: Here,
    author: Any,
    checker: Any,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(common, "BATCH", 1)
    soon, later = here.slots("soon"), here.slots("later")
    people = [here.karin, here.nils, here.ake]
    made = [one((who, soon[n])) for n, who in enumerate(people)]
    change = planned(author)
    for n, pk in enumerate(made):
        move(change, pk, later[n], wave=n)
    approve(change, checker)
    applying.begin(change=change.pk, by=checker)
    assert applying.go_on(change.pk) == 2
    applying.stop(change=change.pk, by=author)
    assert applying.go_on(change.pk) == 2, "nothing is done"
    applying.resume(change=change.pk, by=author)
    assert applying.go_on(change.pk) == 1
    with pytest.raises(Refused, match="by now"):
        undoing.undo(change=change.pk, by=author)
    applying.stop(change=change.pk, by=author)
    undoing.undo(change=change.pk, by=author)
    whole(change)
    assert steps(change) == [("undone", ""), ("undone", ""), ("left", "stopped")]
    assert [held(who) for who in people] == [[pk] for pk in soon[:3]]
    assert applying.go_on(change.pk) == 0


def test_an_applied_change_can_be_taken_back_for_two_days(
    here: Here,
    author: Any,
    checker: Any,
    at: Any,
) -> None:
    change = planned(author)
    move(change, one((here.karin, here.slots("soon")[0])), here.slots("later")[0])
    apply(change, checker)
    at(15, 8)
    with pytest.raises(Refused, match="until 2021-04-15 07:3"):
        undoing.undo(change=change.pk, by=author)


def test_who_answered_or_moved_since_stays(here: Here, author: Any, checker: Any) -> None:
    soon, later = here.slots("soon"), here.slots("later")
    people = [here.karin, here.nils, here.ake, here.berit]
    made = [one((who, soon[n])) for n, who in enumerate(people)]
    change = planned(author)
    for n, pk in enumerate(made):
        move(change, pk, later[n], action="ask" if n == 0 else "move")
    apply(change, checker)
    asked = Appointment.objects.get(person=here.karin, state="reserved").pk
    booking.keep(appointments=[asked], by=None)
    own = Appointment.objects.get(person=here.nils, state="booked").pk
    booking.cancel(appointments=[own], reason="ill", channel="web", by=None)
    Slot.objects.filter(pk=soon[2]).update(planned=0, places=0)
    undoing.undo(change=change.pk, by=author)
    whole(change)
    assert steps(change) == [("stays", "changed"), ("stays", "changed"), ("stays", "taken"),
                             ("undone", "")]  # fmt: skip
    assert undoing.came_back(change=change.pk) == {"changed": 2, "taken": 1, "": 1}
    assert held(here.ake) == [later[2]]


def test_every_part_is_put_in_force_and_taken_back(here: Here, author: Any, checker: Any) -> None:
    """A directive, a recall, lost staff, a cut delivery and an extra session."""
    from vaksam.supply import actions as supply
    from vaksam.supply import queries as stock

    version = programmes.draft_directive(body=region.DIRECTIVE, by=author)
    monday = SOON - timedelta(days=SOON.weekday()) + timedelta(weeks=1)
    supply.announce(product="comirnaty", receiver="24", region_code="24", day=monday, doses=1170,
                    announced_by="FoHM", by=None)  # fmt: skip
    day = SOON.isoformat()
    change = planned(
        author, {"kind": "directive", "version": version},
        {"kind": "recall", "lot": here.lot, "reason": "Fläckar"},
        {"kind": "staff", "venue": here.ersboda, "from": day, "to": day, "vaccinators": 0},
        {"kind": "delivery", "product": "comirnaty", "from": monday.isoformat(), "share": 0.5},
        {"kind": "extra_session", "venue": here.nus, "day": LATER.isoformat(), "opens": "13:00",
         "closes": "15:00", "product": "comirnaty", "vaccinators": 2},
    )  # fmt: skip

    def known() -> tuple[Any, ...]:
        (line,) = stock.plan(receivers=["24"], since=monday)
        extra = Session.objects.filter(venue=here.nus, vaccinators=2, closed_at=None).count()
        codes = [each.code for each in rules.directives(programme=PROGRAMME, known_at=clock.now())]
        return (
            "region-24-week-18" in codes,
            any(each.lifted_at is None for each in stock.recalls()),
            Session.objects.get(pk=here.sessions["soon"]).vaccinators, line.doses, extra,
        )  # fmt: skip

    before = known()
    apply(change, checker)
    assert known() == (True, True, 0, 585, 1)
    told = rules.version(version)
    assert (told.state, told.checker) == ("approved", checker.get_username())
    between = clock.now()
    assert undoing.undo(change=change.pk, by=author) == []
    whole(change)
    assert known() == before == (False, False, 1, 1170, 0)
    then = [each.code for each in rules.directives(programme=PROGRAMME, known_at=between)]
    assert "region-24-week-18" in then, "what was known in between is known still"


def test_a_time_in_a_session_that_is_opened_first(here: Here, author: Any, checker: Any) -> None:
    soon = here.slots("soon")
    made = [one((who, soon[n])) for n, who in enumerate([here.karin, here.nils, here.ake])]
    change = planned(
        author, {"kind": "extra_session", "venue": here.nus, "day": LATER.isoformat(),
                 "opens": "13:00", "closes": "14:00", "product": "comirnaty", "vaccinators": 1},
    )  # fmt: skip
    told = {"venue": here.nus, "product": "comirnaty"}
    move(change, made[0], None, action="move", extra=told | {"at": f"{LATER}T13:10:00.000000"})
    move(change, made[1], None, action="move", extra=told | {"at": f"{LATER}T16:00:00.000000"})
    move(change, made[2], None, action="ask")
    apply(change, checker)
    assert steps(change) == [("done", ""), ("left", "no-place"), ("left", "ask")]
    assert held(here.nils) == [soon[1]], "nobody is called off for want of a session"
    new = Slot.objects.get(pk=held(here.karin)[0])
    assert (new.venue_id, new.starts_at) == (here.nus, clock.at(LATER, time(13, 10)))
    undoing.undo(change=change.pk, by=author)
    whole(change)
    assert held(here.karin) == [soon[0]]
    assert Session.objects.get(pk=new.session_id).closed_at is not None


def test_the_author_of_a_directive_does_not_approve_the_change(
    here: Here,
    author: Any,
    checker: Any,
) -> None:
    version = programmes.draft_directive(body=region.DIRECTIVE, by=checker)
    change = planned(author, {"kind": "directive", "version": version})
    with pytest.raises(Refused, match="Two persons"):
        approve(change, checker)


def test_what_others_did_meanwhile_is_not_taken_back(here: Here, author: Any, checker: Any) -> None:
    from vaksam.supply import actions as supply
    from vaksam.supply import queries as stock

    day = SOON.isoformat()
    supply.recall(lot=here.lot, reason="before", by=None)
    change = planned(
        author, {"kind": "recall", "lot": here.lot},
        {"kind": "venue_closed", "venue": here.ersboda, "from": day, "to": day},
    )  # fmt: skip
    apply(change, checker)
    Session.objects.filter(pk=here.sessions["soon"]).update(closed_at=clock.now())  # by another
    assert undoing.undo(change=change.pk, by=author) == ["venue_closed"]
    whole(change)
    assert Session.objects.get(pk=here.sessions["soon"]).closed_at is not None
    assert [each.lifted_at for each in stock.recalls()] == [None]


def test_the_job_does_it_all(here: Here, author: Any, checker: Any, monkeypatch: Any) -> None:
    from vaksam.replanning import tasks

    monkeypatch.setattr(common, "BATCH", 2)
    soon, later = here.slots("soon"), here.slots("later")
    people = [here.karin, here.nils, here.ake, here.berit]
    made = [one((who, soon[n])) for n, who in enumerate(people)]
    change = planned(author)
    for n, pk in enumerate(made):
        move(change, pk, later[n])
    approve(change, checker)
    applying.begin(change=change.pk, by=checker)
    tasks.go_on_with_all(0)
    tasks.apply(change.pk)
    change.refresh_from_db()
    assert change.state == State.APPLIED
    assert Counter(steps(change)) == {("done", ""): 4}
