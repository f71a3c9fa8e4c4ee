"""Which products may be given for the next dose, and from when."""

from dataclasses import dataclass, field

import numpy as np

from vaksam.core.rules.evaluation.compiling import Compiled
from vaksam.core.rules.evaluation.days import (
    LONG_AGO,
    NEVER,
    Bits,
    Bools,
    Days,
    Ints,
    add_months,
    ages,
    number,
    ordered,
    within,
)
from vaksam.core.rules.evaluation.intervals import MAY_NOT_FOLLOW, NOT_APPROVED
from vaksam.core.rules.evaluation.judging import Course
from vaksam.core.rules.evaluation.standing import NO_RULE, Shorts, Standing


@dataclass(slots=True)
class Choice:
    """One product. `may` whether it may be given; `hindered` whether only a pause hinders it."""

    number: int
    may: Bools
    hindered: Bools
    earliest: Days
    recommended: Days
    latest: Days
    rule: Shorts


@dataclass(slots=True)
class Choices:
    """The days of the product that may be given first, for each person.

    `floor` is the earliest day by offer, season, opening and months since the last dose
    (`months_on`, LONG_AGO for no demand); `earliest` is NEVER where no product may be given.
    """

    opens_on: Days
    months_on: Days
    floor: Days
    earliest: Days
    recommended: Days
    latest: Days
    rule: Shorts
    bits: Bits
    pause: Shorts
    each: list[Choice] = field(default_factory=list)


def choices(
    born: Days, standing: Standing, course: Course, compiled: Compiled, *, keep: bool = False
) -> Choices:
    """Work out the next dose's products and days. `keep` each product's, for one person."""
    found = no_choices(standing, course)
    birth = ordered(born)
    for product in compiled.rules.products:
        bit = np.uint64(1 << product.number)
        if not (standing.allowed & bit).any():
            continue
        choice = _choice(product.number, birth, standing, course, found.floor, compiled)
        _pause(choice, product.code, standing, compiled, found)
        _best(found, choice)
        if keep:
            found.each.append(choice)
    return found


def no_choices(standing: Standing, course: Course) -> Choices:
    """Before any product is looked at. The next dose of a series needs no opening."""
    rows = len(standing.offer)
    opens_on = np.where(course.counted > 0, np.int32(LONG_AGO), standing.opens_on)
    months_on = np.full(rows, LONG_AGO, np.int32)
    waits = np.flatnonzero((standing.months > 0) & (course.any_on != LONG_AGO))
    months_on[waits] = add_months(course.any_on[waits], standing.months[waits])
    floor = np.maximum(np.maximum(standing.first_on, standing.season_from), opens_on)

    def never() -> Days:
        return np.full(rows, NEVER, np.int32)

    def no_rule() -> Shorts:
        return np.full(rows, NO_RULE, np.int16)

    return Choices(
        opens_on, months_on, np.maximum(floor, months_on), never(), never(), never(), no_rule(),
        np.zeros(rows, np.uint64), no_rule(),
    )  # fmt: skip


def _choice(
    product: int, birth: Ints, standing: Standing, course: Course, floor: Days, compiled: Compiled
) -> Choice:
    tables, on = compiled.tables, np.int32(number(compiled.on))
    place = int(tables.place[product])
    era = int(tables.era[within(np.array([on]))[0]])
    rule = tables.between(standing.region, era, course.last, place, course.valid)
    follows = course.valid > 0
    since = np.where(follows, course.last_on, np.int32(LONG_AGO))
    earliest = np.maximum(floor, since + tables.min_days[rule])
    youngest, oldest = (int(age) for age in tables.ages[era, place])
    age = ages(birth, ordered(np.maximum(on, earliest)))
    may = (standing.allowed >> np.uint64(product)) & np.uint64(1) != 0
    may &= ~follows | (rule != MAY_NOT_FOLLOW)
    may &= (youngest != NOT_APPROVED) & (youngest <= age) & (age <= oldest)
    latest = np.where(follows, course.last_on + tables.max_days[rule], np.int32(NEVER))
    return Choice(
        number=product,
        may=may,
        hindered=np.zeros(len(may), np.bool_),
        earliest=earliest,
        recommended=np.maximum(floor, since + tables.recommended_days[rule]),
        latest=np.minimum(latest, standing.season_to),
        rule=np.where(follows, tables.rule[rule], np.int16(NO_RULE)),
    )


def _pause(
    choice: Choice, code: str, standing: Standing, compiled: Compiled, found: Choices
) -> None:
    """Take away what is paused, and remember the pause."""
    for pause in compiled.pauses:
        if pause.rule.product != code:
            continue
        paused = choice.may
        if pause.rule.region:
            paused = paused & (standing.region == compiled.kinds.regions.index(pause.rule.region))
        found.pause[paused & (found.pause == NO_RULE)] = pause.index
        choice.hindered |= paused
    choice.may &= ~choice.hindered


def _best(found: Choices, choice: Choice) -> None:
    """The earliest, then the one recommended earliest, then the first of the programme."""
    sooner = choice.earliest < found.earliest
    sooner |= (choice.earliest == found.earliest) & (choice.recommended < found.recommended)
    sooner &= choice.may
    for name in ("earliest", "recommended", "latest", "rule"):
        np.copyto(getattr(found, name), getattr(choice, name), where=sooner)
    found.bits |= choice.may.astype(np.uint64) << np.uint64(choice.number)
