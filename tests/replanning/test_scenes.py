"""The four evenings: previewed, planned, approved, applied and taken back, with nobody lost.

After each step every appointment is judged once more, slowly and one by one, by the rules in force.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.booking.conftest import PROGRAMME, demand_whole
from tests.replanning import scenes
from tests.support import region
from vaksam.base import clock, outbox
from vaksam.base.roles import Role
from vaksam.booking import facts
from vaksam.booking.models import ACTIVE, Appointment
from vaksam.core.booking import may_book
from vaksam.core.booking.facts import Why
from vaksam.eligibility import queries as eligibility
from vaksam.programmes import actions as directives
from vaksam.programmes import queries as programmes
from vaksam.replanning.actions import applying, undoing, working
from vaksam.replanning.models import Change, Move, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(user_with: Callable[..., Any]) -> tuple[Any, Any]:
    """Two coordinators; they keep the national directives here, too."""
    from vaksam.base.models import RoleAssignment

    found = [user_with(Role.REGION_COORDINATOR, username=name) for name in ("astrid", "birger")]
    for each in found:
        RoleAssignment.objects.create(user=each, role=Role.ADMINISTRATOR, granted_at=clock.now())
    return found[0], found[1]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def move(moment: Any) -> None:
        region.stand(monkeypatch, moment)
        programmes.changed_at(PROGRAMME)
        eligibility.forget()

    return move


def begun(two: tuple[Any, Any], *parts: dict[str, Any], name: str = "Kvällen") -> int:
    return working.begin_change(region="24", programme=PROGRAMME, name=name, parts=list(parts),
                                by=two[0])  # fmt: skip


def draft(two: tuple[Any, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "directive", "version": directives.draft_directive(body=body, by=two[0])}


def apply(change: int, two: tuple[Any, Any]) -> None:
    applying.approve(change=change, by=two[1])
    applying.begin(change=change, by=two[1])
    while applying.go_on(change):
        pass
    settle()


def undo(change: int, two: tuple[Any, Any]) -> None:
    undoing.undo(change=change, by=two[1])
    while applying.go_on(change):
        pass
    settle()


def settle() -> None:
    """What events bring about: everybody's status is worked out anew."""
    scenes.refresh()
    outbox.deliver_due(seconds=5)


def wrong_slowly() -> dict[int, set[str]]:
    """Every time that is held, judged by itself; those that are wrong, and why."""
    found: dict[int, set[str]] = {}
    rules = programmes.rules(PROGRAMME)
    rows = Appointment.objects.filter(
        state__in=ACTIVE, programme=PROGRAMME, slot__starts_at__gt=clock.now()
    )
    places = facts.places(set(rows.values_list("slot", flat=True)))
    for row in rows.select_related("slot"):
        known = eligibility.facts_of(PROGRAMME, row.person_id)
        place = places[row.slot_id]
        assert known is not None
        before = [each for each in facts.held([row.person_id], without=[row.pk])
                  .get(row.person_id, []) if each.on < place.on]  # fmt: skip
        said = may_book(known, rules, place.wanted(by_staff=True), before, on=clock.today())
        if bad := {str(each.why) for each in said.refusals if each.why is not Why.BOOKED}:
            found[row.pk] = bad
    return found


def demand_right(change: int) -> None:
    """No time that is held is wrong, but those left for a human, who are on the list."""
    listed = set(Move.objects.filter(change=change, step=Move.Step.LEFT)
                 .values_list("appointment", flat=True))  # fmt: skip
    assert wrong_slowly().keys() <= listed
    demand_whole()


def demand_nobody_lost(before: dict[int, int], change: int) -> None:
    """Who had a time has one, or stands on the change's list with it."""
    now = set(Appointment.objects.filter(state__in=ACTIVE).values_list("person", flat=True))
    listed = set(Move.objects.filter(change=change).values_list("person", flat=True))
    assert before.keys() <= now | listed
    for person in before.keys() - now:
        known = eligibility.stored(PROGRAMME, [person])[person]
        assert known.status in ("due", "not_yet", "available", "not_recommended",
                                "needs_assessment")  # fmt: skip


def times() -> dict[int, int]:
    """Who holds which slot."""
    rows = Appointment.objects.filter(state__in=ACTIVE, programme=PROGRAMME)
    return dict(rows.values_list("person", "slot"))


