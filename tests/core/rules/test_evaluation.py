"""The columnar evaluation says what docs/explanation/who-is-due.md says, for anyone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.core.rules import reference
from tests.core.rules.generators import CODES, TODAY, crowd, persons, rule_sets
from tests.core.rules.small import RULES
from vaksam.core.rules import decide, evaluate, evaluate_file
from vaksam.core.rules.decision import Dose, Facts, Status, Why
from vaksam.core.rules.definition import Place
from vaksam.core.rules.evaluation import alike, bulk, choices, compiling, judging, standing, who
from vaksam.core.rules.facts import frame
from vaksam.core.rules.in_force import RuleSet

_SLOW = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
_COLUMNS = (
    "phase", "next_dose", "valid_doses", "earliest_on", "recommended_on", "latest_on",
)  # fmt: skip


def compare(people: Sequence[Facts], rules: RuleSet, on: date = TODAY) -> None:
    """Each person's row against the reference."""
    answers = evaluate(frame(people, rules), rules, on=on).filter(pl.col("person") >= 0)
    numbers = {product.code: product.number for product in rules.products}
    for person, row in zip(people, answers.to_dicts(), strict=True):
        expected = reference.decide(person, rules, on)
        assert (list(Status)[row["status"]], list(Why)[row["why"]]) == (
            expected.status, expected.why,
        ), person  # fmt: skip
        assert {name: row[name] for name in _COLUMNS} == {
            name: getattr(expected, name) for name in _COLUMNS
        }, person
        assert row["products"] == sum(1 << numbers[code] for code in expected.products), person
        assert list(Place)[row["place"]] is expected.place, person


@_SLOW
@given(rule_sets(), st.lists(persons(), max_size=2), st.integers(0, 1 << 32))
def test_any_rules_any_persons(rules: RuleSet, people: list[Facts], seed: int) -> None:
    compare([*people, *crowd(40, seed)], rules)


@pytest.mark.parametrize("days", [-60, -25, 0, 6, 60, 140])
def test_a_crowd_under_a_small_programme(days: int) -> None:
    compare(_spring(1500), RULES, TODAY + timedelta(days))


@_SLOW
@given(rule_sets(), persons())
def test_one_person_alone(rules: RuleSet, person: Facts) -> None:
    """`decide` agrees with the reference also on judgements and on each product's days."""
    found, expected = decide(person, rules, on=TODAY), reference.decide(person, rules, TODAY)
    assert (found.status, found.why) == (expected.status, expected.why)
    assert found.judgements == expected.judgements
    assert {(c.product, c.earliest_on, c.recommended_on, c.latest_on) for c in found.choices} == (
        set(expected.choices)
    )
    assert found.reasons[0].code == f"answer.{found.status}.{found.why}"


def test_households_are_found_among_the_rows() -> None:
    """One frame with everyone in it answers as each person with their household beside them."""
    homes = [crowd(3, seed) for seed in range(200)]
    bare = [Facts(p.born_on, "24", p.year_only, p.sex, p.groups) for home in homes for p in home]
    town = frame(bare, RULES).with_columns(
        household=pl.when(pl.col("person") % 30 < 27).then((pl.col("person") // 3) * 1_000_003)
    )
    answers = evaluate(town, RULES, on=TODAY)
    for number, row in enumerate(answers.to_dicts()):
        first = number // 3 * 3
        others = [bare[n] for n in range(first, first + 3) if n != number]
        known = Facts(*_plain(bare[number]), household=tuple(others if number % 30 < 27 else ()))
        expected = reference.decide(known, RULES, TODAY)
        assert list(Status)[row["status"]] is expected.status
        assert row["phase"] == expected.phase


def test_from_file_to_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 100)
    facts = frame(_spring(730), RULES)
    facts.write_parquet(tmp_path / "facts.parquet", row_group_size=64)
    rows = evaluate_file(tmp_path / "facts.parquet", tmp_path / "out.parquet", RULES, on=TODAY)
    assert rows == facts.height
    expected = evaluate(facts, RULES, on=TODAY)
    assert_frame_equal(pl.read_parquet(tmp_path / "out.parquet"), expected)


def test_nobody() -> None:
    assert evaluate(frame([], RULES), RULES, on=TODAY).is_empty()
    nobody = RuleSet("p", "d", (), ())
    assert decide(Facts(date(1950, 1, 1), "24"), nobody, on=TODAY).why is Why.NO_OFFER


def test_without_any_birth_date_somebody_must_look() -> None:
    facts = frame([Facts(date(1950, 1, 1), "24")], RULES).with_columns(
        born_on=pl.lit(None, pl.Date)
    )
    row = evaluate(facts, RULES, on=TODAY).row(0, named=True)
    assert list(Status)[row["status"]] is Status.NEEDS_ASSESSMENT
    assert list(Why)[row["why"]] is Why.BIRTH_DATE_NOT_KNOWN


def test_many_kinds_do_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = evaluate(frame(_spring(300), RULES), RULES, on=TODAY)
    monkeypatch.setattr(alike, "_LARGEST_TABLE", 1)
    assert_frame_equal(evaluate(frame(_spring(300), RULES), RULES, on=TODAY), expected)


def _no_months(days: object, months: object) -> object:
    return days


def _all_follow(self: object, region: object, *rest: object) -> object:
    import numpy as np

    return np.full(np.shape(region), judging.MAY_NOT_FOLLOW - 1)


def _own_without_groups(self: who.Test, kinds: who.Kinds) -> object:
    low, high = self.births()
    return (low <= kinds.born) & (kinds.born <= high)


@pytest.mark.parametrize(
    ("place", "name", "broken"),
    [
        (choices, "add_months", _no_months),
        (compiling.Tables, "between", _all_follow),
        (who.Test, "own", _own_without_groups),
        (standing, "is_over", lambda season, on: True),
        (judging, "ages", lambda born, on: on - born),
        (alike, "within", lambda days: days * 0 + 40000),
    ],
)
def test_a_broken_evaluation_is_seen(
    place: object, name: str, broken: Callable[..., object], fresh: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    compare(_spring(600), RULES)
    compiling.compiled.cache_clear()
    monkeypatch.setattr(place, name, broken)
    with pytest.raises(AssertionError):
        compare(_spring(600), RULES)


@pytest.fixture
def fresh() -> Iterator[None]:
    yield
    compiling.compiled.cache_clear()


def _spring(size: int) -> list[Facts]:
    """A crowd whose doses are the small programme's products."""
    names = dict(zip(CODES, ("comirnaty", "spikevax", "vaxzevria"), strict=True))
    return [
        Facts(
            *_plain(person),
            doses=tuple(Dose(d.on, names.get(d.product, d.product)) for d in person.doses),
            household=person.household,
        )
        for person in crowd(size, seed=7)
    ]


def _plain(person: Facts) -> tuple[date, str, bool, int, frozenset[str]]:
    return person.born_on, person.region, person.year_only, person.sex, person.groups
