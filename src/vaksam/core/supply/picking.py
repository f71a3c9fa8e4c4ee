"""First expired, first out; and what a lot may be used for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from vaksam.core.errors import Refused
from vaksam.core.supply.ledger import Amount, Holdings, Key, State

SWEDEN = ZoneInfo("Europe/Stockholm")


class Block(StrEnum):
    """Why a lot may not be used."""

    QUARANTINED = "quarantined"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot: its last day as it came, and whether it is blocked."""

    number: str
    product: str
    expires_on: date
    block: Block | None = None


def last_moment(key: Key, lot: LotFacts) -> datetime:
    """Until when vials may be used: the end of the lot's last day, or sooner."""
    end = datetime.combine(lot.expires_on + timedelta(days=1), time(), tzinfo=SWEDEN)
    return min(end, key.until) if key.until else end


def demand_usable(key: Key, lot: LotFacts, *, at: datetime) -> None:
    """Raise Refused where the lot is recalled or quarantined, or its time has passed."""
    if lot.block is Block.RECALLED:
        raise Refused("recalled", "Lot {lot} is recalled. Put it aside.", lot=lot.number)
    if lot.block is Block.QUARANTINED or key.state is State.QUARANTINE:
        raise Refused("quarantined", "Lot {lot} is in quarantine until cleared.", lot=lot.number)
    if at >= last_moment(key, lot):
        raise Refused(
            "expired", "The time of lot {lot} passed {moment}. Record it as expired.",
            lot=lot.number, moment=f"{last_moment(key, lot).astimezone(SWEDEN):%Y-%m-%d %H:%M}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pick:
    key: Key
    vials: int


def first_expired_first_out(
    holdings: Holdings,
    lots: Mapping[int, LotFacts],
    *,
    vials: int,
    at: datetime,
    states: Iterable[State],
) -> list[Pick]:
    """Vials to take, those whose time ends first first; fewer where there are not enough.

    What is blocked or past its time is passed over. Ties: the smaller heap first, so that it is
    emptied; then by lot.
    """
    wanted = frozenset(states)
    fit = [
        (last_moment(key, lots[key.lot]), amount.vials, key.lot, key)
        for key, amount in holdings.items()
        if key.state in wanted and amount.vials > 0 and _usable(key, lots[key.lot], at)
    ]
    picks, left = [], vials
    for _, there, _, key in sorted(fit, key=lambda each: each[:3]):
        if left <= 0:
            break
        picks.append(Pick(key, min(left, there)))
        left -= picks[-1].vials
    return picks


def ending(
    holdings: Holdings, lots: Mapping[int, LotFacts], *, by: datetime
) -> list[tuple[datetime, Key, Amount]]:
    """What will not be usable any more at a moment, the first to end first."""
    found = [
        (last_moment(key, lots[key.lot]), key, amount)
        for key, amount in holdings.items()
        if key.state in (State.FROZEN, State.COLD, State.THAWED, State.OPENED)
        and last_moment(key, lots[key.lot]) <= by
    ]
    return sorted(found, key=lambda each: (each[0], each[1].lot))


def _usable(key: Key, lot: LotFacts, at: datetime) -> bool:
    return lot.block is None and at < last_moment(key, lot)
