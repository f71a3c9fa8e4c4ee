"""What happens to each whose time is wrong: all at once, then whatever follows from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from vaksam.base import clock
from vaksam.core import replanning as core
from vaksam.core.replanning import Action, Limits, Plan, Weights
from vaksam.core.replanning.judging import COLUMNS, Wrong, judged, windows
from vaksam.replanning.facts import NOTICE, World
from vaksam.replanning.judging import left_of_doses

ROUNDS = 3  # a first dose that moves may make a second one wrong, and so on
PLAIN = ("", "sv", "en")
_MOVES: dict[str, pl.DataType] = {
    "appointment": pl.Int64(), "person": pl.Int64(), "party": pl.Int64(), "wrong": pl.String(),
    "action": pl.String(), "why": pl.String(), "to_slot": pl.Int64(), "venue": pl.Int64(),
    "product": pl.String(), "starts_at": pl.Datetime("us"), "days": pl.Int64(),
    "km": pl.Float64(), "cost": pl.Float64(),
}  # fmt: skip
BY_PLANNER = "planner"


@dataclass(frozen=True, slots=True)
class Problem:
    """The frames of `vaksam.core.replanning.problem`, and whose appointments they are of.

    `members`: party, appointment, person, wrong.
    """

    affected: pl.DataFrame
    may: pl.DataFrame
    slots: pl.DataFrame
    venues: pl.DataFrame
    doses: pl.DataFrame
    members: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Planned:
    """One row an appointment (`_MOVES`), the first round's problem and plan, and all rounds'
    objective and bound.
    """

    moves: pl.DataFrame
    problem: Problem
    plan: Plan
    objective: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        over = self.objective - self.bound
        return over / max(self.bound, 1.0) if over > 1e-9 else 0.0


def planned(
    world: World, wrong: pl.DataFrame, *, weights: Weights, limits: Limits,
    rules: Sequence[Mapping[str, Any]] = (), reserve: pl.DataFrame | None = None,
) -> Planned:  # fmt: skip
    """A plan for everybody whose time would be wrong.

    Parameters
    ----------
    wrong
        appointment, wrong.
    rules
        The planner's own, first that fits: {"do": stay | ask | cancel, and any of "venue",
        "municipality", "dose", "product", "age_from", "age_to", "wrong"}.
    reserve
        Doses the store could send, as `core.replanning.with_reserve` wants them.
    """
    told = world.appointments.join(wrong.select("appointment", "wrong"), on="appointment")
    decided = _by_planner(told, rules)
    left = told.join(decided.select("appointment"), on="appointment", how="anti")
    now, rows, first = world, [decided], None
    objective = bound = seconds = 0.0
    for _ in range(ROUNDS):
        turn = left.sort("starts_at").unique("person", keep="first", maintain_order=True)
        problem = problem_of(now, turn, left)
        doses = core.with_reserve(problem.doses, reserve) if reserve is not None else problem.doses
        plan = core.plan(problem.affected, problem.may, problem.slots, problem.venues, doses,
                         weights=weights, limits=limits)  # fmt: skip
        first = first or (problem, plan)
        objective, bound = objective + plan.objective, bound + plan.bound
        seconds += plan.seconds
        moved = _by_appointment(plan, problem)
        rows.append(moved)
        now = _after(now, moved)
        left = _next(now, left, moved)
        if left.is_empty():
            break
    assert first is not None
    moves = _late_ones_stay(world, _verified(now, pl.concat(rows), left))
    return Planned(moves, first[0], first[1], objective, bound, seconds)


def _late_ones_stay(world: World, moves: pl.DataFrame) -> pl.DataFrame:
    """Late is better than never: who is only too late keeps the time if there is no sooner."""
    own = world.appointments.select("appointment", own="slot")
    stays = (pl.col("wrong") == Wrong.TOO_LATE) & (pl.col("action") == Action.CANCEL)
    return moves.join(own, on="appointment", how="left").select(
        *(
            {
                "action": pl.when(stays).then(pl.lit(Action.KEEP.value)).otherwise("action"),
                "to_slot": pl.when(stays).then("own").otherwise("to_slot"),
            }.get(name, pl.col(name)).alias(name)
            for name in moves.columns
        )
    )


def problem_of(world: World, turn: pl.DataFrame, wrong: pl.DataFrame) -> Problem:
    """Parties, when they may come instead, and what is free for them."""
    members = _with_companions(world, turn, wrong)
    asked = world.appointments.with_columns(
        asked=pl.col("appointment").is_in(members["appointment"].implode())
    ).filter(pl.col("person").is_in(members["person"].implode()))
    may = windows(asked, world.facts, world.rules_then, since=world.today + timedelta(days=1),
                  until=world.until)  # fmt: skip
    parties = members.join(
        may.group_by("appointment").agg(pl.col("hospital").any().alias("only_hospital")),
        on="appointment", how="left",
    )  # fmt: skip
    touched = set(wrong["appointment"].to_list()) | set(members["appointment"].to_list())
    kept = world.appointments.filter(~pl.col("appointment").is_in(list(touched)))
    return Problem(
        affected=_parties(world, parties),
        may=_party_windows(members, may),
        slots=free(world, world.slots, touched),
        venues=_venues(world),
        doses=left_of_doses(world, kept),
        members=members.select("party", "appointment", "person", "wrong"),
    )


def _with_companions(world: World, turn: pl.DataFrame, wrong: pl.DataFrame) -> pl.DataFrame:
    """Those whose turn it is, with whom of their household was booked along with them."""
    homes = turn.filter(pl.col("household").is_not_null())
    along = (
        world.appointments.join(homes.select("request", "slot", "household").unique(),
                                on=["request", "slot", "household"])
        .join(wrong.select("appointment"), on="appointment", how="anti")
        .join(turn.select("appointment"), on="appointment", how="anti")
        .with_columns(wrong=pl.lit(Wrong.HOUSEHOLD.value))
    )  # fmt: skip
    every = pl.concat([turn, along.select(turn.columns)])
    together = pl.col("household").is_not_null()
    party = (
        pl.when(together)
        .then(pl.col("appointment").min().over("request", "slot", "household"))
        .otherwise("appointment")
    )
    return every.with_columns(party=party)


def _parties(world: World, members: pl.DataFrame) -> pl.DataFrame:
    """One row each, of the oldest and the highest dose."""
    spoken = {pk: set(each.languages) for pk, each in world.places.items()}
    language = pl.struct("venue", "language").map_elements(
        lambda row: (
            row["language"]
            if row["language"] not in PLAIN and row["language"] in spoken.get(row["venue"], ())
            else None
        ),
        return_dtype=pl.String,
    )
    rows = members.with_columns(needs_language=language).sort("party", "appointment")
    return rows.group_by("party", maintain_order=True).agg(
        persons=pl.col("units").sum().cast(pl.UInt16), appointment=pl.col("appointment"),
        from_slot=pl.col("slot").first(), starts_at=pl.col("starts_at").first(),
        venue=pl.col("venue").first(), product=pl.col("product").first(),
        dose=pl.col("dose").max(), reason=pl.col("wrong").first(),
        hospital=pl.col("only_hospital").fill_null(value=False).any(),
        needs_language=pl.col("needs_language").drop_nulls().first(),
        age=pl.col("age").max().cast(pl.Int64), lat=pl.col("lat").drop_nulls().first(),
        lon=pl.col("lon").drop_nulls().first(), second=pl.col("dose").max() > 1,
        pinned=pl.col("block").any(),
    )  # fmt: skip


def _party_windows(members: pl.DataFrame, may: pl.DataFrame) -> pl.DataFrame:
    """What all of a party may have, on days that suit all."""
    size = members.group_by("party").len("size")
    latest = pl.col("latest_on").fill_null(date(2999, 12, 31)).min()
    return (
        members.select("party", "appointment").join(may, on="appointment")
        .group_by("party", "product")
        .agg(pl.col("earliest_on").max(), latest.alias("latest_on"), pl.len().alias("all"))
        .join(size, on="party")
        .filter((pl.col("all") == pl.col("size")) & (pl.col("earliest_on") <= pl.col("latest_on")))
        .with_columns(
            pl.when(pl.col("latest_on") < date(2999, 1, 1)).then("latest_on").alias("latest_on")
        )
        .select("party", "product", "earliest_on", "latest_on")
        .sort("party", "product")
    )  # fmt: skip


def free(world: World, slots: pl.DataFrame, touched: Collection[int] = ()) -> pl.DataFrame:
    """Slots (as `World.slots`) with what those who keep their times leave of the room there is."""
    back = world.appointments.filter(pl.col("appointment").is_in(list(touched)))
    units = back.group_by("slot").agg(back=pl.col("units").sum())
    spoken = pl.DataFrame(
        [(pk, list(each.languages)) for pk, each in world.places.items()],
        schema={"venue": pl.Int64, "languages": pl.List(pl.String)}, orient="row",
    )  # fmt: skip
    soon = (world.now + NOTICE).astimezone(clock.SWEDEN).replace(tzinfo=None)
    left = pl.col("room") - pl.col("taken") + pl.col("back").fill_null(0)
    return (
        slots.join(units, on="slot", how="left").join(spoken, on="venue", how="left")
        .filter(pl.col("starts_at") > soon)
        .with_columns(free=pl.max_horizontal(left, pl.lit(0)).cast(pl.UInt32))
        .select("slot", "venue", "product", "dose", "starts_at", "free", "hospital",
                pl.col("languages").fill_null([]))
    )  # fmt: skip


def _venues(world: World) -> pl.DataFrame:
    """With coordinates; a venue without stands in the middle of the others."""
    rows = pl.DataFrame(
        [(pk, each.latitude, each.longitude) for pk, each in world.places.items()],
        schema={"venue": pl.Int64, "lat": pl.Float64, "lon": pl.Float64}, orient="row",
    )  # fmt: skip
    return rows.with_columns(
        pl.col("lat").fill_null(pl.col("lat").mean()).fill_null(0.0),
        pl.col("lon").fill_null(pl.col("lon").mean()).fill_null(0.0),
    )


def _by_appointment(plan: Plan, problem: Problem) -> pl.DataFrame:
    found = problem.members.join(plan.moves, on="party", how="left")
    size = problem.members.group_by("party").len("size")
    return (
        found.join(size, on="party")
        .with_columns(pl.col("cost") / pl.col("size"))
        .select(pl.col(name).cast(dtype) for name, dtype in _MOVES.items())
    )


def _by_planner(told: pl.DataFrame, rules: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Whose fate the planner has decided; the first rule that fits."""
    left, found = told, [pl.DataFrame(schema=_MOVES)]
    for rule in rules:
        fits = pl.lit(value=True)
        for name in ("venue", "municipality", "dose", "product", "wrong"):
            if rule.get(name) not in (None, ""):
                fits &= pl.col(name) == rule[name]
        if rule.get("age_from") is not None:
            fits &= pl.col("age") >= int(rule["age_from"])
        if rule.get("age_to") is not None:
            fits &= pl.col("age") <= int(rule["age_to"])
        action = {"stay": Action.KEEP, "ask": Action.ASK, "cancel": Action.CANCEL}[rule["do"]]
        mine = left.filter(fits)
        stays = action is Action.KEEP
        found.append(
            mine.select(
                "appointment", "person", pl.col("appointment").alias("party"), "wrong",
                pl.lit(action.value).alias("action"), pl.lit(BY_PLANNER).alias("why"),
                (pl.col("slot") if stays else pl.lit(None, pl.Int64)).alias("to_slot"), "venue",
                "product", "starts_at", pl.lit(0, pl.Int64).alias("days"),
                pl.lit(0.0).alias("km"), pl.lit(0.0).alias("cost"),
            ).select(pl.col(name).cast(dtype) for name, dtype in _MOVES.items())
        )  # fmt: skip
        left = left.filter(~fits)
    return pl.concat(found)


