"""Facts in, answers out: the whole way, for any number of persons."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.evaluation.alike import kinds_of
from vaksam.core.rules.evaluation.choices import Choices, choices
from vaksam.core.rules.evaluation.columns import Given, Persons, Rows, given, persons
from vaksam.core.rules.evaluation.compiled import Compiled
from vaksam.core.rules.evaluation.days import LAST, NEVER, Bits, Days, Ints
from vaksam.core.rules.evaluation.judging import Codes, Course, judged, no_doses
from vaksam.core.rules.evaluation.settling import STATUS, WHY, settled
from vaksam.core.rules.evaluation.standing import NO_RULE, Standing, standing

Households = tuple[Ints, Bits] | None
Columns = dict[str, NDArray[np.generic]]


@dataclass(slots=True)
class Detail:
    """How each row came to its answer."""

    standing: Standing
    course: Course
    judgements: list[Codes]
    choices: Choices


def answered(facts: pl.DataFrame, compiled: Compiled, households: Households) -> pl.DataFrame:
    """One row for each person of `facts`, in its order (see `evaluate`)."""
    everyone, slots = persons(facts, compiled.on), given(facts, compiled.on)
    found = _answers(everyone, slots, compiled, households)
    if len(uncertain := everyone.uncertain()):
        homes = (households[0][uncertain], households[1]) if households else None
        some, doses = everyone.take(uncertain), [slot.take(uncertain) for slot in slots]
        last = _answers(some.as_last_born(), doses, compiled, homes)
        _put_uncertain(found, uncertain, last, unknown=some.unknown)
    return _frame(facts["person"], found)


def detail(facts: pl.DataFrame, compiled: Compiled, households: Households) -> Detail:
    """How the answers came about; persons known by year only are taken as the last-born."""
    everyone = persons(facts, compiled.on).as_last_born()
    kinds, ids = kinds_of(everyone, compiled.kinds, households)
    rules = standing(kinds, compiled).take(ids)
    course, codes = judged(given(facts, compiled.on), everyone.born, rules, compiled.tables)
    options = choices(everyone.born, rules, course, compiled, keep=True)
    return Detail(rules, course, codes, options)


def _answers(
    some: Persons, slots: list[Given], compiled: Compiled, households: Households
) -> Columns:
    """Kinds are answered as if without doses, and looked up; those with doses, one by one."""
    kinds, ids = kinds_of(some, compiled.kinds, households)
    rules = standing(kinds, compiled)
    table = _columns(rules, no_doses(len(kinds)), kinds.born, compiled)
    found = {name: column[ids] for name, column in table.items()}
    if len(dosed := _dosed(slots)):
        rules, born = rules.take(ids[dosed]), some.born[dosed]
        course, _ = judged([slot.take(dosed) for slot in slots], born, rules, compiled.tables)
        for name, column in _columns(rules, course, born, compiled).items():
            found[name][dosed] = column
    return found


def _dosed(slots: list[Given]) -> Rows:
    if not slots:
        return np.zeros(0, np.intp)
    return np.flatnonzero(np.any([slot.on != NEVER for slot in slots], axis=0))


def _put_uncertain(found: Columns, rows: Rows, last: Columns, *, unknown: NDArray[np.bool_]) -> None:
    """Who may be born on any day of a year: the last-born's answer, if the first-born's agrees."""
    differs = (found["status"][rows] != last["status"]) | unknown
    for name, column in last.items():
        found[name][rows] = column
    found["status"][rows[differs]] = STATUS[Status.NEEDS_ASSESSMENT]
    found["why"][rows[differs]] = WHY[Why.BIRTH_DATE_NOT_KNOWN]


def _columns(rules: Standing, course: Course, born: Days, compiled: Compiled) -> Columns:
    answers = settled(rules, course, choices(born, rules, course, compiled), compiled)
    return {
        "status": answers.status,
        "why": answers.why,
        "phase": rules.phase_number.astype(np.uint8),
        "next_dose": answers.next_dose.astype(np.uint8),
        "valid_doses": answers.valid_doses.astype(np.uint8),
        "earliest_on": answers.earliest,
        "recommended_on": answers.recommended,
        "latest_on": answers.latest,
        "products": answers.products,
        "place": rules.hospital.astype(np.uint8),
        "rule": answers.rule,
        "offer_rule": rules.offer,
        "opening_rule": rules.opening,
        "phase_rule": rules.phase,
        "interval_rule": answers.interval_rule,
        "precaution_rule": rules.precaution,
    }


def _frame(person: pl.Series, found: Columns) -> pl.DataFrame:
    """The columns as they are given out: null for NEVER, NO_RULE and number 0."""
    return pl.DataFrame({"person": person.cast(pl.Int64), **found}).with_columns(
        *(_not(name, pl.col(name) != 0) for name in ("phase", "next_dose")),
        *(
            _not(name, pl.col(name) <= LAST).cast(pl.Date)
            for name in ("earliest_on", "recommended_on", "latest_on")
        ),
        *(
            _not(name, pl.col(name) != NO_RULE).cast(pl.UInt16)
            for name in found if name.endswith("rule")
        ),
    )  # fmt: skip


def _not(name: str, kept: pl.Expr) -> pl.Expr:
    return pl.when(kept).then(pl.col(name))
