"""Whom a rule concerns, as ranges of birth days and bits of groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from vaksam.core import groups
from vaksam.core.rules.definition import Rule, Who
from vaksam.core.rules.evaluation.days import (
    LONG_AGO,
    NEVER,
    Bits,
    Bools,
    Days,
    Ints,
    latest_birth,
    number,
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of persons: those whom no rule tells apart but for their doses. One row each.

    `born` is the birth day of one of them; `region` a number of `Compiled.region_of`;
    `cohabits` has bit n where another member of the household meets `Compiled.cohabitants[n]`.
    """

    born: Days
    groups: Bits
    sex: Ints
    region: Ints
    cohabits: Bits

    def __len__(self) -> int:
        return len(self.born)


@dataclass(frozen=True, slots=True)
class Test:
    """One `Who`, its ages as on a day."""

    who: Who
    on: date

    def births(self) -> tuple[int, int]:
        """First and last day of birth of those meant."""
        who, low, high = self.who, LONG_AGO, NEVER
        if who.age_from is not None:
            high = min(high, latest_birth(who.age_from, self.on))
        if who.age_to is not None:
            low = max(low, latest_birth(who.age_to + 1, self.on) + 1)
        if who.born_from is not None:
            low = max(low, number(date(who.born_from, 1, 1)))
        if who.born_to is not None:
            high = min(high, number(date(who.born_to, 12, 31)))
        return low, high

    def edges(self) -> list[int]:
        """Days of birth at which the answer may change."""
        low, high = self.births()
        found = [low, high + 1]
        if self.who.cohabitants_from is not None:
            found.append(latest_birth(self.who.cohabitants_from, self.on) + 1)
        return [edge for edge in found if LONG_AGO < edge <= NEVER]

    def own(self, kinds: Kinds) -> Bools:
        """Who meets it themselves, whoever they live with."""
        low, high = self.births()
        met: Bools = (low <= kinds.born) & (kinds.born <= high)
        if self.who.groups:
            met &= (kinds.groups & _bits(self.who.groups)) != 0
        if self.who.without:
            met &= (kinds.groups & _bits(self.who.without)) == 0
        if self.who.sex is not None:
            met &= kinds.sex == self.who.sex
        return met

    def met(self, kinds: Kinds, bits: Mapping["Test", int]) -> Bools:
        """Who meets it, co-habitants included where they are meant."""
        met = self.own(kinds)
        if self.who.cohabitants_from is not None:
            old_enough = kinds.born <= latest_birth(self.who.cohabitants_from, self.on)
            met |= old_enough & ((kinds.cohabits >> np.uint64(bits[self])) & np.uint64(1) != 0)
        return met


def tests(rule: Rule, on: date) -> tuple[Test, ...]:
    """What a rule demands of a person. One announced for later is judged as on its first day."""
    whom: Iterable[Who] = getattr(rule, "who", ())
    return tuple(Test(who, max(on, rule.effective_from)) for who in whom)


def _bits(codes: frozenset[str]) -> np.uint64:
    return np.uint64(groups.mask(codes))
