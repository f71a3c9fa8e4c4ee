"""Who lives with somebody that a rule also opens for co-habitants of.

A person meets such a demand who is old enough and has another member of the household that meets
it themselves. Whoever meets it themselves needs no other, so one mark a household is enough.
"""

from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import polars as pl

from vaksam.core.rules.evaluation.alike import kinds_of
from vaksam.core.rules.evaluation.columns import Persons, persons
from vaksam.core.rules.evaluation.compiled import Compiled
from vaksam.core.rules.evaluation.days import Bits, Ints

COLUMNS = ("born_on", "year_only", "sex", "region", "groups", "household")
_ROWS = 1 << 19


def households(
    facts: pl.DataFrame, compiled: Compiled, workers: Executor | None = None
) -> tuple[Ints, Bits] | None:
    """For each person a row of the second array: bits of `Compiled.cohabitants`.

    None where no rule asks for co-habitants. Row 0 has no bits.
    """
    if not compiled.cohabitants or facts.is_empty():
        return None
    home, homes = _dense_homes(facts["household"])
    marks = np.zeros(homes + 1, np.uint64)  # home 0: lives with nobody we know of
    parts = [slice(first, first + _ROWS) for first in range(0, facts.height, _ROWS)]
    work = workers.map if workers else map
    for part, met in zip(parts, work(lambda p: _met(facts[p], compiled), parts), strict=True):
        _mark(marks, home[part], met, len(compiled.cohabitants))
    marks[0] = 0
    marked = np.flatnonzero(marks)
    bits, place = np.unique(marks[marked], return_inverse=True)
    row = np.zeros(homes + 1, np.int32)
    row[marked] = place + 1
    return row[home], np.append(np.uint64(0), bits)


def _met(facts: pl.DataFrame, compiled: Compiled) -> Bits:
    """The demands that each person meets themselves, whenever in a known year they were born."""
    everyone = persons(facts, compiled.on)
    met = _bits(everyone, compiled)
    uncertain = np.flatnonzero((everyone.born != everyone.last_born) | everyone.unknown)
    if len(uncertain):
        some = Persons(*(getattr(everyone, name)[uncertain] for name in Persons.__slots__))
        met[uncertain] &= _bits(replace(some, born=some.last_born), compiled)
        met[uncertain[some.unknown]] = 0
    return met


def _bits(some: Persons, compiled: Compiled) -> Bits:
    kinds, ids = kinds_of(some, compiled)
    met = np.zeros(len(kinds), np.uint64)
    for test, bit in compiled.cohabitants.items():
        met |= test.own(kinds).astype(np.uint64) << np.uint64(bit)
    found: Bits = met[ids]
    return found


def _mark(marks: Bits, home: Ints, met: Bits, bits: int) -> None:
    rows = np.flatnonzero(met)
    homes, met = home[rows], met[rows]
    for bit in range(bits):
        mask = np.uint64(1 << bit)
        marked = homes[(met & mask) != 0]
        marks[marked] |= mask  # a home named twice gets the same bit twice


def _dense_homes(household: pl.Series) -> tuple[Ints, int]:
    """Homes numbered from 1; 0 where there is none."""
    low, high = household.min(), household.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return np.zeros(len(household), np.int32), 0
    if high - low > 8 * len(household) + 1024:
        household = household.rank("dense").cast(pl.Int64)
        low, high = 1, household.max()
        assert isinstance(high, int)
    home = (household - (low - 1)).fill_null(0).cast(pl.Int32).to_numpy()
    return home, high - low + 1
