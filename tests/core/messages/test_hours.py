"""Quiet hours and reminders, whatever the moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.messages import Kind, due, quiet, reminder_at
from vaksam.core.messages.hours import SWEDEN
from vaksam.core.messages.kinds import URGENT

moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
HELD = sorted(set(Kind) - URGENT)


@given(moments)
def test_nothing_goes_at_night_and_nothing_waits_by_day(now):
    at = quiet(now)
    assert at >= now and 8 <= at.astimezone(SWEDEN).hour < 21
    assert (at == now) == (8 <= now.astimezone(SWEDEN).hour < 21)
    assert at - now <= timedelta(hours=12)  # a night when clocks go back has an hour more
    assert quiet(at) == at


@given(moments, st.sampled_from(HELD), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_message_goes_before_its_visit(now, kind, ahead):
    at = due(kind, now, now + ahead)
    assert at == now or at < now + ahead


@given(moments, st.sampled_from(sorted(URGENT)))
def test_codes_and_offers_are_never_held_back(now, kind):
    assert due(kind, now) == now


@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_reminder_goes_the_evening_before_or_not_at_all(now, ahead):
    starts_at = now + ahead
    at = reminder_at(starts_at, now)
    if at is None:
        # A visit just after midnight is the only one whose evening is over a day ahead of it.
        assert ahead <= timedelta(hours=31)
        return
    here, visit = at.astimezone(SWEDEN), starts_at.astimezone(SWEDEN)
    assert at > now and here.hour == 18 and visit.date() - here.date() == timedelta(days=1)
