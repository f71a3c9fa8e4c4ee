"""What the rules say to each kind of person, whatever doses they have had."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.definition import Offer, Place, Strength
from vaksam.core.rules.evaluation.columns import Rows
from vaksam.core.rules.evaluation.compiling import Compiled, Placed, R, is_over
from vaksam.core.rules.evaluation.days import LONG_AGO, NEVER, Bits, Bools, Days, Ints, number
from vaksam.core.rules.evaluation.who import Kinds

NO_RULE = -1
Shorts = NDArray[np.int16]


@dataclass(slots=True)
class Standing:
    """One row for each kind of person. Rules are given by their index; NO_RULE for none.

    Attributes
    ----------
    doses, months
        Doses offered (0 where nothing is); months since the last dose, 0 for no demand.
    first_on
        The first day of the offer.
    season_from, season_to
        LONG_AGO and NEVER where the offer has no season.
    opens_on
        When the opening that fits begins: LONG_AGO where none is needed, NEVER where none is
        announced.
    allowed
        Bits of the numbers of products that may be given, pauses not counted.
    """

    region: Ints
    offer: Shorts
    recommended: Bools
    over: Bools
    doses: Ints
    months: Ints
    first_on: Days
    season_from: Days
    season_to: Days
    phase: Shorts
    phase_number: Ints
    opening: Shorts
    opens_on: Days
    allowed: Bits
    precaution: Shorts
    hospital: Bools
    assess: Bools

    def take(self, rows: Rows) -> "Standing":
        """One row for each person, given the kind of each."""
        return Standing(*(getattr(self, field.name)[rows] for field in fields(self)))


def standing(kinds: Kinds, compiled: Compiled) -> Standing:
    """Find the offer, phase, opening, products and precaution of each kind of person."""
    found = _nothing(kinds)
    for offer in compiled.offers:
        _offer(found, _fits(offer, kinds, compiled) & (found.offer == NO_RULE), offer, compiled)
    for phase in compiled.phases:
        rows = _fits(phase, kinds, compiled) & (found.phase == NO_RULE)
        found.phase[rows], found.phase_number[rows] = phase.index, phase.rule.number
    _openings(found, kinds, compiled)
    _products(found, kinds, compiled)
    _precautions(found, kinds, compiled)
    return found


def _nothing(kinds: Kinds) -> Standing:
    def rules() -> Shorts:
        return np.full(len(kinds), NO_RULE, np.int16)

    def numbers(value: int) -> Ints:
        return np.full(len(kinds), value, np.int32)

    def false() -> Bools:
        return np.zeros(len(kinds), np.bool_)

    return Standing(
        region=kinds.region, offer=rules(), recommended=false(), over=false(),
        doses=numbers(0), months=numbers(0), first_on=numbers(LONG_AGO),
        season_from=numbers(LONG_AGO), season_to=numbers(NEVER), phase=rules(),
        phase_number=numbers(0), opening=rules(), opens_on=numbers(LONG_AGO),
        allowed=np.zeros(len(kinds), np.uint64), precaution=rules(), hospital=false(),
        assess=false(),
    )  # fmt: skip


def _fits(placed: Placed[R], kinds: Kinds, compiled: Compiled) -> Bools:
    """Whom a rule concerns: of its region, and meeting one of its demands, if it has any."""
    fits = np.full(len(kinds), not placed.tests)
    for test in placed.tests:
        fits |= test.met(kinds, compiled.cohabitants)
    if placed.rule.region:
        fits &= kinds.region == compiled.kinds.regions.index(placed.rule.region)
    return fits


def _offer(found: Standing, rows: Bools, offer: Placed[Offer], compiled: Compiled) -> None:
    rule = offer.rule
    found.offer[rows] = offer.index
    found.recommended[rows] = rule.strength is Strength.RECOMMENDED
    found.over[rows] = is_over(rule.season, compiled.on)
    found.doses[rows] = rule.doses
    found.months[rows] = rule.months_since_last or 0
    found.first_on[rows] = number(rule.effective_from)
    if rule.season is not None:
        found.season_from[rows] = number(rule.season.starts_on)
        found.season_to[rows] = number(rule.season.ends_on)


def _openings(found: Standing, kinds: Kinds, compiled: Compiled) -> None:
    """A region with openings of its own follows them, other regions the national ones."""
    own = {opening.rule.region for opening in compiled.openings}
    regions = [
        region for place, region in enumerate(compiled.kinds.regions) if place and region in own
    ]
    has_own = np.isin(kinds.region, [compiled.kinds.regions.index(region) for region in regions])
    if "" in own:
        found.opens_on[found.recommended] = NEVER
    found.opens_on[found.recommended & has_own] = NEVER
    for opening in compiled.openings:
        rows = _fits(opening, kinds, compiled) & (found.opens_on == NEVER)
        if not opening.rule.region:
            rows &= ~has_own
        found.opening[rows] = opening.index
        found.opens_on[rows] = number(opening.rule.effective_from)


def _products(found: Standing, kinds: Kinds, compiled: Compiled) -> None:
    numbers = {product.code: product.number for product in compiled.rules.products}
    forbidden = np.zeros(len(kinds), np.uint64)
    for use in compiled.uses:
        if use.rule.product in numbers:
            bit = np.uint64(1 << numbers[use.rule.product])
            (found.allowed if use.rule.allowed else forbidden)[_fits(use, kinds, compiled)] |= bit
    found.allowed &= ~forbidden


def _precautions(found: Standing, kinds: Kinds, compiled: Compiled) -> None:
    """The rule named is the first that asks for a physician's word, or else the first."""
    for precaution in compiled.precautions:
        rule, rows = precaution.rule, _fits(precaution, kinds, compiled)
        tells_more = rule.assess & ~found.assess
        found.precaution[rows & ((found.precaution == NO_RULE) | tells_more)] = precaution.index
        found.assess[rows] |= rule.assess
        found.hospital[rows] |= rule.place is Place.HOSPITAL
