"""From offer, doses and products to one answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.evaluation.choices import Choices
from vaksam.core.rules.evaluation.compiling import Compiled
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

    def put(self, rows: Bools, status: Status | Codes, why: Why, rule: Shorts) -> None:
        """Answer so for some."""
        code = STATUS[status] if isinstance(status, Status) else status
        np.copyto(self.status, code, where=rows)
        np.copyto(self.why, WHY[why], where=rows)
        np.copyto(self.rule, rule, where=rows)

    def without_days(self, rows: Bools) -> None:
        for days in (self.earliest, self.recommended, self.latest):
            np.putmask(days, rows, NEVER)
        np.putmask(self.products, rows, 0)

    def without_next_dose(self, rows: Bools) -> None:
        np.putmask(self.next_dose, rows, 0)


def settled(standing: Standing, course: Course, choices: Choices, compiled: Compiled) -> Answers:
    """Settle each person's answer. Later steps outrank earlier ones."""
    on = number(compiled.on)
    answers = _waiting_or_open(standing, course, choices, on)
    no_product = _without_a_product(answers, standing, choices, on)
    unopened = choices.opens_on == NEVER
    answers.put(unopened, Status.NOT_YET, Why.NOT_OPENED, standing.offer)
    if standing.assess.any():
        rows = standing.assess & (answers.status != STATUS[Status.NOT_RECOMMENDED])
        answers.put(rows, Status.NEEDS_ASSESSMENT, Why.PRECAUTION, standing.precaution)
    none = np.full(len(unopened), NO_RULE, np.int16)
    answers.put(course.to_assess, Status.NEEDS_ASSESSMENT, Why.DOSE_TO_ASSESS, none)
    ended = _not_offered(answers, standing, course, unopened) | course.to_assess
    answers.without_days(no_product | unopened | ended)
    answers.without_next_dose(ended)
    return answers


def _waiting_or_open(standing: Standing, course: Course, choices: Choices, on: int) -> Answers:
    none = choices.earliest == NEVER
    earliest = np.where(none, choices.floor, choices.earliest)
    now = earliest <= on
    why, rule = _binding(standing, choices, earliest)
    asked = standing.recommended
    by_opening = asked & (standing.opening != NO_RULE) & (course.counted == 0)
    given = np.where(by_opening, standing.opening, standing.offer)
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
        rule=np.where(now, given, rule),
    )


def _later(standing: Standing) -> Codes:
    """What may not be given today: for those on request, simply not recommended."""
    return np.where(standing.recommended, STATUS[Status.NOT_YET], STATUS[Status.NOT_RECOMMENDED])


def _binding(standing: Standing, choices: Choices, earliest: Days) -> tuple[Codes, Shorts]:
    """What the earliest day waits for, and its rule; of several the first named here."""
    season = standing.season_from == earliest
    opening = choices.opens_on == earliest
    opens = opening | (standing.first_on == earliest)
    months = choices.months_on == earliest
    why = np.full(len(earliest), WHY[Why.INTERVAL])
    np.putmask(why, months, WHY[Why.MONTHS_SINCE_LAST])
    np.putmask(why, opens, WHY[Why.OPENS_LATER])
    np.putmask(why, season, WHY[Why.SEASON_AHEAD])
    rule = np.where(season | opens | months, standing.offer, choices.rule)
    return why, np.where(opening & ~season, standing.opening, rule)


def _without_a_product(answers: Answers, standing: Standing, choices: Choices, on: int) -> Bools:
    """No product today is no answer for somebody whose turn comes later: rules may change."""
    none: Bools = (choices.earliest == NEVER) & (choices.floor <= on)
    if none.any():
        later = _later(standing)
        answers.put(none, later, Why.NO_PRODUCT, standing.offer)
        answers.put(none & (choices.pause != NO_RULE), later, Why.PAUSED, choices.pause)
    return none


def _not_offered(answers: Answers, standing: Standing, course: Course, unopened: Bools) -> Bools:
    """Season over, every dose given, or no offer at all."""
    too_late = (answers.earliest > standing.season_to) & ~unopened & ~course.to_assess
    over = standing.over | too_late
    complete = course.counted >= standing.doses
    nothing = standing.offer == NO_RULE
    answers.put(over, Status.NOT_RECOMMENDED, Why.SEASON_OVER, standing.offer)
    answers.put(complete, Status.COMPLETE, Why.ALL_DOSES, standing.offer)
    answers.put(nothing, Status.NOT_RECOMMENDED, Why.NO_OFFER, standing.offer)
    found: Bools = over | complete | nothing
    return found
