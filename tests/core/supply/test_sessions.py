"""Sessions at a small place: the best of all cuts, nobody forgotten, nobody kept waiting."""

from itertools import pairwise
from itertools import product as every

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.supply.sessions import Session, group_sessions

DAYS = st.lists(st.integers(0, 8), max_size=9)
COSTS = st.fixed_dictionaries(
    {
        "dose_cost": st.sampled_from([0.0, 1.0, 2.5]),
        "day_cost": st.sampled_from([0.0, 0.02, 0.3]),
        "session_cost": st.sampled_from([0.0, 0.5, 4.0]),
    }
)
ANY = settings(max_examples=150, deadline=None)


def cost(
    sessions: list[Session], persons: list[int], *, dose_cost: float, day_cost: float,
    session_cost: float,
) -> float:  # fmt: skip
    waited = sum(
        persons[day] * (each.day - day) for each in sessions for day in range(each.since, each.day)
    )
    left = sum(each.left for each in sessions)
    return dose_cost * left + day_cost * waited + session_cost * len(sessions)


def all_cuts(persons: list[int], doses: int, longest_wait: int) -> list[list[Session]]:
    """Every way to cut the days, where nobody waits too long."""
    found = []
    for ends in every([False, True], repeat=max(len(persons) - 1, 0)):
        cuts = [0, *(day + 1 for day, end in enumerate(ends) if end), len(persons)]
        sessions = []
        for start, end in pairwise(cuts):
            days = [day for day in range(start, end) if persons[day]]
            if days:
                there = sum(persons[start:end])
                vials = -(-there // doses)
                left = vials * doses - there
                sessions.append(Session(days[-1], start, there, vials, left))
        first = [
            min(day for day in range(each.since, each.day + 1) if persons[day]) for each in sessions
        ]
        if all(each.day - day <= longest_wait for each, day in zip(sessions, first, strict=True)):
            found.append(sessions)
    return found


@ANY
@given(DAYS, st.integers(1, 7), st.integers(0, 5), COSTS)
def test_no_cut_is_cheaper(persons, doses, longest_wait, costs) -> None:
    sessions = group_sessions(persons, doses_per_vial=doses, longest_wait=longest_wait, **costs)
    least = min(cost(each, persons, **costs) for each in all_cuts(persons, doses, longest_wait))
    assert cost(sessions, persons, **costs) == pytest.approx(least)


@ANY
@given(DAYS, st.integers(1, 7), st.integers(0, 5), COSTS)
def test_all_are_served_once_and_nobody_waits_too_long(persons, doses, longest_wait, costs) -> None:
    sessions = group_sessions(persons, doses_per_vial=doses, longest_wait=longest_wait, **costs)
    served = [day for each in sessions for day in range(each.since, each.day + 1)]
    assert len(served) == len(set(served))
    assert {day for day, there in enumerate(persons) if there} <= set(served)
    for each in sessions:
        there = persons[each.since : each.day + 1]
        first = each.since + next(n for n, count in enumerate(there) if count)
        assert each.day - first <= longest_wait
        assert each.persons == sum(there)
        assert each.vials * doses == each.persons + each.left
        assert 0 <= each.left < doses


def test_an_empty_week_has_no_session() -> None:
    assert group_sessions([], doses_per_vial=6, longest_wait=3) == []
    assert group_sessions([0, 0], doses_per_vial=6, longest_wait=3) == []


def test_nobody_waits_where_no_waiting_is_allowed() -> None:
    found = group_sessions([2, 0, 4], doses_per_vial=6, longest_wait=0)
    assert found == [Session(0, 0, 2, 1, 4), Session(2, 2, 4, 1, 2)]
