"""What wants doing about supply, as state: each alert opens, has an owner, and closes by itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from vaksam.core.supply.ledger import HELD, Holdings, Key, State
from vaksam.core.supply.picking import LotFacts, ending, last_moment

THAW_WITHIN: Final = timedelta(hours=24)
OPEN_WITHIN: Final = timedelta(minutes=45)
EXPIRES_WITHIN: Final = timedelta(days=14)


class Kind(StrEnum):
    LATE = "late"  # expected today and not received at its cut-off
    EXPIRING = "expiring"  # a lot ends before its planned use
    THAW = "thaw"  # thaw life runs out
    OPEN = "open"  # an open vial's hours run out
    SHORT = "short"  # less than the booked need of the coming days
    IMPOSSIBLE = "impossible"  # a count that cannot be
    RECALLED = "recalled"  # a recalled lot lies here


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that wants doing. The same `key` is the same alert from one look to the next."""

    kind: Kind
    key: str
    venue: int
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """A dispatch on its way: due at its cut-off on its day."""

    dispatch: int
    venue: int
    cut_off: datetime
    vials: int
    sender: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Need:
    """Doses needed at a venue before a moment, as booked or planned, of a product."""

    venue: int
    product: str
    doses: int
    before: datetime


def alerts(
    holdings: Holdings,
    lots: Mapping[int, LotFacts],
    *,
    expected: Iterable[Expected],
    needs: Iterable[Need],
    nominal: Mapping[str, int],
    use_per_day: Mapping[tuple[int, str], float],
    at: datetime,
) -> list[Alert]:
    """Everything that wants doing at a moment.

    Parameters
    ----------
    nominal
        Doses in an unopened vial, by product.
    use_per_day
        Doses used a day, by venue and product: what says whether a lot ends before its use.
    """
    found = [
        *_late(expected, at),
        *_ending(holdings, lots, at),
        *_expiring(holdings, lots, nominal, use_per_day, at),
        *_short(holdings, lots, needs, nominal, at),
        *_impossible(holdings),
        *_recalled(holdings, lots),
    ]
    return sorted(found, key=lambda each: (each.kind, each.key))


def _late(expected: Iterable[Expected], at: datetime) -> Iterator[Alert]:
    for each in expected:
        if at >= each.cut_off:
            yield Alert(
                Kind.LATE, f"late:{each.dispatch}", each.venue,
                {"dispatch": each.dispatch, "vials": each.vials, "sender": each.sender,
                 "telephone": each.telephone, "cut_off": each.cut_off.isoformat()},
            )  # fmt: skip


def _ending(holdings: Holdings, lots: Mapping[int, LotFacts], at: datetime) -> Iterator[Alert]:
    for moment, key, amount in ending(holdings, lots, by=at + THAW_WITHIN):
        if key.state is State.OPENED and moment <= at + OPEN_WITHIN and amount.doses:
            kind, name = Kind.OPEN, f"open:{key.vial}"
        elif key.state is State.THAWED:
            kind, name = Kind.THAW, f"thaw:{key.venue}:{key.lot}:{moment.isoformat()}"
        else:
            continue
        yield Alert(kind, name, key.venue, _told(lots[key.lot], moment) | {
            "vials": amount.vials, "doses": amount.doses,
        })  # fmt: skip


def _expiring(
    holdings: Holdings,
    lots: Mapping[int, LotFacts],
    nominal: Mapping[str, int],
    use_per_day: Mapping[tuple[int, str], float],
    at: datetime,
) -> Iterator[Alert]:
    """Walks each venue's lots of a product in the order they end, using so many doses a day."""
    heaps: dict[tuple[int, str], list[tuple[datetime, Key, int]]] = {}
    for key, amount in holdings.items():
        lot = lots[key.lot]
        if key.state in (State.FROZEN, State.COLD, State.THAWED) and amount.vials > 0:
            doses = amount.vials * nominal.get(lot.product, 1)
            heaps.setdefault((key.venue, lot.product), []).append(
                (last_moment(key, lot), key, doses)
            )
    for place, heap in heaps.items():
        rate, used = use_per_day.get(place, 0.0), 0.0
        for moment, key, doses in sorted(heap, key=lambda each: (each[0], each[1].lot)):
            days = max((moment - at).total_seconds() / 86_400, 0)
            left = doses - max(rate * days - used, 0)
            used += doses
            if left >= 1 and moment <= at + EXPIRES_WITHIN:
                yield Alert(
                    Kind.EXPIRING, f"expiring:{key.venue}:{key.lot}:{key.state}", key.venue,
                    _told(lots[key.lot], moment) | {"doses": round(left)},
                )  # fmt: skip


def _short(
    holdings: Holdings,
    lots: Mapping[int, LotFacts],
    needs: Iterable[Need],
    nominal: Mapping[str, int],
    at: datetime,
) -> Iterator[Alert]:
    for need in needs:
        there = sum(
            amount.vials * nominal.get(need.product, 1)
            if key.state in (State.FROZEN, State.COLD, State.THAWED)
            else amount.doses
            for key, amount in holdings.items()
            if key.venue == need.venue
            and lots[key.lot].product == need.product
            and lots[key.lot].block is None
            and key.state in (State.FROZEN, State.COLD, State.THAWED, State.OPENED, State.DRAWN)
            and last_moment(key, lots[key.lot]) > at
        )
        if there < need.doses:
            yield Alert(
                Kind.SHORT, f"short:{need.venue}:{need.product}", need.venue,
                {"product": need.product, "there": there, "needed": need.doses,
                 "before": need.before.isoformat()},
            )  # fmt: skip


def _impossible(holdings: Holdings) -> Iterator[Alert]:
    for key, amount in holdings.items():
        if key.state in HELD and (amount.vials < 0 or amount.doses < 0):
            yield Alert(
                Kind.IMPOSSIBLE, f"impossible:{key.venue}:{key.lot}:{key.state}", key.venue,
                {"vials": amount.vials, "doses": amount.doses, "state": key.state.value},
            )  # fmt: skip


def _recalled(holdings: Holdings, lots: Mapping[int, LotFacts]) -> Iterator[Alert]:
    vials: dict[tuple[int, int], int] = {}
    for key, amount in holdings.items():
        if lots[key.lot].block == "recalled" and key.state in HELD:
            vials[key.venue, key.lot] = vials.get((key.venue, key.lot), 0) + amount.vials
    for (venue, lot), count in vials.items():
        if count:
            told = {"lot": lots[lot].number, "product": lots[lot].product, "vials": count}
            yield Alert(Kind.RECALLED, f"recalled:{venue}:{lot}", venue, told)


def _told(lot: LotFacts, moment: datetime) -> dict[str, Any]:
    return {"lot": lot.number, "product": lot.product, "until": moment.isoformat()}
