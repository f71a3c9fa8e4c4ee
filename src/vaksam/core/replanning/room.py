"""What is left of slots and of doses expected, as parties are seated one by one."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from vaksam.core.replanning.flow import Ceilings
from vaksam.core.replanning.parties import Ints, Slots


@dataclass(slots=True)
class Room:
    """`free` places by slot; `most` appointments by link of the ceilings. Both are used up."""

    slots: Slots
    ceilings: Ceilings
    free: list[int]
    most: list[int]
    starts: Ints  # first slot of each cell; slots of a cell stand together

    def of(self, cell: int) -> range:
        return range(int(self.starts[cell]), int(self.starts[cell + 1]))

    def links(self, cell: int) -> range:
        first = int(self.ceilings.of_cell[cell])
        if first < 0:
            return range(0)
        end = first
        while not self.ceilings.last[end]:
            end += 1
        return range(first, end + 1)

    def fits(self, slot: int, persons: int) -> bool:
        cell = int(self.slots.cell[slot])
        return self.free[slot] >= persons and all(
            self.most[link] >= persons for link in self.links(cell)
        )

    def take(self, slot: int, persons: int) -> None:
        assert self.fits(slot, persons)
        self.free[slot] -= persons
        for link in self.links(int(self.slots.cell[slot])):
            self.most[link] -= persons

    def nearest(self, cell: int, persons: int, minute: int) -> int:
        """The slot of a cell that fits nearest the time of day, the earlier of two; -1: none."""
        best, found = 1 << 30, -1
        for slot in self.of(cell):
            if self.free[slot] >= persons:
                off = abs(int(self.slots.minute[slot]) - minute)
                if off < best:
                    best, found = off, slot
        if found < 0 or not self.fits(found, persons):
            return -1
        return found

    def by_cell(self) -> Ints:
        sums = np.bincount(self.slots.cell, weights=self.free, minlength=self.slots.size)
        return sums.astype(np.int64)

    def largest(self) -> Ints:
        """By cell, the largest party that one slot takes."""
        found = np.zeros(self.slots.size, dtype=np.int64)
        np.maximum.at(found, self.slots.cell, np.array(self.free, dtype=np.int64))
        inside = self.ceilings.of_cell >= 0
        if inside.any():
            least = np.array(self.most, dtype=np.int64)
            for n in range(len(least) - 2, -1, -1):
                if not self.ceilings.last[n]:
                    least[n] = min(least[n], least[n + 1])
            found[inside] = np.minimum(found[inside], least[self.ceilings.of_cell[inside]])
        return found

    def left(self) -> Ceilings:
        most = np.array(self.most, dtype=np.int64)
        return Ceilings(most, self.ceilings.last, self.ceilings.of_cell)


def room(slots: Slots, doses: pl.DataFrame) -> Room:
    """All there is."""
    ceilings = _ceilings(slots, doses)
    starts = np.searchsorted(slots.cell, np.arange(slots.size + 1))
    return Room(slots, ceilings, slots.free.tolist(), ceilings.most.tolist(), starts)


def _ceilings(slots: Slots, doses: pl.DataFrame) -> Ceilings:
    venues, kinds, days = slots.shape
    at = {venue: n for n, venue in enumerate(slots.venues)}
    product = {code: n for n, code in enumerate(slots.products)}
    least: dict[tuple[int, int, int], int] = {}
    for venue, code, on, most in doses.select("venue", "product", "on", "doses").iter_rows():
        day = _day(on, slots.base)
        if venue in at and code in product and day >= 0:
            key = at[venue], product[code], min(day, days - 1)
            least[key] = min(least.get(key, 1 << 40), max(int(most), 0))
    keys = sorted(least)
    last = [n + 1 == len(keys) or keys[n + 1][:2] != key[:2] for n, key in enumerate(keys)]
    of_cell = np.full((venues, kinds, days), -1, dtype=np.int64)
    for n, (venue, code, day) in reversed(list(enumerate(keys))):
        for kind, each in enumerate(slots.kinds):
            if each[0] == code:
                of_cell[venue, kind, : day + 1] = n
    most = np.array([least[key] for key in keys], dtype=np.int64)
    return Ceilings(most, np.array(last, dtype=bool), of_cell.ravel())


def _day(on: date, base: date) -> int:
    return (on - base).days
