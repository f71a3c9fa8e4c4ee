"""What regions did by hand, to compare with."""

import numpy as np
import polars as pl

from vaksam.core.replanning.desk import Desk
from vaksam.core.replanning.parties import read_parties, read_slots
from vaksam.core.replanning.pricing import Market
from vaksam.core.replanning.problem import INF, Limits, Plan, Weights, Why
from vaksam.core.replanning.room import Room, room
from vaksam.core.replanning.seating import moves

SHARE_BACK = 0.8
_FREE = Limits(max_km=1e6, max_days=100_000)  # nobody is asked


def cancel_all_and_rebook(
    affected: pl.DataFrame, may: pl.DataFrame, slots: pl.DataFrame, venues: pl.DataFrame,
    doses: pl.DataFrame, *, share_back: float = SHARE_BACK, seed: int = 0,
    weights: Weights | None = None,
) -> Plan:  # fmt: skip
    """Everybody is cancelled and books again, first come first served, in random order.

    `share_back` of the parties return within the week; the others are counted as cancelled
    (`Why.NOT_BACK`). Each takes the nearest venue with a right time left, and there the first day
    from the day booked, or else the first before it; no weights, no limits. Slots that are right,
    and doses, bind as they do the plan.
    """
    weights = weights or Weights()
    market, space = _market(affected, may, slots, venues, doses, weights, _FREE)
    parties = market.parties
    dice = np.random.default_rng(seed)
    count = affected.height
    back = np.zeros(count, dtype=bool)
    by_party = np.argsort(parties.frame["party"].to_numpy(), kind="stable")
    turn = by_party[dice.permutation(count)]
    back[turn[: round(share_back * count)]] = True
    desk = Desk(market, space)
    seat = np.full(count, -1, dtype=np.int64)
    for row in turn[back[turn]].tolist():
        seat[row] = desk.book(row)
    made = moves(market, may, seat)
    gone = made["party"].is_in(parties.frame["party"].filter(pl.Series(~back)).implode())
    return _as_plan(made.with_columns(
        why=pl.when(gone).then(pl.lit(str(Why.NOT_BACK))).otherwise("why"),
    ))  # fmt: skip


def shift_all(
    affected: pl.DataFrame, may: pl.DataFrame, slots: pl.DataFrame, venues: pl.DataFrame,
    doses: pl.DataFrame, *, days: int, weights: Weights | None = None,
) -> Plan:  # fmt: skip
    """Everybody is moved by the same number of days at their venue, to the nearest time of day.

    Parties are taken by day and time booked. A slot with their own product goes before another's.
    Whoever the new day is wrong for (`Why.NO_LONGER_RIGHT`) or who finds no place is cancelled.
    """
    weights = weights or Weights()
    market, space = _market(affected, may, slots, venues, doses, weights, _FREE)
    parties, known = market.parties, market.slots
    seat = np.full(affected.height, -1, dtype=np.int64)
    wrong = np.zeros(affected.height, dtype=bool)
    _, kinds, last = known.shape
    to = parties.day[parties.class_of[parties.group]] + days
    own = parties.venue[parties.place_of[parties.group]]
    order = np.lexsort((parties.frame["party"].to_numpy(), parties.minute, to))
    for row in order.tolist():
        if not 0 <= to[row] < last:
            continue
        cells = (own[row] * kinds + np.arange(kinds)) * last + to[row]
        group = np.full(kinds, parties.group[row])
        cost, *_ = market.arc(group, cells)
        wrong[row] = bool((cost >= INF).all())
        persons = int(parties.persons[group[0]])
        for kind in np.argsort(cost, kind="stable").tolist():
            if cost[kind] < INF and seat[row] < 0:
                slot = space.nearest(int(cells[kind]), persons, int(parties.minute[row]))
                if slot >= 0:
                    space.take(slot, persons)
                    seat[row] = slot
    made = moves(market, may, seat)
    lost = made["party"].is_in(parties.frame["party"].filter(pl.Series(wrong)).implode())
    return _as_plan(made.with_columns(
        why=pl.when(lost).then(pl.lit(str(Why.NO_LONGER_RIGHT))).otherwise("why"),
    ))  # fmt: skip


def _market(
    affected: pl.DataFrame, may: pl.DataFrame, slots: pl.DataFrame, venues: pl.DataFrame,
    doses: pl.DataFrame, weights: Weights, limits: Limits,
) -> tuple[Market, Room]:  # fmt: skip
    known = read_slots(slots, venues)
    loose = affected.with_columns(pl.lit(value=False).alias("pinned"))
    return Market(read_parties(loose, may, known, weights), known, weights, limits), room(
        known, doses
    )


def _as_plan(moved: pl.DataFrame) -> Plan:
    return Plan(moved, float(moved["cost"].sum()), 0.0)