def test_halved_on_a_friday(two: Any, stand: Any) -> None:
    stand(scenes.at(2021, 1, 15, 14))
    scene = scenes.halved()
    before = times()
    assert len(before) >= 40
    change = begun(two, {"kind": "delivery", "product": "comirnaty", "from": "2021-01-18",
                         "to": "2021-01-24", "share": 0.5})  # fmt: skip
    working.work_out(change=change, by=two[0])
    row = Change.objects.get(pk=change)
    assert row.state == State.PREVIEWED
    assert row.preview["wrong"] > 5
    assert dict(row.preview["reasons"]).keys() == {"no_doses"}
    assert times() == before, "a preview touches nothing"
    apply(change, two)
    assert Change.objects.get(pk=change).state == State.APPLIED
    demand_right(change)
    demand_nobody_lost(before, change)
    week = Appointment.objects.filter(
        state__in=ACTIVE, slot__starts_at__lt=clock.at(date(2021, 1, 25))
    )
    assert week.count() <= 30  # half of two times five vials of six, or fewer
    assert Move.objects.filter(change=change, action="move", step="done").exists()
    undo(change, two)
    assert times() == before
    assert scene.day == clock.today()


def test_a_product_is_paused_then_resumed_for_65_and_older(two: Any, stand: Any) -> None:
    stand(scenes.at(2021, 3, 16, 9))
    scenes.paused()
    before = times()
    pause = scenes.directive("region-24-pause", date(2021, 3, 16), [
        {"kind": "pause", "code": "our-vaxzevria-pause", "product": "vaxzevria"},
    ])  # fmt: skip
    change = begun(two, draft(two, pause))
    working.work_out(change=change, by=two[0])
    row = Change.objects.get(pk=change)
    assert dict(row.preview["reasons"]) == {"paused": 30}
    apply(change, two)
    demand_right(change)
    demand_nobody_lost(before, change)
    moved = Move.objects.filter(change=change, step="done", to_slot__isnull=False)
    assert moved.exists()
    assert not moved.filter(to_slot__product="vaxzevria").exists()
    stand(scenes.at(2021, 3, 24, 9))  # the window has passed; the pause stands
    resumed = scenes.directive(
        "region-24-resumed", date(2021, 3, 25),
        [{"kind": "use", "code": "our-vaxzevria-65", "product": "vaxzevria",
          "allowed": True, "who": [{"age_from": 65}]}],
        [{"rule": "our-vaxzevria-pause", "last_on": "2021-03-24"},
         {"rule": "vaxzevria-pause", "last_on": "2021-03-24"},
         {"rule": "vaxzevria-under-65", "last_on": "2021-03-24"}],
    )  # fmt: skip
    second = begun(two, draft(two, resumed), name="Åter från 65")
    working.work_out(change=second, by=two[0])
    preview = Change.objects.get(pk=second).preview
    assert preview["turn"]["gains"] >= 0
    apply(second, two)
    demand_right(second)
    undo(second, two)
    demand_right(second)


def test_the_interval_is_lengthened_and_shortened_again(two: Any, stand: Any) -> None:
    stand(scenes.at(2021, 4, 13, 8))
    scenes.interval()
    before = times()
    longer = scenes.directive(
        "region-24-longer", date(2021, 4, 13),
        [{"kind": "interval", "code": "our-comirnaty-42", "after": ["comirnaty"],
          "then": ["comirnaty"], "min_days": 40, "recommended_days": 42, "max_days": 49}],
        [{"rule": "comirnaty-comirnaty", "last_on": "2021-04-12"}],
    )  # fmt: skip
    change = begun(two, draft(two, longer))
    working.work_out(change=change, by=two[0])
    assert dict(Change.objects.get(pk=change).preview["reasons"]) == {"too_early": len(before)}
    apply(change, two)
    demand_right(change)
    demand_nobody_lost(before, change)
    given = date(2021, 3, 29)
    rows = Appointment.objects.filter(state__in=ACTIVE).select_related("slot")
    days = [(clock.day_of(row.slot.starts_at) - given).days for row in rows]
    assert days
    assert min(days) >= 40
    assert max(days) <= 49
    undo(change, two)
    assert times() == before
    assert not wrong_slowly()


def test_a_product_is_stopped_for_the_young(two: Any, stand: Any) -> None:
    stand(scenes.at(2021, 10, 6, 9))
    scenes.stopped()
    before = times()
    stop = scenes.directive("region-24-stop", date(2021, 10, 6), [
        {"kind": "use", "code": "our-spikevax-1991", "product": "spikevax",
         "allowed": False, "who": [{"born_from": 1991}]},
    ])  # fmt: skip
    change = begun(two, draft(two, stop))
    working.work_out(change=change, by=two[0])
    row = Change.objects.get(pk=change)
    assert dict(row.preview["reasons"]) == {"product": 20}
    apply(change, two)
    demand_right(change)
    demand_nobody_lost(before, change)
    held = Appointment.objects.filter(state__in=ACTIVE, slot__product="spikevax")
    assert not held.filter(person__born_on__gte=date(1991, 1, 1)).exists()
    undo(change, two)
    assert times() == before
