"""A booking page, first come first served: the nearest venue with a time left, its first day."""

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from vaksam.core.replanning.parties import kilometres, serves
from vaksam.core.replanning.pricing import Market
from vaksam.core.replanning.problem import INF
from vaksam.core.replanning.room import Room


@dataclass(slots=True)
class _Shelf:
    """Slots of one venue, need and product in order of time; `skip` leads past those that are
    full for good (with the ways shortened as they are walked)."""

    slots: list[int]
    days: list[int]
    skip: list[int]


@dataclass(slots=True)
class Desk:
    """Uses up `room`; shelves and orders of venues are made when first asked for."""

    market: Market
    room: Room
    shelves: dict[tuple[int, int, int], _Shelf] = field(default_factory=dict)
    orders: dict[int, list[int]] = field(default_factory=dict)
    wished: dict[int, list[tuple[int, int, int, int]]] = field(default_factory=dict)

    def book(self, row: int) -> int:
        """The slot a party takes; -1: none is left."""
        parties = self.market.parties
        group = int(parties.group[row])
        kind, persons = int(parties.class_of[group]), int(parties.persons[group])
        need, windows = int(parties.need[kind]), self._windows(kind)
        for venue in self._order(int(parties.place_of[group])):
            places = (self._place(venue, need, *window, persons) for window in windows)
            found = [place for place in places if place is not None]
            if found:
                slot = min(found)[1]
                self.room.take(slot, persons)
                return slot
        return -1

    def _place(
        self, venue: int, need: int, product: int, first: int, earliest: int, latest: int,
        persons: int,
    ) -> tuple[int, int] | None:  # fmt: skip
        shelf = self._shelf(venue, need, product)
        for start in (first, earliest) if earliest < first else (first,):
            n = self._open(shelf, bisect_left(shelf.days, start))
            while n < len(shelf.slots) and shelf.days[n] <= latest:
                if self.room.fits(shelf.slots[n], persons):
                    return shelf.days[n], shelf.slots[n]
                n = self._open(shelf, n + 1)
        return None

    def _open(self, shelf: _Shelf, n: int) -> int:
        """The first from `n` that takes one person."""
        walked = []
        while n < len(shelf.slots):
            if shelf.skip[n] > n:
                walked.append(n)
                n = shelf.skip[n]
            elif self.room.fits(shelf.slots[n], 1):
                break
            else:
                shelf.skip[n] = n + 1
        for each in walked:
            shelf.skip[each] = n
        return n

    def _windows(self, kind: int) -> list[tuple[int, int, int, int]]:
        """Product, the day to look from, earliest and latest."""
        if kind not in self.wished:
            parties = self.market.parties
            window, day = int(parties.window[kind]), int(parties.day[kind])
            self.wished[kind] = [
                (product, max(day, int(earliest)), int(earliest), int(latest))
                for product, (earliest, latest) in enumerate(
                    zip(parties.earliest[window], parties.latest[window], strict=True)
                )
                if earliest < INF
            ]
        return self.wished[kind]

    def _order(self, place: int) -> list[int]:
        if place not in self.orders:
            (lat, lon), slots = self.market.parties.home, self.market.slots
            km = kilometres(lat[place], lon[place], slots.lat, slots.lon)
            self.orders[place] = np.argsort(km, kind="stable").tolist()
        return self.orders[place]

    def _shelf(self, venue: int, need: int, product: int) -> _Shelf:
        key = venue, need, product
        if key not in self.shelves:
            known = self.market.slots
            _, kinds, days = known.shape
            wanted = self.market.parties.needs[need]
            found = sorted(
                (day, int(known.minute[slot]), slot)
                for n, kind in enumerate(known.kinds)
                if kind[0] == product and serves(kind, wanted)
                for day in range(days)
                for slot in self.room.of((venue * kinds + n) * days + day)
            )
            slots = [slot for _, _, slot in found]
            self.shelves[key] = _Shelf(slots, [day for day, _, _ in found],
                                       list(range(len(slots))))  # fmt: skip
        return self.shelves[key]
