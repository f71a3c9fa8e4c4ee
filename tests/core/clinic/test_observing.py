"""Who must stay, who may go, and how long it is."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.clinic.facts import NOW
from vaksam.core.clinic import Observed, of_visit, past, staying

GIVEN = st.builds(Observed, st.integers(1, 99), st.integers(0, 60).map(
    lambda ago: NOW - timedelta(minutes=ago)), st.sampled_from([15, 30]))  # fmt: skip


def test_fifteen_minutes():
    one = Observed(1, NOW, 15)
    for seconds, left, over in [(0, 15, False), (61, 14, False), (899, 1, False), (900, 0, True)]:
        now = NOW + timedelta(seconds=seconds)
        assert (one.left(now), one.is_past(now)) == (left, over)


def test_two_doses_at_a_visit_end_with_the_last():
    first, second = NOW, NOW + timedelta(minutes=3)
    assert of_visit(4, [(first, 30), (second, 15)]).ends_at == first + timedelta(minutes=30)
    assert of_visit(4, [(first, 15), (second, 15)]).ends_at == second + timedelta(minutes=15)


@given(st.lists(GIVEN))
def test_everybody_stays_or_may_go(observed):
    go, stay = past(observed, NOW), staying(observed, NOW)
    assert sorted(map(repr, [*go, *stay])) == sorted(map(repr, observed))
    assert all(each.left(NOW) == 0 for each in go) and all(each.left(NOW) > 0 for each in stay)
    assert [each.ends_at for each in stay] == sorted(each.ends_at for each in stay)
