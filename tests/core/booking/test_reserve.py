"""The order of the reserve list: fair, all or none, never more than the doses, always the same."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.booking import Candidate, Leftover, Turn, order
from vaksam.core.booking.reserve import Passed

NOON = datetime(2021, 4, 13, 12, tzinfo=UTC)
LEFT = Leftover(product="comirnaty", doses=2, minutes=60)


def one(person: int, **more: Any) -> Candidate:
    plain = {
        "party": 0, "phase": 2, "due_since": date(2021, 4, 12), "born_year": 1950,
        "joined_at": NOON, "products": frozenset({"comirnaty"}), "due": True, "minutes": 10.0,
        "most_minutes": 30.0, "notice": 15.0,
    }  # fmt: skip
    return Candidate(person=person, **plain | more)


def asked(turns: Sequence[Turn]) -> list[int]:
    return [person for turn in turns if turn.passed is None for person in turn.persons]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"phase": 1}, {"phase": 2}),
        ({"phase": 4}, {"phase": None}),
        ({"due_since": date(2021, 4, 1)}, {}),
        ({"born_year": 1930}, {}),
        ({"joined_at": NOON - timedelta(days=1)}, {}),
        ({"phase": 1, "born_year": 1990}, {"phase": 2, "born_year": 1930}),
    ],
)
def test_who_comes_first(first: dict[str, Any], then: dict[str, Any]) -> None:
    turns = order([one(1, **then), one(2, **first)], replace(LEFT, doses=1))
    assert [(turn.persons, turn.passed) for turn in turns] == [
        ((2,), None), ((1,), Passed.DOSES_GONE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "passed"),
    [
        ({"asked": True}, Passed.ASKED),
        ({"due": False}, Passed.NOT_DUE),
        ({"products": frozenset({"spikevax"})}, Passed.OTHER_PRODUCT),
        ({"dose": 2}, Passed.OTHER_DOSE),
        ({"hospital": True, "dose": 1}, Passed.HOSPITAL_ONLY),
        ({"booked_soon": True, "dose": 1}, Passed.BOOKED_SOON),
        ({"not_now": True, "dose": 1}, Passed.NOT_NOW),
        ({"minutes": 31.0, "dose": 1}, Passed.TOO_FAR),
        ({"minutes": 30.0, "notice": 31.0, "dose": 1}, Passed.NO_TIME),
        ({"minutes": 30.0, "notice": 30.0, "dose": 1}, None),
    ],
)
def test_why_somebody_is_passed_over(more: dict[str, Any], passed: Passed | None) -> None:
    turns = order([one(1, **more)], replace(LEFT, dose=1))
    assert turns == [Turn((1,), 1, passed)]


def test_a_family_comes_all_or_none_and_a_smaller_one_behind_it_may() -> None:
    family = [one(n, party=7, phase=1) for n in (1, 2, 3)]
    turns = order([*family, one(4), one(5), one(6)], LEFT)
    assert [(turn.persons, turn.passed) for turn in turns] == [
        ((1, 2, 3), Passed.FAMILY_TOO_LARGE), ((4,), None), ((5,), None), ((6,), Passed.DOSES_GONE),
    ]  # fmt: skip


def test_one_members_hindrance_is_everyones() -> None:
    turns = order([one(1, party=7), one(2, party=7, hospital=True), one(3)], LEFT)
    assert turns[0] == Turn((1, 2), 1, Passed.HOSPITAL_ONLY)
    assert asked(turns) == [3]


def test_a_party_numbered_as_a_person_is_not_that_person() -> None:
    turns = order([one(1, party=2), one(3, party=2), one(2)], replace(LEFT, doses=3))
    assert sorted(turn.persons for turn in turns) == [(1, 3), (2,)]


_HINDRANCES = st.sampled_from([{}, {}, {}, {"due": False}, {"minutes": 99.0}, {"asked": True},
                               {"hospital": True}, {"dose": 2}])  # fmt: skip


@st.composite
def lists(draw: Any) -> list[Candidate]:
    return [
        one(
            person,
            party=draw(st.sampled_from([0, 0, 0, 1, 2])),
            phase=draw(st.sampled_from([1, 2, 3, None])),
            due_since=draw(st.sampled_from([None, date(2021, 3, 1), date(2021, 4, 12)])),
            born_year=draw(st.sampled_from([None, 1930, 1950])),
            joined_at=NOON + timedelta(hours=draw(st.integers(0, 2))),
            **draw(_HINDRANCES),
        )
        for person in range(1, draw(st.integers(0, 9)) + 1)
    ]  # fmt: skip


left = st.builds(Leftover, product=st.just("comirnaty"), doses=st.integers(0, 6),
                 minutes=st.just(60.0), dose=st.sampled_from([None, 1, 2]))  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(lists(), left, st.integers(0, 1 << 16))
def test_the_list_is_fair(people: list[Candidate], doses: Leftover, seed: int) -> None:
    turns = order(people, doses)
    assert len(asked(turns)) <= doses.doses
    assert sorted(p for turn in turns for p in turn.persons) == [each.person for each in people]
    parties = {each.person: each.party or -each.person for each in people}
    for turn in turns:  # all or none
        assert len({parties[person] for person in turn.persons}) == 1
    assert [turn.rank for turn in turns] == list(range(1, len(turns) + 1))
    _demand_nobody_later_is_asked_instead(people, turns)
    _demand_all_doses_are_offered(turns, doses)
    shuffled = random.Random(seed).sample(people, len(people))  # noqa: S311
    assert order(shuffled, doses) == turns


def _demand_nobody_later_is_asked_instead(people: list[Candidate], turns: list[Turn]) -> None:
    """Whoever is alone and passed since the doses were gone sees nobody behind them asked."""
    phase = {each.person: each.phase or 99 for each in people}
    gone = [turn for turn in turns if turn.passed is Passed.DOSES_GONE]
    for turn in gone:
        behind = [each for each in turns if each.rank > turn.rank and each.passed is None]
        assert not behind
        assert all(phase[p] >= min(map(phase.get, each.persons)) for p in turn.persons
                   for each in turns if each.passed is None)  # fmt: skip


def _demand_all_doses_are_offered(turns: list[Turn], doses: Leftover) -> None:
    """A dose is kept back only when no party that could come is small enough for it."""
    spare = doses.doses - len(asked(turns))
    waiting = [turn for turn in turns
               if turn.passed in (Passed.DOSES_GONE, Passed.FAMILY_TOO_LARGE)]  # fmt: skip
    assert all(len(turn.persons) > spare for turn in waiting)
