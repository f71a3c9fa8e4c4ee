"""Closing a day: what the ledger and the record say agrees, or each difference is told."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clinic.facts import NOW
from vaksam.core.clinic import Line, agree, extra, words
from vaksam.core.supply.ledger import (
    Amount,
    Key,
    State,
    applied,
    change,
    draw,
    empty,
    fold,
    open_vial,
)

GOOD = Line(lot="EJ6795", product="comirnaty", opened=2, nominal=12, drawn=11, given=10, wasted=1,
            emptied_left=1, left_open=0, registered=10)  # fmt: skip


def codes(*lines):
    return [each.code for each in agree(lines)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"drawn": 12}, ["drawn"]),
        ({"wasted": 0}, ["drawn"]),
        ({"wasted": 0, "left_drawn": 1}, ["left_drawn"]),
        ({"registered": 9}, ["not_registered"]),
        ({"registered": 11}, ["not_given"]),
        ({"left_open": 1}, ["left_open"]),
        ({"given": 11, "left_open": 2}, ["drawn", "not_registered", "left_open"]),
    ],
)
def test_what_does_not_agree_is_told(changes, expected):
    found = agree([replace(GOOD, **changes)])
    assert [each.code for each in found] == expected
    for each in found:
        for language in ("sv", "en"):
            said = words(each, language, {"comirnaty": "Comirnaty"})
            assert said.startswith("Comirnaty: ") and "{" not in said


def test_lots_are_kept_apart():
    """A dose registered under the wrong lot is two differences, though the sums agree."""
    other = replace(GOOD, lot="EW2239", registered=11)
    found = agree([replace(GOOD, registered=9), other])
    assert [(each.lot, each.code) for each in found] == [
        ("EJ6795", "not_registered"), ("EW2239", "not_given"),
    ]  # fmt: skip


VIALS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=4)
"""For each vial: doses drawn, and how many of those are thrown away, at most."""


def _day(vials: list[tuple[int, int]], until: datetime) -> Line:
    """The line of a day whose vials of six went through the ledger, and all of it registered."""
    cold = Key(1, 1, State.COLD)
    holdings, legs = {cold: Amount(len(vials))}, []
    for number, (drawn, thrown) in enumerate(vials):
        opened = Key(1, 1, State.OPENED, until, number)
        drawn_key, thrown = replace(opened, state=State.DRAWN), min(drawn, thrown)
        for document in (
            open_vial(cold, doses=6, until=until, vial=number),
            draw(opened, drawn, held=6),
            change(drawn_key, State.WASTED, Amount(0, thrown)),
            change(drawn_key, State.GIVEN, Amount(0, drawn - thrown)),
            empty(opened, held=max(6 - drawn, 0)),
        ):
            holdings = applied(holdings, document)
            legs += document
    ends = {state: sum(amount.doses for key, amount in fold(legs).items() if key.state is state)
            for state in State}  # fmt: skip
    return Line("EJ6795", "comirnaty", len(vials), 6 * len(vials), sum(each for each, _ in vials),
                ends[State.GIVEN], ends[State.WASTED], ends[State.RESIDUE], 0,
                registered=ends[State.GIVEN])  # fmt: skip


@given(VIALS)
def test_a_day_through_the_ledger_agrees(vials):
    line = _day(vials, NOW)
    assert agree([line]) == ()
    assert extra(line) == sum(max(drawn - 6, 0) for drawn, _ in vials)


COUNTS = st.sampled_from(["drawn", "given", "wasted", "registered", "left_drawn", "left_open"])


@given(VIALS, COUNTS, st.integers(1, 3))
def test_one_count_changed_never_agrees(vials, name, more):
    line = _day(vials, NOW)
    assert agree([replace(line, **{name: getattr(line, name) + more})])
