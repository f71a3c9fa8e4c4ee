"""Who works where and when; who is absent, comes after all, or is replaced."""

from datetime import date, time, timedelta

import pytest

from tests.venues.conftest import MONDAY, TODAY, moment, plan
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.venues import actions, queries
from vaksam.venues.models import Shift

pytestmark = pytest.mark.django_db


def told() -> list[dict]:
    events = OutboxEvent.objects.filter(name="venues.staffing_changed").order_by("id")
    return [event.payload for event in events]


def test_a_shift_is_planned_and_counts(here, coordinator) -> None:
    plan(here.nurse, here.ersboda)
    plan(here.host, here.ersboda, first=7)
    assert queries.vaccinators(here.ersboda, TODAY) == ((time(8), time(16)),)
    assert [each.name for each in queries.on_duty(here.ersboda, TODAY)] == ["Cia Dal", "Anna Berg"]
    there = queries.staffing([here.ersboda, here.dorotea], TODAY)
    assert (there[here.ersboda].on_duty, there[here.ersboda].vaccinators) == (2, 1)
    assert there[here.ersboda].emergency
    assert there[here.dorotea].on_duty == 0
    assert told() == [{"venue": here.ersboda, "day": "2021-04-13"}] * 2


def test_nobody_is_in_two_places(here) -> None:
    plan(here.nurse, here.ersboda, first=8, last=12)
    plan(here.nurse, here.dorotea, first=12, last=16)  # right after is no overlap
    for first, last in ((7, 9), (9, 10), (11, 13), (7, 20)):
        with pytest.raises(Refused) as caught:
            plan(here.nurse, here.dorotea, first=first, last=last)
        assert caught.value.code == "at-work"
        assert "Anna" not in str(caught.value)
    assert Shift.objects.count() == 2


def test_hours_that_cannot_be_worked(here) -> None:
    for first, last in ((8, 8), (16, 8), (0, 23)):
        with pytest.raises(Refused):
            plan(here.nurse, here.ersboda, first=first, last=last)
    with pytest.raises(NotFound):
        plan(here.nurse, 987654)
    actions.change_staff(staff=here.nurse, left_on=TODAY - timedelta(days=1), by=None)
    with pytest.raises(Refused, match="left"):
        plan(here.nurse, here.ersboda)


def test_a_night_is_cut_at_midnight(here) -> None:
    actions.plan_shift(
        staff=here.nurse, venue=here.ersboda, starts_at=moment(TODAY, 20),
        ends_at=moment(TODAY + timedelta(days=1), 4), by=None,
    )  # fmt: skip
    assert queries.vaccinators(here.ersboda, TODAY) == ((time(20), time.max),)
    next_day = TODAY + timedelta(days=1)
    assert queries.vaccinators(here.ersboda, next_day) == ((time(0), time(4)),)


def test_an_absence_leaves_a_gap_until_somebody_fills_it(here, coordinator) -> None:
    shift = plan(here.nurse, here.ersboda)
    actions.report_absent(shift=shift, reason="ill", by=coordinator)
    assert queries.vaccinators(here.ersboda, TODAY) == ()
    assert [each.id for each in queries.missing(["24"], TODAY, TODAY)] == [shift]
    assert queries.missing(["01"], TODAY, TODAY) == []
    assert queries.staffing([here.ersboda], TODAY)[here.ersboda].missing == 1
    gap = queries.one_shift(shift, regions=["24"])
    assert [each.id for each in queries.candidates(gap)] == [here.second]
    actions.replace(shift=shift, staff=here.second, by=coordinator)
    assert queries.missing(["24"], TODAY, TODAY) == []
    assert queries.absences(["24"], TODAY, TODAY)[0].replaced_by == "Bo Ek"
    assert queries.vaccinators(here.ersboda, TODAY) == ((time(8), time(16)),)
    assert told() == [{"venue": here.ersboda, "day": "2021-04-13"}] * 3


def test_who_comes_after_all_counts_again(here, coordinator) -> None:
    shift = plan(here.nurse, here.ersboda)
    actions.report_absent(shift=shift, reason="child_ill", by=coordinator)
    actions.take_back_absence(shift=shift, by=coordinator)
    assert queries.vaccinators(here.ersboda, TODAY) == ((time(8), time(16)),)
    with pytest.raises(Refused):
        actions.take_back_absence(shift=shift, by=coordinator)
    assert len(told()) == 3


def test_who_has_gone_elsewhere_does_not_come_after_all(here, coordinator) -> None:
    shift = plan(here.nurse, here.ersboda)
    actions.report_absent(shift=shift, reason="moved", by=coordinator)
    plan(here.nurse, here.dorotea)
    with pytest.raises(Refused, match="Dorotea"):
        actions.take_back_absence(shift=shift, by=coordinator)


def test_who_may_not_fill_a_place(here, coordinator) -> None:
    shift = plan(here.nurse, here.ersboda)
    with pytest.raises(Refused):  # nobody is absent
        actions.replace(shift=shift, staff=here.second, by=coordinator)
    actions.report_absent(shift=shift, reason="ill", by=coordinator)
    with pytest.raises(Refused, match="vaccinates"):
        actions.replace(shift=shift, staff=here.host, by=coordinator)
    plan(here.second, here.dorotea, first=15, last=18)
    with pytest.raises(Refused, match="Dorotea"):
        actions.replace(shift=shift, staff=here.second, by=coordinator)
    third = actions.add_staff(
        region_code="24", name="Disa Fors", role="nurse", vaccinates=True, by=None
    )
    actions.replace(shift=shift, staff=third, by=coordinator)
    with pytest.raises(Refused, match="already"):
        actions.replace(shift=shift, staff=third, by=coordinator)
    with pytest.raises(Refused, match="already"):
        actions.report_absent(shift=shift, reason="ill", by=coordinator)
    with pytest.raises(Refused, match="why"):
        actions.report_absent(shift=shift, reason="beach", by=coordinator)


