"""Appointments judged in bulk against the slow way, one by one; windows against single days."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.booking.test_surely import given_by
from tests.core.rules.generators import TODAY, crowd, rule_sets
from tests.core.rules.small import RULES
from vaksam.core.booking import Held, Wanted, may_book
from vaksam.core.booking.facts import Why
from vaksam.core.replanning.judging import Wrong, judged, windows
from vaksam.core.rules import Facts
from vaksam.core.rules.facts import frame
from vaksam.core.rules.in_force import RuleSet

_SLOW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
_SAME = {
    Why.NOT_OPENED: {Wrong.NOT_DUE, Wrong.PAUSED}, Why.NOT_RECOMMENDED: {Wrong.NOT_DUE},
    Why.COMPLETE: {Wrong.NOT_DUE, Wrong.PAUSED},
    Why.NEEDS_ASSESSMENT: {Wrong.ASSESS, Wrong.PAUSED, Wrong.HOSPITAL},
}  # fmt: skip


@dataclass(frozen=True)
class Time:
    appointment: int
    person: int
    product: str
    dose: int
    slot_dose: int | None
    on: date
    hospital: bool


def times(people: Sequence[Facts], rules: RuleSet, seed: int) -> list[Time]:
    """Some people with one or two times each."""
    dice, found = random.Random(seed), []  # noqa: S311 - a test, not a secret
    codes = [each.code for each in rules.products]
    for person, _ in enumerate(people):
        days = sorted(dice.sample(range(1, 90), dice.choice([0, 1, 1, 2])))
        for n, day in enumerate(days):
            found.append(
                Time(len(found), person, dice.choice(codes), n + 1, dice.choice([None, None, 1, 2]),
                     TODAY + timedelta(days=day), dice.random() < 0.3)
            )  # fmt: skip
    return found


def as_frame(found: Sequence[Time], rules: RuleSet) -> pl.DataFrame:
    numbers = {each.code: each.number for each in rules.products}
    return pl.DataFrame(
        {
            "appointment": [each.appointment for each in found],
            "person": [each.person for each in found],
            "product": [each.product for each in found],
            "number": [numbers[each.product] for each in found],
            "dose": [each.dose for each in found],
            "slot_dose": [each.slot_dose for each in found],
            "on": [each.on for each in found],
            "hospital": [each.hospital for each in found],
        },
        schema={"appointment": pl.Int64, "person": pl.Int64, "product": pl.String,
                "number": pl.UInt8, "dose": pl.UInt8, "slot_dose": pl.UInt8, "on": pl.Date,
                "hospital": pl.Boolean},
    )  # fmt: skip


def slowly(each: Time, people: Sequence[Facts], found: Sequence[Time], rules: RuleSet) -> set[Why]:
    """Why one time may not be held: the long way, with the earlier ones of the person held."""
    held = [
        Held(appointment=other.appointment, programme=rules.programme, disease=rules.disease,
             product=other.product, dose=other.dose, on=other.on)
        for other in found
        if other.person == each.person and other.on < each.on
    ]  # fmt: skip
    wanted = Wanted(programme=rules.programme, product=each.product, on=each.on,
                    dose=each.slot_dose, hospital=each.hospital, by_staff=True)  # fmt: skip
    said = may_book(people[each.person], rules, wanted, held, on=TODAY)
    return {refusal.why for refusal in said.refusals} - {Why.BOOKED}


def demand_alike(people: Sequence[Facts], rules: RuleSet, seed: int) -> int:
    """Right in bulk where it is right one by one; how many were wrong."""
    found = times(people, rules, seed)
    fast = judged(as_frame(found, rules), frame(people, rules), rules)
    wrong = dict(fast.select("appointment", "wrong").iter_rows())
    for each in found:
        slow = slowly(each, people, found, rules)
        quick = wrong[each.appointment]
        if quick == Wrong.TOO_LATE:
            assert not slow, (each, slow)  # booking lets somebody come late; a plan does not
        else:
            assert (quick is None) == (not slow), (each, quick, slow, people[each.person])
        for why, allowed in _SAME.items():
            assert why not in slow or quick in allowed, (each, quick, slow)
    return sum(each is not None for each in wrong.values())


@_SLOW
@given(rule_sets(), st.integers(0, 1 << 32))
def test_any_rules_any_person(rules: RuleSet, seed: int) -> None:
    demand_alike(given_by(crowd(8, seed), TODAY), rules, seed)


def test_a_crowd_of_spring() -> None:
    people = given_by(crowd(120, 7), TODAY)
    wrong = demand_alike(people, RULES, 7)
    assert 0 < wrong < 120


def test_a_place_in_a_window_is_right() -> None:
    people = given_by(crowd(80, 3), TODAY)
    found = times(people, RULES, 3)
    rows = as_frame(found, RULES)
    facts = frame(people, RULES)
    since, until = TODAY + timedelta(days=1), TODAY + timedelta(days=60)
    may = windows(rows, facts, RULES, since=since, until=until)
    known = {each.appointment: each for each in found}
    right = tried = 0
    for row in may.iter_rows(named=True):
        each = known[row["appointment"]]
        moved = Time(each.appointment, each.person, row["product"], each.dose, None,
                     row["earliest_on"], row["hospital"])  # fmt: skip
        tried += 1
        right += not slowly(moved, people, [t for t in found if t.on < each.on], RULES)
    assert tried > 30
    assert right >= 0.98 * tried  # a birthday within a part is caught when the plan is judged


def test_nobody_who_may_not_has_a_window() -> None:
    people = given_by(crowd(60, 5), TODAY)
    found = times(people, RULES, 5)
    may = windows(as_frame(found, RULES), frame(people, RULES), RULES,
                  since=TODAY + timedelta(days=1), until=TODAY + timedelta(days=30))  # fmt: skip
    has = {(row["appointment"], row["product"]) for row in may.iter_rows(named=True)}
    for each in found:
        moved = Time(each.appointment, each.person, each.product, each.dose, None,
                     TODAY + timedelta(days=25), True)  # fmt: skip
        alone = sum(other.person == each.person for other in found) == 1
        if alone and not slowly(moved, people, [], RULES):
            assert (each.appointment, each.product) in has
