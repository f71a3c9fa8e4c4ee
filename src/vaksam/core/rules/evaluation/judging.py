"""Doses judged one after the other: does each count?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.decision import Judgement
from vaksam.core.rules.evaluation.columns import Given, Rows
from vaksam.core.rules.evaluation.days import (
    LONG_AGO,
    NEVER,
    Bools,
    Days,
    Ints,
    ages,
    ordered,
    within,
)
from vaksam.core.rules.evaluation.intervals import MAY_NOT_FOLLOW, NOT_APPROVED, Tables
from vaksam.core.rules.evaluation.standing import Standing

JUDGEMENTS = tuple(Judgement)
_CODE = {judgement: np.uint8(code) for code, judgement in enumerate(JUDGEMENTS)}
_VALID = _CODE[Judgement.VALID]
_TO_ASSESS = np.array([judgement.to_assess for judgement in JUDGEMENTS])
Codes = NDArray[np.uint8]


@dataclass(slots=True)
class Course:
    """What the doses so far come to. One row for each person.

    Attributes
    ----------
    counted
        Doses that count towards the offer: valid, and within its season if it has one.
    valid, last, last_on
        All valid doses; the place of the last one's product (see `Tables`) and its day, LONG_AGO
        for none.
    any_on
        The day of the last dose against the disease, however it was judged; LONG_AGO for none.
    to_assess
        A dose that might count towards the offer must be assessed first.
    """

    counted: Ints
    valid: Ints
    last: Ints
    last_on: Days
    any_on: Days
    to_assess: Bools

    def take(self, rows: Rows) -> "Course":
        return Course(*(getattr(self, name)[rows] for name in Course.__slots__))


@dataclass(frozen=True, slots=True)
class Terms:
    """What of the rules matters to the judging. One row for each person."""

    region: Ints
    season_from: Days
    season_to: Days

    @classmethod
    def of(cls, standing: Standing, rows: Rows) -> "Terms":
        return cls(*(getattr(standing, name)[rows] for name in cls.__slots__))


def no_doses(rows: int) -> Course:
    def zeros() -> Ints:
        return np.zeros(rows, np.int32)

    def long_ago() -> Days:
        return np.full(rows, LONG_AGO, np.int32)

    return Course(zeros(), zeros(), zeros(), long_ago(), long_ago(), np.zeros(rows, np.bool_))


def judged(
    slots: list[Given], born: Days, terms: Terms, tables: Tables
) -> tuple[Course, list[Codes]]:
    """Judge the doses of persons in date order, by the rules of each dose's own day.

    Also returns the judgements: one array for each slot, numbers of `JUDGEMENTS`; meaningless
    where the slot is empty.
    """
    course = no_doses(len(born))
    birth = ordered(born)
    codes = []
    for slot in slots:
        code = _judge(slot, birth, course, terms.region, tables)
        _add(slot, code, course, terms, tables)
        codes.append(code)
    return course, codes


def _judge(slot: Given, birth: Ints, course: Course, region: Ints, tables: Tables) -> Codes:
    product = tables.place[slot.product].astype(np.int32)
    era = tables.era[within(slot.on)].astype(np.int32)
    youngest, oldest = tables.approved(era, product)
    age = ages(birth, ordered(slot.on))
    code = np.full(len(birth), _VALID)
    follows = course.valid > 0
    if follows.any():
        rule = tables.between(region, era, course.last, product, course.valid)
        early = follows & (slot.on - course.last_on < tables.min_days[rule])
        np.putmask(code, early, _CODE[Judgement.TOO_EARLY])
        np.putmask(code, follows & (rule == MAY_NOT_FOLLOW), _CODE[Judgement.MAY_NOT_FOLLOW])
    np.putmask(code, age < youngest, _CODE[Judgement.BELOW_AGE])
    unapproved = (youngest == NOT_APPROVED) | (age > oldest)
    np.putmask(code, unapproved, _CODE[Judgement.NOT_APPROVED])
    np.putmask(code, product == len(tables.products) + 1, _CODE[Judgement.UNKNOWN_PRODUCT])
    np.putmask(code, product == 0, _CODE[Judgement.OTHER_DISEASE])
    return code


def _add(slot: Given, code: Codes, course: Course, terms: Terms, tables: Tables) -> None:
    given = slot.on != NEVER
    counts = given & (code == _VALID)
    in_season = (terms.season_from <= slot.on) & (slot.on <= terms.season_to)
    course.valid += counts
    course.counted += counts & in_season
    np.copyto(course.last, tables.place[slot.product], where=counts)
    np.copyto(course.last_on, slot.on, where=counts)
    of_disease = given & (code != _CODE[Judgement.OTHER_DISEASE])
    np.copyto(course.any_on, slot.on, where=of_disease)
    course.to_assess |= given & in_season & _TO_ASSESS[code]
