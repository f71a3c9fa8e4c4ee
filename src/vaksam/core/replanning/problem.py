"""What a plan for wrongly booked appointments is made of, and what comes of it.

All times are local; days are calendar days. Frames are Polars.

`affected`: one row a party (a household booked together, or one person):
    party i64; persons u16, places needed in one slot; appointment list[i64]; from_slot i64;
    starts_at datetime; venue i64; product str; dose u8, the highest of the party; reason str;
    hospital bool, must be given at a hospital; needs_language str | null; age, of the oldest;
    lat, lon of the home, null: that of the venue; second bool, dose 2 or later;
    pinned bool, stays where it is or is asked. Other columns are let be.
`may`: party i64, product str, earliest_on date, latest_on date | null: when each product may be
    given to all of the party. No row: nothing may.
`slots`: slot i64; venue i64; product str; dose u8 | null, only for that dose number;
    starts_at datetime; free u32; hospital bool; languages list[str]. `free` counts every place
    not held by somebody unaffected: those of the affected are free, so that who may stay can.
`venues`: venue i64, lat, lon: all that are named in `affected` and `slots`, closed ones too.
`doses`: venue i64, product str, on date, doses: appointments at the venue with the product up to
    and on the day may not be more, unaffected ones already subtracted. No rows: no ceiling.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

SCALE = 100  # costs are counted in hundredths, each part rounded for itself
INF = 1 << 40
BAND, LAST_BAND = 10, 9  # years of age that weigh alike; 90 and older are one

Kinds = Mapping[str, type[pl.DataType] | pl.DataType]
DOSES: Kinds = {"venue": pl.Int64, "product": pl.String, "on": pl.Date, "doses": pl.Int64}
MOVES: Kinds = {
    "party": pl.Int64, "persons": pl.Int64, "action": pl.String, "to_slot": pl.Int64,
    "venue": pl.Int64, "product": pl.String, "starts_at": pl.Datetime("us"), "days": pl.Int64,
    "km": pl.Float64, "cost": pl.Float64, "why": pl.String,
}  # fmt: skip


class Action(StrEnum):
    KEEP = "keep"  # the same slot
    OTHER_PRODUCT = "other_product"  # the same venue and time, another product
    MOVE = "move"
    ASK = "ask"  # a place is held while they are asked; none for a pinned party
    CANCEL = "cancel"  # nothing to offer; the place in line is kept


class Why(StrEnum):
    STILL_RIGHT = "still_right"
    SAME_TIME = "same_time"
    SAME_VENUE = "same_venue"
    OTHER_VENUE = "other_venue"
    TOO_FAR = "too_far"  # farther than should be decided for somebody
    TOO_LONG = "too_long"  # more days from the right day than should be
    CONSENT = "consent"  # another product
    PINNED = "pinned"
    NOTHING_RIGHT = "nothing_right"  # no product may be given on any day
    NO_TIMES = "no_times"  # no times that are right, full or not
    NO_ROOM = "no_room"  # others stand before them, or what is left is worse than waiting
    NOT_BACK = "not_back"  # by hand: did not book again
    NO_LONGER_RIGHT = "no_longer_right"  # by hand: the time given is wrong for them


class Other(StrEnum):
    """Whether another product is proposed."""

    YES = "yes"
    ASK = "ask"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What is a cost, in points a person. The planner sees and may change all.

    Attributes
    ----------
    days
        A day earlier or later than booked.
    km
        A kilometre farther from home than the venue booked.
    other_venue, other_product
        Once.
    ask
        They must be asked first.
    cancel
        Nothing is offered. What costs more than this is not proposed.
    second_first
        All costs of a second or later dose are so many times larger.
    oldest_first
        Added to the weight 1 of everybody at 90; each ten years of age count a ninth of it.
    later_than_latest
        A day later than `latest_on`; None: never later.
    """

    days: float = 1.0
    km: float = 0.5
    other_venue: float = 3.0
    other_product: float = 5.0
    ask: float = 30.0
    cancel: float = 200.0
    second_first: float = 2.0
    oldest_first: float = 0.45
    later_than_latest: float | None = None

    def __post_init__(self) -> None:
        told = (self.days, self.km, self.other_venue, self.other_product, self.ask, self.cancel,
                self.second_first, self.oldest_first, self.later_than_latest or 0.0)  # fmt: skip
        if min(told) < 0 or max(told) > 10_000:
            raise ValueError("Weights lie between 0 and 10 000.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be decided for somebody without asking.

    Attributes
    ----------
    max_km
        From home; or as far as the venue booked, where that is farther.
    max_days
        From the right day: the day booked, or the nearest on which the product may be given.
    other_product
        Whether another product is proposed, or asked about.
    own_venue
        Nothing at other venues is proposed.
    grid_km
        Homes are counted from the middle of squares of so many km: below that nothing is decided
        by distance. What a plan costs for kilometres is at most a diagonal (1.5 squares) off for
        each person on each of the two ways compared. 0: exactly from home. The kilometres that
        are told of a move are always exact.
    """

    max_km: float = 40.0
    max_days: int = 14
    other_product: Other = Other.YES
    own_venue: bool = False
    grid_km: float = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to each party.

    Attributes
    ----------
    moves
        One row a party, by party: party, persons, action (`Action`), to_slot, venue, product,
        starts_at (null where no place), days (to less from), km (farther from home than before,
        at least 0), cost (points, all of the party), why (`Why`).
    objective, bound
        Points of the plan, and what no plan can be below. The bound lets households be split.
    statistics
        Counts of the work: parties, groups, cells, arcs, rounds; grid_m, the side of the squares
        that homes were counted from, larger than asked for where there would be too many.
    """

    moves: pl.DataFrame
    objective: float
    bound: float
    seconds: float = 0.0
    statistics: Mapping[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """How far from the best at most, as a share of the bound."""
        over = self.objective - self.bound
        return over / max(self.bound, 1.0) if over > 1e-9 else 0.0
