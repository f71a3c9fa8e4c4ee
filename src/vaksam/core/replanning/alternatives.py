"""The same question with another answer allowed: what each way out would cost."""

from dataclasses import replace
from enum import StrEnum

import polars as pl

from vaksam.core.replanning.problem import Limits, Other, Plan, Weights
from vaksam.core.replanning.solving import SECONDS, plan


class Way(StrEnum):
    PROPOSED = "proposed"  # as asked
    OWN_VENUE = "own_venue"  # nobody travels elsewhere
    SAME_PRODUCT = "same_product"  # nobody is given another product
    OTHER_PRODUCT = "other_product"  # another product without asking
    MORE_SESSIONS = "more_sessions"  # with the slots that could be opened
    RESERVE = "reserve"  # with doses from the reserve


def alternatives(
    affected: pl.DataFrame, may: pl.DataFrame, slots: pl.DataFrame, venues: pl.DataFrame,
    doses: pl.DataFrame, *, weights: Weights | None = None, limits: Limits | None = None,
    more_slots: pl.DataFrame | None = None, reserve: pl.DataFrame | None = None,
    seconds: float = SECONDS,
) -> dict[Way, Plan]:  # fmt: skip
    """A plan for each way that differs from what is asked.

    Parameters
    ----------
    more_slots
        Slots that could be opened, as `slots`. None: that way is left out.
    reserve
        Doses that the reserve could send, as `doses`: what is added to every ceiling of the venue
        and product on and after the day. None: left out.
    seconds
        For each plan.
    """
    limits = limits or Limits()
    ways = {
        Way.PROPOSED: (slots, doses, limits),
        Way.OWN_VENUE: (slots, doses, replace(limits, own_venue=True)),
        Way.SAME_PRODUCT: (slots, doses, replace(limits, other_product=Other.NEVER)),
        Way.OTHER_PRODUCT: (slots, doses, replace(limits, other_product=Other.YES)),
    }
    if more_slots is not None:
        ways[Way.MORE_SESSIONS] = (pl.concat([slots, more_slots]), doses, limits)
    if reserve is not None:
        ways[Way.RESERVE] = (slots, with_reserve(doses, reserve), limits)
    return {
        way: plan(affected, may, with_slots, venues, with_doses, weights=weights,
                  limits=within, seconds=seconds)
        for way, (with_slots, with_doses, within) in ways.items()
        if way in (Way.PROPOSED, Way.MORE_SESSIONS, Way.RESERVE) or within != limits
    }  # fmt: skip


def with_reserve(doses: pl.DataFrame, reserve: pl.DataFrame) -> pl.DataFrame:
    """Ceilings with the reserve's doses added from their day on. Where there is no ceiling there
    is nothing to add to."""
    added = (
        doses.join(reserve.rename({"on": "from", "doses": "more"}), on=["venue", "product"])
        .filter(pl.col("from") <= pl.col("on"))
        .group_by("venue", "product", "on").agg(pl.col("more").sum())
    )  # fmt: skip
    return doses.join(added, on=["venue", "product", "on"], how="left").select(
        "venue", "product", "on", pl.col("doses") + pl.col("more").fill_null(0)
    )