def test_a_shift_not_begun_is_taken_away(here, coordinator) -> None:
    later = plan(here.nurse, here.ersboda, TODAY + timedelta(days=1))
    begun = plan(here.nurse, here.ersboda, first=6, last=8)
    actions.cancel_shift(shift=later, by=coordinator)
    with pytest.raises(Refused, match="begun"):
        actions.cancel_shift(shift=begun, by=coordinator)
    assert [row.pk for row in Shift.objects.all()] == [begun]


def test_a_week_is_copied_by_the_clock(here, coordinator) -> None:
    before = date(2021, 3, 22)  # summer time begins on the 28th
    plan(here.nurse, here.ersboda, before)
    ill = plan(here.nurse, here.ersboda, before + timedelta(days=1))
    actions.report_absent(shift=ill, reason="ill", by=None)
    actions.replace(shift=ill, staff=here.second, by=None)
    plan(here.host, here.ersboda, before)
    plan(here.host, here.dorotea, before + timedelta(days=7), first=9, last=10)
    after = before + timedelta(days=7)
    done = actions.copy_week(
        venue=here.ersboda, from_monday=before, to_monday=after, by=coordinator
    )
    assert done == actions.Copied(copied=2, left_out=1)  # the host is at Dorotea then
    made = queries.shifts(here.ersboda, after, after + timedelta(days=6))
    assert [(each.staff, each.starts_at, each.absent) for each in made] == [
        (here.nurse, moment(after, 8), False),
        (here.nurse, moment(after + timedelta(days=1), 8), False),
    ]
    again = actions.copy_week(venue=here.ersboda, from_monday=before, to_monday=after, by=None)
    assert again.copied == 0


def test_weeks_that_cannot_be_copied(here, coordinator) -> None:
    for first, second in ((MONDAY, MONDAY), (TODAY, MONDAY), (MONDAY, MONDAY + timedelta(days=7))):
        with pytest.raises(Refused):
            actions.copy_week(
                venue=here.ersboda, from_monday=first, to_monday=second, by=coordinator
            )


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""}, {"role": "wizard"}, {"employer": "nobody"}, {"languages": ["svenska"]},
        {"role": "host", "vaccinates": True}, {"venue": 987654},
    ],
)  # fmt: skip
def test_staff_that_cannot_be(here, coordinator, facts) -> None:
    with pytest.raises(Refused):
        actions.add_staff(
            **{"region_code": "24", "name": "Eva Gran", "role": "nurse", "by": coordinator} | facts
        )


def test_who_has_shifts_left_does_not_leave(here, coordinator) -> None:
    shift = plan(here.nurse, here.ersboda, TODAY + timedelta(days=3))
    with pytest.raises(Refused, match="1 shifts"):
        actions.change_staff(staff=here.nurse, left_on=TODAY, by=coordinator)
    actions.report_absent(shift=shift, reason="other", by=coordinator)
    actions.change_staff(staff=here.nurse, left_on=TODAY, by=coordinator)
    assert here.nurse not in {each.id for each in queries.staff("24", on=TODAY + timedelta(1))}


def test_names_stay_out_of_logs(here, coordinator, planted) -> None:
    name = f"{planted.given_name} {planted.family_name}"
    staff = actions.add_staff(
        region_code="24", name=name, role="nurse", venue=here.ersboda, by=coordinator
    )
    actions.change_staff(staff=staff, name=f"{name} ", by=coordinator)
    shift = plan(staff, here.ersboda)
    ref = queries.one_shift(shift, regions=None)
    said = [
        repr(ref),
        repr(queries.one_of_staff(staff, regions=None)),
        str(Shift.objects.get().staff),
    ]
    said += [str(entry.details) + entry.target for entry in AuditEntry.objects.all()]
    assert ref.name == name
    assert not any(planted.family_name in each for each in said)


@pytest.mark.parametrize(
    ("role", "region"),
    [(Role.VENUE_STAFF, "24"), (Role.PHONE_AGENT, "24"), (Role.REGION_COORDINATOR, "01")],
)
def test_only_the_regions_coordinator_plans(here, user_with, role, region) -> None:
    by = user_with(role, region)
    shift = plan(here.nurse, here.ersboda)
    hours = {"starts_at": moment(TODAY, 17), "ends_at": moment(TODAY, 18)}
    for attempt in (
        lambda: actions.add_staff(region_code="24", name="X", role="nurse", by=by),
        lambda: actions.change_staff(staff=here.nurse, name="X", by=by),
        lambda: actions.plan_shift(staff=here.nurse, venue=here.ersboda, **hours, by=by),
        lambda: actions.report_absent(shift=shift, reason="ill", by=by),
        lambda: actions.take_back_absence(shift=shift, by=by),
        lambda: actions.replace(shift=shift, staff=here.second, by=by),
        lambda: actions.cancel_shift(shift=shift, by=by),
        lambda: actions.copy_week(
            venue=here.ersboda, from_monday=MONDAY, to_monday=MONDAY + timedelta(days=7), by=by
        ),
    ):
        with pytest.raises(NotAllowed):
            attempt()
