"""From the store to the arm, and what is refused on the way."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests.support import region
from vaksam.base import clock
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.supply.ledger import State, fold, is_balanced
from vaksam.supply import actions, queries
from vaksam.supply.actions import Arrived, Wanted
from vaksam.supply.actions.common import leg
from vaksam.supply.models import Alert, Document, Leg
from vaksam.venues import actions as venues


def held(venue: int) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in queries.stock(venue=venue):
        vials, doses = found.get(row.state, (0, 0))
        found[row.state] = (vials + row.vials, doses + row.doses)
    return found


def delivered(here, staff, vials: int = 10) -> int:
    """Vials from the supplier, through the store, to Ersboda."""
    actions.receive(venue=here.store, lot=here.lot, vials=vials, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[Wanted("comirnaty", vials)], by=None, box="orange",
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    (line,) = queries.dispatch(dispatch).lines
    actions.receive_dispatch(dispatch=dispatch, arrived=[Arrived(line.id, vials)], by=staff)
    return dispatch


def test_a_dose_from_the_supplier_to_the_arm(here, staff):
    delivered(here, staff)
    assert held(here.store) == {}
    assert held(here.ersboda) == {"thawed": (10, 60)}  # sent cold, it thawed on the way
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    actions.draw(vial=vial, doses=5, by=staff)
    actions.give(vial=vial, doses=4, by=staff)
    assert held(here.ersboda) == {"thawed": (9, 54), "opened": (1, 1), "drawn": (0, 1)}
    (opened,) = queries.open_vials(here.ersboda)
    assert (opened.left, opened.drawn) == (1, 1)
    assert opened.minutes in (359, 360)
    actions.give(vial=vial, doses=1, by=staff)
    actions.empty(vial=vial, by=staff)
    assert held(here.ersboda) == {"thawed": (9, 54)}
    every = fold(leg(row) for row in Leg.objects.all())
    given = sum(amount.doses for key, amount in every.items() if key.state is State.GIVEN)
    residue = sum(amount.doses for key, amount in every.items() if key.state is State.RESIDUE)
    assert (given, residue) == (5, 1)
    assert is_balanced(every.items())


def test_what_differs_on_arrival_needs_a_reason_and_is_written_down(here, staff):
    actions.receive(venue=here.store, lot=here.lot, vials=10, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[Wanted("comirnaty", 10)], by=None,
    )  # fmt: skip
    with pytest.raises(Refused, match="by now"):
        actions.receive_dispatch(dispatch=dispatch, arrived=[], by=staff)
    actions.send(dispatch=dispatch, by=None)
    (line,) = queries.dispatch(dispatch).lines
    for arrived, code in (
        ([], "not-counted"),
        ([Arrived(line.id, 8, 1)], "needs-reason"),
        ([Arrived(line.id, 11)], "too-many"),
    ):
        with pytest.raises(Refused) as refused:
            actions.receive_dispatch(dispatch=dispatch, arrived=arrived, by=staff)
        assert refused.value.code == code
    came = Arrived(line.id, 8, 1, "damaged")
    actions.receive_dispatch(dispatch=dispatch, arrived=[came], by=staff)
    assert held(here.ersboda) == {"thawed": (8, 48)}
    states = {each.state: each.vials for each in queries.where_lot(here.lot)}
    assert states["wasted"] == 1 and states["counted"] == 1


def test_a_warm_box_is_in_quarantine_until_cleared(here, staff, coordinator):
    actions.receive(venue=here.store, lot=here.lot, vials=5, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[Wanted("comirnaty", 5)], by=None,
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    (line,) = queries.dispatch(dispatch).lines
    actions.receive_dispatch(
        dispatch=dispatch, arrived=[Arrived(line.id, 5)], by=staff, highest=12.5
    )
    assert held(here.ersboda) == {"quarantine": (5, 30)}
    with pytest.raises(Refused, match="no vial"):
        actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    with pytest.raises(NotAllowed):
        actions.clear(venue=here.ersboda, lot=here.lot, by=staff)
    actions.clear(venue=here.ersboda, lot=here.lot, by=coordinator, note="loggern fel")
    assert held(here.ersboda) == {"thawed": (5, 30)}


def test_first_expired_leaves_first(here):
    actions.receive(venue=here.store, lot=here.later, vials=5, by=None)
    actions.receive(venue=here.store, lot=here.lot, vials=3, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.dorotea, expected_on=date(2021, 4, 14),
        wanted=[Wanted("comirnaty", 4)], by=None,
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    lines = {line.lot_number: line.vials for line in queries.dispatch(dispatch).lines}
    assert lines == {"EP2163": 3, "ER1742": 1}


def test_too_few_and_recalled_are_refused(here, staff, coordinator):
    actions.receive(venue=here.store, lot=here.lot, vials=3, by=None)
    wanted = {"sender": here.store, "receiver": here.ersboda, "expected_on": date(2021, 4, 14)}
    many = actions.plan_dispatch(**wanted, wanted=[Wanted("comirnaty", 4)], by=None)
    with pytest.raises(Refused, match="3 usable vials"):
        actions.send(dispatch=many, by=None)
    few = actions.plan_dispatch(**wanted, wanted=[Wanted("comirnaty", 3)], by=None)
    recall = actions.recall(lot=here.lot, reason="Partiklar i flaskan", by=coordinator)
    with pytest.raises(Refused, match="0 usable vials"):
        actions.send(dispatch=few, by=None)
    actions.lift_recall(recall=recall, by=coordinator)
    actions.send(dispatch=few, by=None)


def test_a_recall_says_where_the_lot_lies_and_stops_it(here, staff, coordinator):
    delivered(here, staff)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    actions.draw(vial=vial, doses=2, by=staff)
    actions.recall(lot=here.lot, reason="Partiklar", by=coordinator)
    for act in (actions.draw, actions.give):
        with pytest.raises(Refused, match="recalled"):
            act(vial=vial, by=staff)
    assert {each.venue_name for each in queries.where_lot(here.lot)} >= {"Ersboda hälsocentral"}
    actions.waste_vial(vial=vial, reason="other", by=staff)  # it can still be thrown away


def test_an_open_vial_ends(here, staff, monkeypatch):
    delivered(here, staff)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    region.stand(monkeypatch, region.MORNING + timedelta(hours=6, minutes=1))
    with pytest.raises(Refused, match="passed"):
        actions.draw(vial=vial, by=staff)
    actions.waste_vial(vial=vial, reason="expired_after_opening", by=staff)
    assert held(here.ersboda) == {"thawed": (9, 54)}
    rows = queries.wasted(regions=["24"], since=date(2021, 4, 1)).to_dicts()
    assert [(row["reason"], row["vials"], row["doses"]) for row in rows] == [
        ("expired_after_opening", 0, 6)
    ]


def test_a_seventh_dose_counts(here, staff):
    delivered(here, staff)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    actions.draw(vial=vial, doses=7, by=staff)
    actions.give(vial=vial, doses=7, by=staff)
    actions.empty(vial=vial, by=staff)
    (row,) = queries.opened_and_drawn(regions=["24"], since=date(2021, 4, 1)).to_dicts()
    assert (row["drawn"], row["done"]) == (7, True)


def test_doses_in_a_vial_are_those_of_the_day(here, staff, monkeypatch):
    region.stand(monkeypatch, region.MORNING.replace(year=2021, month=1, day=20))
    delivered_on = {"expected_on": date(2021, 1, 20)}
    actions.receive(venue=here.store, lot=here.lot, vials=2, by=None)
    assert held(here.store) == {"frozen": (2, 10)}
    region.stand(monkeypatch)
    assert held(here.store) == {"frozen": (2, 12)}
    assert delivered_on


def test_counting_and_taking_back(here, staff):
    delivered(here, staff)
    actions.count(venue=here.ersboda, lot=here.lot, vials=8, by=staff, note="två saknas")
    assert held(here.ersboda) == {"thawed": (8, 48)}
    wrong = actions.waste(venue=here.ersboda, lot=here.lot, vials=3, reason="dropped", by=staff)
    actions.reverse(document=wrong, by=staff, note="fel lot")
    assert held(here.ersboda) == {"thawed": (8, 48)}
    with pytest.raises(Refused, match="already"):
        actions.reverse(document=wrong, by=staff, note="igen")
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    actions.draw(vial=vial, doses=6, by=staff)
    with pytest.raises(Refused):  # what happened since must be taken back first
        actions.reverse(document=vial, by=staff, note="öppnade inte")


def test_the_same_request_twice_is_one(here, staff):
    delivered(here, staff)
    token = uuid4()
    first = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff, token=token)
    again = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff, token=token)
    assert first == again
    assert held(here.ersboda)["opened"] == (1, 6)


def test_any_past_moment_with_points_and_without(here, staff, monkeypatch):
    actions.receive(venue=here.store, lot=here.lot, vials=10, by=None)
    early = clock.now()
    region.stand(monkeypatch, region.MORNING + timedelta(hours=2))
    actions.waste(venue=here.store, lot=here.lot, vials=4, reason="dropped", by=None)
    late = clock.now()

    def vials(moment) -> int:
        return sum(row.vials for row in queries.stock(venue=here.store, at=moment))

    assert (vials(early), vials(late)) == (10, 6)
    actions.sum_up(at=early + timedelta(hours=1))
    assert (vials(early), vials(late)) == (10, 6)
    # Written down now, of before the point:
    at = early + timedelta(minutes=10)
    actions.waste(venue=here.store, lot=here.lot, vials=1, reason="dropped", by=None, at=at)
    assert (vials(early), vials(at), vials(late)) == (10, 9, 5)


def test_the_ledger_is_never_changed(here):
    document = actions.receive(venue=here.store, lot=here.lot, vials=10, by=None)
    for act in (
        lambda: Leg.objects.filter(document=document).update(vials=5),
        lambda: Document.objects.filter(pk=document).update(note="x"),
        lambda: Leg.objects.filter(document=document).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda h: actions.receive(venue=h.store, lot=h.lot, vials=0, by=None), "bad-number"),
        (lambda h: actions.receive(venue=99, lot=h.lot, vials=1, by=None), "unknown-venue"),
        (lambda h: actions.receive(venue=h.store, lot=99, vials=1, by=None), "unknown-lot"),
        (lambda h: actions.waste(venue=h.store, lot=h.lot, vials=1, reason="dropped", by=None),
         "not-there"),
        (lambda h: actions.waste(venue=h.store, lot=h.lot, vials=1, reason="lost", by=None),
         "bad-reason"),
        (lambda h: actions.draw(vial=99, by=None), "unknown-vial"),
        (lambda h: actions.known_lot(product="comirnaty", number="EP2163",
                                     expires_on=date(2022, 1, 1)), "other-last-day"),
        (lambda h: actions.known_lot(product="x", number="1", expires_on=date(2022, 1, 1)),
         "unknown-product"),
        (lambda h: actions.receive(venue=h.store, lot=h.lot, vials=1, by=None,
                                   at=clock.now() + timedelta(hours=1)), "ahead"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(here, act, code):
    with pytest.raises((Refused, NotFound)) as refused:
        act(here)
    assert refused.value.code == code


def test_who_may_not(here, user_with):
    from vaksam.base.roles import Role

    agent, stranger = user_with(Role.PHONE_AGENT), user_with(Role.VENUE_STAFF, "01")
    for by in (agent, stranger):
        with pytest.raises(NotAllowed):
            actions.receive(venue=here.store, lot=here.lot, vials=1, by=by)
        with pytest.raises(NotAllowed):
            actions.recall(lot=here.lot, reason="x", by=by)


def test_plans_keep_every_announcement(here, coordinator, monkeypatch):
    said = {"product": "comirnaty", "receiver": "24", "region_code": "24", "by": coordinator,
            "day": date(2021, 4, 19), "announced_by": "Folkhälsomyndigheten"}  # fmt: skip
    actions.announce(**said, doses=5850)
    region.stand(monkeypatch, region.MORNING + timedelta(days=3))
    actions.announce(**said, doses=2925, note="halverat")
    (line,) = queries.plan(receivers=["24"])
    assert (line.doses, line.changes) == (2925, 1)
    (before,) = queries.plan(receivers=["24"], known_at=region.MORNING + timedelta(days=1))
    assert before.doses == 5850
    (change,) = queries.changes(receivers=["24"])
    assert (change.before, change.doses, change.notice_days) == (5850, 2925, 3)


def test_alerts_open_and_close(here, staff, coordinator, monkeypatch):
    actions.receive(venue=here.store, lot=here.lot, vials=20, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[Wanted("comirnaty", 10)], by=None,
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)

    def kinds() -> set[str]:
        actions.look()
        return {each.kind for each in queries.alerts(regions=["24"])}

    assert "late" not in kinds()
    region.stand(monkeypatch, region.MORNING.replace(hour=13, minute=1))  # 15:01 in Sweden
    assert "late" in kinds()
    (late,) = [each for each in queries.alerts(regions=["24"]) if each.kind == "late"]
    assert late.values["telephone"] == "090-0000000"
    actions.take(alert=late.id, by=staff)
    assert kinds() >= {"late"}  # the same one, with its owner
    assert queries.alerts(venue=here.ersboda)[0].owner == staff.username
    (line,) = queries.dispatch(dispatch).lines
    actions.receive_dispatch(dispatch=dispatch, arrived=[Arrived(line.id, 10)], by=staff)
    assert "late" not in kinds()
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=staff)
    region.stand(monkeypatch, clock.now() + timedelta(hours=5, minutes=30))
    assert "open" in kinds()
    actions.waste_vial(vial=vial, reason="expired_after_opening", by=staff)
    assert "open" not in kinds()
    actions.recall(lot=here.lot, reason="Partiklar", by=coordinator)
    assert "recalled" in kinds()
    region.stand(monkeypatch, region.MORNING.replace(month=5, day=20))
    assert "expiring" in kinds()
    assert Alert.objects.filter(closed_at=None, kind="late").count() == 0


def test_a_bad_file_of_venues(here):
    from vaksam.core.errors import BadFile

    text = '[[venue]]\ncode = "x"\nkind = "castle"\nmunicipality_code = "9999"\nextra = 1\n'
    with pytest.raises(BadFile) as bad:
        venues.import_venues(text=text, file_name="v.toml", by=None)
    codes = {fault.code for fault in bad.value.faults}
    assert codes >= {"missing", "bad-value", "bad-municipality", "unknown-field"}
