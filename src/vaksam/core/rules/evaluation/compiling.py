"""A rule set made ready for one day: everything that does not depend on a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from vaksam.core import groups
from vaksam.core.rules.definition import (
    Offer,
    Opening,
    Pause,
    Phase,
    Precaution,
    Rule,
    Season,
    Strength,
    Use,
)
from vaksam.core.rules.evaluation.days import FIRST, LAST, Days, latest_birth
from vaksam.core.rules.evaluation.intervals import Tables, tables
from vaksam.core.rules.evaluation.who import Test, tests
from vaksam.core.rules.in_force import RuleSet, holds

R = TypeVar("R", bound=Rule)
MOST_COHABITANT_RULES = 64  # one bit each


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A rule, its index in the rule set, and what it demands."""

    rule: R
    index: int
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Distinctions:
    """What tells persons apart.

    Attributes
    ----------
    births
        For each day from FIRST to LAST, the number of its class: persons born on days of one
        class are on the same side of every limit. `born` has the first day of each class.
    groups
        Bits of the groups that some rule names; the others make no difference.
    sex
        Whether some rule names a sex.
    regions
        "" first, and then those with rules of their own; `region_of` has for each of 256 region
        numbers a place in it.
    """

    births: NDArray[np.uint16]
    born: Days
    groups: int
    sex: bool
    regions: tuple[str, ...]
    region_of: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The rules that matter on a day, each kind in its order of preference.

    Attributes
    ----------
    kinds, at_home
        What tells persons apart for all rules, and for the demands of `cohabitants` only.
    cohabitants
        The demands that also let co-habitants in, and their bits.
    """

    rules: RuleSet
    on: date
    offers: tuple[Placed[Offer], ...]
    phases: tuple[Placed[Phase], ...]
    openings: tuple[Placed[Opening], ...]
    uses: tuple[Placed[Use], ...]
    pauses: tuple[Placed[Pause], ...]
    precautions: tuple[Placed[Precaution], ...]
    kinds: Distinctions
    at_home: Distinctions
    cohabitants: dict[Test, int]
    tables: Tables


@lru_cache(maxsize=32)
def compiled(rules: RuleSet, on: date) -> Compiled:
    """Make a rule set ready for a day. Remembered, so that the next person costs little."""
    regions = ("", *sorted({rule.region for rule in rules.rules if rule.region}))
    offers = tuple(sorted(_current(rules, Offer, on), key=lambda each: _preference(each, on)))
    openings = tuple(sorted(_current(rules, Opening, on), key=lambda e: e.rule.effective_from))
    phases = tuple(sorted(_in_force(rules, Phase, on), key=lambda each: each.rule.number))
    uses, pauses = _in_force(rules, Use, on), _in_force(rules, Pause, on)
    precautions = _in_force(rules, Precaution, on)
    placed: tuple[Placed[Any], ...] = (*offers, *openings, *phases, *uses, *precautions)
    asked = [test for each in placed for test in each.tests]
    cohabitants = _cohabitants(asked)
    return Compiled(
        rules=rules, on=on, offers=offers, phases=phases, openings=openings, uses=uses,
        pauses=pauses, precautions=precautions, cohabitants=cohabitants,
        kinds=_distinctions(asked, regions, _approval_edges(rules, offers, openings, on)),
        at_home=_distinctions(cohabitants, ("",), set()), tables=tables(rules, regions),
    )  # fmt: skip


def _in_force(rules: RuleSet, kind: type[R], on: date) -> tuple[Placed[R], ...]:
    return tuple(each for each in _current(rules, kind, on) if holds(each.rule, on))


def _current(rules: RuleSet, kind: type[R], on: date) -> tuple[Placed[R], ...]:
    """Rules of a kind that have not ended, those announced for later included."""
    return tuple(
        Placed(rule, index, tests(rule, on))
        for index, rule in enumerate(rules.rules)
        if isinstance(rule, kind) and (rule.effective_to is None or on <= rule.effective_to)
    )


def is_over(season: Season | None, on: date) -> bool:
    return season is not None and season.ends_on < on


def _preference(offer: Placed[Offer], on: date) -> tuple[int, date, int]:
    """Smallest first: recommended, on request, announced, and last those whose season is over."""
    rule, announced = offer.rule, offer.rule.effective_from > on
    rank = (2 if announced else 0) + (rule.strength is Strength.AVAILABLE)
    if is_over(rule.season, on):
        rank = 4
    return rank, rule.effective_from if announced else date.min, -rule.doses


def _distinctions(
    asked: Collection[Test], regions: tuple[str, ...], more_edges: set[int]
) -> Distinctions:
    edges = {edge for test in asked for edge in test.edges()} | more_edges
    births, born = _birth_classes(edges)
    return Distinctions(
        births=births,
        born=born,
        groups=groups.mask({code for test in asked for code in test.who.groups | test.who.without}),
        sex=any(test.who.sex is not None for test in asked),
        regions=regions,
        region_of=_region_of(regions),
    )


def _approval_edges(
    rules: RuleSet,
    offers: tuple[Placed[Offer], ...],
    openings: tuple[Placed[Opening], ...],
    on: date,
) -> set[int]:
    """Births at which a product becomes approved, or no longer is, when a first dose is given."""
    starts = {each.rule.effective_from for each in offers}
    starts |= {each.rule.effective_from for each in openings}
    starts |= {each.rule.season.starts_on for each in offers if each.rule.season}
    approved = [found for each in rules.products if (found := each.approval(on))]
    limits = {each.age_from for each in approved}
    limits |= {each.age_to + 1 for each in approved if each.age_to is not None}
    days = {max(on, day) for day in (on, *starts)}
    return {latest_birth(age, day) + 1 for age in limits for day in days}


def _birth_classes(edges: set[int]) -> tuple[NDArray[np.uint16], Days]:
    found = np.array(sorted({FIRST, *(edge for edge in edges if FIRST < edge <= LAST)}), np.int32)
    sizes = np.diff(np.append(found, LAST + 1))
    return np.repeat(np.arange(len(found), dtype=np.uint16), sizes), found


def _region_of(regions: tuple[str, ...]) -> NDArray[np.uint8]:
    found = np.zeros(256, np.uint8)
    for place, region in enumerate(regions[1:], start=1):
        found[int(region)] = place
    return found


def _cohabitants(asked: list[Test]) -> dict[Test, int]:
    wanted = dict.fromkeys(test for test in asked if test.who.cohabitants_from is not None)
    assert len(wanted) <= MOST_COHABITANT_RULES, "more rules on co-habitants than there are bits"
    return {test: bit for bit, test in enumerate(wanted)}
