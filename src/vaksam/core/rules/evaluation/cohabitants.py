"""Who lives with somebody that a rule also opens for co-habitants of.

A person meets such a demand who is old enough and has another member of the household that meets
it themselves. Whoever meets it themselves needs no other, so one mark a household is enough.
"""

from concurrent.futures import Executor
from functools import partial

import numpy as np
import polars as pl

from vaksam.core.rules.evaluation.alike import dense, kinds_of
from vaksam.core.rules.evaluation.columns import Persons, Rows, persons
from vaksam.core.rules.evaluation.compiling import Compiled
from vaksam.core.rules.evaluation.days import Bits, Ints

COLUMNS = ("born_on", "year_only", "sex", "region", "groups", "household")
_ROWS = 1 << 19
_SPARSE = 8


def households(
    facts: pl.DataFrame, compiled: Compiled, workers: Executor | None = None
) -> tuple[Ints, Bits] | None:
    """For each person a row of the second array: bits of `Compiled.cohabitants`.

    None where no rule asks for co-habitants. Row 0 has no bits.
    """
    if not compiled.cohabitants:
        return None
    parts = [facts[first : first + _ROWS] for first in range(0, facts.height, _ROWS)]
    low, homes = _bounds(facts["household"])
    if homes > _SPARSE * facts.height + 1024:
        facts = facts.with_columns(pl.col("household").rank("dense").cast(pl.Int64))
        return households(facts, compiled, workers)
    marks = np.zeros(homes + 1, np.uint64)
    work = workers.map if workers else map
    home = []
    for here, rows, met in work(partial(_met, compiled=compiled, low=low), parts):
        home.append(here)
        _mark(marks, here[rows], met, len(compiled.cohabitants))
    return _rows_of(marks, home, len(compiled.cohabitants))


def _rows_of(marks: Bits, home: list[Ints], bits: int) -> tuple[Ints, Bits]:
    marked = np.flatnonzero(marks)
    values, place = dense(marks[marked].astype(np.intp), 1 << bits)
    row = np.zeros(len(marks), np.int32)
    row[marked] = place + 1
    everyone = [row[part] for part in home]
    return np.concatenate([*everyone, row[:0]]), np.append(0, values).astype(np.uint64)


def _bounds(household: pl.Series) -> tuple[int, int]:
    """The lowest number, and how many there may be."""
    low, high = household.min(), household.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return 1, 0
    return low, high - low + 1


def _met(facts: pl.DataFrame, compiled: Compiled, low: int) -> tuple[Ints, Rows, Bits]:
    """Each person's home, numbered from 1 (0: none known); who meets a demand; and which."""
    household = facts["household"].fill_null(low - 1).to_numpy()
    home = (household - (low - 1)).astype(np.int32)
    everyone = persons(facts, compiled.on)
    met = _bits(everyone, compiled)
    if len(uncertain := everyone.uncertain()):
        some = everyone.take(uncertain)
        met[uncertain] &= _bits(some.as_last_born(), compiled)
        met[uncertain[some.unknown]] = 0
    rows = np.flatnonzero((met != 0) & (home != 0))
    return home, rows, met[rows]


def _bits(some: Persons, compiled: Compiled) -> Bits:
    """The demands that each person meets themselves."""
    kinds, ids = kinds_of(some, compiled.at_home)
    met = np.zeros(len(kinds), np.uint64)
    for test, bit in compiled.cohabitants.items():
        met |= test.own(kinds).astype(np.uint64) << np.uint64(bit)
    found: Bits = met[ids]
    return found


def _mark(marks: Bits, home: Ints, met: Bits, bits: int) -> None:
    for bit in range(bits):
        mask = np.uint64(1 << bit)
        marked = home[(met & mask) != 0]
        marks[marked] |= mask  # a home named twice gets the same bit twice
