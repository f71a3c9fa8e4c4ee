"""Facts in, answers out: the whole way, for any number of persons."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.evaluation.alike import kinds_of
from vaksam.core.rules.evaluation.choices import Choices, choices, no_choices
from vaksam.core.rules.evaluation.columns import Given, Persons, Rows, given, persons
from vaksam.core.rules.evaluation.compiling import Compiled
from vaksam.core.rules.evaluation.days import LAST, NEVER, Bits, Days, Ints
from vaksam.core.rules.evaluation.judging import Codes, Course, Terms, judged, no_doses
from vaksam.core.rules.evaluation.settling import STATUS, WHY, Answers, settled
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
    read = persons(facts, compiled.on), given(facts, compiled.on)
    return _frame(facts["person"], _all_answers(*read, compiled, households))


def explained(
    facts: pl.DataFrame, compiled: Compiled, households: Households
) -> tuple[pl.DataFrame, Detail]:
    """Answers, and how they came about: of persons known by year only, the last-born's."""
    everyone, slots = persons(facts, compiled.on), given(facts, compiled.on)
    found = _frame(facts["person"], _all_answers(everyone, slots, compiled, households))
    last = everyone.as_last_born()
    kinds, ids = kinds_of(last, compiled.kinds, households)
    rules = standing(kinds, compiled)
    course, codes = judged(slots, last.born, Terms.of(rules, ids), compiled.tables)
    rules = rules.take(ids)
    options = choices(last.born, rules, course, compiled, keep=True)
    return found, Detail(rules, course, codes, options)


def _all_answers(
    everyone: Persons, slots: list[Given], compiled: Compiled, households: Households
) -> Columns:
    found = _answers(everyone, slots, compiled, households)
    if len(uncertain := everyone.uncertain()):
        homes = (households[0][uncertain], households[1]) if households else None
        some, doses = everyone.take(uncertain), [slot.take(uncertain) for slot in slots]
        last = _answers(some.as_last_born(), doses, compiled, homes)
        _put_uncertain(found, uncertain, last, unknown=some.unknown)
    return found


def _answers(
    some: Persons, slots: list[Given], compiled: Compiled, households: Households
) -> Columns:
    """Kinds are answered as if without doses, and looked up; those with doses, one by one."""
    kinds, ids = kinds_of(some, compiled.kinds, households)
    rules = standing(kinds, compiled)
    table = _untouched(rules) | _settled(rules, no_doses(len(kinds)), kinds.born, compiled)
    found = {name: column[ids] for name, column in table.items()}
    if len(dosed := _dosed(slots)):
        doses = [slot.take(dosed) for slot in slots]
        for rows, columns in _answers_of_dosed(
            doses, some.born[dosed], rules, ids[dosed], compiled
        ):
            for name, column in columns.items():
                found[name][dosed[rows]] = column
    return found


def _answers_of_dosed(
    doses: list[Given], born: Days, rules: Standing, ids: Rows, compiled: Compiled
) -> Iterator[tuple[Rows, Columns]]:
    """Some rows and their answers. Products make no difference to those who get no further dose."""
    course, _ = judged(doses, born, Terms.of(rules, ids), compiled.tables)
    goes_on = course.counted < np.where(rules.over, 0, rules.doses)[ids]
    rows = np.flatnonzero(~goes_on)
    part, so_far = rules.take(ids[rows]), course.take(rows)
    yield rows, _columns(settled(part, so_far, no_choices(part, so_far), compiled))
    rows = np.flatnonzero(goes_on)
    yield rows, _settled(rules.take(ids[rows]), course.take(rows), born[rows], compiled)


def _dosed(slots: list[Given]) -> Rows:
    if not slots:
        return np.zeros(0, np.intp)
    given = slots[0].on != NEVER
    for slot in slots[1:]:
        given |= slot.on != NEVER
    return np.flatnonzero(given)


def _put_uncertain(
    found: Columns, rows: Rows, last: Columns, *, unknown: NDArray[np.bool_]
) -> None:
    """Who may be born on any day of a year: the last-born's answer, if the first-born's agrees."""
    differs = (found["status"][rows] != last["status"]) | unknown
    for name, column in last.items():
        found[name][rows] = column
    found["status"][rows[differs]] = STATUS[Status.NEEDS_ASSESSMENT]
    found["why"][rows[differs]] = WHY[Why.BIRTH_DATE_NOT_KNOWN]


def _untouched(rules: Standing) -> Columns:
    """What doses do not change."""
    return {"phase": rules.phase_number.astype(np.uint8), "place": rules.hospital.astype(np.uint8)}


def _settled(rules: Standing, course: Course, born: Days, compiled: Compiled) -> Columns:
    return _columns(settled(rules, course, choices(born, rules, course, compiled), compiled))


def _columns(answers: Answers) -> Columns:
    return {
        "status": answers.status,
        "why": answers.why,
        "next_dose": answers.next_dose.astype(np.uint8),
        "valid_doses": answers.valid_doses.astype(np.uint8),
        "earliest_on": answers.earliest,
        "recommended_on": answers.recommended,
        "latest_on": answers.latest,
        "products": answers.products,
        "rule": answers.rule,
    }


def _frame(person: pl.Series, found: Columns) -> pl.DataFrame:
    """The columns as they are given out: null for NEVER, NO_RULE and number 0."""
    numbers = pl.DataFrame({"person": person.cast(pl.Int64), **found})
    days = ("earliest_on", "recommended_on", "latest_on")
    return numbers.select(
        "person", "status", "why",
        *(_if(name, pl.col(name) != 0) for name in ("phase", "next_dose")),
        "valid_doses",
        *(_if(name, pl.col(name) <= LAST).cast(pl.Date) for name in days),
        "products", "place",
        _if("rule", pl.col("rule") != NO_RULE).cast(pl.UInt16),
    )  # fmt: skip


def _if(name: str, kept: pl.Expr) -> pl.Expr:
    return pl.when(kept).then(pl.col(name))
