"""Doses to count on, against every way in which deliveries come or fail."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.capacity import Coming, doses_by_day, doses_to_count_on

ANY = settings(max_examples=150, deadline=None)
ON = date(2021, 4, 6)
TWENTIETHS = st.integers(0, 20).map(lambda n: n / 20)
ASKED = st.integers(1, 20).map(lambda n: n / 20)
COMING = st.lists(st.builds(Coming, st.integers(0, 12), TWENTIETHS, st.just(ON)), max_size=8)


def by_enumeration(held: int, coming: list[Coming], certainty: float) -> int:
    chance_of: dict[int, Fraction] = {}
    for comes in product([False, True], repeat=len(coming)):
        chance, there = Fraction(1), held
        for each, came in zip(coming, comes, strict=True):
            sure = Fraction(str(each.certainty))
            chance *= sure if came else 1 - sure
            there += each.doses * came
        chance_of[there] = chance_of.get(there, Fraction(0)) + chance
    asked = Fraction(str(certainty))
    enough = [d for d in chance_of if sum(c for k, c in chance_of.items() if k >= d) >= asked]
    return max(enough)


@ANY
@given(st.integers(0, 50), COMING, ASKED)
def test_equals_enumeration(held, coming, certainty) -> None:
    found = doses_to_count_on(held, coming, certainty=certainty)
    assert found == by_enumeration(held, coming, certainty)


@ANY
@given(st.integers(0, 50), COMING, ASKED, ASKED)
def test_more_certainty_never_gives_more_doses(held, coming, one, other) -> None:
    bold, safe = (doses_to_count_on(held, coming, certainty=c) for c in sorted((one, other)))
    assert held <= safe <= bold <= held + sum(each.doses for each in coming)


def test_certain_deliveries_are_counted_whole_and_impossible_ones_not() -> None:
    coming = [Coming(100, 1, ON), Coming(40, 0, ON)]
    assert doses_to_count_on(6, coming, certainty=1) == 106


def test_a_delivery_is_as_certain_as_asked_for() -> None:
    """The sum over the other deliveries is 0.9 but for the last binary digit."""
    coming = [Coming(1, 0.3, ON), Coming(1, 0.3, ON), Coming(20, 0.9, ON)]
    assert doses_to_count_on(0, coming, certainty=0.9) == 20


def test_many_small_deliveries_are_safer_than_a_large_one() -> None:
    small = [Coming(10, 0.9, ON)] * 60
    assert doses_to_count_on(0, [Coming(600, 0.9, ON)], certainty=0.95) == 0
    # 60 at 0.9: mean 54, sd 2.3; the binomial's 5 % quantile is 50.
    assert doses_to_count_on(0, small, certainty=0.95) == 500


def test_later_deliveries_do_not_count_earlier() -> None:
    days = [date(2021, 4, day) for day in (5, 6, 7)]
    assert doses_by_day(5, [Coming(60, 0.95, ON)], days, certainty=0.9) == (5, 65, 65)


@pytest.mark.parametrize(("held", "certainty"), [(-1, 0.9), (0, 0), (0, 1.1)])
def test_what_cannot_be_asked(held, certainty) -> None:
    with pytest.raises(ValueError, match=r"doses held|certainty to count on"):
        doses_to_count_on(held, [], certainty=certainty)


@pytest.mark.parametrize(("doses", "certainty"), [(-1, 0.9), (1, -0.1), (1, 1.1)])
def test_what_cannot_come(doses, certainty) -> None:
    with pytest.raises(ValueError, match=r"a delivery has|a certainty is"):
        Coming(doses, certainty, ON)
