"""Doses judged one after the other: does each count?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.decision import Judgement
from vaksam.core.rules.evaluation.columns import Given
from vaksam.core.rules.evaluation.days import LONG_AGO, NEVER, Bools, Days, Ints, ages, ordered, within
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


def no_doses(rows: int) -> Course:
    def zeros() -> Ints:
        return np.zeros(rows, np.int32)

    def long_ago() -> Days:
        return np.full(rows, LONG_AGO, np.int32)

    return Course(zeros(), zeros(), zeros(), long_ago(), long_ago(), np.zeros(rows, np.bool_))


def judged(
    slots: list[Given], born: Days, standing: Standing, tables: Tables
) -> tuple[Course, list[Codes]]:
    """Judge the doses of persons in date order, by the rules of each dose's own day.

    Also returns the judgements: one array for each slot, numbers of `JUDGEMENTS`; meaningless
    where the slot is empty.
    """
    course = no_doses(len(born))
    birth = ordered(born)
    codes = []
    for slot in slots:
        code = _judge(slot, birth, course, standing.region, tables)
        _add(slot, code, course, standing, tables)
        codes.append(code)
    return course, codes


def _judge(slot: Given, birth: Ints, course: Course, region: Ints, tables: Tables) -> Codes:
    product = tables.place[slot.product]
    era = tables.era[within(slot.on)]
    youngest, oldest = tables.ages[era, product, 0], tables.ages[era, product, 1]
    age = ages(birth, ordered(slot.on))
    dose = np.minimum(course.valid + 1, tables.highest_dose)
    rule = tables.interval[region, era, course.last, product, dose]
    follows = course.valid > 0
    code = np.full(len(birth), _VALID)
    code[follows & (slot.on - course.last_on < tables.min_days[rule])] = _CODE[Judgement.TOO_EARLY]
    code[follows & (rule == MAY_NOT_FOLLOW)] = _CODE[Judgement.MAY_NOT_FOLLOW]
    code[age < youngest] = _CODE[Judgement.BELOW_AGE]
    code[(youngest == NOT_APPROVED) | (age > oldest)] = _CODE[Judgement.NOT_APPROVED]
    code[product == len(tables.products) + 1] = _CODE[Judgement.UNKNOWN_PRODUCT]
    code[product == 0] = _CODE[Judgement.OTHER_DISEASE]
    return code


def _add(slot: Given, code: Codes, course: Course, standing: Standing, tables: Tables) -> None:
    given = slot.on != NEVER
    counts = given & (code == _VALID)
    in_season = (standing.season_from <= slot.on) & (slot.on <= standing.season_to)
    course.valid += counts
    course.counted += counts & in_season
    course.last = np.where(counts, tables.place[slot.product], course.last)
    course.last_on = np.where(counts, slot.on, course.last_on)
    of_disease = given & (code != _CODE[Judgement.OTHER_DISEASE])
    course.any_on = np.where(of_disease, slot.on, course.any_on)
    course.to_assess |= given & in_season & _TO_ASSESS[code]
