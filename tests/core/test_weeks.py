"""ISO weeks, against the calendar of Python."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.weeks import Week, weeks_in

DAYS = st.dates(date(2, 1, 1), date(9998, 1, 1))


@given(DAYS)
def test_a_day_lies_in_its_week(day):
    week = Week.of(day)
    assert week.monday <= day <= week.sunday
    assert week.sunday - week.monday == timedelta(days=6)
    assert week.monday.isocalendar()[:2] == (week.year, week.number)


@given(DAYS, DAYS)
def test_weeks_and_their_keys_have_the_order_of_their_days(one, other):
    a, b = Week.of(one), Week.of(other)
    assert (a < b) == (a.monday < b.monday) == (a.key < b.key)


@given(DAYS)
def test_there_and_back(day):
    week = Week.of(day)
    assert week.next.previous == week == week.previous.next
    assert week.next.monday - week.monday == timedelta(days=7)
    assert Week.from_key(week.key) == week
    if week.year > 999:
        assert Week.parse(str(week)) == week


@pytest.mark.parametrize("text", ["2021w15", "2021-W15", "2021v15", " 2021W15 ", "2021-v15"])
def test_ways_to_write_a_week(text):
    assert Week.parse(text) == Week(2021, 15)


@pytest.mark.parametrize(
    "text",
    ["", "15", "2021", "2021w", "2021w0", "2021w53", "2020w54", "2021-15", "21w15", "2021w151",
     "2021w15x", "w15 2021"],
)  # fmt: skip
def test_what_is_no_week(text):
    with pytest.raises(ValueError, match="week"):
        Week.parse(text)


def test_the_long_years_of_the_programme():
    assert [year for year in range(2015, 2033) if weeks_in(year) == 53] == [2015, 2020, 2026, 2032]
    assert Week(2020, 53).next == Week(2021, 1)
    assert Week.of(date(2021, 1, 3)) == Week(2020, 53)
    assert Week(2021, 15).sunday == date(2021, 4, 18)


@pytest.mark.parametrize("key", [0, 202100, 202153, 202154, 999, -202115])
def test_a_key_that_is_no_week(key):
    with pytest.raises(ValueError, match="has no week"):
        Week.from_key(key)
