"""Which product may follow which, and at what ages products are approved, day by day.

Both change only on a few days. Between two such days is an era, and a table row for each era
answers for every dose given in it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from vaksam.core.products import Product
from vaksam.core.rules.definition import Interval
from vaksam.core.rules.evaluation.days import FIRST, LAST, NEVER, Ints, day_of, number
from vaksam.core.rules.in_force import RuleSet, holds

UNKNOWN = 255  # the number of a product that we do not know
MAY_NOT_FOLLOW, NOT_JUDGED = -1, -2
NOT_APPROVED = 255

Shorts = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of a rule set.

    Attributes
    ----------
    place
        For each of 256 product numbers: 0 for one not against the disease, 1 … P in order of
        `RuleSet.products`, P + 1 for an unknown one.
    era
        For each day from FIRST to LAST, its era.
    ages
        Shape (eras, P + 2, 2): youngest and oldest approved; NOT_APPROVED for no approval.
    interval
        Shape (regions, eras, P + 2, P + 2, doses + 1): the position in `intervals` of the rule
        for (last product, next product, number of the next dose); MAY_NOT_FOLLOW where none
        names the pair, NOT_JUDGED where no interval at all is in force.
    min_days, recommended_days, max_days, rule
        By position in `intervals`; max_days is NEVER where there is none. `rule`: index in the
        rule set. Two more rows at the end stand for MAY_NOT_FOLLOW and NOT_JUDGED: no days.
    """

    products: tuple[Product, ...]
    place: NDArray[np.uint8]
    era: NDArray[np.uint16]
    ages: Shorts
    interval: Shorts
    min_days: NDArray[np.int32]
    recommended_days: NDArray[np.int32]
    max_days: NDArray[np.int32]
    rule: Shorts

    def next_dose(self, valid: Ints) -> Ints:
        """The number of the next dose; doses after the highest named have the same intervals."""
        found: Ints = np.minimum(valid + 1, self.interval.shape[-1] - 1)
        return found

    def between(
        self, region: Ints, era: Ints | int, last: Ints, product: Ints | int, valid: Ints
    ) -> Shorts:
        """`interval` for each row, gathered from the flat table: many times faster."""
        _, eras, places, _, doses = self.interval.shape
        row = ((region * eras + era) * places + last) * places + product
        found: Shorts = self.interval.ravel().take(row * doses + self.next_dose(valid))
        return found

    def approved(self, era: Ints, product: Ints) -> tuple[Shorts, Shorts]:
        """Youngest and oldest age, for each row."""
        row = era * self.ages.shape[1] + product
        return self.ages[..., 0].ravel().take(row), self.ages[..., 1].ravel().take(row)


def tables(rules: RuleSet, regions: tuple[str, ...]) -> Tables:
    intervals = [
        (index, rule) for index, rule in enumerate(rules.rules) if isinstance(rule, Interval)
    ]
    starts = _eras(rules)
    sizes = np.diff([FIRST, *(number(day) for day in starts[1:]), LAST + 1])
    days = [rule for _, rule in intervals]
    return Tables(
        products=rules.products,
        place=_places(rules.products),
        era=np.repeat(np.arange(len(starts), dtype=np.uint16), sizes),
        ages=np.stack([_approved(rules.products, day) for day in starts]),
        interval=_painted(rules.products, days, starts, regions),
        min_days=np.array([*(rule.min_days for rule in days), 0, 0], np.int32),
        recommended_days=np.array([*(rule.recommended_days for rule in days), 0, 0], np.int32),
        max_days=np.array([*(rule.max_days or NEVER for rule in days), NEVER, NEVER], np.int32),
        rule=np.array([*(index for index, _ in intervals), -1, -1], np.int16),
    )


def _eras(rules: RuleSet) -> list[date]:
    """The first day of each era."""
    found = {approval.from_on for product in rules.products for approval in product.approvals}
    for rule in rules.of(Interval):
        found.add(rule.effective_from)
        if rule.effective_to is not None:
            found.add(rule.effective_to + timedelta(days=1))
    first = day_of(FIRST)
    return [first, *sorted(day for day in found if first < day <= day_of(LAST))]


def _places(products: tuple[Product, ...]) -> NDArray[np.uint8]:
    found = np.zeros(256, np.uint8)
    for place, product in enumerate(products, start=1):
        found[product.number] = place
    found[UNKNOWN] = len(products) + 1
    return found


def _approved(products: tuple[Product, ...], on: date) -> Shorts:
    found = np.full((len(products) + 2, 2), NOT_APPROVED, np.int16)
    for place, product in enumerate(products, start=1):
        if approval := product.approval(on):
            found[place] = (approval.age_from, 254 if approval.age_to is None else approval.age_to)
    return found


def _painted(
    products: tuple[Product, ...],
    intervals: list[Interval],
    starts: list[date],
    regions: tuple[str, ...],
) -> Shorts:
    """Rules are painted over one another: later ones over earlier, a dose's own over all."""
    codes = ["", *(product.code for product in products), ""]
    doses = max((rule.dose or 0 for rule in intervals), default=0) + 1
    shape = (len(regions), len(starts), len(codes), len(codes), doses + 1)
    found = np.full(shape, NOT_JUDGED, np.int16)
    order = sorted(range(len(intervals)), key=lambda n: intervals[n].dose is not None)
    for place, region in enumerate(regions):
        for era, day in enumerate(starts):
            valid = [n for n in order if holds(intervals[n], day)]
            valid = [n for n in valid if intervals[n].region in ("", region)]
            if valid:
                found[place, era] = MAY_NOT_FOLLOW
            for n in valid:
                _paint(found[place, era], intervals[n], n, codes)
    return found


def _paint(found: Shorts, rule: Interval, position: int, codes: list[str]) -> None:
    after = [place for place, code in enumerate(codes) if code in rule.after]
    then = [place for place, code in enumerate(codes) if code in rule.then]
    doses = list(range(found.shape[-1])) if rule.dose is None else [rule.dose]
    found[np.ix_(after, then, doses)] = position
