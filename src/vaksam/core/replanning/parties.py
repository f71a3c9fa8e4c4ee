"""Parties and slots as arrays: who is alike, and what is to be had where and when.

A *cell* is a venue, a kind of slot and a day; a *kind* is a product, a dose number, hospital or
not and languages. A *class* is what decides which days cost how much; a *place* what decides
which venues do; a *group* is parties of one class, place and size.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.distance import EARTH_KM
from vaksam.core.replanning.grid import on_grid
from vaksam.core.replanning.problem import BAND, INF, LAST_BAND, SCALE, Limits, Other, Weights

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_CLASS = ["window", "from_product", "from_day", "need", "weight"]
_PLACE = ["home_lat", "home_lon", "from_venue", "weight"]
_NEED = ["dose", "hospital", "needs_language"]
_KIND = ["product", "dose", "hospital", "spoken"]


@dataclass(frozen=True, slots=True)
class Slots:
    """Slots by cell and time of day; `cell` = (venue · kinds + kind) · days + day."""

    frame: pl.DataFrame  # as given, in this order, with `cell`, `day` and `minute`
    base: date  # day 0
    shape: tuple[int, int, int]  # venues, kinds, days
    cell: Ints
    free: Ints
    minute: Ints
    kinds: tuple[tuple[int, int | None, bool, frozenset[str]], ...]
    products: tuple[str, ...]
    venues: tuple[int, ...]
    lat: Floats
    lon: Floats

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    def parts(self, cells: Ints) -> tuple[Ints, Ints, Ints]:
        """Venue, product and day of cells."""
        _, kinds, days = self.shape
        product = np.array([kind[0] for kind in self.kinds] or [0], dtype=np.int64)
        return cells // (kinds * days), product[cells // days % kinds], cells % days


@dataclass(frozen=True, slots=True)
class Parties:
    """Parties, those of a group together, the oldest first; and what groups are made of."""

    frame: pl.DataFrame
    group: Ints  # the following three by row of the frame
    own: Ints  # the slot they hold, as a row of `Slots.frame`, -1: it is not there
    minute: Ints  # of the day
    weight: Floats  # by weight index
    class_of: Ints  # the following four by group
    place_of: Ints
    persons: Ints
    pinned: Bools
    window: Ints  # the following five by class
    product: Ints
    day: Ints
    need: Ints
    class_weight: Ints
    home: tuple[Floats, Floats]  # the following three by place
    venue: Ints
    place_weight: Ints
    needs: tuple[tuple[int, bool, str | None], ...]
    earliest: Ints  # window × product; INF: may not be given
    latest: Ints

    @property
    def groups(self) -> int:
        return len(self.class_of)

    def counts(self) -> Ints:
        return np.bincount(self.group, minlength=self.groups).astype(np.int64)


def points(weight: Floats, amount: Floats | Ints | float) -> Ints:
    """A cost in hundredths of a point: one part, rounded."""
    return np.rint(weight * amount * SCALE).astype(np.int64)


def kilometres(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """`core.distance.kilometres` of arrays."""
    a, b = np.radians(lat), np.radians(to_lat)
    across = np.radians(to_lon - lon)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    found: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    return found


def read_slots(slots: pl.DataFrame, venues: pl.DataFrame) -> Slots:
    """Raises ValueError where a venue has no coordinates."""
    places = venues.sort("venue")
    known = {venue: n for n, venue in enumerate(places["venue"].to_list())}
    slots = slots.with_columns(
        pl.col("dose").cast(pl.Int64),
        pl.col("languages").list.unique().list.sort().list.join("|").fill_null("").alias("spoken"),
        pl.col("starts_at").dt.date().alias("on"),
        pl.col("venue").replace_strict(known, default=None, return_dtype=pl.Int64).alias("at"),
    )
    if slots["at"].null_count():
        raise ValueError("A slot is at a venue that `venues` does not name.")
    kinds = slots.select(_KIND).unique().sort(_KIND).with_row_index("kind")
    products = sorted(set(slots["product"].to_list()))
    first = slots["on"].min()
    base = first if isinstance(first, date) else date.min
    day = (pl.col("on") - base).dt.total_days()
    slots = slots.join(kinds, on=_KIND, nulls_equal=True).with_columns(
        day.alias("day"),
        (pl.col("starts_at").dt.hour().cast(pl.Int64) * 60 + pl.col("starts_at").dt.minute())
        .alias("minute"),
    )  # fmt: skip
    days = int(slots["day"].max() or 0) + 1 if slots.height else 1  # type: ignore[arg-type]
    shape = (len(known), max(kinds.height, 1), days)
    cell = (pl.col("at") * shape[1] + pl.col("kind").cast(pl.Int64)) * shape[2] + pl.col("day")
    slots = slots.with_columns(cell.alias("cell")).sort("cell", "minute", "slot")
    return Slots(
        frame=slots, base=base, shape=shape, cell=_ints(slots["cell"]), free=_ints(slots["free"]),
        minute=_ints(slots["minute"]),
        kinds=tuple(
            (products.index(product), dose, hospital, frozenset(spoken.split("|")))
            for product, dose, hospital, spoken in kinds.select(_KIND).iter_rows()
        ),
        products=tuple(products), venues=tuple(known),
        lat=places["lat"].cast(pl.Float64).to_numpy(),
        lon=places["lon"].cast(pl.Float64).to_numpy(),
    )  # fmt: skip


def read_parties(
    affected: pl.DataFrame, may: pl.DataFrame, slots: Slots, weights: Weights,
    grid_km: float = 0.0,
) -> Parties:  # fmt: skip
    """Homes by squares of `grid_km`. Raises ValueError where a venue has no coordinates."""
    booked = (affected["starts_at"].dt.date() - slots.base).dt.total_days()
    span = _least(booked, 0), max(-_least(-booked, 0), slots.shape[2] - 1)
    windows, earliest, latest = _windows(may, slots, span, weights.later_than_latest is not None)
    venue = {code: n for n, code in enumerate(slots.venues)}
    product = {code: n for n, code in enumerate(slots.products)}
    band = (pl.col("age").cast(pl.Int64) // BAND).clip(0, LAST_BAND)
    own = slots.frame.select(
        pl.col("slot").alias("from_slot"), pl.int_range(pl.len()).cast(pl.Int64).alias("own")
    )
    frame = affected.with_columns(
        pl.col("venue").replace_strict(venue, default=None, return_dtype=pl.Int64)
        .alias("from_venue"),
        pl.col("product").replace_strict(product, default=-1, return_dtype=pl.Int64)
        .alias("from_product"),
        (pl.col("starts_at").dt.date() - slots.base).dt.total_days().alias("from_day"),
        (pl.col("starts_at").dt.hour().cast(pl.Int64) * 60 + pl.col("starts_at").dt.minute())
        .alias("minute"),
        (pl.col("second").cast(pl.Int64) * (LAST_BAND + 1) + band).alias("weight"),
        pl.col("dose").cast(pl.Int64),
    ).join(windows, on="party", how="left").join(own, on="from_slot", how="left")  # fmt: skip
    if frame["from_venue"].null_count():
        raise ValueError("A party is at a venue that `venues` does not name.")
    at = frame["from_venue"].to_numpy()
    frame = on_grid(frame, grid_km)
    frame = frame.with_columns(
        pl.col("home_lat").fill_null(pl.Series(slots.lat[at])),
        pl.col("home_lon").fill_null(pl.Series(slots.lon[at])),
        pl.col("window").fill_null(len(earliest) - 1),
        pl.col("own").fill_null(-1),
    )
    frame, needs = _numbered(frame, _NEED, "need")
    frame, classes = _numbered(frame, _CLASS, "class")
    frame, places = _numbered(frame, _PLACE, "place")
    frame, groups = _numbered(frame, ["class", "place", "persons", "pinned"], "group")
    frame = frame.sort(["group", "age", "party"], descending=[False, True, False])
    return Parties(
        frame=frame, group=_ints(frame["group"]), own=_ints(frame["own"]),
        minute=_ints(frame["minute"]), weight=_weights(weights),
        class_of=_ints(groups["class"]), place_of=_ints(groups["place"]),
        persons=_ints(groups["persons"]), pinned=groups["pinned"].to_numpy(),
        window=_ints(classes["window"]),
        product=_ints(classes["from_product"]), day=_ints(classes["from_day"]),
        need=_ints(classes["need"]), class_weight=_ints(classes["weight"]),
        home=(places["home_lat"].to_numpy(), places["home_lon"].to_numpy()),
        venue=_ints(places["from_venue"]), place_weight=_ints(places["weight"]),
        needs=tuple(needs.select(_NEED).iter_rows()), earliest=earliest, latest=latest,
    )  # fmt: skip


def far(parties: Parties, places: Ints, venues: Ints, slots: Slots, limits: Limits,
        weights: Weights) -> tuple[Ints, Bools, Floats]:  # fmt: skip
    """Cost of a venue from a place, whether it must be asked about, and the kilometres more.

    `places` and `venues` are of one shape, or broadcast to one.
    """
    lat, lon = parties.home[0][places], parties.home[1][places]
    own = parties.venue[places]
    now = kilometres(lat, lon, slots.lat[own], slots.lon[own])
    there = kilometres(lat, lon, slots.lat[venues], slots.lon[venues])
    more, elsewhere = np.maximum(there - now, 0.0), venues != own
    weight = parties.weight[parties.place_weight[places]]
    cost = points(weight, more * weights.km) + points(weight, elsewhere * weights.other_venue)
    if limits.own_venue:
        cost = np.where(elsewhere, INF, cost)
    return cost, elsewhere & (there > np.maximum(now, limits.max_km)), more


def when(parties: Parties, classes: Ints, product: int | Ints, days: Ints, limits: Limits,
         weights: Weights) -> tuple[Ints, Bools, Bools]:  # fmt: skip
    """Cost of a day with a product for a class (INF: may not), and whether it must be asked about
    for the days, or for the product. Arrays broadcast."""
    weight = parties.weight[parties.class_weight[classes]]
    earliest = parties.earliest[parties.window[classes], product]
    latest = parties.latest[parties.window[classes], product]
    day, other = parties.day[classes], parties.product[classes] != product
    late = np.maximum(days - latest, 0)
    cost = points(weight, np.abs(days - day) * weights.days)
    cost = cost + points(weight, other * weights.other_product)
    right = (days >= earliest) & (earliest < INF)
    if weights.later_than_latest is None:
        right = right & (late == 0)
    else:
        cost = cost + points(weight, late * weights.later_than_latest)
    if limits.other_product is Other.NEVER:
        right = right & ~other
    wished = np.clip(day, earliest, np.maximum(latest, earliest))
    long = np.abs(days - wished) > limits.max_days
    asked = other & np.full(long.shape, limits.other_product is Other.ASK)
    return np.where(right, cost, INF), long, asked


def serves(kind: tuple[int, int | None, bool, frozenset[str]],
           need: tuple[int, bool, str | None]) -> bool:  # fmt: skip
    """Whether a kind of slot is for somebody, but for product and day."""
    _, only, at_hospital, spoken = kind
    dose, hospital, language = need
    return only in (None, dose) and (at_hospital or not hospital) and (
        language is None or language in spoken
    )  # fmt: skip


def _weights(weights: Weights) -> Floats:
    bands = 1 + weights.oldest_first * np.arange(LAST_BAND + 1) / LAST_BAND
    found: Floats = np.concatenate([bands, bands * weights.second_first])
    return found


def _least(days: pl.Series, least: int) -> int:
    found = days.min()
    return min(found, least) if isinstance(found, int) else least


def _windows(
    may: pl.DataFrame, slots: Slots, span: tuple[int, int], late: bool
) -> tuple[pl.DataFrame, Ints, Ints]:
    """Parties with the number of their windows; the windows, the last being that of none.

    Days outside `span`, that of slots and days booked, are all alike, so that fewer differ.
    """
    last = slots.shape[2] - 1
    none = pl.DataFrame(schema={"party": pl.Int64, "window": pl.Int64})
    cut = (
        may.filter(pl.col("product").is_in(list(slots.products)))
        .select(
            "party", "product",
            (pl.col("earliest_on") - slots.base).dt.total_days().clip(None if late else span[0])
            .alias("from"),
            (pl.col("latest_on") - slots.base).dt.total_days().fill_null(span[1])
            .clip(None if late else -1, span[1]).alias("to"),
        )
        .filter((pl.col("from") <= last) & (pl.lit(late) | (pl.col("to") >= 0)))
        .filter(pl.lit(late) | (pl.col("from") <= pl.col("to")))
        .sort("party", "product")
    )  # fmt: skip
    count = len(slots.products)
    if cut.is_empty():
        return none, np.full((1, max(count, 1)), INF), np.full((1, max(count, 1)), -1)
    said = cut.group_by("party", maintain_order=True).agg(
        pl.concat_str("product", "from", "to", separator=" ").str.join("|").alias("said"),
        "product", "from", "to",
    )  # fmt: skip
    kinds = said.unique("said").sort("said").with_row_index("window")
    earliest = np.full((kinds.height + 1, count), INF, dtype=np.int64)
    latest = np.full((kinds.height + 1, count), -1, dtype=np.int64)
    each = kinds.select("window", "product", "from", "to").explode("product", "from", "to")
    column = np.searchsorted(np.array(slots.products), each["product"].to_numpy().astype(str))
    earliest[each["window"].to_numpy(), column] = each["from"].to_numpy()
    latest[each["window"].to_numpy(), column] = each["to"].to_numpy()
    named = said.join(kinds.select("said", pl.col("window").cast(pl.Int64)), on="said")
    return named.select("party", "window"), earliest, latest


def _numbered(frame: pl.DataFrame, by: list[str], name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with a number for each different combination, and the combinations in order."""
    kinds = frame.select(by).unique().sort(by).with_row_index(name)
    kinds = kinds.with_columns(pl.col(name).cast(pl.Int64))
    return frame.join(kinds, on=by, nulls_equal=True, how="left"), kinds


def _ints(series: pl.Series) -> Ints:
    return series.cast(pl.Int64).to_numpy()
