"""The best for everybody at once: a flow over the arcs that pay, more arcs until none does.

A transport problem of groups and cells with doses expected as chains of days, so whole persons
come out without being asked for. All arcs are too many to list: those are added that would make
the plan cheaper at the prices found so far (column generation; P. C. Gilmore and R. E. Gomory,
Operations Research 9, 1961), priced over every cell. When none is left the flow is the best there
is. For any prices π ≥ 0, ``Σ nᵍ minₐ (c + π) − Σ π · free`` bounds every plan from below
(Lagrange's relaxation), which is what `bound` is.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from vaksam.core.replanning.flow import Ceilings, Flow, best_flow
from vaksam.core.replanning.grid import side
from vaksam.core.replanning.households import seat_households
from vaksam.core.replanning.nearby import NO_ARCS, nearby
from vaksam.core.replanning.parties import Ints, read_parties, read_slots
from vaksam.core.replanning.pricing import Arcs, Market, cheapest, merged
from vaksam.core.replanning.problem import INF, MOVES, SCALE, Limits, Plan, Weights
from vaksam.core.replanning.room import Room, room
from vaksam.core.replanning.seating import moves, seat_pinned, seat_singles

_FEW = 1_000  # groups that are solved as they are
# One group of so many tells prices first; gap that is enough; hundredths that prices may rise.
_LEVELS = ((8, 0.01, 6_000), (2, 0.003, 1_500))
_VENUES = 8
_OFF, _OFF_LEAST = 200, 50  # hundredths by which arcs are dearer than the cheapest
_HELD = 1_500  # hundredths that prices may rise in a round
SECONDS = 600.0
_OVER = 0.01  # share without places that samples may have
_RISEN = 0.003  # gap at which prices that were held may rise
_ENOUGH, _MANY = 1e-5, 10_000  # gap that is enough for so many groups and more


@dataclass(frozen=True, slots=True)
class Found:
    """A best flow, the arcs it is over, a bound in hundredths, and the work done."""

    arcs: Arcs
    flow: Flow
    bound: int
    rounds: int


def plan(
    affected: pl.DataFrame,
    may: pl.DataFrame,
    slots: pl.DataFrame,
    venues: pl.DataFrame,
    doses: pl.DataFrame,
    *,
    weights: Weights | None = None,
    limits: Limits | None = None,
    seconds: float = SECONDS,
) -> Plan:
    """What happens to each party, best for all together by the weights.

    The same frames give the same plan, in whatever order their rows are. Within a group the
    oldest get the days nearest; a party that stays on its day keeps its time where it can, others
    get the time of day nearest their own.

    Parameters
    ----------
    affected, may, slots, venues, doses
        See `vaksam.core.replanning.problem`.
    seconds
        No new round begins later but one, without prices held, so that the plan can be carried
        out; it is returned with its gap.

    Raises
    ------
    ValueError
        A venue without coordinates.
    """
    began = time.perf_counter()
    weights, limits = weights or Weights(), limits or Limits()
    known = read_slots(slots, venues)
    offered = int((np.bincount(known.cell, weights=known.free) > 0).sum())
    grid = side(affected, limits.grid_km)
    market = Market(read_parties(affected, may, known, weights, grid), known, weights, limits)
    space = room(known, doses)
    if affected.is_empty():
        return Plan(pl.DataFrame(schema=MOVES), 0.0, 0.0)
    seat = np.full(affected.height, -1, dtype=np.int64)
    fixed = seat_pinned(market, space, seat)
    supply, bound, work = _supply(market), 0, Counter()
    if supply.any():
        bound = _place(market, space, supply, seat, began + seconds, work)
    made = moves(market, may, seat)
    return Plan(
        moves=made,
        objective=float(made["cost"].sum()),
        bound=(bound + fixed) / SCALE,
        seconds=time.perf_counter() - began,
        statistics={
            "parties": affected.height, "groups": market.parties.groups,
            "classes": len(market.parties.window), "cells": offered,
            "arcs": work.arcs, "rounds": work.rounds,
            "grid_m": round(grid * 1000),
        },
    )  # fmt: skip


@dataclass(slots=True)
class Counter:
    arcs: int = 0
    rounds: int = 0


def _supply(market: Market) -> Ints:
    """Persons of each group that are not pinned."""
    parties = market.parties
    return np.where(parties.pinned, 0, parties.counts() * parties.persons)


def _place(
    market: Market, space: Room, supply: Ints, seat: Ints, until: float, work: Counter
) -> int:
    """Seats everybody that can be; the bound in hundredths."""
    found = best(market, space, supply, until)
    work.arcs, work.rounds, bound = found.arcs.size, found.rounds, found.bound
    if (market.parties.persons[supply > 0] > 1).any():
        seat_households(market, space, supply, found.arcs, found.flow, seat)
        supply = np.where(market.parties.persons > 1, 0, supply)
        if supply.any():
            found = best(market, space, supply, until, first=found)
            work.arcs, work.rounds = found.arcs.size, work.rounds + found.rounds
    seat_singles(market, space, supply, found.arcs, found.flow, seat)
    return bound


def best(
    market: Market, space: Room, supply: Ints, until: float, *, first: Found | None = None
) -> Found:
    """The best flow over all arcs there are, for what is left of the room."""
    search = Search(market, space.by_cell(), space.left(), until)
    groups, flow = np.nonzero(supply)[0], None
    enough = _ENOUGH if len(groups) > _MANY else 0.0
    if first is not None:
        return search.run(supply, first.flow, first.arcs, enough, off=_OFF_LEAST)
    early = replace(search, until=(time.perf_counter() + until) / 2)
    for step, roughly, held in _LEVELS:
        if len(groups) >= step * _FEW and time.perf_counter() <= early.until:
            part, some = np.zeros_like(supply), groups[step // 2 :: step]
            part[some] = supply[some] * step
            flow = early.run(part, flow, NO_ARCS, roughly, over=_OVER, held=held).flow
    return search.run(supply, flow, NO_ARCS, enough)


@dataclass(frozen=True, slots=True)
class Search:
    """Rounds of flow and prices over one room, until moment `until` of `time.perf_counter`."""

    market: Market
    free: Ints
    ceilings: Ceilings
    until: float

    def run(
        self, supply: Ints, flow: Flow | None, arcs: Arcs, enough: float, *, over: float = 0.0,
        held: int = _HELD, off: int = _OFF,
    ) -> Found:  # fmt: skip
        """Until no arc pays, or the gap is `enough` with at most a share `over` without places.

        Arcs are looked for near the prices of the best bound so far, and prices are held near
        them, so that they do not swing.
        """
        groups, cancel = np.nonzero(supply)[0], self.market.cancel(np.arange(len(supply)))
        links = np.zeros(self.ceilings.links, dtype=np.int64)
        middle = (flow.own, flow.toll) if flow else (np.zeros_like(self.free), links)
        bound = rounds = 0
        while True:
            rounds += 1
            price = self._price(*middle)
            more, least = nearby(self.market, groups, price, off, venues=_VENUES)
            bound = max(bound, self._bound(supply[groups], least, *middle))
            arcs, late = merged(arcs, more, len(price)), time.perf_counter() > self.until
            most = None if late else np.minimum(price + held, INF)
            flow = best_flow(supply, cancel, arcs, self.free, self.ceilings, flow, most)
            value = int((arcs.cost * flow.on).sum() + (cancel * flow.cancelled).sum())
            value += 0 if most is None else int((flow.over * most).sum())
            more, least = cheapest(
                self.market, groups, flow.price, flow.worth[groups], venues=_VENUES
            )
            below = self._bound(supply[groups], least, flow.own, flow.toll)
            better, bound, without = below > bound, max(bound, below), int(flow.over.sum())
            near = not more.size or value - bound <= enough * value
            if late or (near and without <= over * supply.sum()):
                return Found(arcs, flow, bound, rounds)
            risen = without > 0 and value - bound <= max(enough, _RISEN) * value
            if risen:
                held *= 2
            elif not without:
                off = min(off, max(2 * (value - bound) // int(supply.sum()), _OFF_LEAST))
            middle = (flow.own, flow.toll) if better or risen else (
                (middle[0] + flow.own) // 2, (middle[1] + flow.toll) // 2
            )  # fmt: skip
            dear = arcs.cost + flow.price[arcs.cell] - flow.worth[arcs.group]
            kept = (dear <= off) | (flow.on > 0)
            arcs = Arcs(arcs.group[kept], arcs.cell[kept], arcs.cost[kept])
            arcs = merged(arcs, more, len(price))

    def _price(self, own: Ints, toll: Ints) -> Ints:
        return np.where(self.free > 0, own + self.ceilings.road(toll), INF)

    def _bound(self, supply: Ints, least: Ints, own: Ints, toll: Ints) -> int:
        """Lagrange's, at prices."""
        paid = int((own * self.free).sum() + (toll * self.ceilings.most).sum())
        return int((supply * least).sum()) - paid