def _after(world: World, moved: pl.DataFrame) -> World:
    """The world as it is when a round's moves are made: times, and places taken."""
    new = moved.select(
        "appointment", "action", to=pl.col("to_slot"), to_venue="venue", to_product="product",
        to_starts="starts_at",
    )  # fmt: skip
    numbers = {each.code: each.number for each in world.rules_then.products}
    joined = world.appointments.join(new, on="appointment", how="left")
    gone = joined["action"].is_not_null() & joined["to"].is_null()
    seated = pl.col("to").is_not_null()
    hospital = dict(world.slots.select("slot", "hospital").iter_rows())
    limits = dict(world.slots.select("slot", "dose").iter_rows())
    rows = joined.filter(~gone).with_columns(
        slot=pl.when(seated).then("to").otherwise("slot"),
        venue=pl.when(seated).then("to_venue").otherwise("venue"),
        product=pl.when(seated).then("to_product").otherwise("product"),
        starts_at=pl.when(seated).then("to_starts").otherwise("starts_at"),
    )
    rows = rows.with_columns(
        on=pl.col("starts_at").dt.date(),
        number=pl.col("product").replace_strict(numbers, default=0, return_dtype=pl.UInt8),
        hospital=pl.when(seated)
        .then(pl.col("slot").replace_strict(hospital, default=False, return_dtype=pl.Boolean))
        .otherwise("hospital"),
        slot_dose=pl.when(seated)
        .then(pl.col("slot").replace_strict(limits, default=None, return_dtype=pl.UInt8))
        .otherwise("slot_dose"),
    )  # fmt: skip
    before = world.appointments.group_by("slot").agg(was=pl.col("units").sum())
    after = rows.group_by("slot").agg(now=pl.col("units").sum())
    slots = (
        world.slots.join(before, on="slot", how="left").join(after, on="slot", how="left")
        .with_columns(
            taken=pl.col("taken") - pl.col("was").fill_null(0) + pl.col("now").fill_null(0)
        )
        .select(world.slots.columns)
    )  # fmt: skip
    return replace(world, appointments=rows.select(world.appointments.columns), slots=slots)


