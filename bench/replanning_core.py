"""The evening a directive changes: everybody booked wrongly, over all places and doses at once.

`python bench/replanning_core.py [region] [large]`; needs no database.
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl
from report import Table, Value, show
from rich.console import Console

from vaksam.core.replanning import (
    Limits,
    Plan,
    cancel_all_and_rebook,
    plan,
    quality,
    shift_all,
)

SECONDS = 600.0  # at most
FIRST = date(2021, 4, 5)
DAYS = 42
KINDS = (("B", None), ("B", 2), ("C", None))
REASONS = ("paused", "interval", "closed", "touched")
CASES = {"region": (40_000, 12_000, 30), "large": (400_000, 60_000, 120)}


@dataclass(frozen=True, slots=True)
class Evening:
    """The five frames of `vaksam.core.replanning.problem`."""

    affected: pl.DataFrame
    may: pl.DataFrame
    slots: pl.DataFrame
    venues: pl.DataFrame
    doses: pl.DataFrame

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        return self.affected, self.may, self.slots, self.venues, self.doses


def evening(parties: int, slots: int, venues: int, *, seed: int = 1, room: float = 1.1) -> Evening:
    """A region in which product A is paused: 60 % of the parties had it; 15 % booked too early for
    the interval, 10 % at a venue that closes, 15 % in order. A sixth are couples. Homes are those
    of eight statistics areas a venue. `room`: places there are beside places needed."""
    rng = np.random.default_rng(seed)
    lat, lon = 57.5 + 1.5 * rng.random(venues), 11.5 + 3 * rng.random(venues)
    areas = venues * 8
    home_lat, home_lon = 57.5 + 1.5 * rng.random(areas), 11.5 + 3 * rng.random(areas)
    off = (home_lat[:, None] - lat) ** 2 + (0.53 * (home_lon[:, None] - lon)) ** 2
    near = np.argsort(off, axis=1)[:, :3]
    home = rng.integers(0, areas, parties)
    at = near[home, rng.choice(3, parties, p=(0.7, 0.2, 0.1))]
    persons = np.where(rng.random(parties) < 1 / 6, 2, 1)
    reason = rng.choice(4, parties, p=(0.6, 0.15, 0.1, 0.15))
    made = _slots(rng, slots, venues, int(persons.sum() * room))
    day, hour = rng.integers(2, 30, parties), rng.integers(8, 18, parties)
    second = (rng.random(parties) < 0.4) | (reason == 1)
    age = np.where(reason == 0, rng.integers(18, 65, parties), rng.integers(18, 96, parties))
    earliest = np.where(reason == 1, day + rng.integers(3, 21, parties), np.maximum(day - 7, 1))
    affected = pl.DataFrame({
        "party": np.arange(parties), "persons": persons.astype(np.uint16),
        "appointment": np.arange(parties).reshape(-1, 1).tolist(),
        "from_slot": -1 - np.arange(parties), "starts_at": _moments(day, hour * 60),
        "venue": at, "product": np.where(reason == 0, "A", "B"),
        "dose": np.where(second, 2, 1).astype(np.uint8),
        "reason": np.array(REASONS)[reason], "hospital": rng.random(parties) < 0.003,
        "needs_language": np.where(rng.random(parties) < 0.02, "so", None).tolist(),
        "age": age, "lat": home_lat[home], "lon": home_lon[home], "second": second,
        "pinned": rng.random(parties) < 0.002,
    }, schema_overrides={"needs_language": pl.String})  # fmt: skip
    own = made.filter((pl.col("product") == "B") & pl.col("dose").is_null())
    affected = _own_slots(affected, own)
    both = reason == 0
    may = pl.concat([
        _may(np.arange(parties), "B", earliest, second),
        _may(np.nonzero(both | (rng.random(parties) < 0.5))[0], "C", earliest, second),
    ])  # fmt: skip
    where = pl.DataFrame({"venue": np.arange(venues), "lat": lat, "lon": lon})
    return Evening(affected, may, made, where, _doses(made))


def _slots(rng: np.random.Generator, slots: int, venues: int, places: int) -> pl.DataFrame:
    at, kind = rng.integers(0, venues, slots), rng.choice(3, slots, p=(0.45, 0.2, 0.35))
    minutes = 8 * 60 + 30 * rng.integers(0, 20, slots)
    free = rng.multinomial(places, rng.dirichlet(np.full(slots, 3.0)))
    return pl.DataFrame({
        "slot": np.arange(slots), "venue": at, "product": np.array([k[0] for k in KINDS])[kind],
        "dose": [KINDS[k][1] for k in kind], "starts_at": _moments(
            rng.integers(0, DAYS, slots), minutes),
        "free": free.astype(np.uint32), "hospital": at % 10 == 0,
        "languages": [["so"] if v % 5 == 0 else [] for v in at.tolist()],
    }, schema_overrides={"dose": pl.UInt8, "languages": pl.List(pl.String)})  # fmt: skip


def _moments(day: np.ndarray, minute: np.ndarray) -> pl.Series:
    base = np.datetime64(datetime.combine(FIRST, datetime.min.time()), "us")
    return pl.Series(base + (day * 1440 + minute).astype("timedelta64[m]"))


def _own_slots(affected: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Those not paused hold a place in a slot that is there, on their day if there is one."""
    there = own.select(
        "venue", pl.col("starts_at").dt.date().alias("on"), "slot",
        pl.col("starts_at").alias("at"),
    ).group_by("venue", "on", maintain_order=True).first()  # fmt: skip
    joined = affected.with_columns(pl.col("starts_at").dt.date().alias("on")).join(
        there, on=["venue", "on"], how="left"
    )
    holds = pl.col("slot").is_not_null() & pl.col("reason").is_in(["touched", "interval"])
    return joined.with_columns(
        pl.when(holds).then("slot").otherwise("from_slot").alias("from_slot"),
        pl.when(holds).then("at").otherwise("starts_at").alias("starts_at"),
    ).select(affected.columns)


