"""Plans, and what was done by hand, in figures a planner knows."""

from dataclasses import dataclass

import polars as pl

from vaksam.core.replanning.problem import Action, Plan


@dataclass(frozen=True, slots=True)
class Quality:
    """What a plan brings about. Counts are of persons.

    Attributes
    ----------
    kept, other_product, moved, asked, cancelled
        By action; those asked may have a place held.
    median_days, p90_days
        Of days between the day booked and the new one, either way, over all with a place; None
        where nobody has one.
    median_km, p90_km
        Likewise of kilometres farther from home than before.
    seconds_cancelled
        Second and later doses without a place.
    second_doses_outside_interval
        Second and later doses with a place on a day, or of a product, that their window does not
        allow.
    seats_left_empty
        Free places that nobody is given.
    points
        By the plan's weights.
    """

    kept: int
    other_product: int
    moved: int
    asked: int
    cancelled: int
    median_days: float | None
    p90_days: float | None
    median_km: float | None
    p90_km: float | None
    seconds_cancelled: int
    second_doses_outside_interval: int
    seats_left_empty: int
    points: float


def quality(plan: Plan, affected: pl.DataFrame, may: pl.DataFrame, slots: pl.DataFrame) -> Quality:
    """Figures of a plan. Medians count each person once."""
    told = plan.moves.join(affected.select("party", "second"), on="party")
    by = dict(told.group_by("action").agg(pl.col("persons").sum()).iter_rows())
    seated = told.filter(pl.col("to_slot").is_not_null())
    each = seated.select(pl.col("days").abs(), "km", "persons").select(
        pl.col("days", "km").repeat_by("persons").explode()
    )
    allowed = seated.filter("second").join(may, on=["party", "product"], how="left")
    on = pl.col("starts_at").dt.date()
    right = (on >= pl.col("earliest_on")) & (
        pl.col("latest_on").is_null() | (on <= pl.col("latest_on"))
    )
    outside = allowed.filter(~right.fill_null(value=False))
    lost = told.filter(pl.col("to_slot").is_null() & pl.col("second"))
    return Quality(
        kept=by.get(Action.KEEP, 0), other_product=by.get(Action.OTHER_PRODUCT, 0),
        moved=by.get(Action.MOVE, 0), asked=by.get(Action.ASK, 0),
        cancelled=by.get(Action.CANCEL, 0),
        median_days=_share(each["days"], 0.5), p90_days=_share(each["days"], 0.9),
        median_km=_share(each["km"], 0.5), p90_km=_share(each["km"], 0.9),
        seconds_cancelled=int(lost["persons"].sum()),
        second_doses_outside_interval=int(outside["persons"].sum()),
        seats_left_empty=int(slots["free"].sum()) - int(seated["persons"].sum()),
        points=plan.objective,
    )  # fmt: skip


def _share(values: pl.Series, share: float) -> float | None:
    found = values.quantile(share, "nearest")
    return None if found is None else float(found)
