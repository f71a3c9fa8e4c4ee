"""From flows to slots: which party gets which time, and what is said of it."""

import numpy as np
import polars as pl

from vaksam.core.replanning.flow import Flow
from vaksam.core.replanning.parties import Bools, Floats, Ints, kilometres
from vaksam.core.replanning.pricing import Arcs, Market, cheapest
from vaksam.core.replanning.problem import INF, MOVES, SCALE, Action, Why
from vaksam.core.replanning.room import Room


def seat_pinned(market: Market, space: Room, seat: Ints) -> int:
    """Pinned parties at their own time and venue, or nowhere; their cost in hundredths."""
    parties, slots = market.parties, market.slots
    rows = np.nonzero(parties.pinned[parties.group])[0]
    if not len(rows):
        return 0
    at = slots.frame.select("venue", "starts_at").with_row_index("slot")
    same = (
        parties.frame.select("venue", "starts_at").with_row_index("row")[rows]
        .join(at, on=["venue", "starts_at"]).sort("row", "slot")
    )  # fmt: skip
    row, slot = (same[name].cast(pl.Int64).to_numpy() for name in ("row", "slot"))
    cost, *_ = market.arc(parties.group[row], slots.cell[slot])
    cost = np.where(slot == parties.own[row], cost - (cost < INF), cost)  # their own before others
    spent = 0
    for n in np.lexsort((slot, cost, row)).tolist():
        persons = int(parties.persons[parties.group[row[n]]])
        if cost[n] < INF and seat[row[n]] < 0 and space.fits(int(slot[n]), persons):
            space.take(int(slot[n]), persons)
            seat[row[n]] = slot[n]
            spent += persons * int(cost[n] + (slot[n] == parties.own[row[n]]))
    left = rows[seat[rows] < 0]
    group = parties.group[left]
    return spent + int((market.ask(group) * parties.persons[group]).sum())


def seat_singles(
    market: Market, space: Room, supply: Ints, arcs: Arcs, flow: Flow, seat: Ints
) -> None:
    """Within a group the oldest to the cheapest cells; within a cell to their own time, or to the
    time of day nearest it. Fills `seat` and uses up `space`."""
    parties, slots = market.parties, market.slots
    sent = np.nonzero(flow.on * (supply[arcs.group] > 0))[0]
    sent = sent[np.lexsort((arcs.cell[sent], arcs.cost[sent], arcs.group[sent]))]
    starts = np.searchsorted(parties.group, np.arange(parties.groups))
    count = flow.on[sent]
    before = np.cumsum(count) - count
    first = np.searchsorted(arcs.group[sent], arcs.group[sent])
    turn = np.arange(count.sum()) - np.repeat(before[first] if len(sent) else before, count)
    rows = starts[np.repeat(arcs.group[sent], count)] + turn
    cells = np.repeat(arcs.cell[sent], count)
    stay = (parties.own[rows] >= 0) & (slots.cell[parties.own[rows]] == cells)
    for row, cell in zip(rows[stay].tolist(), cells[stay].tolist(), strict=True):
        own = int(parties.own[row])
        _take(space, seat, row, own if space.free[own] else _nearest(market, space, row, cell))
    for row, cell in zip(rows[~stay].tolist(), cells[~stay].tolist(), strict=True):
        _take(space, seat, row, _nearest(market, space, row, cell))


def moves(market: Market, may: pl.DataFrame, seat: Ints) -> pl.DataFrame:
    """What happens to each party, with what it costs and why. `seat` by row, -1: nowhere."""
    parties, slots = market.parties, market.slots
    group, seated = parties.group, seat >= 0
    at = np.where(seated, seat, 0)
    cell = slots.cell[at] if len(slots.cell) else np.zeros(len(seat), dtype=np.int64)
    cost, too_far, too_long, asked = market.arc(group, cell)
    pinned = parties.pinned[group]
    cost = np.where(seated, cost, np.where(pinned, market.ask(group), market.cancel(group)))
    assert (cost < INF).all()
    more = _farther(market, slots.parts(cell)[0])
    action, why = _said(market, may, seated, at, (too_far, too_long, asked))
    frame = parties.frame.select("party", pl.col("persons").cast(pl.Int64), "starts_at")
    to = slots.frame.select(
        pl.col("slot").alias("to_slot"), "venue", "product", pl.col("starts_at").alias("new_at")
    )
    chosen = [pl.when(pl.Series(seated)).then(pl.col(name)).alias(name) for name in to.columns]
    to = to[at] if to.height else to.clear(len(seat))
    days = (pl.col("new_at").dt.date() - pl.col("starts_at").dt.date()).dt.total_days()
    return (
        frame.hstack(to.with_columns(chosen))
        .with_columns(
            days.alias("days"), pl.col("new_at").alias("starts_at"),
            action=pl.Series(action), why=pl.Series(why),
            km=pl.when(pl.Series(seated)).then(pl.Series(more)),
            cost=pl.Series(cost * parties.persons[group] / SCALE),
        )
        .select(pl.col(name).cast(kind) for name, kind in MOVES.items())
        .sort("party")
    )  # fmt: skip