def _next(world: World, left: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Who is still to be planned: those left of this round, and times that moves made wrong."""
    done = moved["appointment"]
    rest = left.filter(~pl.col("appointment").is_in(done.implode()))
    others = world.appointments.filter(
        pl.col("person").is_in(moved["person"].implode())
        & ~pl.col("appointment").is_in(done.implode())
        & ~pl.col("appointment").is_in(rest["appointment"].implode())
    )
    if others.is_empty():
        return rest
    told = _wrong_of(world, others["person"])
    found = others.join(told, on="appointment").select(left.columns)
    return pl.concat([rest, found])


def _verified(world: World, moves: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """What is proposed, judged once more: whoever it is wrong for after all is asked by hand."""
    told = _wrong_of(world, moves["person"])
    moving = pl.col("action").is_in([Action.MOVE.value, Action.OTHER_PRODUCT.value])
    bad = pl.col("appointment").is_in(told["appointment"].implode()) & moving
    nothing = pl.lit(None)
    kept = moves.with_columns(
        action=pl.when(bad).then(pl.lit(Action.ASK.value)).otherwise("action"),
        why=pl.when(bad).then(pl.lit(core.Why.NO_LONGER_RIGHT.value)).otherwise("why"),
        to_slot=pl.when(bad).then(nothing).otherwise("to_slot"),
    )  # fmt: skip
    rest = left.select(
        "appointment", "person", pl.col("appointment").alias("party"), "wrong",
        pl.lit(Action.ASK.value).alias("action"),
        pl.lit(core.Why.NO_LONGER_RIGHT.value).alias("why"),
        *(pl.lit(None, dtype).alias(name) for name, dtype in list(_MOVES.items())[6:]),
    )  # fmt: skip
    both = pl.concat([kept, rest.select(pl.col(n).cast(d) for n, d in _MOVES.items())])
    # A party goes all or none.
    lost = both.filter((pl.col("action") == Action.ASK) & pl.col("to_slot").is_null())["party"]
    split = pl.col("party").is_in(lost.implode()) & pl.col("to_slot").is_not_null() & moving
    return both.with_columns(
        action=pl.when(split).then(pl.lit(Action.ASK.value)).otherwise("action"),
        to_slot=pl.when(split).then(nothing).otherwise("to_slot"),
    ).sort("party", "appointment")  # fmt: skip


def _wrong_of(world: World, persons: pl.Series) -> pl.DataFrame:
    """Times of some persons that the rules to come make wrong: appointment, wrong."""
    mine = world.appointments.filter(pl.col("person").is_in(persons.implode()))
    told = judged(mine.select(COLUMNS), world.facts, world.rules_then)
    return told.select("appointment", "wrong").drop_nulls()
