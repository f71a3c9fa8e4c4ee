"""From offer, doses and products to one answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.evaluation.choices import Choices
from vaksam.core.rules.evaluation.compiled import Compiled
from vaksam.core.rules.evaluation.days import NEVER, Bits, Bools, Days, Ints, number
from vaksam.core.rules.evaluation.judging import Course
from vaksam.core.rules.evaluation.standing import NO_RULE, Shorts, Standing

STATUSES, WHYS = tuple(Status), tuple(Why)
STATUS = {status: np.uint8(code) for code, status in enumerate(STATUSES)}
WHY = {why: np.uint8(code) for code, why in enumerate(WHYS)}
Codes = NDArray[np.uint8]


@dataclass(slots=True)
class Answers:
    """One row for each person. NEVER, NO_RULE and dose number 0 stand for none."""

    status: Codes
    why: Codes
    next_dose: Ints
    valid_doses: Ints
    earliest: Days
    recommended: Days
    latest: Days
    products: Bits
    rule: Shorts
    interval_rule: Shorts


def settled(
    standing: Standing, course: Course, choices: Choices, compiled: Compiled
) -> Answers:
    """Settle each person's answer. Later steps outrank earlier ones."""
    answers = _waiting_or_open(standing, course, choices, number(compiled.on))
    _without_a_product(answers, standing, choices, number(compiled.on))
    _unopened(answers, standing, choices)
    _assessed_first(answers, standing)
    _unclear_doses(answers, course)
    _not_offered(answers, standing, course, choices)
    return answers


def _waiting_or_open(
    standing: Standing, course: Course, choices: Choices, on: int
) -> Answers:
    none = choices.earliest == NEVER
    earliest = np.where(none, choices.floor, choices.earliest)
    now = earliest <= on
    why, rule = _binding(standing, choices, earliest)
    asked = standing.recommended
    given = np.where(standing.opening != NO_RULE, standing.opening, standing.offer)
    open_rule = np.where(asked & (course.counted == 0), given, standing.offer)
    today = np.where(asked, STATUS[Status.DUE], STATUS[Status.AVAILABLE])
    why_today = np.where(asked, WHY[Why.OPEN], WHY[Why.ON_REQUEST])
    return Answers(
        status=np.where(now, today, _later(standing)),
        why=np.where(now, why_today, why),
        next_dose=course.counted + 1,
        valid_doses=course.counted,
        earliest=earliest,
        recommended=np.where(none, choices.floor, choices.recommended),
        latest=choices.latest,
        products=choices.bits,
        rule=np.where(now, open_rule, rule),
        interval_rule=choices.rule,
    )


def _later(standing: Standing) -> Codes:
    """What may not be given today: for those on request, simply not recommended."""
    return np.where(
        standing.recommended, STATUS[Status.NOT_YET], STATUS[Status.NOT_RECOMMENDED]
    )


def _binding(standing: Standing, choices: Choices, earliest: Days) -> tuple[Codes, Shorts]:
    """What the earliest day waits for, and its rule; of several the first named here."""
    season = standing.season_from == earliest
    opening = choices.opens_on == earliest
    opens = opening | (standing.first_on == earliest)
    months = choices.months_on == earliest
    why = np.full(len(earliest), WHY[Why.INTERVAL])
    why[months] = WHY[Why.MONTHS_SINCE_LAST]
    why[opens] = WHY[Why.OPENS_LATER]
    why[season] = WHY[Why.SEASON_AHEAD]
    rule = np.where(season | opens | months, standing.offer, choices.rule)
    return why, np.where(opening & ~season, standing.opening, rule)


def _without_a_product(
    answers: Answers, standing: Standing, choices: Choices, on: int
) -> None:
    """No product today is no answer for somebody whose turn comes later: rules may change."""
    none = (choices.earliest == NEVER) & (choices.floor <= on)
    answers.status[none] = _later(standing)[none]
    paused = none & (choices.pause != NO_RULE)
    answers.why[none] = WHY[Why.NO_PRODUCT]
    answers.why[paused] = WHY[Why.PAUSED]
    answers.rule[none] = standing.offer[none]
    answers.rule[paused] = choices.pause[paused]
    _no_days(answers, none)


def _unopened(answers: Answers, standing: Standing, choices: Choices) -> None:
    rows = choices.opens_on == NEVER
    answers.status[rows], answers.why[rows] = STATUS[Status.NOT_YET], WHY[Why.NOT_OPENED]
    answers.rule[rows] = standing.offer[rows]
    _no_days(answers, rows)


def _assessed_first(answers: Answers, standing: Standing) -> None:
    rows = standing.assess & (answers.status != STATUS[Status.NOT_RECOMMENDED])
    answers.status[rows] = STATUS[Status.NEEDS_ASSESSMENT]
    answers.why[rows] = WHY[Why.PRECAUTION]
    answers.rule[rows] = standing.precaution[rows]


def _unclear_doses(answers: Answers, course: Course) -> None:
    rows = course.to_assess
    answers.status[rows] = STATUS[Status.NEEDS_ASSESSMENT]
    answers.why[rows] = WHY[Why.DOSE_TO_ASSESS]
    answers.rule[rows] = NO_RULE
    _no_next(answers, rows)


def _not_offered(
    answers: Answers, standing: Standing, course: Course, choices: Choices
) -> None:
    """Season over, every dose given, or no offer at all."""
    earliest = np.where(choices.earliest == NEVER, choices.floor, choices.earliest)
    too_late = (earliest > standing.season_to) & (choices.opens_on != NEVER) & ~course.to_assess
    complete = course.counted >= standing.doses
    for rows, status, why in (
        (standing.over | too_late, Status.NOT_RECOMMENDED, Why.SEASON_OVER),
        (complete, Status.COMPLETE, Why.ALL_DOSES),
        (standing.offer == NO_RULE, Status.NOT_RECOMMENDED, Why.NO_OFFER),
    ):
        answers.status[rows], answers.why[rows] = STATUS[status], WHY[why]
        answers.rule[rows] = standing.offer[rows]
        _no_next(answers, rows)


def _no_next(answers: Answers, rows: Bools) -> None:
    answers.next_dose[rows] = 0
    _no_days(answers, rows)


def _no_days(answers: Answers, rows: Bools) -> None:
    for days in (answers.earliest, answers.recommended, answers.latest):
        days[rows] = NEVER
    answers.products[rows] = 0
    answers.interval_rule[rows] = NO_RULE