def _farther(market: Market, venue: Ints) -> Floats:
    """Kilometres more than before, from the homes themselves."""
    parties, slots = market.parties, market.slots
    own = parties.venue[parties.place_of[parties.group]]
    lat, lon = (
        parties.frame[name].cast(pl.Float64).fill_null(pl.Series(at[own])).to_numpy()
        for name, at in (("lat", slots.lat), ("lon", slots.lon))
    )
    there, now = (kilometres(lat, lon, slots.lat[to], slots.lon[to]) for to in (venue, own))
    return np.maximum(there - now, 0.0)


def _said(
    market: Market, may: pl.DataFrame, seated: Bools, at: Ints, asked: tuple[Bools, Bools, Bools]
) -> tuple[list[str], list[str]]:
    parties, slots = market.parties, market.slots
    frame = parties.frame
    to = slots.frame.select("venue", "starts_at", "product")[at] if len(slots.cell) else (
        slots.frame.select("venue", "starts_at", "product").clear(len(at))
    )  # fmt: skip
    same_venue = (frame["venue"] == to["venue"]).fill_null(value=False).to_numpy()
    same_time = same_venue & (frame["starts_at"] == to["starts_at"]).fill_null(False).to_numpy()
    same_product = (frame["product"] == to["product"]).fill_null(value=False).to_numpy()
    keep = (parties.own == at) & same_product
    too_far, too_long, consent = asked
    pinned = parties.pinned[parties.group] & ~seated
    nothing, no_times = _nowhere(market, may, seated | pinned)
    cases: list[tuple[Bools, Action, Why]] = [
        (pinned, Action.ASK, Why.PINNED),
        (~seated & nothing, Action.CANCEL, Why.NOTHING_RIGHT),
        (~seated & no_times, Action.CANCEL, Why.NO_TIMES),
        (~seated, Action.CANCEL, Why.NO_ROOM),
        (too_far, Action.ASK, Why.TOO_FAR),
        (too_long, Action.ASK, Why.TOO_LONG),
        (consent, Action.ASK, Why.CONSENT),
        (keep, Action.KEEP, Why.STILL_RIGHT),
        (same_time & ~same_product, Action.OTHER_PRODUCT, Why.SAME_TIME),
        (same_venue, Action.MOVE, Why.SAME_VENUE),
    ]
    tests = [case[0] for case in cases]
    action = np.select(tests, [str(case[1]) for case in cases], str(Action.MOVE))
    why = np.select(tests, [str(case[2]) for case in cases], str(Why.OTHER_VENUE))
    return action.tolist(), why.tolist()


def _nowhere(market: Market, may: pl.DataFrame, seated: Bools) -> tuple[Bools, Bools]:
    """Whether nothing may be given, and whether there are no times at all, of those not seated."""
    parties = market.parties
    named = set(may["party"].unique().to_list())
    nothing = np.array([party not in named for party in parties.frame["party"].to_list()],
                       dtype=bool)  # fmt: skip
    groups = np.unique(parties.group[~seated])
    none = np.ones(parties.groups, dtype=bool)
    if len(groups) and len(market.slots.cell):
        price = np.full(market.slots.size, INF, dtype=np.int64)
        price[market.slots.cell] = 0
        arcs, _ = cheapest(market, groups, price, np.full(len(groups), INF), venues=1)
        none[arcs.group] = False
    return nothing, none[parties.group]


def _nearest(market: Market, space: Room, row: int, cell: int) -> int:
    return space.nearest(cell, 1, int(market.parties.minute[row]))


def _take(space: Room, seat: Ints, row: int, slot: int) -> None:
    space.take(slot, 1)
    seat[row] = slot