def _may(party: np.ndarray, product: str, earliest: np.ndarray, second: np.ndarray) -> pl.DataFrame:
    first = np.datetime64(FIRST, "D")
    latest = np.where(second[party], (first + earliest[party] + 42).astype("datetime64[D]"), None)
    return pl.DataFrame({
        "party": party, "product": [product] * len(party),
        "earliest_on": (first + earliest[party]).astype("datetime64[D]"),
        "latest_on": latest.tolist(),
    }, schema_overrides={"latest_on": pl.Date})  # fmt: skip


def _doses(slots: pl.DataFrame) -> pl.DataFrame:
    """Nine doses of ten places come in time, week by week."""
    week = (pl.col("starts_at").dt.date() - FIRST).dt.total_days() // 7
    weekly = (
        slots.group_by("venue", "product", week.alias("week")).agg(pl.col("free").sum())
        .sort("venue", "product", "week")
    )  # fmt: skip
    return weekly.select(
        "venue", "product",
        (pl.lit(FIRST) + pl.duration(days=pl.col("week") * 7 + 6)).alias("on"),
        (pl.col("free").cast(pl.Int64).cum_sum().over("venue", "product") * 9 // 10)
        .alias("doses"),
    )  # fmt: skip


def run(cases: tuple[str, ...] = ("region",)) -> list[Table]:
    return [_case(name) for name in cases]


def _case(name: str) -> Table:
    made = evening(*CASES[name])
    people = int(made.affected["persons"].sum())
    rows: list[tuple[Value, ...]] = []
    cpu = time.process_time()
    best = plan(*made.frames, seconds=SECONDS)
    cpu = time.process_time() - cpu
    rows.append(_row("plan", best, made, best.seconds))
    free = Limits(max_km=1e6, max_days=100_000)
    for told, call in (
        ("plan, nobody asked", lambda: plan(*made.frames, limits=free, seconds=SECONDS)),
        ("cancelled, 80 % book again", lambda: cancel_all_and_rebook(*made.frames)),
        ("cancelled, all book again", lambda: cancel_all_and_rebook(*made.frames, share_back=1)),
        ("all shifted 14 days", lambda: shift_all(*made.frames, days=14)),
    ):
        if name == "large" and told == "plan, nobody asked":
            continue
        began = time.perf_counter()
        found = call()
        rows.append(_row(told, found, made, time.perf_counter() - began))
    counts = ", ".join(f"{key} {value:,}" for key, value in best.statistics.items())
    return Table(
        f"The evening a directive changes: {CASES[name][0]:,} parties of {people:,} persons",
        ("way", "s", "kept", "other product", "moved", "asked", "cancelled", "median days",
         "p90 days", "p90 km", "2nd cancelled", "2nd outside", "points"),
        rows,
        [f"{CASES[name][1]:,} slots at {CASES[name][2]} venues, 1.1 places a person, nine doses of"
         f" ten places. Plan: gap {best.gap:.4%} ({best.objective:,.2f} points beside a bound"
         f" {best.bound:,.2f} that splits households), {cpu:.0f} s of processor,"
         f" grid_km {Limits().grid_km:g}. {counts}.",
         "Persons, but for points. By hand nobody is asked, however far or late."],
    )  # fmt: skip


def _row(name: str, made: Plan, asked: Evening, seconds: float) -> tuple[Value, ...]:
    found = quality(made, asked.affected, asked.may, asked.slots)
    return (name, seconds, found.kept, found.other_product, found.moved, found.asked,
            found.cancelled, found.median_days, found.p90_days, found.p90_km,
            found.seconds_cancelled, found.second_doses_outside_interval,
            round(found.points))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure core.replanning.")
    parser.add_argument("cases", nargs="*", default=["region"], help="region, large")
    console = Console(width=160)
    for table in run(tuple(parser.parse_args().cases)):
        show(table, console)


if __name__ == "__main__":
    main()
