"""Places that open and close with the doses, against every other choice."""

from itertools import accumulate, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.capacity import accordion, open_places, spread_days

ANY = settings(max_examples=200, deadline=None)
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)
DAYS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 8)), min_size=1, max_size=5
)


def test_free_places_open_in_proportion() -> None:
    assert open_places([6, 6, 6], [6, 2, 0], 13) == (6, 4, 3)  # 5 doses for 4 and 6 free: 2 and 3


def test_the_earlier_is_opened_first_among_equals() -> None:
    assert open_places([4, 4, 4], [0, 0, 0], 4) == (2, 1, 1)


def test_all_is_open_when_doses_are_enough() -> None:
    assert open_places([4, 5], [1, 7], 99) == (4, 7)


def test_taken_places_stay_and_those_over_are_told() -> None:
    found = accordion([6, 6, 6], [6, 2, 1], 5)
    assert (found.places, found.booked, found.doses, found.over) == ((6, 2, 1), 9, 5, 4)
    assert accordion([6], [2], 5).over == 0


@ANY
@given(PAIRS, st.integers(-3, 90))
def test_never_more_places_than_doses_or_taken(pairs, doses) -> None:
    wanted, taken = ([pair[n] for pair in pairs] for n in (0, 1))
    found = open_places(wanted, taken, doses)
    most = [max(pair) for pair in pairs]
    assert all(k <= n <= m for k, n, m in zip(taken, found, most, strict=True))
    assert sum(found) == min(max(doses, sum(taken)), sum(most))


@ANY
@given(PAIRS, st.integers(0, 90))
def test_each_is_within_one_of_its_proportion(pairs, doses) -> None:
    wanted, taken = ([pair[n] for pair in pairs] for n in (0, 1))
    free = [max(w - k, 0) for w, k in pairs]
    spare = min(max(doses - sum(taken), 0), sum(free))
    opened = [n - k for n, k in zip(open_places(wanted, taken, doses), taken, strict=True)]
    for more, each in zip(opened, free, strict=True):
        assert abs(more * sum(free) - spare * each) < max(sum(free), 1)


def test_doses_of_a_later_day_are_not_given_earlier() -> None:
    assert spread_days([10, 10, 10], [0, 0, 0], [4, 4, 20]).places == (4, 0, 10)


def test_later_bookings_have_their_doses_set_aside() -> None:
    found = spread_days([6, 10, 10], [1, 8, 0], [10, 10, 20])
    assert found.places == (2, 8, 10)
    assert (found.doses, found.booked, found.over) == (20, 9, 0)


def test_booked_beyond_the_doses_of_a_day() -> None:
    """Seven booked by the second day and four doses: three over, though all come in the end."""
    found = spread_days([5, 5, 5], [3, 4, 0], [4, 4, 12])
    assert (found.places, found.over) == ((3, 4, 5), 3)


@ANY
@given(DAYS)
def test_no_choice_of_days_opens_more_by_any_day(days) -> None:
    wanted, taken, steps = ([day[n] for day in days] for n in (0, 1, 2))
    doses = list(accumulate(steps))
    booked = list(accumulate(taken))
    spare = [max(c - k, 0) for c, k in zip(doses, booked, strict=True)]
    choices = product(*(range(max(w - k, 0) + 1) for w, k, _ in days))
    sums = [list(accumulate(choice)) for choice in choices]
    allowed = [upto for upto in sums if all(x <= s for x, s in zip(upto, spare, strict=True))]
    found = spread_days(wanted, taken, doses)
    opened = list(accumulate(n - k for n, k in zip(found.places, taken, strict=True)))
    assert opened in allowed
    assert opened == [max(upto) for upto in zip(*allowed, strict=True)]
    assert found.over == max(0, *(k - c for c, k in zip(doses, booked, strict=True)))


@pytest.mark.parametrize("wanted", [[1, 2], [-1]])
def test_what_cannot_be(wanted) -> None:
    with pytest.raises(ValueError, match=r"shorter|0 or more"):
        open_places(wanted, [0], 3)
    with pytest.raises(ValueError, match=r"shorter|0 or more"):
        spread_days(wanted, [0], [3])


def test_days_without_doses_told() -> None:
    with pytest.raises(ValueError, match="longer"):
        spread_days([1, 1], [0, 0], [3])
