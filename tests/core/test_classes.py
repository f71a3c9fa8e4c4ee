"""Classes of a colour scale."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.coverage.classes import class_of, classes

shares = st.lists(st.floats(0, 1), min_size=1)


@given(shares, st.integers(1, 9))
def test_every_value_has_a_class_and_no_end_is_empty(values, count):
    breaks = classes(values, count)
    found = {class_of(value, breaks) for value in values}
    assert len(breaks) - 1 <= count
    assert None not in found
    assert {0, len(breaks) - 2} <= found


@given(shares, st.integers(1, 9))
def test_breaks_are_even_and_inside_a_share(values, count):
    breaks = classes(values, count)
    steps = [b - a for a, b in pairwise(breaks)]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert 0 <= breaks[0] < breaks[-1] <= 1


@given(shares)
def test_order_and_gaps_in_the_values_do_not_matter(values):
    assert classes([None, *reversed(values), math.nan]) == classes(values)


@pytest.mark.parametrize(
    ("values", "count", "breaks"),
    [
        ([], 5, ()),
        ([None, math.nan], 5, ()),
        ([0.0], 5, (0.0, 0.001)),
        ([1.0, 1.0], 5, (0.999, 1.0)),
        ([0.5], 5, (0.5, 0.501)),
        ([0.0, 1.0], 5, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([0.0, 1.0], 1, (0.0, 1.0)),
        ([0.29, 0.07], 5, (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)),
        ([0.81, 0.86, 0.89], 5, (0.8, 0.82, 0.84, 0.86, 0.88, 0.9)),
        ([0.29, 0.31, 0.33], 5, (0.29, 0.3, 0.31, 0.32, 0.33)),
        ([0.00018, 0.0004], 5, (0.0, 0.001)),
    ],
)
def test_examples(values, count, breaks):
    assert classes(values, count) == breaks


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.05, 0), (0.1, 1), (0.2, 1), (0.04, None), (0.21, None), (None, None), (math.nan, None)],
)
def test_class_of(value, expected):
    assert class_of(value, (0.05, 0.1, 0.2)) == expected


def test_no_breaks_no_class():
    assert class_of(0.5, ()) is None


@pytest.mark.parametrize(("values", "count"), [([0.1], 0), ([math.inf], 5)])
def test_refuses_what_cannot_be(values, count):
    with pytest.raises(ValueError, match="at least 1"):
        classes(values, count)
