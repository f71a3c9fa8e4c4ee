"""Facts in, answers out: the whole way, for any number of persons."""

from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.rules.evaluation.alike import Ids, kinds_of
from vaksam.core.rules.evaluation.choices import Choices, choices
from vaksam.core.rules.evaluation.columns import Given, Persons, given, persons
from vaksam.core.rules.evaluation.compiled import Compiled
from vaksam.core.rules.evaluation.days import LAST, NEVER, Bits, Ints
from vaksam.core.rules.evaluation.judging import Codes, Course, judged, no_doses
from vaksam.core.rules.evaluation.settling import STATUS, WHY, Answers, settled
from vaksam.core.rules.evaluation.standing import NO_RULE, Standing, standing
from vaksam.core.rules.decision import Status, Why

Households = tuple[Ints, Bits] | None
_RULES = ("rule", "interval_rule")


@dataclass(slots=True)
class Detail:
    """How one row came to its answer."""

    standing: Standing
    course: Course
    judgements: list[Codes]
    choices: Choices


def answered(facts: pl.DataFrame, compiled: Compiled, households: Households) -> pl.DataFrame:
    """One row for each person of `facts`, in its order (see `evaluate`)."""
    everyone, slots = persons(facts, compiled.on), given(facts, compiled.on)
    found = _answers(everyone, slots, compiled, households)
    uncertain = np.flatnonzero((everyone.born != everyone.last_born) | everyone.unknown)
    if len(uncertain):
        found = _with_uncertain(found, uncertain, everyone, slots, compiled, households)
    return found.insert_column(0, facts["person"].cast(pl.Int64))


def detail(facts: pl.DataFrame, compiled: Compiled, households: Households) -> Detail:
    """How the answers came about; persons known by year only are taken as the last-born."""
    everyone = persons(facts, compiled.on)
    everyone = replace(everyone, born=everyone.last_born)
    kinds, ids = kinds_of(everyone, compiled, households)
    rows = standing(kinds, compiled).take(ids)
    course, codes = judged(given(facts, compiled.on), everyone.born, rows, compiled.tables)
    options = choices(everyone.born, rows, course, compiled, keep=True)
    return Detail(rows, course, codes, options)


def _answers(
    some: Persons, slots: list[Given], compiled: Compiled, households: Households
) -> pl.DataFrame:
    """Kinds are answered as if without doses, those with doses one by one; then looked up."""
    kinds, ids = kinds_of(some, compiled, households)
    rules = standing(kinds, compiled)
    parts = [_frame(rules, _settled(rules, no_doses(len(kinds)), kinds.born, compiled))]
    dosed = _dosed(slots)
    if len(dosed):
        rows = rules.take(ids[dosed])
        doses = [Given(slot.on[dosed], slot.product[dosed]) for slot in slots]
        course, _ = judged(doses, some.born[dosed], rows, compiled.tables)
        parts.append(_frame(rows, _settled(rows, course, some.born[dosed], compiled)))
        ids[dosed] = len(kinds) + np.arange(len(dosed))
    return pl.concat(parts)[ids]


def _dosed(slots: list[Given]) -> Ids:
    if not slots:
        return np.zeros(0, np.intp)
    given = slots[0].on != NEVER
    for slot in slots[1:]:
        given = given | (slot.on != NEVER)
    return np.flatnonzero(given)


def _settled(
    rules: Standing, course: Course, born: NDArray[np.int32], compiled: Compiled
) -> Answers:
    return settled(rules, course, choices(born, rules, course, compiled), compiled)


def _with_uncertain(
    found: pl.DataFrame,
    rows: Ids,
    everyone: Persons,
    slots: list[Given],
    compiled: Compiled,
    households: Households,
) -> pl.DataFrame:
    """Who may be born on any day of a year: the last-born's answer, if the first-born's agrees."""
    some = Persons(*(getattr(everyone, field.name)[rows] for field in fields(Persons)))
    last = _answers(
        replace(some, born=some.last_born),
        [Given(slot.on[rows], slot.product[rows]) for slot in slots],
        compiled,
        (households[0][rows], households[1]) if households else None,
    )
    differs = (found["status"][rows] != last["status"]) | pl.Series(some.unknown)
    last = last.with_columns(
        status=pl.when(differs).then(STATUS[Status.NEEDS_ASSESSMENT]).otherwise("status"),
        why=pl.when(differs).then(WHY[Why.BIRTH_DATE_NOT_KNOWN]).otherwise("why"),
    )
    place = np.arange(len(found))
    place[rows] = len(found) + np.arange(len(rows))
    return pl.concat([found, last.cast(found.schema)])[place]


def _frame(rules: Standing, answers: Answers) -> pl.DataFrame:
    days = {
        "earliest_on": answers.earliest,
        "recommended_on": answers.recommended,
        "latest_on": answers.latest,
    }
    indexes = {
        "rule": answers.rule, "offer_rule": rules.offer, "opening_rule": rules.opening,
        "phase_rule": rules.phase, "interval_rule": answers.interval_rule,
        "precaution_rule": rules.precaution,
    }  # fmt: skip
    return pl.DataFrame(
        {
            "status": answers.status,
            "why": answers.why,
            "phase": rules.phase_number,
            "next_dose": answers.next_dose,
            "valid_doses": answers.valid_doses,
            "products": answers.products,
            "place": rules.hospital,
            **days,
            **indexes,
        }
    ).select(
        "status",
        "why",
        *(_number(name) for name in ("phase", "next_dose")),
        pl.col("valid_doses").cast(pl.UInt8),
        *(_day(name) for name in days),
        "products",
        pl.col("place").cast(pl.UInt8),
        *(_rule(name) for name in indexes),
    )


def _number(name: str) -> pl.Expr:
    return pl.when(pl.col(name) > 0).then(pl.col(name)).cast(pl.UInt8)


def _day(name: str) -> pl.Expr:
    return pl.when(pl.col(name) <= LAST).then(pl.col(name)).cast(pl.Date)


def _rule(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != NO_RULE).then(pl.col(name)).cast(pl.UInt16)
